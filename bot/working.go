package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/wait"
)

// Elsewhere is what processes tell one another of questions in the works: Slack hands the
// press of Cancel to any of them. It may ask a database.
type Elsewhere interface {
	// GiveUp says that user gave up the question called ref. It reports whether there is
	// another process that may have it.
	GiveUp(ctx context.Context, user, ref string) bool
	// GivenUp reports whether another process said so within the last minutes.
	GivenUp(ctx context.Context, user, ref string) bool
}

// elsewhereEvery is how often a question that takes long asks whether it was given up.
const elsewhereEvery = 2 * time.Second

// Why a question ended early: it outlived the grace period of a stop, or its person pressed Cancel.
var (
	errDrained = errors.New("cut short by the restart")
	errGivenUp = errors.New("given up by the person")
)

// working are the questions in the works, by Ref, each with whose it is and how to end it.
// The zero working is empty.
type working struct {
	elsewhere Elsewhere // nil: there is no other process

	mu    sync.Mutex
	byRef map[string]question
}

type question struct {
	user   string
	giveUp context.CancelCauseFunc
}

// begin notes q, and returns a context that ends when it is given up. done ends that too.
func (w *working) begin(ctx context.Context, q request.Question) (asking context.Context, done func()) {
	asking, giveUp := context.WithCancelCause(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byRef == nil {
		w.byRef = map[string]question{}
	}
	w.byRef[q.Ref] = question{q.User, giveUp}
	return asking, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.byRef, q.Ref)
		giveUp(nil)
	}
}

// giveUp ends the question called ref, if it is user's and still in the works.
func (w *working) giveUp(user, ref string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	q, ok := w.byRef[ref]
	if !ok || q.user != user {
		return false
	}
	q.giveUp(errGivenUp)
	return true
}

// cancel gives up the question that q, the press of Cancel, names, and says what came of it.
func (w *working) cancel(ctx context.Context, q request.Question) reply.Reply {
	switch ref := q.Value; {
	case w.giveUp(q.User, ref):
		return reply.Cancelled()
	case w.elsewhere != nil && w.elsewhere.GiveUp(ctx, q.User, ref):
		return reply.Cancelling()
	default:
		return reply.TooLate()
	}
}

// watchElsewhere gives q up when another process got its person's press of Cancel, until ctx ends.
func (w *working) watchElsewhere(ctx context.Context, q request.Question) {
	if w.elsewhere == nil {
		return
	}
	for wait.For(ctx, elsewhereEvery) == nil {
		if w.elsewhere.GivenUp(ctx, q.User, q.Ref) {
			w.giveUp(q.User, q.Ref)
			return
		}
	}
}
