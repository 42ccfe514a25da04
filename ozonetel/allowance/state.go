package allowance

import (
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// A dispatcher asks the ledger at least every longestWait, since others may have freed a slot
	// sooner than foreseen, and at most every shortestWait.
	longestWait  = time.Second
	shortestWait = 10 * time.Millisecond
)

// Limiter is the one way to the upstream: everything that is sent takes a slot of the ledger
// here, people before background work. It is safe for use by many goroutines.
type Limiter struct {
	ledger    Ledger
	away      func(error) bool
	processes func() int
	log       *slog.Logger
	total     int
	reserve   int    // slots background work leaves free for people
	ID        string // of this process, at random; in front of every holder
	wg        sync.WaitGroup
	once      sync.Once
	closed    chan struct{}
	clock     *stepDetector
	wake      [2]chan struct{} // of the dispatcher of each class

	mu           sync.Mutex
	queue        queue
	dispatching  [2]bool   // each class has its dispatcher
	yielding     bool      // background waits for people to be served
	lastSeq      uint64    // order of arrival of the last entry
	holders      uint64    // uses of slots named so far
	refusedUntil time.Time // nothing is sent before this, since the upstream refused
	opening      opening   // what is known of a ledger that opens slowly
	heldUntil    time.Time // the ledger holds every slot until then
	holdPending  bool      // the ledger has yet to be told of heldUntil
	backUntil    time.Time // the ledger holds every slot until then because it has come back
	brokenLogged time.Time // when the log last heard of a broken ledger
	outage       outage
	limit        adaptiveLimit
	forecast     forecast
	sent         [2]lastMinute
	refused      lastMinute
}

// Grant is what a wait for a slot ends with: a slot, or why there will be none.
type Grant struct {
	slot   int       // negative: none was needed, the ledger is away
	holder string    // who has it
	At     time.Time // when we set out to take it; all limits of the request count from here
	Class  Class
	err    error
}

// WriteBy is until when the request may be written.
func (g Grant) WriteBy() time.Time { return g.At.Add(writeLimit) }

// AnswerBy is when the whole answer must have come.
func (g Grant) AnswerBy() time.Time { return g.At.Add(TotalLimit) }

// holder names one use of a slot. l.mu is held.
func (l *Limiter) holder() string {
	l.holders++
	return fmt.Sprintf("%s/%d", l.ID, l.holders)
}

// spare is how many slots class c leaves free. l.mu is held.
func (l *Limiter) spare(c Class, now time.Time) int {
	spare := l.total - l.limit.at(now)
	if c == Background {
		spare += l.reserve
	}
	return min(spare, l.total-1)
}

// Processes is how many processes share the allowance.
func (l *Limiter) Processes() int {
	if l.processes == nil {
		return 1
	}
	return max(1, l.processes())
}

// wakeAll makes the dispatchers ask the ledger again: a slot may be free.
func (l *Limiter) wakeAll() {
	for _, wake := range l.wake {
		notify(wake)
	}
}

// wakeIdle wakes the dispatchers that wait for something that is no more: who was in the
// queue, or people before background work. l.mu is held.
func (l *Limiter) wakeIdle() {
	for c, wake := range l.wake {
		if l.dispatching[c] && l.queue.next(Class(c)) == nil {
			notify(wake)
		}
	}
	if l.yielding && l.queue.next(People) == nil {
		notify(l.wake[Background])
	}
}

// notify wakes who waits for wake, now or as soon as it does.
func notify(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
