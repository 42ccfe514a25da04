package poll

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

const (
	leaseKey  = "poll"
	leaseFor  = 30 * time.Second // a process that dies leaves polling to another after this
	lookAgain = 5 * time.Second  // how often targets are asked for, and the lease kept
	atOnce    = 8                // questions under way
	patience  = 30 * time.Second // a question has at the least
	soft      = 5 * time.Second  // to give the lease up in
)

// Config is what a [Loop] needs. All fields but Away and Log are required.
type Config struct {
	// Interval is POLL_INTERVAL.
	Interval time.Duration
	// Capacity is how many requests a minute there are for polling now; it must not wait.
	Capacity func() int
	// Targets are what is watched: by alerts and by digests, each once. When it fails those
	// known before are read on.
	Targets func(ctx context.Context) ([]aht.Target, error)
	// LastRead returns when anybody read t last, in any process; the zero time is never.
	LastRead func(ctx context.Context, t aht.Target) time.Time
	// Read asks the upstream about t behind everybody else. The reading is kept by whoever
	// asks; errors are logged. After [ErrUnknown] three times in a row t is asked about once an
	// hour, until a reading comes.
	Read func(ctx context.Context, t aht.Target) error
	// Unknown is told of such a target, each time it was asked about.
	Unknown func(ctx context.Context, t aht.Target)
	// Claim and Unclaim are the lease that lets one process poll at a time.
	Claim   func(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	Unclaim func(ctx context.Context, key, holder string) error
	// Holder names this process.
	Holder string
	// Away tells a store that is away, where nobody can have the lease, from other trouble: the
	// process that polled goes on then. Nil: no store ever is.
	Away func(error) bool
	Log  *slog.Logger // nil: none
}

// Poller reads watched targets in turn. One of all processes does at a time.
type Poller struct {
	cfg  Config
	wake chan struct{}
	free chan struct{} // an answer has come
	look chan struct{} // holds the one look at what is watched, so that an older one ends before a newer

	mu      sync.Mutex
	watched map[aht.Target]*watched
	phases  map[aht.Target]time.Duration // nil: to be made
	phased  Plan                         // the plan phases are of
	trouble error
}

// watched is what a loop knows of a target.
type watched struct {
	seen time.Time // when it came to be watched, as far as this process knows
	last time.Time // when it last had its turn; zero: not yet
	busy bool      // it is being asked about
	// unknown is how often in a row the upstream said that it knows no such target.
	unknown int
}

// New returns a loop that polls nothing yet.
func New(cfg Config) *Poller {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Poller{cfg: cfg, wake: make(chan struct{}, 1), free: make(chan struct{}, 1), look: make(chan struct{}, 1), watched: map[aht.Target]*watched{}}
}

// Refresh asks what is watched now, for who has just changed it: when it returns, Plan knows. When
// that can't be told, those known before stay until Run looks, a few seconds later.
func (l *Poller) Refresh(ctx context.Context) {
	l.ask(ctx)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Plan is the plan for the targets watched when they were asked for last.
func (l *Poller) Plan() Plan {
	l.mu.Lock()
	defer l.mu.Unlock()
	return NewPlan(l.cfg.Interval, len(l.watched), l.cfg.Capacity())
}

// LastError is why the newest reading this process asked for failed; nil when it came, or when
// the upstream only does not know its target.
func (l *Poller) LastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble
}

// Run polls until ctx ends, waits for what it has asked, and leaves polling to another
// process. A crash does so after half a minute. Targets are asked for by every process, so
// that each knows the plan.
func (l *Poller) Run(ctx context.Context) {
	var asking sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	leads := false
	for ctx.Err() == nil {
		l.ask(ctx)
		l.recall(ctx)
		got, _, err := l.cfg.Claim(ctx, leaseKey, l.cfg.Holder, leaseFor)
		if err != nil && leads && l.cfg.Away != nil && l.cfg.Away(err) {
			got, err = true, nil
		}
		if got != leads && err == nil {
			leads = got
			l.cfg.Log.InfoContext(ctx, "polling", "here", leads)
		}
		until := time.Now().Add(lookAgain)
		if got && err == nil && !l.turns(ctx, until, slots, &asking) {
			continue // woken
		}
		l.sleep(ctx, time.Until(until))
	}
	asking.Wait()
	if leads {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), soft)
		defer cancel()
		_ = l.cfg.Unclaim(bye, leaseKey, l.cfg.Holder) // it ends by itself
	}
}

// ask asks what is watched.
func (l *Poller) ask(ctx context.Context) {
	select {
	case l.look <- struct{}{}:
		defer func() { <-l.look }()
	case <-ctx.Done():
		return
	}
	targets, err := l.cfg.Targets(ctx)
	if err != nil {
		if ctx.Err() == nil {
			l.cfg.Log.WarnContext(ctx, "watched targets not known, reading on those known before", "err", err)
		}
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.watched
	l.watched = make(map[aht.Target]*watched, len(targets))
	for _, t := range targets {
		if l.watched[t] = was[t]; was[t] == nil {
			l.watched[t] = &watched{seen: time.Now()}
			l.phases = nil
		}
	}
	if len(was) != len(l.watched) {
		l.phases = nil
	}
}

// turns reads what is due until a time; false when it was woken.
func (l *Poller) turns(ctx context.Context, until time.Time, slots chan struct{}, asking *sync.WaitGroup) bool {
	turn, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	for turn.Err() == nil {
		t, due, interval, ok := l.next()
		if !ok || due.After(until) { // one that is being asked about may be due again before
			select {
			case <-l.free:
				continue
			case <-l.wake:
				return false
			case <-turn.Done():
			}
			return true
		}
		if !l.sleep(ctx, time.Until(due)) {
			return false
		}
		select {
		case slots <- struct{}{}:
		case <-turn.Done():
			return true
		}
		l.set(t, func(w *watched) { w.busy = true })
		asking.Go(func() {
			l.read(ctx, t, interval)
			<-slots
			select {
			case l.free <- struct{}{}:
			default:
			}
		})
	}
	return true
}

// next returns the target that is due first, of those not asked about just now, and the
// interval planned.
func (l *Poller) next() (first aht.Target, due time.Time, interval time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	plan := NewPlan(l.cfg.Interval, len(l.watched), l.cfg.Capacity())
	if l.phases == nil || plan != l.phased {
		l.phases, l.phased = Phases(slices.Collect(maps.Keys(l.watched)), plan.Interval), plan
	}
	for t, w := range l.watched {
		if w.busy {
			continue
		}
		every := plan.Interval
		if w.unknown >= refusals {
			every = max(every, rarely)
		}
		at := Due(w.last, w.seen, l.phases[t], every)
		if !ok || at.Before(due) {
			first, due, ok = t, at, true
		}
	}
	return first, due, plan.Interval, ok
}

// set changes what is known of t, unless it is no longer watched.
func (l *Poller) set(t aht.Target, change func(*watched)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.watched[t]; w != nil {
		change(w)
	}
}

// sleep waits for d; false when it was woken or ctx has ended.
func (l *Poller) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.wake:
	case <-ctx.Done():
	}
	return false
}
