package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

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

// newRound is what a process knows that begins to judge.
func (l *Loop) newRound(now time.Time) round {
	return round{began: now, bands: bands{history: l.cfg.History, zone: l.cfg.Zone}}
}

// Round judges what is new at now, and keeps all of it in one transaction. It is what Run
// does again and again; the error is the book's or that of a reading port.
func (l *Loop) Round(ctx context.Context, now time.Time) error {
	r := &l.round
	if r.began.IsZero() {
		*r = l.newRound(now)
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
		since := k.State.Last
		if since.IsZero() {
			since = k.Watch.Made
		}
		if since.Before(oldest) {
			oldest = since
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

// steps judges all rules. held is true when one could not be, because what its line hangs on
// could not be read: its readings are judged in a later round.
func (l *Loop) steps(ctx context.Context, now time.Time, interval time.Duration, fresh map[aht.Target][]aht.Reading) (moves []Move, after map[int64]outcome, held bool) {
	r := &l.round
	g := given{now: now, interval: interval, quiet: now.Sub(r.began) > (missed+1)*interval, outage: r.still(now, interval)}
	after = map[int64]outcome{}
	for id, k := range r.kept {
		var failed error
		g.basis = func(at time.Time) Basis {
			b, err := l.basis(ctx, k.Watch, at)
			failed = cmp.Or(failed, err)
			return b
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

// errGoals is that the targets of campaigns have not been read yet.
var errGoals = errors.New("the targets of campaigns are not known yet")

// basis is what the lines of w hang on at a time, as far as its rule asks for it.
func (l *Loop) basis(ctx context.Context, w Watch, at time.Time) (b Basis, err error) {
	if w.Rule.Line.Of == BaseTarget {
		goal, read := l.cfg.Goal(w.Target)
		if !read {
			return b, errGoals
		}
		b.Goal = goal.Mean
	}
	if w.Rule.needsUsual() {
		b.Usual, err = l.round.bands.at(ctx, w.Target, at)
	}
	return b, err
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
