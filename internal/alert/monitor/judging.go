package monitor

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/wait"
)

const (
	overlap     = 3 * time.Minute // how much later than others a reading may be stored
	maxAge      = 26 * time.Hour  // of the readings of a round
	maxReadings = 20_000          // in one round, and for one band
)

// judge judges new readings. All fields but wake and outbox are used by the goroutine of
// run only.
type judge struct {
	cfg       *Config
	outbox    *outbox
	wake      wait.Signal // there may be something to judge
	notifying atomic.Bool // a notice of an outage is being posted
	progress
}

// progress is what the process that judges remembers from one round to the next.
type progress struct {
	began     time.Time            // when this process began to judge; zero: it does not
	rules     map[int64]StoredRule // by id; nil: to be read again
	cursor    time.Time            // readings received up to here have been judged
	newest    time.Time            // when the newest reading of a watched target was received
	outage    time.Time            // since when no reading comes, as noted in the store; zero: they come
	recovered time.Time            // when they came again
	retry     time.Time            // when a notice that could not be posted is tried again
	usual     usualBands
}

func (j *judge) begin(now time.Time) {
	j.progress = progress{began: now, usual: usualBands{history: j.cfg.History, zone: j.cfg.Zone}}
}

// run judges while this process has the lease, until ctx ends. Then it releases the lease.
func (j *judge) run(ctx, hard context.Context) {
	for ctx.Err() == nil {
		got, _, err := j.cfg.Claim(ctx, leaseKey, j.cfg.Holder, leaseTime)
		switch {
		case err != nil: // without the store nothing can be saved, so nothing is judged
		case !got:
			j.progress = progress{}
		default:
			if j.began.IsZero() {
				j.cfg.Log.InfoContext(ctx, "judging alerts here")
				j.begin(time.Now())
			}
			if err := j.judgeNew(ctx, time.Now()); err != nil && ctx.Err() == nil {
				j.cfg.Log.WarnContext(ctx, "alerts not judged, trying again", "err", err)
			}
			j.checkOutage(ctx, hard, time.Now())
		}
		if wait.For(ctx, minPause) == nil {
			j.wake.Wait(ctx, maxPause-minPause)
		}
	}
	if !j.began.IsZero() {
		releasing, cancel := context.WithTimeout(hard, stopGrace/2)
		defer cancel()
		_ = j.cfg.Unclaim(releasing, leaseKey, j.cfg.Holder) // otherwise it expires
	}
}

// judgeNew judges the new readings at now, and stores all results in one transaction.
func (j *judge) judgeNew(ctx context.Context, now time.Time) error {
	if j.began.IsZero() {
		j.begin(now)
	}
	if err := j.refresh(ctx, now); err != nil {
		return err
	}
	readings, err := j.cfg.Readings(ctx, j.cursor, maxReadings)
	if err != nil {
		return err
	}
	fresh := map[aht.Target][]aht.Reading{}
	for _, m := range readings {
		fresh[m.Target] = append(fresh[m.Target], m)
	}
	j.noteNewest(fresh)
	interval := j.cfg.Interval()
	changes, after, held := j.judgeAll(ctx, now, interval, fresh)
	lost, err := j.save(ctx, now, changes, after)
	if err != nil {
		j.rules = nil // what was stored is not known
		return err
	}
	switch {
	case held || len(lost) > 0:
		j.wake.Wake()
	case len(readings) == maxReadings:
		j.cursor = readings[maxReadings-1].At.Add(-1)
		j.wake.Wake()
	default:
		j.cursor = now.Add(-overlap)
	}
	return nil
}

// refresh reads again the rules and states that others changed.
func (j *judge) refresh(ctx context.Context, now time.Time) error {
	versions, err := j.cfg.Store.Versions(ctx)
	if err != nil {
		return err
	}
	changed := slices.ContainsFunc(versions, func(s Versions) bool {
		k, ok := j.rules[s.ID]
		return !ok || k.Watch.Version != s.Watch || k.StateVersion != s.State
	})
	if j.rules != nil && !changed && len(versions) == len(j.rules) {
		return nil
	}
	all, err := j.cfg.Store.All(ctx)
	if err != nil {
		return err
	}
	first := j.rules == nil
	j.rules = make(map[int64]StoredRule, len(all))
	watched := map[aht.Target]bool{}
	oldest := now
	for _, k := range all {
		j.rules[k.Watch.ID] = k
		watched[k.Watch.Target] = true
		if since := cmp.Or(k.State.Last, k.Watch.Made); since.Before(oldest) {
			oldest = since
		}
		j.newest = latest(j.newest, k.State.Last)
	}
	j.usual.keep(watched)
	if first {
		j.cursor = latest(oldest.Add(-1), now.Add(-maxAge))
	}
	return nil
}

// noteNewest keeps when the newest reading of a watched target was received.
func (j *judge) noteNewest(fresh map[aht.Target][]aht.Reading) {
	for _, k := range j.rules {
		if all := fresh[k.Watch.Target]; len(all) > 0 && !k.State.Paused && k.Watch.Removed.IsZero() {
			j.newest = latest(j.newest, all[len(all)-1].At)
		}
	}
}

// judgeAll judges all rules. held is true when one could not be judged because the base of
// its line could not be read: its readings are judged in a later round.
func (j *judge) judgeAll(ctx context.Context, now time.Time, interval time.Duration, fresh map[aht.Target][]aht.Reading) (changes []StateChange, after map[int64]outcome, held bool) {
	g := conditions{now: now, interval: interval, detectStale: now.Sub(j.began) > (alert.MissedReadings+1)*interval, outage: j.inOutage(now, interval)}
	after = map[int64]outcome{}
	for id, k := range j.rules {
		var failed error
		g.baseValues = func(at time.Time) alert.BaseValues {
			b, err := j.baseValues(ctx, k.Watch, at)
			failed = cmp.Or(failed, err)
			return b
		}
		o := judgeRule(k.Standing, unjudged(k, fresh[k.Watch.Target]), g)
		if failed != nil {
			held = true
			continue
		}
		if o.state != k.State || o.updates != nil || o.edited != nil {
			changes = append(changes, o.change(k))
			after[id] = o
		}
	}
	slices.SortFunc(changes, func(a, b StateChange) int { return cmp.Compare(a.Rule, b.Rule) }) // every process locks rows in the same order
	return changes, after, held
}

// errNoTargets means that the targets of campaigns have not been read yet.
var errNoTargets = errors.New("the targets of campaigns are not known yet")

// baseValues returns what the lines of w are relative to at a time, as far as its rule
// needs it.
func (j *judge) baseValues(ctx context.Context, w alert.Watch, at time.Time) (b alert.BaseValues, err error) {
	if w.Rule.Line.Of == alert.BaseTarget {
		goal, read := j.cfg.Goal(w.Target)
		if !read {
			return b, errNoTargets
		}
		b.Goal = goal.Mean
	}
	if w.Rule.NeedsUsual() {
		b.Usual, err = j.usual.at(ctx, w.Target, at)
	}
	return b, err
}

// unjudged returns the readings that are newer than the last one judged and than the rule.
func unjudged(k StoredRule, readings []aht.Reading) []aht.Reading {
	since := latest(k.State.Last, k.Watch.Made)
	for i, m := range readings {
		if m.At.After(since) {
			return readings[i:]
		}
	}
	return nil
}

// save stores the changes in one transaction. Rules that another process changed meanwhile
// are returned in lost, and read again in the next round.
func (j *judge) save(ctx context.Context, now time.Time, changes []StateChange, after map[int64]outcome) (lost []int64, err error) {
	if len(changes) == 0 {
		return nil, nil
	}
	if lost, err = j.cfg.Store.Advance(ctx, now, changes, ChangedBy{}); err != nil {
		return nil, err
	}
	said := false
	for _, m := range changes {
		if slices.Contains(lost, m.Rule) {
			delete(j.rules, m.Rule)
			continue
		}
		k, o := j.rules[m.Rule], after[m.Rule]
		k.State = o.state
		k.StateVersion++
		j.rules[m.Rule] = k
		said = said || len(m.Notices) > 0
		j.log(ctx, k, o)
	}
	if said {
		j.outbox.wake.Wake()
	}
	return lost, nil
}

// log logs what readings led to: transitions at level info, everything else at level debug.
func (j *judge) log(ctx context.Context, k StoredRule, o outcome) {
	for _, v := range o.verdicts {
		level := slog.LevelDebug
		if v.why.Transition() && (v.state.Open() || v.state.Ended != "") {
			level = slog.LevelInfo
		}
		j.cfg.Log.Log(ctx, level, "alert judged", "rule", k.Watch.ID, "target", k.Watch.Target, "reason", string(v.why),
			"phase", v.state.Phase.String(), "episode", v.state.Episode, "mean_s", int64(v.state.Mean/time.Second), "at", v.at)
	}
}

// latest returns the later of two times.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// usualBands caches the usual band of each target for the current hour, so that a round
// does not read a month of readings for each rule.
type usualBands struct {
	history func(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	zone    *time.Location
	known   map[aht.Target]hourBand
}

type hourBand struct {
	hour time.Time
	band aht.Band
}

// at returns the usual band of t in the hour of at: that of the middle of the hour.
func (b *usualBands) at(ctx context.Context, t aht.Target, at time.Time) (aht.Band, error) {
	hour := aht.HourOf(at, b.zone)
	if h, ok := b.known[t]; ok && h.hour.Equal(hour) {
		return h.band, nil
	}
	band, err := aht.UsualInHour(at, b.zone, func(from, to time.Time) ([]aht.Reading, error) {
		return b.history(ctx, t, from, to, maxReadings)
	})
	if err != nil {
		return aht.Band{}, err
	}
	if b.known == nil {
		b.known = map[aht.Target]hourBand{}
	}
	b.known[t] = hourBand{hour, band}
	return band, nil
}

// keep forgets targets that are not watched.
func (b *usualBands) keep(watched map[aht.Target]bool) {
	maps.DeleteFunc(b.known, func(t aht.Target, _ hourBand) bool { return !watched[t] })
}
