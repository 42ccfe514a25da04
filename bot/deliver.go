package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
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
