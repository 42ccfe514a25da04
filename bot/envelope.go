package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"ahtbot/commands"
)

// ackWithin is how long Slack waits for an acknowledgement (slack.md §1.3).
const ackWithin = 3 * time.Second

// inAck is the largest payload that rides in an acknowledgement. Slack cuts the
// connection at 20,480 bytes a frame (slack.md §0.5).
const inAck = 16 << 10

// delivery is one envelope that asks something of us.
type delivery struct {
	envelope string
	key      string // what a redelivery repeats: trigger_id or event_id
	via      string // slash, button, mention, message, home
	accepts  bool   // the acknowledgement may carry the answer
	read     time.Time
	from     identity // team, enterprise and app the envelope names
	q        commands.Question
	out      outlet // where later replies go; nil when Slack gave no usable address
}

// take deals with one event of the socket. A panic is one log line, not the end of the
// loop. The error is fatal to Run.
func (b *Bot) take(hard context.Context, client *socketmode.Client, evt socketmode.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(hard, "panic while reading an envelope", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
		}
	}()
	read := time.Now()
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		b.deliver(hard, client, b.slash(evt.Request, data, read))
	case slack.InteractionCallback:
		b.deliver(hard, client, b.press(evt.Request, data, read))
	case slackevents.EventsAPIEvent:
		b.deliver(hard, client, b.event(evt.Request, data, read))
	case *socketmode.ErrorBadMessage:
		b.unreadable(hard, client, data, read)
	case *socketmode.ErrorWriteFailed:
		b.socket.dropped(data.Response.EnvelopeID)
		b.Log.WarnContext(hard, "acknowledgement not written, slack will deliver again", "err", clean(data.Cause))
	case *slack.ConnectionErrorEvent:
		b.Observe.Socket("refused")
		b.Log.WarnContext(hard, "no socket mode connection, trying again", "err", clean(data.ErrorObj), "wait", data.Backoff)
		if f := fatal(data.ErrorObj); f != nil {
			return f
		}
	default:
		return b.connection(hard, evt)
	}
	return nil
}

// connection follows the connection's life.
func (b *Bot) connection(ctx context.Context, evt socketmode.Event) error {
	switch evt.Type { //nolint:exhaustive // the others carry data and are taken above, or are progress nobody needs
	case socketmode.EventTypeHello:
		b.self.app = evt.Request.ConnectionInfo.AppID
		b.socket.set(time.Now())
		b.Observe.Socket("hello")
		b.Log.InfoContext(ctx, "connected to slack", "connections", evt.Request.NumConnections, "app", b.self.app)
	case socketmode.EventTypeConnecting:
		if _, was := b.Connected(); was {
			b.socket.set(time.Time{})
			b.Observe.Socket("lost")
			b.Log.InfoContext(ctx, "slack connection ended, opening another")
		}
	case socketmode.EventTypeInvalidAuth:
		return &FatalError{Code: "invalid_auth", Hint: hints["invalid_auth"]}
	}
	return nil
}

// deliver acknowledges d and sees to its answer: in the acknowledgement when it is known
// and fits, else by a worker. Nothing before the acknowledgement waits.
func (b *Bot) deliver(hard context.Context, client *socketmode.Client, d delivery) {
	if b.foreign(d.from) {
		b.Observe.Envelope("foreign")
		b.Log.WarnContext(hard, "envelope of another team or app dropped", "via", d.via)
		b.ack(hard, client, d, nil)
		return
	}
	if payload, again := b.seen.recall(d.key); again {
		b.Observe.Envelope("again")
		b.ack(hard, client, d, payload)
		return
	}
	if d.via == "" { // nothing we answer: our own message, an edit, another event
		b.Observe.Envelope("ignored")
		b.ack(hard, client, d, nil)
		return
	}
	if b.stopping.Load() {
		b.turnAway(hard, client, d, commands.Stopping())
		return
	}
	if reply, ok := b.instant(d); ok {
		if payload := inline(reply); payload != nil {
			b.answered(hard, client, d, reply, payload)
			return
		}
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.turnAway(hard, client, d, commands.Busy())
		return
	}
	b.Observe.Envelope("handled")
	b.seen.remember(d.key, nil)
	b.ack(hard, client, d, nil)
	go b.work(hard, d)
}

// instant returns the answer that can ride in the acknowledgement of d.
func (b *Bot) instant(d delivery) (commands.Reply, bool) {
	if !d.accepts || d.via != "slash" {
		return commands.Reply{}, false
	}
	reply, known := b.Handler.Now(d.q)
	if !known && d.out == nil {
		return commands.Unreachable(), true
	}
	return reply, known
}

// answered acknowledges d with its whole answer.
func (b *Bot) answered(ctx context.Context, client *socketmode.Client, d delivery, r commands.Reply, payload json.RawMessage) {
	b.Observe.Envelope("handled")
	b.seen.remember(d.key, payload)
	b.ack(ctx, client, d, payload)
	b.finished(ctx, d, r.Outcome, nil)
}

// turnAway tells the person at once that this can't be taken on. Only a slash command can
// be told in its acknowledgement. The others stay unacknowledged: Slack delivers an event
// again later, maybe to another process, and shows the presser of a button that it failed.
func (b *Bot) turnAway(ctx context.Context, client *socketmode.Client, d delivery, r commands.Reply) {
	b.Observe.Envelope(r.Outcome)
	if d.via == "slash" && d.accepts {
		b.ack(ctx, client, d, inline(r))
		b.finished(ctx, d, r.Outcome, nil)
	}
}

// ack queues the acknowledgement of d; without a connection it waits for one until Slack
// would no longer take it.
func (b *Bot) ack(ctx context.Context, client *socketmode.Client, d delivery, payload json.RawMessage) {
	if d.envelope == "" {
		return
	}
	b.socket.queued(d.envelope, d.read)
	ctx, cancel := context.WithDeadline(ctx, d.read.Add(ackWithin))
	defer cancel()
	var body any
	if payload != nil {
		body = payload
	}
	if err := client.AckCtx(ctx, d.envelope, body); err != nil {
		b.socket.dropped(d.envelope)
		b.Log.WarnContext(ctx, "acknowledgement not sent", "err", clean(err), "via", d.via)
	}
}

// unreadable acknowledges an envelope slack-go could not parse, or Slack would deliver it
// again and again (slack.md §0.4).
func (b *Bot) unreadable(ctx context.Context, client *socketmode.Client, bad *socketmode.ErrorBadMessage, read time.Time) {
	var head struct {
		EnvelopeID string `json:"envelope_id"`
		Type       string `json:"type"`
	}
	_ = json.Unmarshal(bad.Message, &head) // what can't be read has no id to acknowledge
	b.Observe.Envelope("unreadable")
	b.Log.WarnContext(ctx, "envelope that can't be read", "type", cut(head.Type, 40), "bytes", len(bad.Message))
	b.ack(ctx, client, delivery{envelope: head.EnvelopeID, read: read}, nil)
}

// foreign reports whether an envelope belongs to another workspace or app.
func (b *Bot) foreign(from identity) bool {
	team := from.team != "" && from.team != b.self.team
	if team && b.self.enterprise != "" && from.enterprise == b.self.enterprise {
		team = false
	}
	return team || from.app != "" && b.self.app != "" && from.app != b.self.app
}

// slash reads a slash command (Slack: Slash commands).
func (b *Bot) slash(req *socketmode.Request, c slack.SlashCommand, read time.Time) delivery {
	return delivery{
		envelope: req.EnvelopeID, key: c.TriggerID, via: "slash", accepts: req.AcceptsResponsePayload, read: read,
		from: identity{team: c.TeamID, enterprise: c.EnterpriseID, app: c.APIAppID},
		q: commands.Question{
			User: c.UserID, Text: c.Text, At: read, Ref: newRef(), Channel: !strings.HasPrefix(c.ChannelID, "D"),
		},
		out: b.responseURL(c.ResponseURL, false),
	}
}

// press reads a button pressed (Slack: block_actions payload).
func (b *Bot) press(req *socketmode.Request, c slack.InteractionCallback, read time.Time) delivery {
	d := delivery{
		envelope: req.EnvelopeID, key: c.TriggerID, read: read,
		from: identity{team: c.Team.ID, enterprise: c.Enterprise.ID, app: c.APIAppID},
	}
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return d
	}
	action := c.ActionCallback.BlockActions[0]
	d.via = "button"
	d.q = commands.Question{
		User: c.User.ID, Action: commands.Action(action.ActionID), Value: action.Value, At: read, Ref: newRef(),
		Channel: !strings.HasPrefix(c.Container.ChannelID, "D") && c.Container.IsEphemeral,
		Open:    !c.Container.IsEphemeral, Outside: b.elsewhere(c.User.TeamID),
	}
	d.out = b.responseURL(c.ResponseURL, true)
	if d.out == nil {
		d.via = ""
	}
	return d
}

// event reads an Events API event: a mention, a direct message, the Home tab opened.
func (b *Bot) event(req *socketmode.Request, e slackevents.EventsAPIEvent, read time.Time) delivery {
	d := delivery{
		envelope: req.EnvelopeID, read: read,
		from: identity{team: e.TeamID, enterprise: e.EnterpriseID, app: e.APIAppID},
	}
	if callback, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok {
		d.key = callback.EventID
	}
	d.q = commands.Question{At: read, Ref: newRef()}
	switch ev := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if ev.User == "" || ev.BotID != "" || ev.Edited != nil {
			return d
		}
		d.via, d.q.User, d.q.Text, d.q.Outside = "mention", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		d.q.Open = d.q.InOpen()
		d.q.Channel = true
		d.out = &channelOutlet{bot: b, channel: ev.Channel, user: ev.User, thread: ev.ThreadTimeStamp, message: ev.TimeStamp, open: d.q.Open}
	case *slackevents.MessageEvent:
		if ev.User == "" || ev.BotID != "" || ev.SubType != "" || ev.ChannelType != "im" || ev.User == b.self.user {
			return d
		}
		d.via, d.q.User, d.q.Text, d.q.Outside = "message", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		d.out = &channelOutlet{bot: b, channel: ev.Channel, thread: ev.ThreadTimeStamp, open: true}
	case *slackevents.AppHomeOpenedEvent:
		if ev.Tab != "home" {
			return d
		}
		d.via, d.q.User = "home", ev.User
		d.out = &homeOutlet{bot: b, user: ev.User}
	}
	return d
}

// elsewhere reports whether team is another workspace than ours. In an organisation only
// Slack's own record of the person can tell.
func (b *Bot) elsewhere(team string) bool {
	return team != "" && team != b.self.team && b.self.enterprise == ""
}

var mentioned = regexp.MustCompile(`<@([A-Z0-9]+)(?:\|[^>]*)?>`)

// withoutMention drops the mention of ourselves from a message.
func (b *Bot) withoutMention(text string) string {
	return strings.TrimSpace(mentioned.ReplaceAllStringFunc(text, func(m string) string {
		if mentioned.FindStringSubmatch(m)[1] == b.self.user {
			return " "
		}
		return m
	}))
}

// newRef names one question in the log, short enough to read out on the phone.
func newRef() string { return strings.ToLower(rand.Text()[:6]) }
