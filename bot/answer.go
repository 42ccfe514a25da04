package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// work does what req asks, or answers it, in the background.
func (b *Bot) work(ctx context.Context, req incoming) {
	if req.do != nil {
		b.doing(ctx, req)
		return
	}
	if b.First != nil && req.key != "" && !b.First(ctx, req.key) {
		b.Observe.Envelope("again") // another process has it
		return
	}
	asking, done := b.working.begin(ctx, req.q)
	defer done()
	reply, err := b.wait(asking, req)
	if errors.Is(context.Cause(asking), errGivenUp) {
		b.finished(ctx, req, "cancelled", nil)
		return
	}
	b.reply(ctx, req, reply, err)
}

// doing does what req asks. After a panic the person gets an apology.
func (b *Bot) doing(ctx context.Context, req incoming) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while answering", "ref", req.q.Ref, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			b.reply(ctx, req, reply.Broken(req.q.Ref), errPanic)
		}
	}()
	req.do(ctx, req)
}

// reply sends an answer on its way and accounts for it; cause is why it is an explanation.
func (b *Bot) reply(ctx context.Context, req incoming, r reply.Reply, cause error) {
	if err := b.send(ctx, sendTimeout, func(ctx context.Context) error { return req.out.Answer(ctx, req.q, r) }); err != nil {
		b.Log.ErrorContext(ctx, "answer not delivered", "ref", req.q.Ref, "via", req.via, "err", webapi.Redact(err))
		b.finished(ctx, req, "undelivered", err)
		return
	}
	b.finished(ctx, req, r.Outcome, cause)
}

// wait asks for the answer, and tells the person when it takes long, and once more should
// something else turn out to have used the account up.
func (b *Bot) wait(ctx context.Context, req incoming) (answer reply.Reply, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer, err = b.ask(ctx, req)
	}()
	select {
	case <-done:
		return answer, err
	case <-time.After(noticeAfter):
	}
	watching, watched := context.WithCancel(ctx)
	defer watched()
	again := time.Tick(time.Second)
	refused := b.notice(ctx, req)
	go b.working.watchElsewhere(watching, req.q)
	for {
		select {
		case <-done:
			return answer, err
		case <-again:
			if !refused && b.Handler.Refused(req.q) {
				refused, again = b.notice(ctx, req), nil
			}
		}
	}
}

// notice tells the person that the answer takes longer, and reports whether something else has
// used the account up.
func (b *Bot) notice(ctx context.Context, req incoming) (refused bool) {
	refused = b.Handler.Refused(req.q)
	err := b.send(ctx, noticeTimeout, func(ctx context.Context) error { return req.out.Notice(ctx, req.q, b.Handler.Delay(req.q)) })
	if err != nil {
		b.Log.WarnContext(ctx, "notice of a wait not delivered", "ref", req.q.Ref, "err", webapi.Redact(err))
	}
	return refused
}

// ask asks the handler. A panic there is one person's apology and one log line.
func (b *Bot) ask(ctx context.Context, req incoming) (answer reply.Reply, err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while answering", "ref", req.q.Ref, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			answer, err = reply.Broken(req.q.Ref), errPanic
		}
	}()
	answer, err = req.ask(ctx, req.q)
	if err != nil && errors.Is(context.Cause(ctx), errDrained) {
		return reply.Stopping(), err
	}
	return answer, err
}

var errPanic = errors.New("panic; the log has its stack")

// send posts something within a time; after the hard stop within cutShortTimeout, the word that
// the answer is not coming. A panic is an error.
func (b *Bot) send(ctx context.Context, within time.Duration, post func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while posting", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	if ctx.Err() != nil {
		within = min(within, cutShortTimeout)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	return post(ctx)
}

// finished counts and logs one question answered: one line, without names.
func (b *Bot) finished(ctx context.Context, req incoming, outcome string, err error) {
	took := time.Since(req.Read)
	b.Observe.Command(req.via, outcome, took)
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	if !b.Log.Enabled(ctx, level) {
		return
	}
	log := b.Log.With("ref", req.q.Ref, "via", req.via, "outcome", outcome, "took_ms", took.Milliseconds(), "target", b.target(req.q))
	if err != nil {
		log.WarnContext(ctx, "question answered with an explanation", "err", webapi.Redact(err))
		return
	}
	log.InfoContext(ctx, "question answered")
}

// target names whom a question was about, for the log.
func (b *Bot) target(q request.Question) string {
	t := commands.Target(q)
	if t.IsZero() {
		return "none"
	}
	return b.Name(t)
}
