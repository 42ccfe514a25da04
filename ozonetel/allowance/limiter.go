// Package allowance decides when a request may be sent, so that never more than the account's
// allowance arrive in any 60 s, whoever else of ours asks: slots of a ledger that all processes
// share, people before background work, and a share of it while the ledger is away. It
// sends nothing itself.
package allowance

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/wait"
	"ahtbot/ozonetel/fault"
)

// Config is what a [Limiter] needs to know.
type Config struct {
	Ledger    Ledger               // counts the allowance; required
	Away      func(error) bool     // tells a ledger that cannot be reached from one that is broken; nil: it never is away
	Processes func() int           // how many share the allowance while the ledger is away; it must not wait. Nil means one
	Total     int                  // requests that may arrive in any 60 s, from 1
	Reserve   int                  // slots background work leaves free for people, at most a quarter. 0 means 5, negative none
	Drift     func() time.Duration // how far the wall clock has run ahead of the monotonic one ([ClockDrift]); required
	Log       *slog.Logger         // gets what the operator must know; required
}

const (
	// A dispatcher asks the ledger at least every longestWait, since others may have freed a slot
	// sooner than foreseen, and at most every shortestWait.
	longestWait  = time.Second
	shortestWait = 10 * time.Millisecond
)

// Limiter is the one way to the upstream: everything that is sent takes a slot of the ledger
// here, people before background work. It is safe for use by many goroutines.
type Limiter struct {
	cfg    Config
	ID     string // of this process, at random; in front of every holder
	wg     sync.WaitGroup
	once   sync.Once
	closed chan struct{}
	wake   [2]wait.Signal // of the dispatcher of each class

	mu           sync.Mutex
	queue        queue
	dispatching  [2]bool       // each class has its dispatcher
	yielding     bool          // background waits for people to be served
	lastSeq      uint64        // order of arrival of the last entry
	holders      uint64        // uses of slots named so far
	refusedUntil time.Time     // nothing is sent before this, since the upstream refused
	opening      opening       // what is known of a ledger that opens slowly
	heldUntil    time.Time     // the ledger holds every slot until then
	holdPending  bool          // the ledger has yet to be told of heldUntil
	backUntil    time.Time     // the ledger holds every slot until then because it has come back
	drift        time.Duration // of the wall clock that counts as none
	driftSince   time.Time     // since when it does
	brokenLogged time.Time     // when the log last heard of a broken ledger
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
	spare := l.cfg.Total - l.limit.at(now)
	if c == Background {
		spare += l.cfg.Reserve
	}
	return min(spare, l.cfg.Total-1)
}

// Processes is how many processes share the allowance.
func (l *Limiter) Processes() int {
	if l.cfg.Processes == nil {
		return 1
	}
	return max(1, l.cfg.Processes())
}

// wakeAll makes the dispatchers ask the ledger again: a slot may be free.
func (l *Limiter) wakeAll() {
	for _, wake := range l.wake {
		wake.Wake()
	}
}

// wakeIdle wakes the dispatchers that wait for something that is no more: who was in the
// queue, or people before background work. l.mu is held.
func (l *Limiter) wakeIdle() {
	for c, wake := range l.wake {
		if l.dispatching[c] && !l.queue.ready(Class(c)) {
			wake.Wake()
		}
	}
	if l.yielding && !l.queue.ready(People) {
		l.wake[Background].Wake()
	}
}

// New returns a limiter, which looks after its ledger until it is closed.
func New(cfg Config) *Limiter {
	cfg.Reserve = min(max(0, cmp.Or(cfg.Reserve, defaultReserve)), cfg.Total/4)
	l := &Limiter{
		cfg: cfg, ID: rand.Text(), closed: make(chan struct{}), wake: [2]wait.Signal{wait.NewSignal(), wait.NewSignal()}, driftSince: time.Now(),
		queue:    queue{askers: map[aht.Target][]*Asker{}, asking: map[string]int{}, servedAt: map[string]uint64{}},
		limit:    adaptiveLimit{total: cfg.Total},
		forecast: forecast{total: cfg.Total, slots: map[int]time.Time{}, latency: 500 * time.Millisecond},
	}
	l.wg.Go(l.watch)
	return l
}

// Close ends the limiter's goroutines. Nobody may wait in the queue any more.
func (l *Limiter) Close() {
	l.once.Do(func() { close(l.closed) })
	l.wakeAll()
	l.wg.Wait()
}

// AddAsker notes that somebody wants t's reading until the returned function is called.
func (l *Limiter) AddAsker(t aht.Target, w Asker) (over func()) {
	change := func(f func(aht.Target, *Asker)) {
		l.mu.Lock()
		defer l.mu.Unlock()
		f(t, &w)
		if slices.ContainsFunc(l.queue.entries, func(p *Entry) bool { return p.target == t }) {
			l.start() // it may have changed its class
			l.wakeIdle()
		}
	}
	change(l.queue.addAsker)
	return func() { change(l.queue.removeAsker) }
}

// Join puts a question about t in the queue. It refuses while the upstream's refusal is
// respected, and a person's question whose wait would exceed two minutes.
func (l *Limiter) Join(t aht.Target, now time.Time) (*Entry, *fault.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &Entry{seq: l.lastSeq + 1, target: t, granted: make(chan Grant, 1)}
	if err := l.refusalDuringHold(p, now); err != nil {
		return nil, err
	}
	l.lastSeq++
	l.queue.entries = append(l.queue.entries, p)
	if l.queue.classOf(p) == People {
		place := slices.Index(l.queue.order(People, l.queue.entries), p) + 1
		if left := l.estimate(People, place, l.forecast.freeTimes(now), now); left > maxWait {
			l.queue.drop(p)
			return nil, l.tooLong(left)
		}
	}
	return p, nil
}

// tooLong refuses to queue a question, and says why the queue is so slow. l.mu is held.
func (l *Limiter) tooLong(left time.Duration) *fault.Error {
	e := &fault.Error{Op: fault.OpAHT, Class: fault.Limit, Reason: fault.QueueFull, Wait: left, Detail: "too many questions are waiting"}
	if l.outage.on() {
		e.Reason, e.Err = fault.StoreAway, l.outage.err
	}
	return e
}

// First returns an entry before every question, for a token call, which they all need.
func (l *Limiter) First() *Entry { return &Entry{granted: make(chan Grant, 1)} }

// Last returns an entry behind every question, for the list of campaigns.
func (l *Limiter) Last() *Entry { return &Entry{list: true, granted: make(chan Grant, 1)} }

// Take waits until p has a slot. It returns ctx's error when ctx ends first, at no cost,
// and a *fault.Error when the upstream begins to refuse or the store is broken.
func (l *Limiter) Take(ctx context.Context, p *Entry) (Grant, error) {
	l.mu.Lock()
	if err := l.refusalDuringHold(p, time.Now()); err != nil {
		l.queue.drop(p)
		l.mu.Unlock()
		return Grant{}, err
	}
	select {
	case <-p.granted: // a refusal from a hold that has passed
	default:
	}
	p.ready = true
	if !slices.Contains(l.queue.entries, p) {
		l.queue.entries = append(l.queue.entries, p)
	}
	l.start()
	l.mu.Unlock()

	select {
	case g := <-p.granted:
		return g, g.err
	case <-ctx.Done():
		l.Leave(p)
		select {
		case g := <-p.granted: // in the same instant
			if g.err == nil {
				l.Unused(g)
			}
		default:
		}
		return Grant{}, ctx.Err()
	}
}

// Leave takes p out of the queue, if it still waits.
func (l *Limiter) Leave(p *Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.queue.entries, p) {
		l.queue.drop(p)
		l.wakeIdle()
	}
}
