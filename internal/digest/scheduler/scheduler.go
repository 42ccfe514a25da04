// Package scheduler takes the readings for the slots of digests and posts them when they are
// due, at most once (ADR 0012). Several processes may share one store.
package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/wait"
)

// Config is what a [Scheduler] needs. All fields are required.
type Config struct {
	Store    Store
	Readings Readings
	Poster   Poster
	// Deactivated reports whether the Slack account of a person is switched off.
	Deactivated func(ctx context.Context, user string) (bool, error)
	// Names returns the names of known campaigns. It must not wait.
	Names func() []string
	// Watched returns the campaigns that have an alert.
	Watched func(ctx context.Context) ([]aht.Target, error)
	// Goal returns the target AHT of a campaign, if one is set. It must not wait.
	Goal func(aht.Target) (aht.Goal, bool)
	// PerMinute returns how many requests a minute there are for digests.
	PerMinute func() int
	Calendars digest.Calendars
	// Away reports whether an error of the Store means that it is unreachable and takes no
	// writes for now. What became of a slot is then saved when it is back.
	Away func(error) bool
	Log  *slog.Logger
}

// Scheduler posts digests when they are due. Several processes may run one each on one
// Store: whichever claims a slot posts it. Make one with [New].
type Scheduler struct {
	Config
	wake      wait.Signal
	channels  channelLocks
	jobs      sync.WaitGroup
	storeDown bool // the store did not answer last time; used by Run alone

	mu     sync.Mutex
	active map[string]bool // runs that this process works on, by key
}

const (
	stopGrace  = 5 * time.Second                  // for posts under way when Run ends
	maxSleep   = time.Minute                      // between two rounds, at most
	storeRetry = 5 * time.Second                  // between two rounds while the store does not answer
	lookahead  = digest.MaxReadingTime + maxSleep // how far a round looks
	maxDue     = 10_000                           // digests, or runs, in one round
)

// New returns a Scheduler that does nothing before Run.
func New(c Config) *Scheduler {
	return &Scheduler{Config: c, wake: wait.NewSignal(), channels: newChannelLocks(), active: map[string]bool{}}
}

// Wake makes the scheduler look at the store at once, after a digest was made or changed.
// It never waits.
func (l *Scheduler) Wake() { l.wake.Wake() }

// Run posts what is due until ctx ends. Then it starts nothing new; posts under way have
// five seconds to finish, and a post that is cut short is looked for in the channel by the process
// that claims the run next.
func (l *Scheduler) Run(ctx context.Context) {
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	for ctx.Err() == nil {
		l.wake.Wait(ctx, l.round(ctx, hard))
	}
	defer time.AfterFunc(stopGrace, cut).Stop()
	l.jobs.Wait()
}

// round plans the slots whose readings start now, and starts every unfinished run that
// nobody works on. It returns how long there is nothing to do.
func (l *Scheduler) round(soft, hard context.Context) time.Duration {
	next, err := l.plan(soft, time.Now())
	runs, err2 := l.Store.Open(soft, maxDue)
	for _, r := range runs {
		l.start(soft, hard, r)
	}
	if err = errors.Join(err, err2); l.noteStoreDown(soft, err) {
		return storeRetry
	}
	if next.IsZero() {
		return maxSleep
	}
	return min(maxSleep, max(0, time.Until(next)))
}

// noteStoreDown logs once that the store does not answer, and returns whether err says so.
func (l *Scheduler) noteStoreDown(ctx context.Context, err error) bool {
	was := l.storeDown
	if l.storeDown = err != nil; l.storeDown && !was && ctx.Err() == nil {
		l.Log.WarnContext(ctx, "the digests' store does not answer, trying again", "err", err)
	}
	return l.storeDown
}

// start works on r in a goroutine, unless this process does so already.
func (l *Scheduler) start(soft, hard context.Context, r SlotRun) {
	key := r.key()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.active[key] || soft.Err() != nil {
		return
	}
	l.active[key] = true
	l.jobs.Go(func() {
		err := l.process(soft, hard, r)
		l.mu.Lock()
		delete(l.active, key)
		l.mu.Unlock()
		if err != nil && soft.Err() == nil {
			l.Log.WarnContext(soft, "a slot has to wait", "digest", r.Digest, "slot", r.Slot.Local, "err", err)
			time.AfterFunc(storeRetry, l.Wake)
		}
	})
}
