package slacksim

import (
	"strings"
	"time"
	"unicode/utf8"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/members"
)

// postTarget finds where a post may go, or says why it may not (slack.md §4.2); mu is held.
func (w *Workspace) postTarget(id string) (*members.Channel, string) {
	if _, ok := w.dir.Person(id); ok {
		id = "D" + id // a user's id means the direct message channel (slack.md §4.2)
	}
	c := w.dir.Visible(id)
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case c.State.Archived:
		return nil, "is_archived"
	case !c.Members[botUserID] && !w.granted("chat:write.public"):
		return nil, "not_in_channel"
	case c.State.ReadOnly:
		return nil, "restricted_action"
	}
	return c, ""
}

// isTrue reads a boolean argument.
func isTrue(s string) bool { return s == "1" || s == "true" }

func (w *Workspace) chatPostMessage(a args) (result, string) {
	c, bad := w.postTarget(a["channel"])
	if bad != "" {
		return nil, bad
	}
	if wait := w.postWait(c.ID); wait > 0 {
		return nil, limited(wait)
	}
	m, bad := w.content("chat.postMessage", a, blockkit.MaxPostText)
	if bad != "" {
		return nil, bad
	}
	m.Channel = c.ID
	m = w.add(m)
	return result{"channel": c.ID, "ts": m.TS, "message": w.messageJSON(m)}, ""
}

func (w *Workspace) chatPostEphemeral(a args) (result, string) {
	c, bad := w.postTarget(a["channel"])
	if bad != "" {
		return nil, bad
	}
	if p, ok := w.dir.Person(a["user"]); !ok || p.Deleted || !c.Members[p.ID] {
		return nil, "user_not_in_channel"
	}
	m, bad := w.content("chat.postEphemeral", a, blockkit.MaxPostText)
	if bad != "" {
		return nil, bad
	}
	m.Channel, m.EphemeralFor = c.ID, a["user"]
	m = w.add(m)
	return result{"channel": c.ID, "message_ts": m.TS}, ""
}

// botMessage finds a message of the bot's; private messages are out of reach here (slack.md
// §2.4); mu is held.
func (w *Workspace) botMessage(a args, refused string) (*entry, string) {
	if w.dir.Channel(a["channel"]) == nil {
		return nil, "channel_not_found"
	}
	e := w.msgAt[a["channel"]+"/"+a["ts"]]
	switch {
	case e == nil || e.Deleted || e.EphemeralFor != "":
		return nil, "message_not_found"
	case e.User != botUserID:
		return nil, refused
	}
	return e, ""
}

// chatUpdate edits a message: text without blocks removes the blocks, neither keeps both,
// and metadata stays unless given (slack.md §4.3).
func (w *Workspace) chatUpdate(a args) (result, string) {
	e, bad := w.botMessage(a, "cant_update_message")
	if bad != "" {
		return nil, bad
	}
	if utf8.RuneCountInString(a["text"]) > blockkit.MaxEditText {
		w.violate("chat.update refused: msg_too_long (slack.md §3)")
		return nil, "msg_too_long"
	}
	m, keep := Message{Metadata: orNil([]byte(a["metadata"]))}, a["text"] == "" && a["blocks"] == ""
	if !keep {
		if m, bad = w.content("chat.update", a, blockkit.MaxEditText); bad != "" {
			return nil, bad
		}
	}
	w.change(e, func(o *Message) {
		if !keep {
			o.Text, o.Blocks = m.Text, m.Blocks
		}
		if a["metadata"] != "" {
			o.Metadata = m.Metadata
		}
	})
	return result{"channel": e.Channel, "ts": e.TS, "text": e.Text, "message": w.messageJSON(e.Message)}, ""
}

func (w *Workspace) chatDelete(a args) (result, string) {
	e, bad := w.botMessage(a, "cant_delete_message")
	if bad != "" {
		return nil, bad
	}
	w.change(e, func(o *Message) { o.Deleted = true })
	return result{"channel": e.Channel, "ts": e.TS}, ""
}

func (w *Workspace) chatPermalink(a args) (result, string) {
	e := w.msgAt[a["channel"]+"/"+a["message_ts"]]
	if e == nil || e.Deleted || e.EphemeralFor != "" {
		return nil, "message_not_found"
	}
	link := w.bases().API + "archives/" + e.Channel + "/p" + strings.ReplaceAll(e.TS, ".", "")
	return result{"channel": e.Channel, "permalink": link}, ""
}

// messageJSON is a message object as methods and payloads carry it; mu is held.
func (w *Workspace) messageJSON(m Message) map[string]any {
	out := map[string]any{"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": teamID}
	if m.User == botUserID {
		out["bot_id"], out["app_id"] = botID, appID
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		out["subtype"] = "thread_broadcast"
	}
	if m.Blocks != nil {
		out["blocks"] = m.Blocks
	}
	if m.Metadata != nil {
		out["metadata"] = m.Metadata
	}
	return out
}

// postBurst is how many messages one channel takes at once before its rule bites; Slack
// publishes no figure.
const postBurst = 3

// bucket is one channel's allowance of posts.
type bucket struct {
	left float64
	at   time.Time
}

// postWait takes one post from a channel's allowance of one a second, and returns zero, or
// how long to wait (slack.md §4.1); mu is held.
func (w *Workspace) postWait(channel string) time.Duration {
	if w.cfg.NoPostLimit {
		return 0
	}
	now, burst := time.Now(), float64(postBurst)
	b := w.posts[channel]
	if b == nil {
		b = &bucket{left: burst, at: now}
		w.posts[channel] = b
	}
	b.left = min(burst, b.left+now.Sub(b.at).Seconds())
	b.at = now
	if b.left < 1 {
		return time.Second
	}
	b.left--
	return 0
}
