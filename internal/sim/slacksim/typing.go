package slacksim

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim/members"
)

// Type has a person type a slash command such as "/aht agent 42" into a channel. The first
// word is the command; the rest arrives escaped, as should_escape makes Slack do (slack.md
// §2.2). A line that does not start with a slash is only said: the delivery's Wait returns
// [ErrNotCommand].
func (w *Workspace) Type(user, channel, line string) *Delivery {
	command, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.HasPrefix(command, "/") {
		return w.postTyped(user, channel, line)
	}
	return w.TypeRaw(user, channel, command, w.Escape(strings.TrimSpace(text)))
}

// TypeRaw has a person send a slash command whose text arrives byte for byte.
func (w *Workspace) TypeRaw(user, channel, command, text string) *Delivery {
	return w.SendEnvelope(SlashCommands, w.CommandPayload(user, channel, command, text), true)
}

// CommandPayload returns the payload of a slash command (slack.md §2.1) with a trigger_id
// and a response_url that work, for tests that change a field and then use
// [Workspace.SendEnvelope].
func (w *Workspace) CommandPayload(user, channel, command, text string) map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, _ := w.dir.Person(user)
	return map[string]any{
		"token": "deprecated", "team_id": teamID, "team_domain": "demo",
		"channel_id": channel, "channel_name": w.dir.PayloadName(channel),
		"user_id": user, "user_name": p.Handle(),
		"command": command, "text": text,
		"response_url": w.newResponseURL("commands", nil), "trigger_id": w.newTrigger(trigger{user: user, channel: channel}),
		"api_app_id": appID, "is_enterprise_install": "false",
	}
}

func (w *Workspace) postTyped(user, channel, line string) *Delivery {
	return w.post(Message{Channel: channel, User: user, Text: members.EscapeText(line), Via: "typed"})
}

// post shows a message of a person's that the app is not told of.
func (w *Workspace) post(m Message) *Delivery {
	d := w.newDelivery(SlashCommands, false)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(m)
	d.err = ErrNotCommand
	close(d.settled)
	return d
}

// Mention has a person write "<@BOT> text" in a channel: their message, and an app_mention
// event for the app.
func (w *Workspace) Mention(user, channel, text string) *Delivery {
	return w.event(Message{Channel: channel, User: user, Text: "<@" + botUserID + "> " + w.Escape(text), Via: "typed"},
		map[string]any{"type": "app_mention"})
}

// DM has a person write to the bot in their direct message channel: a message.im event.
func (w *Workspace) DM(user, text string) *Delivery {
	return w.event(Message{Channel: "D" + user, User: user, Text: w.Escape(text), Via: "typed"},
		map[string]any{"type": "message", "channel_type": "im"})
}

// Say has a person write in a conversation, or in the thread of a message there: an event for the app where it is a direct message
// to its bot or mentions it, else the delivery's Wait returns [ErrNotCommand].
func (w *Workspace) Say(user, channel, thread, text string) *Delivery {
	m := Message{Channel: channel, User: user, ThreadTS: thread, Text: w.Escape(text), Via: "typed"}
	switch {
	case channel == "D"+user:
		return w.event(m, map[string]any{"type": "message", "channel_type": "im"})
	case strings.Contains(m.Text, "<@"+botUserID+">"):
		return w.event(m, map[string]any{"type": "app_mention"})
	default:
		return w.post(m)
	}
}

// OpenHome has a person open the app's Home tab: app_home_opened (slack.md §4.6).
func (w *Workspace) OpenHome(user string) *Delivery { return w.openApp(user, "home") }

// OpenMessages has a person open the app's Messages tab, which is their direct message with the bot.
func (w *Workspace) OpenMessages(user string) *Delivery { return w.openApp(user, "messages") }

func (w *Workspace) openApp(user, tab string) *Delivery {
	return w.event(Message{Channel: "D" + user, User: user}, map[string]any{"type": "app_home_opened", "tab": tab})
}

// event adds m, if it says something, and delivers an event about it.
func (w *Workspace) event(m Message, ev map[string]any) *Delivery {
	d := w.newDelivery(EventsAPI, false)
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	d.EventID = fmt.Sprintf("Ev%010d", w.next())
	d.user, d.channel, d.line = m.User, m.Channel, m.Text
	p, _ := w.dir.Person(m.User)
	ev["user"], ev["channel"], ev["event_ts"] = m.User, m.Channel, timestamp(now.UnixMicro())
	if m.Text != "" {
		m = w.add(m)
		ev["text"], ev["ts"], ev["event_ts"] = m.Text, m.TS, m.TS
		ev["team"], ev["user_team"], ev["source_team"] = p.TeamID, p.TeamID, p.TeamID
		ev["client_msg_id"] = uuid()
		if m.ThreadTS != "" {
			ev["thread_ts"] = m.ThreadTS
		}
	}
	d.Payload = mustJSON(map[string]any{
		"token": "deprecated", "team_id": teamID, "api_app_id": appID,
		"type": "event_callback", "event_id": d.EventID, "event_time": now.Unix(), "event": ev,
		"is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": teamID, "user_id": botUserID,
			"is_bot": true, "is_enterprise_install": false,
		}},
	})
	w.send(d)
	return d
}
