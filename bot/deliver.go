package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ahtbot/commands"
)

// ackWithin is how long Slack waits for an acknowledgement (slack.md §1.3).
const ackWithin = 3 * time.Second

// inAck is the largest payload that rides in an acknowledgement. Slack cuts the
// connection at 20,480 bytes a frame (slack.md §0.5).
const inAck = 16 << 10

// deliver acknowledges d and sees to its answer: in the acknowledgement when it is known
// and fits, else by a worker. Nothing before the acknowledgement waits.
func (b *Bot) deliver(hard context.Context, c *connection, d delivery) {
	if b.foreign(d.from) {
		b.Observe.Envelope("foreign")
		b.Log.WarnContext(hard, "envelope of another team or app dropped", "via", d.via)
		b.ack(hard, c, d, nil)
		return
	}
	if payload, again := b.seen.claim(d.key); again {
		b.Observe.Envelope("again")
		b.ack(hard, c, d, payload)
		return
	}
	if d.via == "" { // nothing we answer: our own message, an edit, another event
		b.Observe.Envelope("ignored")
		b.ack(hard, c, d, nil)
		return
	}
	if b.stopping.Load() {
		b.turnAway(hard, c, d, commands.Stopping())
		return
	}
	if reply, ok := b.instant(d); ok {
		if payload := b.inline(d, reply); payload != nil {
			b.answered(hard, c, d, reply, payload)
			return
		}
	}
	if d.q.Action == commands.ActionCancel && d.out != nil {
		b.Observe.Envelope("handled")
		b.ack(hard, c, d, nil)
		b.tellWhat(hard, d, b.cancel)
		return
	}
	if d.out == nil {
		b.Observe.Envelope("no_address")
		b.ack(hard, c, d, nil)
		return
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.turnAway(hard, c, d, commands.Busy())
		return
	}
	b.Observe.Envelope("handled")
	b.ack(hard, c, d, nil)
	go b.work(hard, d)
}

// instant returns the answer that can ride in the acknowledgement of d.
func (b *Bot) instant(d delivery) (commands.Reply, bool) {
	if !d.accepts || d.via != "slash" {
		return commands.Reply{}, false
	}
	answer, known := b.Handler.Now(d.q)
	if !known && d.out == nil {
		return commands.Unreachable(), true
	}
	return answer, known
}

// answered acknowledges d with its whole answer. When the acknowledgement does not get
// out, the answer goes where later ones go.
func (b *Bot) answered(hard context.Context, c *connection, d delivery, r commands.Reply, payload json.RawMessage) {
	b.Observe.Envelope("handled")
	b.seen.remember(d.key, payload)
	if b.ack(hard, c, d, payload) {
		b.finished(hard, d, r.Outcome, nil)
		return
	}
	b.seen.remember(d.key, nil) // a redelivery has nothing to add
	b.tell(hard, d, r)
}

// turnAway tells the person at once that this can't be taken on: a slash command in its
// acknowledgement, the others by a message. Only an event that comes while we stop stays
// unacknowledged, so that Slack delivers it to the next process.
func (b *Bot) turnAway(hard context.Context, c *connection, d delivery, r commands.Reply) {
	b.Observe.Envelope(r.Outcome)
	switch {
	case d.via == "slash" && d.accepts:
		b.answered(hard, c, d, r, b.inline(d, r))
	case b.stopping.Load() && d.via != "button" && d.via != "slash":
		b.seen.forget(d.key)
	default:
		b.ack(hard, c, d, nil)
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

// ack writes the acknowledgement of d and reports whether it is out. Where it can't go the
// way d came, an empty one goes beside it: Slack may not take it there, which is not
// documented (slack.md §1.5), and an answer must not come twice if it does.
func (b *Bot) ack(ctx context.Context, c *connection, d delivery, payload json.RawMessage) bool {
	if d.envelope == "" {
		return false
	}
	by := d.read.Add(ackWithin)
	err := c.acknowledge(d.envelope, payload, by)
	if err == nil {
		b.Observe.Acked(time.Since(d.read))
		return true
	}
	beside := b.beside(c)
	if beside != nil && !errors.Is(err, errTooLate) {
		_ = beside.acknowledge(d.envelope, nil, by) // no worse than none
	}
	b.Log.WarnContext(ctx, "acknowledgement not sent", "err", clean(err), "via", d.via, "beside", beside != nil)
	return false
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
