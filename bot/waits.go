package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"ahtbot/commands"
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

// askElsewhere is how often a question that takes long asks whether it was given up.
const askElsewhere = 2 * time.Second

// errGivenUp is why a question ended whose person pressed Cancel.
var errGivenUp = errors.New("given up by the person")

// waits are the questions in the works, by Ref, each with whose it is and how to end it.
// The zero waits is empty.
type waits struct {
	mu sync.Mutex
	in map[string]waiting
}

type waiting struct {
	user   string
	giveUp context.CancelCauseFunc
}

func (w *waits) add(q commands.Question, giveUp context.CancelCauseFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.in == nil {
		w.in = map[string]waiting{}
	}
	w.in[q.Ref] = waiting{q.User, giveUp}
}

func (w *waits) remove(q commands.Question) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.in, q.Ref)
}

// giveUp ends the question called ref, if it is user's and still in the works.
func (w *waits) giveUp(user, ref string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	q, ok := w.in[ref]
	if !ok || q.user != user {
		return false
	}
	q.giveUp(errGivenUp)
	return true
}

// cancel gives up the question that d, the press of Cancel, names, and says what came of it.
func (b *Bot) cancel(ctx context.Context, d delivery) commands.Reply {
	switch ref := d.q.Value; {
	case b.waits.giveUp(d.q.User, ref):
		return commands.Cancelled()
	case b.Elsewhere != nil && b.Elsewhere.GiveUp(ctx, d.q.User, ref):
		return commands.Cancelling()
	default:
		return commands.TooLate()
	}
}

// heed gives q up when its person pressed Cancel and another process got the press, until
// ctx ends.
func (b *Bot) heed(ctx context.Context, q commands.Question) {
	if b.Elsewhere == nil {
		return
	}
	tick := time.NewTicker(askElsewhere)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if b.Elsewhere.GivenUp(ctx, q.User, q.Ref) {
			b.waits.giveUp(q.User, q.Ref)
			return
		}
	}
}
