package ozonetel

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ahtbot/internal/aht"
)

const (
	// spread is J of the formula at [newBudget]: how much longer one request may take than
	// another from taking its turn to reaching the upstream.
	spread = 5 * time.Second
	// writeLimit is how long after taking its turn a request may still be written; past it
	// the attempt fails. It is below spread, to leave a second for the wire.
	writeLimit = spread - time.Second
	// holdFor is how long nothing is sent after the upstream said we asked too much.
	holdFor = time.Minute
	// maxWait is the longest wait for a turn that is worth queueing for.
	maxWait = 2 * time.Minute
)

// budget gives out turns to send: in order of arrival, and never so many that the upstream
// could count more than the allowance in any 60 s. Everything that is sent takes a turn.
type budget struct {
	mu      sync.Mutex
	bucket  *rate.Limiter
	queue   []*turn     // waiting, by seq
	wake    *time.Timer // nil until first needed
	lastSeq uint64
	held    time.Time // nothing is sent before this
	sent    recent
	refused recent
}

// newBudget returns the budget for n requests in any 60 s, n from 1.
//
// A token bucket of size b and rate r lets through at most b + ceil(r·L) − 1 in any
// half-open window of length L. What reaches the upstream within 60 s was sent within
// 60 s + J, where J is the spread of the delay between sending and arriving. So at most n
// arrive in any 60 s if b + ceil(r·(60+J)) − 1 ≤ n, which gives
//
//	r = (n + 1 − b) / (60 + J),  b = min(5, max(1, n/10)),  J = 5 s
//
// (stack.md §3.1). J is kept true by [writeLimit]. A bucket that starts empty makes the
// bound hold over restarts too; fresh says that nothing can have been sent before, and
// starts it full.
func newBudget(n int, fresh bool, now time.Time) *budget {
	size := min(5, max(1, n/10))
	// A billionth less, so that rounding cannot lift the product over a whole number.
	perSecond := float64(n+1-size) / (60*time.Second + spread).Seconds() * (1 - 1e-9)
	b := &budget{bucket: rate.NewLimiter(rate.Limit(perSecond), size)}
	if !fresh {
		b.bucket.AllowN(now, size)
	}
	return b
}

// turn is one place in the queue. A question keeps its turn's seq for all its requests, so
// a retry does not go to the back.
type turn struct {
	seq    uint64     // order of arrival; 0 goes before everybody
	target aht.Target // zero for a token call
	ready  bool       // it could send now; a question without a token is not ready
	given  chan grant // one at most at a time
}

// grant is the end of a wait: a turn taken at a time, or why there will be none.
type grant struct {
	at  time.Time
	err error
}

// join puts a question about t at the end of the queue. It refuses while the upstream's
// refusal is respected and when the wait would exceed [maxWait].
func (b *budget) join(t aht.Target, now time.Time) (*turn, *Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.heldError(opAHT, now); err != nil {
		return nil, err
	}
	if wait := b.estimate(len(b.queue), now); wait > maxWait {
		return nil, &Error{Op: opAHT, Class: Limit, Reason: LimitExceeded, Wait: wait, Detail: "too many questions are waiting"}
	}
	b.lastSeq++
	p := &turn{seq: b.lastSeq, target: t, given: make(chan grant, 1)}
	b.queue = append(b.queue, p)
	return p, nil
}

// first returns a place before every question, for a token call, which they all need.
func (b *budget) first() *turn { return &turn{given: make(chan grant, 1)} }

// take waits until it is p's turn and returns when that was. It returns ctx's error when
// ctx ends first, at no cost, and an *Error when the upstream begins to refuse.
func (b *budget) take(ctx context.Context, p *turn) (time.Time, error) {
	b.mu.Lock()
	now := time.Now()
	if err := b.heldError(p.op(), now); err != nil {
		b.drop(p)
		b.mu.Unlock()
		return now, err
	}
	select {
	case <-p.given: // a refusal from a hold that has passed
	default:
	}
	p.ready = true
	if !slices.Contains(b.queue, p) {
		at, _ := slices.BinarySearchFunc(b.queue, p.seq, func(q *turn, seq uint64) int { return compareSeq(q.seq, seq) })
		b.queue = slices.Insert(b.queue, at, p)
	}
	b.pump(now)
	b.mu.Unlock()

	select {
	case g := <-p.given:
		return g.at, g.err
	case <-ctx.Done():
		b.leave(p)
		return now, ctx.Err()
	}
}

// leave gives up p's place, if it still has one.
func (b *budget) leave(p *turn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(p)
	b.pump(time.Now())
}

// drop takes p out of the queue. b.mu is held.
func (b *budget) drop(p *turn) {
	if i := slices.Index(b.queue, p); i >= 0 {
		b.queue = slices.Delete(b.queue, i, i+1)
	}
	p.ready = false
}

// pump gives turns to whoever is first and ready, and sets the alarm for the next. Only
// one reservation is ever tried at a time and given back at once when it lies ahead, so
// whoever withdraws leaves no hole behind. b.mu is held.
func (b *budget) pump(now time.Time) {
	for {
		i := slices.IndexFunc(b.queue, func(p *turn) bool { return p.ready })
		if i < 0 {
			if b.wake != nil {
				b.wake.Stop()
			}
			return
		}
		r := b.bucket.ReserveN(now, 1)
		if d := r.DelayFrom(now); d > 0 {
			r.CancelAt(now)
			b.alarm(d)
			return
		}
		p := b.queue[i]
		b.drop(p)
		p.given <- grant{at: now}
	}
}

func (b *budget) alarm(d time.Duration) {
	if b.wake != nil {
		b.wake.Reset(d)
		return
	}
	b.wake = time.AfterFunc(d, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.pump(time.Now())
	})
}

// hold stops everything for [holdFor] because the upstream refused: whoever waits is told.
func (b *budget) hold(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused.add(now)
	b.held = now.Add(holdFor)
	for _, p := range b.queue {
		p.ready = false
		p.given <- grant{at: now, err: b.heldError(p.op(), now)}
	}
	b.queue = nil
	b.pump(now)
}

// heldError is the refusal while the hold lasts, or nil. b.mu is held.
func (b *budget) heldError(op string, now time.Time) *Error {
	if left := b.held.Sub(now); left > 0 {
		return &Error{Op: op, Class: Limit, Reason: LimitExceeded, Wait: left, Detail: "the upstream refused for its limit a moment ago"}
	}
	return nil
}

// estimate is how long the place with that many before it waits. b.mu is held.
func (b *budget) estimate(before int, now time.Time) time.Duration {
	need := float64(before+1) - b.bucket.TokensAt(now)
	return time.Duration(max(0, need) / float64(b.bucket.Limit()) * float64(time.Second))
}
