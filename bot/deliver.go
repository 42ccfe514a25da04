package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// deliver acknowledges d and sees to its answer: in the acknowledgement when it is known
// and fits, else by a worker. Nothing before the acknowledgement waits.
func (b *Bot) deliver(hard context.Context, d delivery) {
	if b.foreign(d.from) {
		b.Observe.Envelope("foreign")
		b.Log.WarnContext(hard, "envelope of another team or app dropped", "via", d.via)
		b.ack(hard, d, nil)
		return
	}
	if payload, again := b.seen.claim(d.key); again {
		b.Observe.Envelope("again")
		b.ack(hard, d, payload)
		return
	}
	if d.via == "" { // nothing we answer: our own message, an edit, another event
		b.Observe.Envelope("ignored")
		b.ack(hard, d, nil)
		return
	}
	if b.stopping.Load() {
		b.turnAway(hard, d, reply.Stopping())
		return
	}
	if reply, ok := b.instant(d); ok {
		if payload := b.support.Inline(reply, d.out != nil); payload != nil {
			b.answered(hard, d, reply, payload)
			return
		}
	}
	if d.q.Action == reply.ActionCancel && d.out != nil {
		b.Observe.Envelope("handled")
		b.ack(hard, d, nil)
		b.tellWhat(hard, d, b.working.cancel)
		return
	}
	if d.out == nil {
		b.Observe.Envelope("no_address")
		b.ack(hard, d, nil)
		return
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.turnAway(hard, d, reply.Busy())
		return
	}
	b.Observe.Envelope("handled")
	b.ack(hard, d, nil)
	go b.work(hard, d)
}

// instant returns the answer that can ride in the acknowledgement of d.
func (b *Bot) instant(d delivery) (reply.Reply, bool) {
	if !d.Accepts || d.via != "slash" {
		return reply.Reply{}, false
	}
	answer, known := b.Handler.Now(d.q)
	if !known && d.out == nil {
		return reply.Unreachable(), true
	}
	return answer, known
}

// answered acknowledges d with its whole answer. When the acknowledgement does not get
// out, the answer goes where later ones go.
func (b *Bot) answered(hard context.Context, d delivery, r reply.Reply, payload json.RawMessage) {
	b.Observe.Envelope("handled")
	b.seen.remember(d.key, payload)
	if b.ack(hard, d, payload) {
		b.finished(hard, d, r.Outcome, nil)
		return
	}
	b.seen.remember(d.key, nil) // a redelivery has nothing to add
	b.tell(hard, d, r)
}

// turnAway tells the person at once that this can't be taken on: a slash command in its
// acknowledgement, the others by a message. Only an event that comes while we stop stays
// unacknowledged, so that Slack delivers it to the next process.
func (b *Bot) turnAway(hard context.Context, d delivery, r reply.Reply) {
	b.Observe.Envelope(r.Outcome)
	switch {
	case d.via == "slash" && d.Accepts:
		b.answered(hard, d, r, b.support.Inline(r, d.out != nil))
	case b.stopping.Load() && d.via != "button" && d.via != "slash":
		b.seen.forget(d.key)
	default:
		b.ack(hard, d, nil)
		b.tell(hard, d, r)
	}
}

// tell sends a reply that is known already, beside the workers. With too many on their
// way it is given up, and counted.
func (b *Bot) tell(hard context.Context, d delivery, r reply.Reply) {
	b.tellWhat(hard, d, func(context.Context, request.Question) reply.Reply { return r })
}

// tellWhat is tell for a reply that has to be found out.
func (b *Bot) tellWhat(hard context.Context, d delivery, what func(context.Context, request.Question) reply.Reply) {
	select {
	case b.spare <- struct{}{}:
	default:
		b.finished(hard, d, "undelivered", errFlooded)
		return
	}
	go func() {
		defer func() { <-b.spare }()
		b.reply(hard, d, what(hard, d.q), nil)
	}()
}

var errFlooded = errors.New("too many replies on their way")

// ack writes the acknowledgement of d and reports whether it is out.
func (b *Bot) ack(ctx context.Context, d delivery, payload json.RawMessage) bool {
	if d.ID == "" {
		return false
	}
	beside, err := d.Acknowledge(payload)
	if err != nil {
		b.Log.WarnContext(ctx, "acknowledgement not sent", "err", webapi.Redact(err), "via", d.via, "beside", beside)
		return false
	}
	b.Observe.Acked(time.Since(d.Read))
	return true
}

// foreign reports whether an envelope belongs to another workspace or app.
func (b *Bot) foreign(from sender) bool {
	self, app := b.api.Self(), b.sockets.App()
	team := from.team != "" && from.team != self.Team
	if team && self.Enterprise != "" && from.enterprise == self.Enterprise {
		team = false
	}
	return team || from.app != "" && app != "" && from.app != app
}
