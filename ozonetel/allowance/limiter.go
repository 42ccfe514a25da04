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
	"ahtbot/ozonetel/fault"
)

const (
	// slotRest is how long a slot rests after the response. The tenth of a second is for the
	// drift of clocks that [steps] does not notice.
	slotRest = time.Minute + 100*time.Millisecond
	// TotalLimit is how long a request may take from setting out to take a slot to the last
	// byte of the answer.
	TotalLimit = 15 * time.Second
	// slotHold is how long a slot is taken for when no response ever comes.
	slotHold = TotalLimit + slotRest
	// writeLimit is how long after setting out to take a slot its request may still be
	// written; past it the slot is given up.
	writeLimit = 4 * time.Second
	// HoldAfterRefusal is how long nothing is sent after the upstream said we asked too much, or
	// the clock stepped.
	HoldAfterRefusal = time.Minute
	defaultReserve   = 5
	// maxWait is the longest wait for a turn that is worth queueing for.
	maxWait = 2 * time.Minute
	// StoreLimit is how long a store may take for one step.
	StoreLimit = 2 * time.Second
)

// Limiter is the one way to the upstream: everything that is sent takes a slot of the ledger
// here, people before background work.
type Limiter struct {
	ledger    Ledger
	away      func(error) bool
	processes func() int
	log       *slog.Logger
	total     int
	reserve   int    // slots background work leaves free for people
	ID        string // of this process, in front of every holder
	wg        sync.WaitGroup
	once      sync.Once
	closed    chan struct{}
	clock     *stepDetector
	wake      [2]chan struct{} // of each class's pump

	mu           sync.Mutex
	queue        queue
	dispatching  [2]bool
	yielding     bool // background waits for people to be served
	lastSeq      uint64
	holders      uint64
	refusedUntil time.Time // nothing is sent before this, since the upstream refused
	opening      opening
	heldUntil    time.Time // the ledger holds every slot until then
	holdPending  bool      // … and has yet to be told
	backUntil    time.Time // … because it has come back
	brokenLogged time.Time // when the log last heard of a broken ledger
	outage       outage
	limit        adaptiveLimit
	forecast     forecast
	sent         [2]lastMinute
	refused      lastMinute
}

// Grant is the end of a wait: a slot, or why there will be none.
type Grant struct {
	slot   int       // negative: none was needed, the ledger is away
	holder string    // who has it
	At     time.Time // when we set out to take it; all limits of the request count from here
	Class  Class
	err    error
}

// Config is what a [Limiter] needs to know.
type Config struct {
	// Ledger counts the allowance.
	Ledger Ledger
	// Away tells a ledger that cannot be reached from one that is broken. Nil: it never is away.
	Away func(error) bool
	// Processes is how many share the allowance while the ledger is away; it must not wait.
	// Nil means one.
	Processes func() int
	// Total is how many requests may arrive in any 60 s.
	Total int
	// Reserve is how many slots background work leaves free for people; at most a quarter of
	// them. 0 means 5, and a negative Reserve none.
	Reserve int
	// Drift tells how far the wall clock has run ahead of the monotonic one.
	Drift func() time.Duration
	// Log gets what the operator must know.
	Log *slog.Logger
}

// WriteBy is until when the request may be written.
func (g Grant) WriteBy() time.Time { return g.At.Add(writeLimit) }

// AnswerBy is when the whole answer must have come.
func (g Grant) AnswerBy() time.Time { return g.At.Add(TotalLimit) }

// New returns a limiter, which looks after its ledger until it is closed.
func New(cfg Config) *Limiter {
	now := time.Now()
	d := &Limiter{
		ledger: cfg.Ledger, away: cfg.Away, processes: cfg.Processes, log: cfg.Log,
		total: cfg.Total, reserve: min(max(0, cmp.Or(cfg.Reserve, defaultReserve)), cfg.Total/4), ID: rand.Text(),
		closed: make(chan struct{}), clock: &stepDetector{drift: cfg.Drift, since: now}, queue: newQueue(),
		limit: adaptiveLimit{total: cfg.Total}, forecast: newForecast(cfg.Total),
	}
	for c := range d.wake {
		d.wake[c] = make(chan struct{}, 1)
	}
	d.wg.Go(d.watch)
	return d
}

// Close ends the door's goroutines. Nobody may wait in line any more.
func (d *Limiter) Close() {
	d.once.Do(func() { close(d.closed) })
	d.wakeAll()
	d.wg.Wait()
}

// AddAsker notes that somebody wants t's reading until the returned function is called.
func (d *Limiter) AddAsker(t aht.Target, w Asker) (over func()) {
	change := func(f func(aht.Target, *Asker)) {
		d.mu.Lock()
		defer d.mu.Unlock()
		f(t, &w)
		if slices.ContainsFunc(d.queue.entries, func(p *Entry) bool { return p.target == t }) {
			d.start() // it may have changed its class
			d.wakeIdle()
		}
	}
	change(d.queue.addAsker)
	return func() { change(d.queue.removeAsker) }
}

// Join puts a question about t in line. It refuses while the upstream's refusal is
// respected, and a person's question whose wait would exceed [maxWait].
func (d *Limiter) Join(t aht.Target, now time.Time) (*Entry, *fault.Error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := &Entry{seq: d.lastSeq + 1, target: t, granted: make(chan Grant, 1)}
	if err := d.refusalDuringHold(p, now); err != nil {
		return nil, err
	}
	d.lastSeq++
	d.queue.entries = append(d.queue.entries, p)
	if d.queue.classOf(p) == People {
		place := slices.Index(d.queue.order(People), p) + 1
		if wait := d.estimate(People, place, d.forecast.frees(now), now); wait > maxWait {
			d.queue.drop(p)
			return nil, d.tooLong(wait)
		}
	}
	return p, nil
}

// tooLong refuses to queue a question, and says why the line is so slow. d.mu is held.
func (d *Limiter) tooLong(wait time.Duration) *fault.Error {
	e := &fault.Error{Op: fault.OpAHT, Class: fault.Limit, Reason: fault.QueueFull, Wait: wait, Detail: "too many questions are waiting"}
	if d.outage.on() {
		e.Reason, e.Err = fault.StoreAway, d.outage.err
	}
	return e
}

// First returns a place before every question, for a token call, which they all need.
func (d *Limiter) First() *Entry { return &Entry{granted: make(chan Grant, 1)} }

// Last returns a place behind every question, for the list of campaigns.
func (d *Limiter) Last() *Entry { return &Entry{list: true, granted: make(chan Grant, 1)} }

// Take waits until p has a slot. It returns ctx's error when ctx ends first, at no cost,
// and an *Error when the upstream begins to refuse or the store is broken.
func (d *Limiter) Take(ctx context.Context, p *Entry) (Grant, error) {
	d.mu.Lock()
	if err := d.refusalDuringHold(p, time.Now()); err != nil {
		d.queue.drop(p)
		d.mu.Unlock()
		return Grant{}, err
	}
	select {
	case <-p.granted: // a refusal from a hold that has passed
	default:
	}
	p.ready = true
	if !slices.Contains(d.queue.entries, p) {
		d.queue.entries = append(d.queue.entries, p)
	}
	d.start()
	d.mu.Unlock()

	select {
	case g := <-p.granted:
		return g, g.err
	case <-ctx.Done():
		d.Leave(p)
		select {
		case g := <-p.granted: // in the same instant
			if g.err == nil {
				d.Unused(g)
			}
		default:
		}
		return Grant{}, ctx.Err()
	}
}

// Leave gives up p's place, if it still has one.
func (d *Limiter) Leave(p *Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.queue.entries, p) {
		d.queue.drop(p)
		d.wakeIdle()
	}
}

// Unused gives back a slot with which nothing was sent.
func (d *Limiter) Unused(g Grant) {
	now := time.Now()
	d.mu.Lock()
	keep := g.slot < 0 || now.Before(d.heldUntil)
	if !keep {
		d.forecast.settled(g.slot, now, 0)
	}
	d.mu.Unlock()
	if !keep { // while all is held it frees itself: sooner would break the hold
		d.settle(g, 0)
	}
}

// Answered lets g's slot rest, since the whole response has come.
func (d *Limiter) Answered(g Grant) {
	now := time.Now()
	d.mu.Lock()
	d.forecast.took(now.Sub(g.At))
	if g.slot >= 0 {
		d.forecast.settled(g.slot, now, max(slotRest, d.heldUntil.Sub(now)))
	}
	d.mu.Unlock()
	if g.slot >= 0 {
		d.settle(g, slotRest)
	}
}

// Lost leaves g's slot to free itself: what was sent with it may arrive yet.
func (d *Limiter) Lost(g Grant) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g.slot >= 0 {
		d.forecast.settled(g.slot, g.At, slotHold)
	}
}

// settle tells the ledger, without anybody waiting for it. If that fails, the slot frees
// itself later.
func (d *Limiter) settle(g Grant, after time.Duration) {
	d.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
		defer cancel()
		if err := d.ledger.Settle(ctx, g.slot, g.holder, after); err != nil {
			d.Failed(err)
		}
		d.wakeAll()
	})
}

// Refuse stops everything for [holdFor] because the upstream refused although we kept to
// the ledger: whoever waits is told, and this process asks less from now on. In a ledger
// that is opening the first time says no more than that something was there before us:
// people then wait in line until the hold is over, and the ceiling stays. It reports
// whether they do.
func (d *Limiter) Refuse(now time.Time) (wait bool) {
	left := d.openingLeft()
	d.mu.Lock()
	d.refused.add(now)
	taken := d.sent[People].count(now) + d.sent[Background].count(now) - d.refused.count(now)
	if !now.Before(d.refusedUntil) { // what was under way at the time is the same refusal
		if d.opening.refuse(now, left); !d.opening.patient {
			d.limit.refuse(taken, now)
		}
	}
	d.refusedUntil = now.Add(HoldAfterRefusal)
	d.requestHold(now, HoldAfterRefusal)
	if wait = d.opening.patient; wait {
		d.forecast.reopens(d.refusedUntil)
	}
	for _, p := range slices.Clone(d.queue.entries) {
		if err := d.refusalDuringHold(p, now); err != nil {
			d.queue.drop(p)
			p.granted <- Grant{At: now, err: err}
		}
	}
	d.mu.Unlock()
	d.applyHold()
	return wait
}

// refusalDuringHold is the refusal of p while the hold lasts, or nil. d.mu is held.
func (d *Limiter) refusalDuringHold(p *Entry, now time.Time) *fault.Error {
	left := d.refusedUntil.Sub(now)
	if left <= 0 || d.opening.patient && d.queue.classOf(p) == People {
		return nil
	}
	return &fault.Error{Op: p.op(), Class: fault.Limit, Reason: d.opening.reason(now), Wait: left, Detail: "the upstream refused for its limit a moment ago"}
}

// SetOut notes that the request of g goes, and reports whether it may: not when the clock
// has stepped.
func (d *Limiter) SetOut(g Grant) bool {
	if d.clockStepped(time.Now()) {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent[g.Class].add(g.At)
	if g.slot >= 0 {
		d.forecast.taken(g.slot, g.At)
	}
	return true
}

// holder names one use of a slot. d.mu is held.
func (d *Limiter) holder() string {
	d.holders++
	return fmt.Sprintf("%s/%d", d.ID, d.holders)
}
