// Package monitor judges new readings by the rules of package alert and makes sure that
// people are told. Judging writes what is to be said into an outbox in the store, in one
// transaction with the new states; posting empties the outbox, at least once (ADR 0013).
package monitor

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/wait"
)

const (
	stopGrace = 8 * time.Second // for posts under way when Run ends
	leaseKey  = "alerts"
	leaseTime = 20 * time.Second // after a crash another process judges this much later
	minPause  = time.Second / 2  // between two rounds of judging, at least
	maxPause  = 5 * time.Second  // between two rounds, at most
)

// Config is what a [Monitor] needs. All fields are required.
type Config struct {
	Store  Store
	Poster Poster
	// Readings returns at most most readings of campaigns received after since, oldest first,
	// of all processes.
	Readings func(ctx context.Context, since time.Time, most int) ([]aht.Reading, error)
	// History returns the newest most readings of t from from on and before to, oldest first.
	History func(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	// Goal returns the target AHT of t; the zero Goal is none. It must not wait: read is false
	// until targets have been read, and rules with lines relative to one are judged later.
	Goal func(t aht.Target) (g aht.Goal, read bool)
	// Interval returns how far apart watched targets are read. It must not wait.
	Interval func() time.Duration
	// Zone is the time zone of the hours of usual bands.
	Zone *time.Location
	// Claim and Unclaim take and release the lease that lets one process judge at a time.
	Claim   func(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	Unclaim func(ctx context.Context, key, holder string) error
	// Holder is this process, as leases and claims name it.
	Holder string
	// Away reports whether an error of the Store means that it is unreachable and takes no
	// writes for now. What was posted meanwhile is saved when it is back.
	Away func(error) bool
	Log  *slog.Logger
}

// Monitor judges every new reading of a watched target once, in order, and makes sure that
// people are told. One process at a time judges; a second one that believes it may does no
// harm, because a state advances from its newest version only. Every process tells.
type Monitor struct {
	cfg    Config
	judge  judge
	outbox outbox
}

// New returns a Monitor that does nothing before Run.
func New(cfg Config) *Monitor {
	l := &Monitor{cfg: cfg}
	l.outbox = outbox{cfg: &l.cfg, wake: wait.NewSignal()}
	l.judge = judge{cfg: &l.cfg, outbox: &l.outbox, wake: wait.NewSignal()}
	return l
}

// Wake makes the Monitor judge at once, after a reading came or a rule was changed. It
// never waits.
func (l *Monitor) Wake() { l.judge.wake.Wake() }

// Round judges the new readings at now and stores all results in one transaction, as Run
// does again and again. Errors are those of the Store and of functions of the Config.
func (l *Monitor) Round(ctx context.Context, now time.Time) error { return l.judge.judgeNew(ctx, now) }

// Run judges and posts until ctx ends; posts under way then have eight seconds. A crash
// loses nothing: a state is stored together with its notices, and readings not judged yet
// are judged by the next process.
func (l *Monitor) Run(ctx context.Context) {
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(stopGrace, cut) })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { l.judge.run(ctx, hard) })
	both.Go(func() { l.outbox.run(ctx, hard) })
	both.Wait()
	l.outbox.posting.Wait()
}
