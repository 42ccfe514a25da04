package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
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

// Config is what a [Loop] needs. All fields but Log are required.
type Config struct {
	Book   Book
	Poster Poster
	// Readings returns the readings of campaigns received after a time, oldest first, whoever
	// asked, in any process.
	Readings func(ctx context.Context, since time.Time, most int) ([]aht.Reading, error)
	// History returns the newest most readings of t from from on and before to, oldest first.
	History func(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	// Goal returns the goal of t; the zero Goal is none. It must not wait.
	Goal func(t aht.Target) aht.Goal
	// Interval is how far apart watched targets are read, as planned. It must not wait.
	Interval func() time.Duration
	// Zone is where hours of the day are told by, for what is usual.
	Zone *time.Location
	// Claim and Unclaim are the lease that lets one process judge at a time.
	Claim   func(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	Unclaim func(ctx context.Context, key, holder string) error
	// Holder names this process.
	Holder string
	Log    *slog.Logger // nil: none
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
	deaf     onceLog
	round    round
	delivery sync.WaitGroup
}

// round is what the process that judges knows. Only the judging goroutine uses it.
type round struct {
	began  time.Time // when this process began to judge; zero: it does not
	kept   map[int64]Kept
	cursor time.Time // readings up to here have been judged
	newest time.Time // the newest reading of a watched target
	outage time.Time // since when no reading comes, as noted; zero: they come
	back   time.Time // when they came again
	retry  time.Time // when a notice that failed is tried again
	bands  bands
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
				l.round = l.fresh(time.Now())
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

// fresh is what a process knows that begins to judge.
func (l *Loop) fresh(now time.Time) round {
	return round{began: now, bands: bands{history: l.cfg.History, zone: l.cfg.Zone}}
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

// Round judges what is new at now, and keeps all of it in one transaction. It is what Run
// does again and again; the error is the book's or that of a reading port.
func (l *Loop) Round(ctx context.Context, now time.Time) error {
	r := &l.round
	if r.began.IsZero() {
		*r = l.fresh(now)
	}
	if err := l.refresh(ctx, now); err != nil {
		return err
	}
	readings, err := l.cfg.Readings(ctx, r.cursor, mostNew)
	if err != nil {
		return err
	}
	fresh := map[aht.Target][]aht.Reading{}
	for _, m := range readings {
		fresh[m.Target] = append(fresh[m.Target], m)
	}
	r.noteNewest(fresh)
	interval := l.cfg.Interval()
	moves, after, held := l.steps(ctx, now, interval, fresh)
	lost, err := l.keep(ctx, now, moves, after)
	if err != nil {
		r.kept = nil // what was kept is not known
		return err
	}
	switch {
	case held || len(lost) > 0:
		wake(l.judge)
	case len(readings) == mostNew:
		r.cursor = readings[mostNew-1].At.Add(-1)
		wake(l.judge)
	default:
		r.cursor = now.Add(-overlap)
	}
	return nil
}

// refresh brings the rules and states in memory up to date: all that others changed.
func (l *Loop) refresh(ctx context.Context, now time.Time) error {
	r := &l.round
	stamps, err := l.cfg.Book.Stamps(ctx)
	if err != nil {
		return err
	}
	changed := 0
	for _, s := range stamps {
		if k, ok := r.kept[s.ID]; !ok || k.Watch.Version != s.Version || k.Judged != s.Judged {
			changed++
		}
	}
	if r.kept != nil && changed == 0 && len(stamps) == len(r.kept) {
		return nil
	}
	all, err := l.cfg.Book.All(ctx)
	if err != nil {
		return err
	}
	first := r.kept == nil
	r.kept = make(map[int64]Kept, len(all))
	watched := map[aht.Target]bool{}
	oldest := now
	for _, k := range all {
		r.kept[k.Watch.ID] = k
		watched[k.Watch.Target] = true
		if last := k.State.Last; !last.IsZero() && last.Before(oldest) {
			oldest = last
		}
		if k.Watch.Made.Before(oldest) && k.State.Last.IsZero() {
			oldest = k.Watch.Made
		}
		r.newest = latest(r.newest, k.State.Last)
	}
	r.bands.keep(watched)
	if first {
		r.cursor = latest(oldest.Add(-1), now.Add(-longest))
	}
	return nil
}

// noteNewest notes when the newest reading of a watched target came.
func (r *round) noteNewest(fresh map[aht.Target][]aht.Reading) {
	for _, k := range r.kept {
		if all := fresh[k.Watch.Target]; len(all) > 0 && !k.State.Paused && k.Watch.Removed.IsZero() {
			r.newest = latest(r.newest, all[len(all)-1].At)
		}
	}
}

// steps judges all rules. held is true when one could not be, because what is usual for it
// could not be read: its readings are judged in a later round.
func (l *Loop) steps(ctx context.Context, now time.Time, interval time.Duration, fresh map[aht.Target][]aht.Reading) (moves []Move, after map[int64]outcome, held bool) {
	r := &l.round
	g := given{now: now, interval: interval, quiet: now.Sub(r.began) > (missed+1)*interval, outage: r.still(now, interval)}
	after = map[int64]outcome{}
	for id, k := range r.kept {
		var failed error
		g.usual = func(at time.Time) aht.Band {
			band, err := r.bands.at(ctx, k.Watch.Target, at)
			failed = cmp.Or(failed, err)
			return band
		}
		o := step(k.Standing, unjudged(k, fresh[k.Watch.Target]), g)
		if failed != nil {
			held = true
			continue
		}
		says := o.says()
		if o.state == k.State && says == nil {
			continue
		}
		state, err := json.Marshal(o.state)
		if err != nil {
			panic(err) // nothing in it can fail
		}
		moves = append(moves, Move{Rule: id, Judged: k.Judged, State: string(state), Says: says})
		after[id] = o
	}
	slices.SortFunc(moves, func(a, b Move) int { return cmp.Compare(a.Rule, b.Rule) }) // two processes lock in one order
	return moves, after, held
}

// unjudged returns those of readings that k was not judged by; none from before it was made.
func unjudged(k Kept, readings []aht.Reading) []aht.Reading {
	since := latest(k.State.Last, k.Watch.Made)
	for i, m := range readings {
		if m.At.After(since) {
			return readings[i:]
		}
	}
	return nil
}

// keep keeps the moves in one transaction and notes what became of them. What was lost to
// another process is read anew in the next round.
func (l *Loop) keep(ctx context.Context, now time.Time, moves []Move, after map[int64]outcome) (lost []int64, err error) {
	if len(moves) == 0 {
		return nil, nil
	}
	if lost, err = l.cfg.Book.Advance(ctx, now, moves, By{}); err != nil {
		return nil, err
	}
	said := false
	for _, m := range moves {
		if slices.Contains(lost, m.Rule) {
			delete(l.round.kept, m.Rule)
			continue
		}
		k, o := l.round.kept[m.Rule], after[m.Rule]
		k.State = o.state
		k.Judged++
		l.round.kept[m.Rule] = k
		said = said || len(m.Says) > 0
		l.log(ctx, k, o)
	}
	if said {
		wake(l.deliver)
	}
	return lost, nil
}

// log writes what readings led to: transitions for whoever runs the bot, all for who looks.
func (l *Loop) log(ctx context.Context, k Kept, o outcome) {
	for _, v := range o.verdicts {
		level := slog.LevelDebug
		if v.why.Transition() && (v.state.Open() || v.state.Ended != "") {
			level = slog.LevelInfo
		}
		if l.cfg.Log.Enabled(ctx, level) {
			l.cfg.Log.Log(ctx, level, "alert judged", "rule", k.Watch.ID, "target", k.Watch.Target, "reason", string(v.why),
				"phase", v.state.Phase.String(), "episode", v.state.Episode, "mean_s", int64(v.state.Mean/time.Second), "at", v.at)
		}
	}
}

// Amend applies change to how a rule stands, again when it was judged meanwhile, and puts
// the line that change returns, if it says so, on its way into the thread. The message
// follows. It is kept with who did what. [ErrNone] is a rule that is not there.
func (l *Loop) Amend(ctx context.Context, id int64, by By, change func(Standing) (State, Turn, bool)) (Standing, error) {
	const tries = 10
	for range tries {
		k, ok, err := l.cfg.Book.One(ctx, id)
		if err != nil {
			return Standing{}, err
		}
		if !ok {
			return Standing{}, ErrNone
		}
		s, turn, told := change(k.Standing)
		if s == k.State && !told {
			return k.Standing, nil
		}
		o := amend(k.State, s, turn, told)
		state, err := json.Marshal(s)
		if err != nil {
			return Standing{}, fmt.Errorf("the state of an alert: %w", err)
		}
		lost, err := l.cfg.Book.Advance(ctx, time.Now(), []Move{{Rule: id, Judged: k.Judged, State: string(state), Says: o.says()}}, by)
		if err != nil {
			return Standing{}, err
		}
		if len(lost) == 0 {
			wake(l.judge)
			wake(l.deliver)
			return Standing{k.Watch, s}, nil
		}
	}
	return Standing{}, ErrMoved
}
