package slacksim

import (
	"slices"
	"strconv"
	"strings"

	"ahtbot/internal/sim/slacksim/members"
)

func (w *Workspace) authTest(args) (result, string) {
	bot, _ := w.dir.Person(botUserID)
	return result{
		"url": w.bases().API, "team": "Demo", "team_id": teamID,
		"user": bot.Handle(), "user_id": botUserID, "bot_id": botID,
		"is_enterprise_install": false,
	}, ""
}

func (w *Workspace) botsInfo(a args) (result, string) {
	if id := a["bot"]; id != "" && id != botID {
		return nil, "bot_not_found"
	}
	bot, _ := w.dir.Person(botUserID)
	return result{"bot": result{
		"id": botID, "app_id": appID, "user_id": botUserID,
		"name": bot.Name, "deleted": false,
	}}, ""
}

// usersInfo answers slack.md §4.5. The e-mail address is there for who may read it
// (users:read.email); for others the field is not.
func (w *Workspace) usersInfo(a args) (result, string) {
	p, ok := w.dir.Person(a["user"])
	if !ok {
		return nil, "user_not_found"
	}
	profile := result{"real_name": p.Name, "display_name": p.Name, "team": p.TeamID}
	if p.Email != "" && w.granted("users:read.email") {
		profile["email"] = p.Email
	}
	return result{"user": result{
		"id": p.ID, "team_id": p.TeamID, "name": p.Handle(), "real_name": p.Name,
		"deleted": p.Deleted, "is_bot": p.Bot, "tz": p.TZ,
		"is_restricted": p.Guest || p.SingleGuest, "is_ultra_restricted": p.SingleGuest,
		"is_stranger": p.Stranger, "is_app_user": false, "locale": "en-GB",
		"is_email_confirmed": p.Email != "" && !p.Unconfirmed, "profile": profile,
	}}, ""
}

// usergroupMembers answers slack.md §4.5.
func (w *Workspace) usergroupMembers(a args) (result, string) {
	ids, ok := w.dir.Group(a["usergroup"])
	if !ok {
		return nil, "no_such_subteam"
	}
	return result{"users": slices.Concat([]string{}, ids)}, ""
}

func (w *Workspace) conversationsInfo(a args) (result, string) {
	c := w.dir.Visible(a["channel"])
	if c == nil {
		return nil, "channel_not_found"
	}
	return result{"channel": w.channelJSON(c)}, ""
}

func (w *Workspace) channelJSON(c *members.Channel) result {
	return result{
		"id": c.ID, "name": c.Name, "is_channel": !c.Direct, "is_im": c.Direct,
		"is_private": c.State.Private || c.Direct, "is_archived": c.State.Archived,
		"is_read_only": c.State.ReadOnly, "is_member": c.Members[botUserID],
		"num_members": len(c.Members),
	}
}

// conversationsJoin answers slack.md §4.2.
func (w *Workspace) conversationsJoin(a args) (result, string) {
	c := w.dir.Channel(a["channel"])
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case c.State.Private || c.Direct:
		return nil, "method_not_supported_for_channel_type"
	case c.State.Archived:
		return nil, "is_archived"
	case c.Members[botUserID]:
		return result{"channel": w.channelJSON(c), "warning": "already_in_channel"}, ""
	}
	c.Members[botUserID] = true
	return result{"channel": w.channelJSON(c)}, ""
}

// conversationsOpen opens the direct message channel with one person. That the scope is
// missing is no violation: an app may try what an optional scope would allow.
func (w *Workspace) conversationsOpen(a args) (result, string) {
	if !w.granted("im:write") {
		return w.missingScope("im:write")
	}
	id := a["users"]
	if c := w.dir.Channel(a["channel"]); c != nil && c.Direct {
		id = strings.TrimPrefix(c.ID, "D")
	}
	if p, ok := w.dir.Person(id); !ok || p.Deleted || id == botUserID {
		return nil, "user_not_found"
	}
	return result{"channel": result{"id": "D" + id, "is_im": true, "user": id}}, ""
}

// Slack's page sizes of histories.
const (
	usualPage = 100
	mostPage  = 999
)

// conversationsHistory answers what stands in a channel, newest first: no private
// messages, and of threads only what was broadcast.
func (w *Workspace) conversationsHistory(a args) (result, string) {
	return w.history(a, func(m Message) bool { return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast })
}

// conversationsReplies answers a thread, oldest first, the message it hangs from included.
func (w *Workspace) conversationsReplies(a args) (result, string) {
	parent := w.msgAt[a["channel"]+"/"+a["ts"]]
	if w.dir.Channel(a["channel"]) != nil && (parent == nil || parent.EphemeralFor != "") {
		return nil, "thread_not_found"
	}
	out, bad := w.history(a, func(m Message) bool { return m.ThreadTS == a["ts"] || m.TS == a["ts"] })
	if list, ok := out["messages"].([]any); ok {
		slices.Reverse(list)
	}
	return out, bad
}

// history answers one page of the messages of a channel that match. A missing scope is no
// violation: which one a channel needs shows only when it is asked for; mu is held.
func (w *Workspace) history(a args, match func(Message) bool) (result, string) {
	c := w.dir.Visible(a["channel"])
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case !w.granted(historyScope(c)):
		return w.missingScope(historyScope(c))
	case !c.Members[botUserID]:
		return nil, "not_in_channel"
	}
	limit, err := strconv.Atoi(a["limit"])
	if a["limit"] == "" {
		limit, err = usualPage, nil
	}
	before, isCursor := strings.CutPrefix(a["cursor"], "before:")
	switch {
	case err != nil || limit < 1 || limit > mostPage:
		return nil, "invalid_limit"
	case a["cursor"] != "" && !isCursor:
		return nil, "invalid_cursor"
	}
	page := []any{}
	next := ""
	for _, e := range slices.Backward(w.msgs) {
		m := e.Message
		if m.Channel != c.ID || m.Deleted || m.EphemeralFor != "" || !match(m) || before != "" && m.TS >= before || !inRange(m.TS, a) {
			continue
		}
		if len(page) == limit {
			break
		}
		out := w.messageJSON(m)
		if !isTrue(a["include_all_metadata"]) {
			delete(out, "metadata")
		}
		page, next = append(page, out), "before:"+m.TS
	}
	more := len(page) == limit
	if !more {
		next = ""
	}
	return result{"messages": page, "has_more": more, "response_metadata": result{"next_cursor": next}}, ""
}

// inRange reports whether ts lies between a's oldest and latest, which count only when
// inclusive.
func inRange(ts string, a args) bool {
	inclusive := isTrue(a["inclusive"])
	if o := a["oldest"]; o != "" && (ts < o || ts == o && !inclusive) {
		return false
	}
	l := a["latest"]
	return l == "" || ts < l || ts == l && inclusive
}

// historyScope is the scope that opens a channel's history.
func historyScope(c *members.Channel) string {
	switch {
	case c.Direct:
		return "im:history"
	case c.State.Private:
		return "groups:history"
	default:
		return "channels:history"
	}
}
