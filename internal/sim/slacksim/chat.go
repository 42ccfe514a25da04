package slacksim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// target finds where a post may go, or says why it may not (slack.md §4.2); mu is held.
func (w *Workspace) target(id string) (*channel, string) {
	if _, ok := w.people[id]; ok {
		id = "D" + id // a user's id means the direct message channel (slack.md §4.2)
	}
	c := w.channels[id]
	switch {
	case c == nil, c.state.Private && !c.members[w.cfg.BotUserID]:
		return nil, "channel_not_found"
	case c.state.Archived:
		return nil, "is_archived"
	case !c.members[w.cfg.BotUserID] && !w.granted("chat:write.public"):
		return nil, "not_in_channel"
	case c.state.ReadOnly:
		return nil, "restricted_action"
	}
	return c, ""
}

func (w *Workspace) granted(scope string) bool { return slices.Contains(w.cfg.Scopes, scope) }

// content reads text, blocks and metadata, and checks them as Slack does (slack.md §3); mu
// is held.
func (w *Workspace) content(name string, a args, maxText int) (Message, string) {
	msg := map[string]json.RawMessage{}
	if s := a["text"]; s != "" {
		msg["text"] = mustJSON(s)
	}
	for _, k := range []string{"blocks", "attachments", "metadata"} {
		if s := a[k]; s != "" {
			if !json.Valid([]byte(s)) {
				w.violate("%s: %s is not JSON (slack.md §3)", name, k)
				return Message{}, "invalid_blocks_format"
			}
			msg[k] = json.RawMessage(s)
		}
	}
	if err := w.check(name, mustJSON(msg), maxText); err != "" {
		return Message{}, err
	}
	if m := empty(msg["metadata"]); m != nil && !metadataForm(m) {
		w.violate("%s: metadata needs event_type and a flat event_payload (slack.md §4.3)", name)
		return Message{}, "invalid_metadata_format"
	}
	return Message{
		User: w.cfg.BotUserID, Text: a["text"], Blocks: blocksOf(msg["blocks"]), Metadata: empty(msg["metadata"]),
		ThreadTS: a["thread_ts"], Broadcast: a["thread_ts"] != "" && truth(a["reply_broadcast"]), Via: name,
	}, ""
}

// metadataForm reports whether Slack takes m as metadata (slack.md §4.3); of the payload's
// deeper values only the usual flat ones are taken here.
func metadataForm(m []byte) bool {
	var meta struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(m, &meta) != nil || meta.Type == "" || meta.Payload == nil {
		return false
	}
	for _, v := range meta.Payload {
		switch v.(type) {
		case string, float64, bool:
		default:
			return false
		}
	}
	return true
}

// truth reads a boolean argument.
func truth(s string) bool { return s == "1" || s == "true" }

// check returns why Slack refuses a message, or "", and notes what is wrong with it; mu is
// held.
func (w *Workspace) check(where string, message []byte, maxText int) string {
	if kind := w.lackingBlock(message); kind != "" { // nobody can know before trying
		return "invalid_blocks unsupported type: " + kind
	}
	err := blockkit.Refusal(message, maxText)
	if err != "" {
		w.violate("%s refused: %s (slack.md §3)", where, err)
	}
	if w.cfg.HouseRules {
		for _, p := range blockkit.Validate(message) {
			if p.Kind == blockkit.KindHouse {
				w.violate("%s: %v", where, p)
			}
		}
	}
	return err
}

func (w *Workspace) chatPostMessage(a args) (result, string) {
	c, bad := w.target(a["channel"])
	if bad != "" {
		return nil, bad
	}
	if wait := w.tooFast(c.id); wait > 0 {
		return nil, "ratelimited " + strconv.Itoa(wait)
	}
	m, bad := w.content("chat.postMessage", a, blockkit.MaxPostText)
	if bad != "" {
		return nil, bad
	}
	m.Channel = c.id
	m = w.add(m)
	return result{"channel": c.id, "ts": m.TS, "message": w.messageJSON(m)}, ""
}

func (w *Workspace) chatPostEphemeral(a args) (result, string) {
	c, bad := w.target(a["channel"])
	if bad != "" {
		return nil, bad
	}
	if p, ok := w.people[a["user"]]; !ok || p.Deleted || !c.members[p.ID] {
		return nil, "user_not_in_channel"
	}
	m, bad := w.content("chat.postEphemeral", a, blockkit.MaxPostText)
	if bad != "" {
		return nil, bad
	}
	m.Channel, m.EphemeralFor = c.id, a["user"]
	m = w.add(m)
	return result{"channel": c.id, "message_ts": m.TS}, ""
}

// own finds a message of the bot's; private messages are out of reach here (slack.md
// §2.4); mu is held.
func (w *Workspace) own(a args, refused string) (*entry, string) {
	if w.channels[a["channel"]] == nil {
		return nil, "channel_not_found"
	}
	e := w.msgAt[a["channel"]+"/"+a["ts"]]
	switch {
	case e == nil || e.Deleted || e.EphemeralFor != "":
		return nil, "message_not_found"
	case e.User != w.cfg.BotUserID:
		return nil, refused
	}
	return e, ""
}

// chatUpdate edits a message: text without blocks removes the blocks, neither keeps both,
// and metadata stays unless given (slack.md §4.3).
func (w *Workspace) chatUpdate(a args) (result, string) {
	e, bad := w.own(a, "cant_update_message")
	if bad != "" {
		return nil, bad
	}
	if utf8.RuneCountInString(a["text"]) > blockkit.MaxEditText {
		w.violate("chat.update refused: msg_too_long (slack.md §3)")
		return nil, "msg_too_long"
	}
	m, keep := Message{Metadata: empty([]byte(a["metadata"]))}, a["text"] == "" && a["blocks"] == ""
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
	e, bad := w.own(a, "cant_delete_message")
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
	link := w.baseURL() + "archives/" + e.Channel + "/p" + strings.ReplaceAll(e.TS, ".", "")
	return result{"channel": e.Channel, "permalink": link}, ""
}

// messageJSON is a message object as methods and payloads carry it; mu is held.
func (w *Workspace) messageJSON(m Message) map[string]any {
	out := map[string]any{"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": w.cfg.TeamID}
	if m.User == w.cfg.BotUserID {
		out["bot_id"], out["app_id"] = botID, w.cfg.AppID
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

// bucket is one channel's allowance of posts.
type bucket struct {
	left float64
	at   time.Time
}

// tooFast takes one post from a channel's allowance of one a second, and returns zero, or
// the seconds to wait (slack.md §4.1); mu is held.
func (w *Workspace) tooFast(channel string) int {
	if w.cfg.NoPostLimit {
		return 0
	}
	now, burst := time.Now(), float64(w.cfg.PostBurst)
	b := w.posts[channel]
	if b == nil {
		b = &bucket{left: burst, at: now}
		w.posts[channel] = b
	}
	b.left = min(burst, b.left+now.Sub(b.at).Seconds())
	b.at = now
	if b.left < 1 {
		return 1
	}
	b.left--
	return 0
}
