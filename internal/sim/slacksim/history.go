package slacksim

import (
	"slices"
	"strconv"
	"strings"

	"ahtbot/internal/sim/slacksim/members"
)

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
