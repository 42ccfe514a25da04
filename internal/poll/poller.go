package poll

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/wait"
)

const (
	leaseKey        = "poll"
	leaseTime       = 30 * time.Second // after a crash another process polls this much later
	refreshInterval = 5 * time.Second  // between calls of Targets, and renewals of the lease
	maxRequests     = 8                // at the same time
	minTimeout      = 30 * time.Second // of one request
	stopTimeout     = 5 * time.Second  // for releasing the lease
)

// Config is what a [Poller] needs. All fields are required.
type Config struct {
	// Interval is how far apart the readings of a target should be (POLL_INTERVAL).
	Interval time.Duration
	// Capacity is how many requests a minute there are for polling now; it must not wait.
	Capacity func() int
	// Targets returns the targets of alerts and digests, each once. While it fails, the targets
	// of its last success are read.
	Targets func(ctx context.Context) ([]aht.Target, error)
	// LastRead returns when anybody read t last, in any process; the zero time is never.
	LastRead func(ctx context.Context, t aht.Target) time.Time
	// Read asks the upstream about t, after the requests of people and digests, and stores the
	// reading. Errors are logged. After [ErrUnknown] three times in a row t is read once an
	// hour, until a reading of it comes.
	Read func(ctx context.Context, t aht.Target) error
	// Unknown is called for such a target, after each attempt.
	Unknown func(ctx context.Context, t aht.Target)
	// Claim and Unclaim take and release the lease that lets one process poll at a time.
	Claim   func(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	Unclaim func(ctx context.Context, key, holder string) error
	// Holder is this process, as the lease names it.
	Holder string
	// Away reports whether an error of Claim means that the store is unreachable, so that nobody
	// can have the lease: the process that polled then goes on.
	Away func(error) bool
	Log  *slog.Logger
}

// Poller reads watched targets in turn. Of all processes one does so at a time.
type Poller struct {
	cfg        Config
	wake       wait.Signal
	answered   wait.Signal // a request has ended
	refreshing wait.Slots  // held during a call of Targets, so that a later result replaces an earlier one

	mu       sync.Mutex
	watched  map[aht.Target]*watched
	phases   map[aht.Target]time.Duration // nil: to be made
	phasesOf Plan                         // the plan that phases were made for
	lastErr  error
}

// watched is what a Poller knows of a target.
type watched struct {
	since    time.Time // when this process learned that it is watched
	lastRead time.Time // when it was read last or reading it failed; zero: not yet
	busy     bool      // it is being read
	unknown  int       // how often in a row the upstream said that it knows no such target
}

// New returns a Poller that polls nothing before Run.
func New(cfg Config) *Poller {
	return &Poller{cfg: cfg, wake: wait.NewSignal(), answered: wait.NewSignal(), refreshing: wait.NewSlots(1), watched: map[aht.Target]*watched{}}
}

// Refresh calls Targets at once, for a caller that has just changed what is watched: Plan
// knows the change when it returns. If Targets fails, the targets known before stay until Run
// calls it again, five seconds later at most.
func (p *Poller) Refresh(ctx context.Context) {
	p.refreshTargets(ctx)
	p.wake.Wake()
}

// Plan returns the plan for the targets that Targets returned last.
func (p *Poller) Plan() Plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	return NewPlan(p.cfg.Interval, len(p.watched), p.cfg.Capacity())
}

// LastError returns why the newest request of this process failed; nil when it succeeded, or
// when the upstream only does not know the target.
func (p *Poller) LastError() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lastErr
}

// Run polls until ctx ends, waits for its requests, and releases the lease to another
// process. After a crash the lease ends within half a minute. Every process calls Targets, so
// that each knows the plan.
func (p *Poller) Run(ctx context.Context) {
	var asking sync.WaitGroup
	slots := wait.NewSlots(maxRequests)
	leads := false
	for ctx.Err() == nil {
		p.refreshTargets(ctx)
		p.resetUnknown(ctx)
		got, _, err := p.cfg.Claim(ctx, leaseKey, p.cfg.Holder, leaseTime)
		if err != nil && leads && p.cfg.Away(err) {
			got, err = true, nil
		}
		if got != leads && err == nil {
			leads = got
			p.cfg.Log.InfoContext(ctx, "polling", "here", leads)
		}
		until := time.Now().Add(refreshInterval)
		if got && err == nil && !p.readUntil(ctx, until, slots, &asking) {
			continue // woken
		}
		p.wake.Wait(ctx, time.Until(until))
	}
	asking.Wait()
	if leads {
		releasing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		_ = p.cfg.Unclaim(releasing, leaseKey, p.cfg.Holder) // it ends by itself
	}
}

// refreshTargets calls Targets and keeps what is known of the targets that stay.
func (p *Poller) refreshTargets(ctx context.Context) {
	if p.refreshing.Take(ctx) != nil {
		return
	}
	defer p.refreshing.Leave()
	targets, err := p.cfg.Targets(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.cfg.Log.WarnContext(ctx, "watched targets not known, reading on those known before", "err", err)
		}
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.watched
	p.watched = make(map[aht.Target]*watched, len(targets))
	for _, t := range targets {
		if p.watched[t] = was[t]; was[t] == nil {
			p.watched[t] = &watched{since: time.Now()}
			p.phases = nil
		}
	}
	if len(was) != len(p.watched) {
		p.phases = nil
	}
}

// readUntil reads targets as they come due, until a time. It returns false when Refresh woke
// it.
func (p *Poller) readUntil(ctx context.Context, until time.Time, slots wait.Slots, asking *sync.WaitGroup) bool {
	turn, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	for turn.Err() == nil {
		t, due, interval, ok := p.next()
		if !ok || due.After(until) { // one that is being read may be due again before
			select {
			case <-p.answered:
				continue
			case <-p.wake:
				return false
			case <-turn.Done():
			}
			return true
		}
		if !p.wake.Wait(ctx, time.Until(due)) {
			return false
		}
		if slots.Take(turn) != nil {
			return true
		}
		p.set(t, func(w *watched) { w.busy = true })
		asking.Go(func() {
			p.read(ctx, t, interval)
			slots.Leave()
			p.answered.Wake()
		})
	}
	return true
}

// next returns the target that is due first, of those not being read, and the planned
// interval.
func (p *Poller) next() (first aht.Target, due time.Time, interval time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	plan := NewPlan(p.cfg.Interval, len(p.watched), p.cfg.Capacity())
	if p.phases == nil || plan != p.phasesOf {
		p.phases, p.phasesOf = Phases(slices.Collect(maps.Keys(p.watched)), plan.Interval), plan
	}
	for t, w := range p.watched {
		if w.busy {
			continue
		}
		every := plan.Interval
		if w.unknown >= unknownLimit {
			every = max(every, unknownInterval)
		}
		at := Due(w.lastRead, w.since, p.phases[t], every)
		if !ok || at.Before(due) {
			first, due, ok = t, at, true
		}
	}
	return first, due, plan.Interval, ok
}

// set applies change to what is known of t, unless it is no longer watched.
func (p *Poller) set(t aht.Target, change func(*watched)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := p.watched[t]; w != nil {
		change(w)
	}
}

const (
	unknownLimit    = 3 // times in a row, after which a target is read once in unknownInterval
	unknownInterval = time.Hour
)

// ErrUnknown is a target that the upstream does not know.
var ErrUnknown = errors.New("the upstream knows no such target")

// read reads t, unless another process or a person has read it within half an interval. The
// request is given up when t is due again, but not before minTimeout. A failed request
// counts as a turn.
func (p *Poller) read(ctx context.Context, t aht.Target, interval time.Duration) {
	done, asked := p.cfg.LastRead(ctx, t), false
	var err error
	if time.Since(done) > interval/2 {
		bounded, cancel := context.WithTimeout(ctx, max(interval, minTimeout))
		err = p.cfg.Read(bounded, t)
		cancel()
		done, asked = time.Now(), true
	}
	lastErr, times := err, 0
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		lastErr = nil // the account itself works
	}
	p.set(t, func(w *watched) {
		w.busy, w.lastRead = false, done
		switch {
		case unknown:
			w.unknown++
		case err == nil:
			w.unknown = 0
		}
		times = w.unknown
		if asked && ctx.Err() == nil {
			p.lastErr = lastErr
		}
	})
	if unknown && times == unknownLimit {
		p.cfg.Log.WarnContext(ctx, "the account does not know a watched target, asking about it once an hour", "target", t)
	}
	if unknown && times >= unknownLimit {
		p.cfg.Unknown(ctx, t)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		p.cfg.Log.DebugContext(ctx, "no reading for a watched target", "target", t, "err", err)
	}
}

// resetUnknown lets a target be read at the planned interval again once anybody got a reading
// of it.
func (p *Poller) resetUnknown(ctx context.Context) {
	p.mu.Lock()
	rare := map[aht.Target]time.Time{}
	for t, w := range p.watched {
		if w.unknown >= unknownLimit && !w.busy {
			rare[t] = w.lastRead
		}
	}
	p.mu.Unlock()
	for t, last := range rare {
		if p.cfg.LastRead(ctx, t).After(last) {
			p.set(t, func(w *watched) { w.unknown = 0 })
		}
	}
}
