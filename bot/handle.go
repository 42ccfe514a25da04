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

// Why a reply was given up.
var (
	errTooManyReplies = errors.New("too many replies on their way")
	errNoAddress      = errors.New("no address to answer to")
)

// handle acknowledges req and sees to its answer: in the acknowledgement when it is known
// and fits, else by a worker. Nothing before the acknowledgement waits.
func (b *Bot) handle(ctx context.Context, req incoming) {
	if b.foreign(req.from) {
		b.Log.WarnContext(ctx, "envelope of another team or app dropped", "via", req.via)
		b.ackEmpty(ctx, req, "foreign")
		return
	}
	if payload, again := b.seen.claim(req.key); again {
		b.again(ctx, req, payload)
		return
	}
	if req.via == "" { // nothing we answer: our own message, an edit, a window closed, another event
		b.ackEmpty(ctx, req, "ignored")
		return
	}
	if req.options != nil {
		b.suggest(ctx, req)
		return
	}
	if b.stopping.Load() {
		b.reject(ctx, req, reply.Stopping())
		return
	}
	if answer, ok := b.immediate(req); ok {
		if payload := req.inline(answer); payload != nil {
			b.ackWithAnswer(ctx, req, answer, payload)
			return
		}
	}
	if req.q.Action == reply.ActionCancel && req.out != nil {
		b.ackEmpty(ctx, req, "handled")
		b.replyWith(ctx, req, b.working.cancel)
		return
	}
	if req.out == nil {
		b.ackEmpty(ctx, req, "no_address")
		return
	}
	b.takeOn(ctx, req)
}

// takeOn has req done in the background, unless too much is.
func (b *Bot) takeOn(ctx context.Context, req incoming) {
	slots := b.workers
	if req.urgent {
		slots = b.windows
	}
	select {
	case slots <- struct{}{}:
	default:
		b.reject(ctx, req, reply.Busy())
		return
	}
	work := func() {
		defer func() { <-slots }()
		b.work(ctx, req)
	}
	switch {
	case req.acknowledges:
		b.Observe.Envelope("handled")
		go work()
	case req.urgent: // a window is opened while the acknowledgement is written
		go work()
		b.ackEmpty(ctx, req, "handled")
	default:
		b.ackEmpty(ctx, req, "handled")
		go work()
	}
}

// again acknowledges a redelivery as the first delivery was, of which a submission's may take a while yet.
func (b *Bot) again(ctx context.Context, req incoming, payload json.RawMessage) {
	b.Observe.Envelope("again")
	if !req.acknowledges {
		b.ack(ctx, req, payload)
		return
	}
	go func() { b.ack(ctx, req, b.seen.await(req.key, submitWithin)) }()
}

// immediate returns the answer that can ride in the acknowledgement of req.
func (b *Bot) immediate(req incoming) (reply.Reply, bool) {
	if !req.Accepts || req.now == nil {
		return reply.Reply{}, false
	}
	answer, known := req.now(req.q)
	if !known && req.out == nil {
		return reply.Unreachable(), true
	}
	return answer, known
}

// ackWithAnswer acknowledges req with its whole answer. When the acknowledgement does not get
// out, the answer goes where later ones go.
func (b *Bot) ackWithAnswer(ctx context.Context, req incoming, r reply.Reply, payload json.RawMessage) {
	b.Observe.Envelope("handled")
	b.seen.remember(req.key, payload)
	if b.ack(ctx, req, payload) {
		b.finished(ctx, req, r.Outcome, nil)
		return
	}
	b.seen.remember(req.key, nil) // a redelivery has nothing to add
	b.replyDirectly(ctx, req, r)
}

// reject tells the person at once that this can't be taken on. Only an event that comes while we
// stop stays unacknowledged, so that Slack delivers it to the next process.
func (b *Bot) reject(ctx context.Context, req incoming, r reply.Reply) {
	b.Observe.Envelope(r.Outcome)
	switch {
	case req.inline != nil && req.Accepts:
		b.ackWithAnswer(ctx, req, r, req.inline(r))
	case b.stopping.Load() && req.Type == "events_api":
		b.seen.forget(req.key)
	default:
		b.ack(ctx, req, nil)
		b.replyDirectly(ctx, req, r)
	}
}

// replyDirectly sends a reply that is known already, beside the workers. With too many on their
// way it is given up, and counted.
func (b *Bot) replyDirectly(ctx context.Context, req incoming, r reply.Reply) {
	b.replyWith(ctx, req, func(context.Context, request.Question) reply.Reply { return r })
}

// replyWith is replyDirectly for a reply that has to be found out.
func (b *Bot) replyWith(ctx context.Context, req incoming, what func(context.Context, request.Question) reply.Reply) {
	if req.out == nil { // and the acknowledgement did not get out
		b.finished(ctx, req, "undelivered", errNoAddress)
		return
	}
	select {
	case b.replies <- struct{}{}:
	default:
		b.finished(ctx, req, "undelivered", errTooManyReplies)
		return
	}
	go func() {
		defer func() { <-b.replies }()
		b.reply(ctx, req, what(ctx, req.q), nil)
	}()
}

// ackEmpty acknowledges req without an answer, and counts it.
func (b *Bot) ackEmpty(ctx context.Context, req incoming, outcome string) {
	b.Observe.Envelope(outcome)
	b.ack(ctx, req, nil)
}

// ack writes the acknowledgement of req and reports whether it is out.
func (b *Bot) ack(ctx context.Context, req incoming, payload json.RawMessage) bool {
	if req.ID == "" {
		return false
	}
	beside, err := req.Acknowledge(payload)
	if err != nil {
		b.Log.WarnContext(ctx, "acknowledgement not sent", "err", webapi.Redact(err), "via", req.via, "beside", beside)
		return false
	}
	b.Observe.Acked(time.Since(req.Read))
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
