package alert

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
)

const (
	leaseKey = "alerts"
	leaseFor = 20 * time.Second // a process that dies leaves judging to another after this
	tick     = 5 * time.Second  // between rounds at the most
	pause    = time.Second / 2  // and at the least
	overlap  = 3 * time.Minute  // how much later than others a reading may come to be known
	longest  = 26 * time.Hour   // how far back a round looks at the most
	mostNew  = 20_000           // readings in one round
	soft     = 8 * time.Second  // what is under way has at the end
)

// Config is what a [Loop] needs. All fields but Away and Log are required.
type Config struct {
	Book   Book
	Poster Poster
	// Readings returns the readings of campaigns received after a time, oldest first, whoever
	// asked, in any process.
	Readings func(ctx context.Context, since time.Time, most int) ([]aht.Reading, error)
	// History returns the newest most readings of t from from on and before to, oldest first.
	History func(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	// Goal returns the goal of t; the zero Goal is none. It must not wait: read is false until
	// goals have been read, and lines that hang on one are judged later.
	Goal func(t aht.Target) (g aht.Goal, read bool)
	// Interval is how far apart watched targets are read, as planned. It must not wait.
	Interval func() time.Duration
	// Zone is where hours of the day are told by, for what is usual.
	Zone *time.Location
	// Claim and Unclaim are the lease that lets one process judge at a time.
	Claim   func(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	Unclaim func(ctx context.Context, key, holder string) error
	// Holder names this process.
	Holder string
	// Away tells a book that is away, and takes nothing until it is back, from other trouble.
	// What was said meanwhile is noted when it is. Nil: no book ever is.
	Away func(error) bool
	Log  *slog.Logger // nil: none
}

// Loop judges every new reading of a watched target once, in order, and sees to it that
// people are told. One of all processes judges at a time; a second that believes so too
// does no harm, since a state moves on from the newest only. All tell.
type Loop struct {
	cfg      Config
	judge    chan struct{} // something may be there to judge
	deliver  chan struct{} // something may be there to say
	claims   int           // of this process's outbox so far
	notice   chan struct{} // holds the one notice of an outage on its way
	deaf     atomic.Bool   // Slack takes no messages
	unnoted  atomic.Int64  // things said that wait for a book that is away
	round    round
	delivery sync.WaitGroup
}

// New returns a loop that does nothing yet.
func New(cfg Config) *Loop {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Loop{cfg: cfg, judge: make(chan struct{}, 1), deliver: make(chan struct{}, 1), notice: make(chan struct{}, 1)}
}

// Wake says that a reading came, or that a rule was changed.
func (l *Loop) Wake() { wake(l.judge) }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run judges and tells until ctx ends. What is being posted then has eight seconds. A crash
// loses nothing that was judged: state and what is to be said are kept together, and
// readings not judged yet are judged by the next process.
func (l *Loop) Run(ctx context.Context) {
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(soft, cut) })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { l.judging(ctx, hard) })
	both.Go(func() { l.delivering(ctx, hard) })
	both.Wait()
	l.delivery.Wait()
}

// judging judges, while this process has the lease.
func (l *Loop) judging(ctx, hard context.Context) {
	for ctx.Err() == nil {
		got, _, err := l.cfg.Claim(ctx, leaseKey, l.cfg.Holder, leaseFor)
		switch {
		case err != nil: // the store is away: nothing can be kept, so nothing is judged
		case !got:
			l.round = round{}
		default:
			if l.round.began.IsZero() {
				l.cfg.Log.InfoContext(ctx, "judging alerts here")
				l.round = l.newRound(time.Now())
			}
			if err := l.Round(ctx, time.Now()); err != nil && ctx.Err() == nil {
				l.cfg.Log.WarnContext(ctx, "alerts not judged, trying again", "err", err)
			}
			l.account(ctx, hard, time.Now())
		}
		if !rest(ctx, pause, nil) || !rest(ctx, tick-pause, l.judge) {
			break
		}
	}
	if !l.round.began.IsZero() {
		bye, cancel := context.WithTimeout(hard, soft/2)
		defer cancel()
		_ = l.cfg.Unclaim(bye, leaseKey, l.cfg.Holder) // it ends by itself
	}
}

// rest waits for d, or until woken; false when ctx has ended.
func rest(ctx context.Context, d time.Duration, woken <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-woken:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
