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

// work answers d in the background and gives its slot back.
func (b *Bot) work(hard context.Context, d delivery) {
	defer func() { <-b.slots }()
	if b.First != nil && d.key != "" && !b.First(hard, d.key) {
		b.Observe.Envelope("again") // another process has it
		return
	}
	asking, giveUp := context.WithCancelCause(hard)
	defer giveUp(nil)
	b.working.add(d.q, giveUp)
	defer b.working.remove(d.q)
	reply, err := b.wait(asking, d)
	if errors.Is(context.Cause(asking), errGivenUp) {
		b.finished(hard, d, "cancelled", nil)
		return
	}
	b.reply(hard, d, reply, err)
}

// reply sends an answer on its way and accounts for it; cause is why it is an explanation.
func (b *Bot) reply(hard context.Context, d delivery, r reply.Reply, cause error) {
	if err := b.send(hard, sendTimeout, func(ctx context.Context) error { return d.out.Answer(ctx, d.q, r) }); err != nil {
		b.Log.ErrorContext(hard, "answer not delivered", "ref", d.q.Ref, "via", d.via, "err", webapi.Redact(err))
		b.finished(hard, d, "undelivered", err)
		return
	}
	b.finished(hard, d, r.Outcome, cause)
}

// wait asks for the answer, and tells the person once when it takes long, and once more when
// it then turns out that something else has used the account up.
func (b *Bot) wait(hard context.Context, d delivery) (reply.Reply, error) {
	type result struct {
		reply reply.Reply
		err   error
	}
	done := make(chan result, 1)
	go func() {
		reply, err := b.ask(hard, d)
		done <- result{reply, err}
	}()
	long := time.NewTimer(noticeAfter)
	defer long.Stop()
	select {
	case r := <-done:
		return r.reply, r.err
	case <-long.C:
	}
	watching, watched := context.WithCancel(hard)
	defer watched()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	refused := b.notice(hard, d)
	go b.working.watchElsewhere(watching, d.q)
	for {
		select {
		case r := <-done:
			return r.reply, r.err
		case <-again.C:
			if !refused && b.Handler.Refused(d.q) {
				refused = b.notice(hard, d)
				again.Stop()
			}
		}
	}
}

// notice tells the person that the answer to d takes longer, and reports whether that is
// because something else has used the account up.
func (b *Bot) notice(hard context.Context, d delivery) (refused bool) {
	refused = b.Handler.Refused(d.q)
	err := b.send(hard, noticeTimeout, func(ctx context.Context) error { return d.out.Notice(ctx, d.q, b.Handler.Delay(d.q)) })
	if err != nil {
		b.Log.WarnContext(hard, "notice of a wait not delivered", "ref", d.q.Ref, "err", webapi.Redact(err))
	}
	return refused
}

// ask asks the handler. A panic there is one person's apology and one log line.
func (b *Bot) ask(hard context.Context, d delivery) (answer reply.Reply, err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(hard, "panic while answering", "ref", d.q.Ref, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			answer, err = reply.Broken(d.q.Ref), errPanic
		}
	}()
	if d.via == "home" {
		return b.Handler.Home(d.q.User), nil
	}
	answer, err = b.Handler.Answer(hard, d.q)
	if err != nil && errors.Is(context.Cause(hard), errDrained) {
		return reply.Stopping(), err
	}
	return answer, err
}

var errPanic = errors.New("panic; the log has its stack")

// send posts something within a time. After the hard stop it still gets a second: the word
// that the answer is not coming. A panic is an error.
func (b *Bot) send(hard context.Context, within time.Duration, post func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(hard, "panic while posting", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	if hard.Err() != nil {
		within = min(within, lastWord)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(hard), within)
	defer cancel()
	return post(ctx)
}

// finished counts and logs one question answered: one line, without names.
func (b *Bot) finished(ctx context.Context, d delivery, outcome string, err error) {
	took := time.Since(d.Read)
	b.Observe.Command(d.via, outcome, took)
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	if !b.Log.Enabled(ctx, level) {
		return
	}
	log := b.Log.With("ref", d.q.Ref, "via", d.via, "outcome", outcome, "took_ms", took.Milliseconds(), "target", b.target(d.q))
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
