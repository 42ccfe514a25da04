package slacksim

import (
	"slices"
	"strings"
)

// botID is the bot's B id; auth.test and messages carry it.
const botID = "B0BOT"

func (w *Workspace) authTest(args) (result, string) {
	return result{
		"url": w.baseURL(), "team": "Demo", "team_id": w.cfg.TeamID,
		"user": w.person(w.cfg.BotUserID).handle(), "user_id": w.cfg.BotUserID, "bot_id": botID,
		"is_enterprise_install": false,
	}, ""
}

func (w *Workspace) botsInfo(a args) (result, string) {
	if id := a["bot"]; id != "" && id != botID {
		return nil, "bot_not_found"
	}
	return result{"bot": result{
		"id": botID, "app_id": w.cfg.AppID, "user_id": w.cfg.BotUserID,
		"name": w.person(w.cfg.BotUserID).Name, "deleted": false,
	}}, ""
}

// usersInfo answers slack.md §4.5.
func (w *Workspace) usersInfo(a args) (result, string) {
	p, ok := w.people[a["user"]]
	if !ok {
		return nil, "user_not_found"
	}
	return result{"user": result{
		"id": p.ID, "team_id": p.TeamID, "name": p.handle(), "real_name": p.Name,
		"deleted": p.Deleted, "is_bot": p.Bot, "tz": p.TZ,
		"is_restricted": p.Guest || p.SingleGuest, "is_ultra_restricted": p.SingleGuest,
		"is_stranger": p.Stranger, "is_app_user": false, "locale": "en-GB",
		"profile": result{"real_name": p.Name, "display_name": p.Name, "team": p.TeamID},
	}}, ""
}

// usergroupMembers answers slack.md §4.5.
func (w *Workspace) usergroupMembers(a args) (result, string) {
	members, ok := w.groups[a["usergroup"]]
	if !ok {
		return nil, "no_such_subteam"
	}
	return result{"users": slices.Concat([]string{}, members)}, ""
}

func (w *Workspace) conversationsInfo(a args) (result, string) {
	c := w.channels[a["channel"]]
	if c == nil || c.state.Private && !c.members[w.cfg.BotUserID] {
		return nil, "channel_not_found"
	}
	return result{"channel": w.channelJSON(c)}, ""
}

func (w *Workspace) channelJSON(c *channel) result {
	return result{
		"id": c.id, "name": c.name, "is_channel": !c.direct, "is_im": c.direct,
		"is_private": c.state.Private || c.direct, "is_archived": c.state.Archived,
		"is_read_only": c.state.ReadOnly, "is_member": c.members[w.cfg.BotUserID],
		"num_members": len(c.members),
	}
}

// conversationsJoin answers slack.md §4.2.
func (w *Workspace) conversationsJoin(a args) (result, string) {
	c := w.channels[a["channel"]]
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case c.state.Private || c.direct:
		return nil, "method_not_supported_for_channel_type"
	case c.state.Archived:
		return nil, "is_archived"
	case c.members[w.cfg.BotUserID]:
		return result{"channel": w.channelJSON(c), "warning": "already_in_channel"}, ""
	}
	c.members[w.cfg.BotUserID] = true
	return result{"channel": w.channelJSON(c)}, ""
}

// conversationsOpen opens the direct message channel with one person. That the scope is
// missing is no violation: an app may try what an optional scope would allow.
func (w *Workspace) conversationsOpen(a args) (result, string) {
	if !w.granted("im:write") {
		return w.lacks("im:write")
	}
	id := a["users"]
	if c := w.channels[a["channel"]]; c != nil && c.direct {
		id = strings.TrimPrefix(c.id, "D")
	}
	if p, ok := w.people[id]; !ok || p.Deleted || id == w.cfg.BotUserID {
		return nil, "user_not_found"
	}
	return result{"channel": result{"id": "D" + id, "is_im": true, "user": id}}, ""
}
