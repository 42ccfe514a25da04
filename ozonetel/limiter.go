package ozonetel

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

const (
	// rest is how long a slot rests after the response. The tenth of a second is for the
	// drift of clocks that [steps] does not notice.
	rest = time.Minute + 100*time.Millisecond
	// totalLimit is how long a request may take from setting out to take a slot to the last
	// byte of the answer.
	totalLimit = 15 * time.Second
	// hold is how long a slot is taken for when no response ever comes.
	hold = totalLimit + rest
	// writeLimit is how long after setting out to take a slot its request may still be
	// written; past it the slot is given up.
	writeLimit = 4 * time.Second
	// holdFor is how long nothing is sent after the upstream said we asked too much, or
	// the clock stepped.
	holdFor = time.Minute
	// maxWait is the longest wait for a turn that is worth queueing for.
	maxWait = 2 * time.Minute
	// storeLimit is how long a store may take for one step.
	storeLimit = 2 * time.Second
)

// door is the one way to the upstream: everything that is sent takes a slot of the ledger
// here, people before background work.
type door struct {
	ledger    Ledger
	away      func(error) bool
	processes func() int
	log       *slog.Logger
	total     int
	reserve   int    // slots background work leaves free for people
	id        string // of this process, in front of every holder
	wg        sync.WaitGroup
	once      sync.Once
	closed    chan struct{}
	steps     *steps
	wake      [2]chan struct{} // of each class's pump

	mu       sync.Mutex
	line     line
	pumping  [2]bool
	yielding bool // background waits for people to be served
	lastSeq  uint64
	holders  uint64
	heldTill time.Time // nothing is sent before this, since the upstream refused
	opening  opening
	still    time.Time // the ledger holds every slot until then
	owed     bool      // … and has yet to be told
	backTill time.Time // … because it has come back
	scolded  time.Time // when the log last heard of a broken ledger
	outage   outage
	ceiling  ceiling
	forecast forecast
	sent     [2]recent
	refused  recent
}

// grant is the end of a wait: a slot, or why there will be none.
type grant struct {
	slot   int       // negative: none was needed, the ledger is away
	holder string    // who has it
	at     time.Time // when we set out to take it; all limits of the request count from here
	class  class
	err    error
}

// allowanceConfig is what a [door] needs to know.
type allowanceConfig struct {
	// Ledger counts the allowance.
	Ledger Ledger
	// Away tells a ledger that cannot be reached from one that is broken. Nil: it never is away.
	Away func(error) bool
	// Processes is how many share the allowance while the ledger is away; it must not wait.
	// Nil means one.
	Processes func() int
	// Total is how many requests may arrive in any 60 s.
	Total int
	// Reserve is how many slots background work leaves free for people; at most a quarter.
	Reserve int
	// Drift tells how far the wall clock has run ahead of the monotonic one.
	Drift func() time.Duration
	// Log gets what the operator must know.
	Log *slog.Logger
}

// writeBy is until when the request may be written.
func (g grant) writeBy() time.Time { return g.at.Add(writeLimit) }

// answerBy is when the whole answer must have come.
func (g grant) answerBy() time.Time { return g.at.Add(totalLimit) }

func newDoor(cfg allowanceConfig) *door {
	now := time.Now()
	d := &door{
		ledger: cfg.Ledger, away: cfg.Away, processes: cfg.Processes, log: cfg.Log,
		total: cfg.Total, reserve: min(cfg.Reserve, cfg.Total/4), id: rand.Text(),
		closed: make(chan struct{}), steps: &steps{drift: cfg.Drift, since: now}, line: newLine(),
		ceiling: ceiling{total: cfg.Total}, forecast: newForecast(cfg.Total),
	}
	for c := range d.wake {
		d.wake[c] = make(chan struct{}, 1)
	}
	d.wg.Go(d.watch)
	return d
}

// close ends the door's goroutines. Nobody may wait in line any more.
func (d *door) close() {
	d.once.Do(func() { close(d.closed) })
	d.kick()
	d.wg.Wait()
}

// wish notes that somebody wants t's reading until the returned function is called.
func (d *door) wish(t aht.Target, w want) (over func()) {
	change := func(f func(aht.Target, *want)) {
		d.mu.Lock()
		defer d.mu.Unlock()
		f(t, &w)
		if slices.ContainsFunc(d.line.turns, func(p *turn) bool { return p.target == t }) {
			d.start() // it may have changed its class
			d.kickIdle()
		}
	}
	change(d.line.wish)
	return func() { change(d.line.unwish) }
}

// join puts a question about t in line. It refuses while the upstream's refusal is
// respected, and a person's question whose wait would exceed [maxWait].
func (d *door) join(t aht.Target, now time.Time) (*turn, *Error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := &turn{seq: d.lastSeq + 1, target: t, given: make(chan grant, 1)}
	if err := d.heldError(p, now); err != nil {
		return nil, err
	}
	d.lastSeq++
	d.line.turns = append(d.line.turns, p)
	if d.line.classOf(p) == people {
		place := slices.Index(d.line.order(people), p) + 1
		if wait := d.estimate(people, place, d.forecast.frees(now), now); wait > maxWait {
			d.line.drop(p)
			return nil, d.tooLong(wait)
		}
	}
	return p, nil
}

// tooLong refuses to queue a question, and says why the line is so slow. d.mu is held.
func (d *door) tooLong(wait time.Duration) *Error {
	e := &Error{Op: opAHT, Class: Limit, Reason: QueueFull, Wait: wait, Detail: "too many questions are waiting"}
	if d.outage.on() {
		e.Reason, e.Err = StoreAway, d.outage.err
	}
	return e
}

// first returns a place before every question, for a token call, which they all need.
func (d *door) first() *turn { return &turn{given: make(chan grant, 1)} }

// last returns a place behind every question, for the list of campaigns.
func (d *door) last() *turn { return &turn{list: true, given: make(chan grant, 1)} }

// take waits until p has a slot. It returns ctx's error when ctx ends first, at no cost,
// and an *Error when the upstream begins to refuse or the store is broken.
func (d *door) take(ctx context.Context, p *turn) (grant, error) {
	d.mu.Lock()
	if err := d.heldError(p, time.Now()); err != nil {
		d.line.drop(p)
		d.mu.Unlock()
		return grant{}, err
	}
	select {
	case <-p.given: // a refusal from a hold that has passed
	default:
	}
	p.ready = true
	if !slices.Contains(d.line.turns, p) {
		d.line.turns = append(d.line.turns, p)
	}
	d.start()
	d.mu.Unlock()

	select {
	case g := <-p.given:
		return g, g.err
	case <-ctx.Done():
		d.leave(p)
		select {
		case g := <-p.given: // in the same instant
			if g.err == nil {
				d.unused(g)
			}
		default:
		}
		return grant{}, ctx.Err()
	}
}

// leave gives up p's place, if it still has one.
func (d *door) leave(p *turn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.line.turns, p) {
		d.line.drop(p)
		d.kickIdle()
	}
}

// unused gives back a slot with which nothing was sent.
func (d *door) unused(g grant) {
	now := time.Now()
	d.mu.Lock()
	keep := g.slot < 0 || now.Before(d.still)
	if !keep {
		d.forecast.settled(g.slot, now, 0)
	}
	d.mu.Unlock()
	if !keep { // while all is held it frees itself: sooner would break the hold
		d.settle(g, 0)
	}
}

// answered lets g's slot rest, since the whole response has come.
func (d *door) answered(g grant) {
	now := time.Now()
	d.mu.Lock()
	d.forecast.took(now.Sub(g.at))
	if g.slot >= 0 {
		d.forecast.settled(g.slot, now, max(rest, d.still.Sub(now)))
	}
	d.mu.Unlock()
	if g.slot >= 0 {
		d.settle(g, rest)
	}
}

// lost leaves g's slot to free itself: what was sent with it may arrive yet.
func (d *door) lost(g grant) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g.slot >= 0 {
		d.forecast.settled(g.slot, g.at, hold)
	}
}

// settle tells the ledger, without anybody waiting for it. If that fails, the slot frees
// itself later.
func (d *door) settle(g grant, after time.Duration) {
	d.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		defer cancel()
		if err := d.ledger.Settle(ctx, g.slot, g.holder, after); err != nil {
			d.trouble(err)
		}
		d.kick()
	})
}

// refuse stops everything for [holdFor] because the upstream refused although we kept to
// the ledger: whoever waits is told, and this process asks less from now on. In a ledger
// that is opening the first time says no more than that something was there before us:
// people then wait in line until the hold is over, and the ceiling stays. It reports
// whether they do.
func (d *door) refuse(now time.Time) (wait bool) {
	left := d.openingLeft()
	d.mu.Lock()
	d.refused.add(now)
	taken := d.sent[people].count(now) + d.sent[background].count(now) - d.refused.count(now)
	if !now.Before(d.heldTill) { // what was under way at the time is the same refusal
		if d.opening.refuse(now, left); !d.opening.patient {
			d.ceiling.refuse(taken, now)
		}
	}
	d.heldTill = now.Add(holdFor)
	d.owe(now, holdFor)
	if wait = d.opening.patient; wait {
		d.forecast.reopens(d.heldTill)
	}
	for _, p := range slices.Clone(d.line.turns) {
		if err := d.heldError(p, now); err != nil {
			d.line.drop(p)
			p.given <- grant{at: now, err: err}
		}
	}
	d.mu.Unlock()
	d.payDebt()
	return wait
}

// heldError is the refusal of p while the hold lasts, or nil. d.mu is held.
func (d *door) heldError(p *turn, now time.Time) *Error {
	left := d.heldTill.Sub(now)
	if left <= 0 || d.opening.patient && d.line.classOf(p) == people {
		return nil
	}
	return &Error{Op: p.op(), Class: Limit, Reason: d.opening.reason(now), Wait: left, Detail: "the upstream refused for its limit a moment ago"}
}

// setOut notes that the request of g goes, and reports whether it may: not when the clock
// has stepped.
func (d *door) setOut(g grant) bool {
	if d.stepped(time.Now()) {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent[g.class].add(g.at)
	if g.slot >= 0 {
		d.forecast.taken(g.slot, g.at)
	}
	return true
}

// holder names one use of a slot. d.mu is held.
func (d *door) holder() string {
	d.holders++
	return fmt.Sprintf("%s/%d", d.id, d.holders)
}
