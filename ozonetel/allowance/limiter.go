// Package allowance decides when a request may be sent, so that never more than the account's
// allowance arrive in any 60 s, whoever else of ours asks: slots of a ledger that all processes
// share, people before background work, and a share of it while the ledger is away. It
// sends nothing itself.
package allowance

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// Config is what a [Limiter] needs to know.
type Config struct {
	// Ledger counts the allowance; required.
	Ledger Ledger
	// Away tells a ledger that cannot be reached from one that is broken. Nil: it never is away.
	Away func(error) bool
	// Processes is how many share the allowance while the ledger is away; it must not wait.
	// Nil means one.
	Processes func() int
	// Total is how many requests may arrive in any 60 s, from 1.
	Total int
	// Reserve is how many slots background work leaves free for people; at most a quarter of
	// them. 0 means 5, and a negative Reserve none.
	Reserve int
	// Drift tells how far the wall clock has run ahead of the monotonic one; required ([ClockDrift]).
	Drift func() time.Duration
	// Log gets what the operator must know; required.
	Log *slog.Logger
}

// New returns a limiter, which looks after its ledger until it is closed.
func New(cfg Config) *Limiter {
	now := time.Now()
	l := &Limiter{
		ledger: cfg.Ledger, away: cfg.Away, processes: cfg.Processes, log: cfg.Log,
		total: cfg.Total, reserve: min(max(0, cmp.Or(cfg.Reserve, defaultReserve)), cfg.Total/4), ID: rand.Text(),
		closed: make(chan struct{}), clock: &stepDetector{drift: cfg.Drift, since: now}, queue: newQueue(),
		limit: adaptiveLimit{total: cfg.Total}, forecast: newForecast(cfg.Total),
	}
	for c := range l.wake {
		l.wake[c] = make(chan struct{}, 1)
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
		place := slices.Index(l.queue.order(People), p) + 1
		if wait := l.estimate(People, place, l.forecast.freeTimes(now), now); wait > maxWait {
			l.queue.drop(p)
			return nil, l.tooLong(wait)
		}
	}
	return p, nil
}

// tooLong refuses to queue a question, and says why the queue is so slow. l.mu is held.
func (l *Limiter) tooLong(wait time.Duration) *fault.Error {
	e := &fault.Error{Op: fault.OpAHT, Class: fault.Limit, Reason: fault.QueueFull, Wait: wait, Detail: "too many questions are waiting"}
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
