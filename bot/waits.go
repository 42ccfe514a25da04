package bot

import (
	"context"
	"errors"
	"sync"

	"ahtbot/commands"
)

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
