package bot

import (
	"context"
	"encoding/json"
	"errors"
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
func (b *Bot) take(hard context.Context, s *socket, evt socketmode.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(hard, "panic while reading an envelope", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			if evt.Request != nil {
				b.ack(hard, s, delivery{envelope: evt.Request.EnvelopeID, read: time.Now()}, nil)
			}
		}
	}()
	read := time.Now()
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		b.deliver(hard, s, b.slash(evt.Request, data, read))
	case slack.InteractionCallback:
		b.deliver(hard, s, b.press(evt.Request, data, read))
	case slackevents.EventsAPIEvent:
		b.deliver(hard, s, b.event(evt.Request, data, read))
	case *socketmode.ErrorBadMessage:
		b.unreadable(hard, s, data, read)
	case *socketmode.ErrorWriteFailed:
		s.dropped(data.Response.EnvelopeID)
		b.Log.WarnContext(hard, "acknowledgement not written, slack will deliver again", "err", clean(data.Cause))
	case *slack.ConnectionErrorEvent:
		b.Observe.Socket("refused")
		b.Log.WarnContext(hard, "no socket mode connection, trying again", "err", clean(data.ErrorObj), "wait_ms", data.Backoff.Milliseconds())
		if f := fatal(data.ErrorObj); f != nil {
			return f
		}
	default:
		return b.connection(hard, s, evt)
	}
	return nil
}

// connection follows the connection's life.
func (b *Bot) connection(ctx context.Context, s *socket, evt socketmode.Event) error {
	switch evt.Type { //nolint:exhaustive // the others carry data and are taken above, or are progress nobody needs
	case socketmode.EventTypeHello:
		b.app.Store(evt.Request.ConnectionInfo.AppID)
		b.crowd.Store(int64(evt.Request.NumConnections))
		s.hello(time.Now())
		b.Observe.Socket("hello")
		b.Log.InfoContext(ctx, "connected to slack", "connections", evt.Request.NumConnections, "app", evt.Request.ConnectionInfo.AppID)
	case socketmode.EventTypeConnecting:
		if s.gone() {
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
func (b *Bot) deliver(hard context.Context, s *socket, d delivery) {
	if b.foreign(d.from) {
		b.Observe.Envelope("foreign")
		b.Log.WarnContext(hard, "envelope of another team or app dropped", "via", d.via)
		b.ack(hard, s, d, nil)
		return
	}
	if payload, again := b.seen.claim(d.key); again {
		b.Observe.Envelope("again")
		b.ack(hard, s, d, payload)
		return
	}
	if d.via == "" { // nothing we answer: our own message, an edit, another event
		b.Observe.Envelope("ignored")
		b.ack(hard, s, d, nil)
		return
	}
	if b.stopping.Load() {
		b.turnAway(hard, s, d, commands.Stopping())
		return
	}
	if reply, ok := b.instant(d); ok {
		if payload := b.inline(d, reply); payload != nil {
			b.answered(hard, s, d, reply, payload)
			return
		}
	}
	if d.q.Action == commands.ActionCancel && d.out != nil {
		b.Observe.Envelope("handled")
		b.ack(hard, s, d, nil)
		b.tellWhat(hard, d, b.cancel)
		return
	}
	if d.out == nil {
		b.Observe.Envelope("no_address")
		b.ack(hard, s, d, nil)
		return
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.turnAway(hard, s, d, commands.Busy())
		return
	}
	b.Observe.Envelope("handled")
	b.ack(hard, s, d, nil)
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

// answered acknowledges d with its whole answer. When the acknowledgement does not get
// out, the answer goes where later ones go.
func (b *Bot) answered(hard context.Context, s *socket, d delivery, r commands.Reply, payload json.RawMessage) {
	b.Observe.Envelope("handled")
	b.seen.remember(d.key, payload)
	b.ackThen(hard, s, d, payload, pendingAck{
		read: d.read, written: func() { b.finished(hard, d, r.Outcome, nil) }, lost: func() { b.tell(hard, d, r) },
	})
}

// turnAway tells the person at once that this can't be taken on: a slash command in its
// acknowledgement, the others by a message. Only an event that comes while we stop stays
// unacknowledged, so that Slack delivers it to the next process.
func (b *Bot) turnAway(hard context.Context, s *socket, d delivery, r commands.Reply) {
	b.Observe.Envelope(r.Outcome)
	switch {
	case d.via == "slash" && d.accepts:
		b.answered(hard, s, d, r, b.inline(d, r))
	case b.stopping.Load() && d.via != "button" && d.via != "slash":
		b.seen.forget(d.key)
	default:
		b.ack(hard, s, d, nil)
		b.tell(hard, d, r)
	}
}

// tell sends a reply that is known already, beside the workers. With too many on their
// way it is given up, and counted.
func (b *Bot) tell(hard context.Context, d delivery, r commands.Reply) {
	b.tellWhat(hard, d, func(context.Context, delivery) commands.Reply { return r })
}

// tellWhat is tell for a reply that has to be found out.
func (b *Bot) tellWhat(hard context.Context, d delivery, what func(context.Context, delivery) commands.Reply) {
	select {
	case b.spare <- struct{}{}:
	default:
		b.finished(hard, d, "undelivered", errFlooded)
		return
	}
	go func() {
		defer func() { <-b.spare }()
		b.reply(hard, d, what(hard, d), nil)
	}()
}

var errFlooded = errors.New("too many replies on their way")

// ack queues the acknowledgement of d, whose loss harms nobody: the answer has its own way.
func (b *Bot) ack(ctx context.Context, s *socket, d delivery, payload json.RawMessage) {
	b.ackThen(ctx, s, d, payload, pendingAck{read: d.read, written: func() {}, lost: func() {}})
}

// ackThen queues the acknowledgement of d and sees to p; without a connection it waits for
// one until Slack would no longer take it.
func (b *Bot) ackThen(ctx context.Context, s *socket, d delivery, payload json.RawMessage, p pendingAck) {
	if d.envelope == "" {
		return
	}
	s.queued(d.envelope, p)
	ctx, cancel := context.WithDeadline(ctx, d.read.Add(ackWithin))
	defer cancel()
	var body any
	if payload != nil {
		body = payload
	}
	if err := s.client.AckCtx(ctx, d.envelope, body); err != nil {
		s.dropped(d.envelope)
		b.Log.WarnContext(ctx, "acknowledgement not sent", "err", clean(err), "via", d.via)
	}
}

// unreadable acknowledges an envelope slack-go could not parse, or Slack would deliver it
// again and again (slack.md §0.4).
func (b *Bot) unreadable(ctx context.Context, s *socket, bad *socketmode.ErrorBadMessage, read time.Time) {
	var head struct {
		EnvelopeID string `json:"envelope_id"`
		Type       string `json:"type"`
	}
	_ = json.Unmarshal(bad.Message, &head) // what can't be read has no id to acknowledge
	b.Observe.Envelope("unreadable")
	b.Log.WarnContext(ctx, "envelope that can't be read", "type", cut(head.Type, 40), "bytes", len(bad.Message))
	b.ack(ctx, s, delivery{envelope: head.EnvelopeID, read: read}, nil)
}

// foreign reports whether an envelope belongs to another workspace or app.
func (b *Bot) foreign(from identity) bool {
	team := from.team != "" && from.team != b.self.team
	if team && b.self.enterprise != "" && from.enterprise == b.self.enterprise {
		team = false
	}
	app, _ := b.app.Load().(string)
	return team || from.app != "" && app != "" && from.app != app
}
