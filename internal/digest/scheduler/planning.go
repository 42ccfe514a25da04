package scheduler

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

const (
	maxSkipped = 100 // slots of a digest in one plan; the next plan goes on
	planBatch  = 250 // in one transaction
)

// plan plans every slot whose readings begin at or before now, and skips those that are
// too late. It returns when the next readings begin, of those the loop looks ahead for; the
// zero time when none do.
func (l *Scheduler) plan(ctx context.Context, now time.Time) (next time.Time, err error) {
	due, err := l.Store.Due(ctx, now.Add(lookahead), maxDue)
	if err != nil {
		return time.Time{}, err
	}
	begins := l.readingStarts(ctx, due)
	var plans []Plan
	for _, d := range due {
		begin := begins(d.Next)
		if begin.After(now) {
			if next.IsZero() || begin.Before(next) {
				next = begin
			}
			continue
		}
		p, fault := l.planOne(ctx, d, begin, now)
		if fault != nil { // the others do not wait for it
			err = errors.Join(err, fault)
			continue
		}
		plans = append(plans, p)
	}
	for part := range slices.Chunk(plans, planBatch) {
		next = now // what they have next may be near, too
		if fault := l.Store.Plan(ctx, part); fault != nil {
			return next, errors.Join(err, fault)
		}
	}
	return next, err
}

// readingStarts returns when the readings for a slot begin. Digests that come at one moment share
// the budget before it, and the readings of a campaign they both show.
func (l *Scheduler) readingStarts(ctx context.Context, due []digest.Digest) func(digest.Slot) time.Time {
	at := map[time.Time]map[aht.Target]bool{}
	watched := sync.OnceValue(func() []aht.Target { return l.targetsOf(ctx, digest.Selection{Watched: true}) })
	for _, d := range due {
		key := d.Next.At.UTC()
		if at[key] == nil {
			at[key] = map[aht.Target]bool{}
		}
		targets := watched
		if !d.Order.Selection.Watched {
			targets = func() []aht.Target { return l.targetsOf(ctx, d.Order.Selection) }
		}
		for _, t := range targets() {
			at[key][t] = true
		}
	}
	return func(s digest.Slot) time.Time {
		begin, err := l.ReadingStart(s.At, len(at[s.At.UTC()]))
		if err != nil { // more than there is time for: as many as there is
			return s.At.Add(-digest.MaxReadingTime)
		}
		return begin
	}
}

// planOne is how d moves on past the slot that it has next.
func (l *Scheduler) planOne(ctx context.Context, d digest.Digest, begin, now time.Time) (p Plan, err error) {
	if d.Paused && d.Refusal(d.Next, l.Calendars) == "" { // its pause ends with this slot
		d.Paused, d.Until, d.PausedBy, d.Why = false, digest.Date{}, "", ""
		if d, err = l.Store.Change(ctx, d, "", "resumed"); err != nil {
			return p, err
		}
	}
	p = Plan{Digest: d, Next: d.NextSlot(d.Next.At.Add(-1), l.Calendars)}
	if d.Refusal(d.Next, l.Calendars) == "" {
		p.Runs, p.Next = l.runsOf(d, begin, now)
	}
	return p, nil
}

// runsOf makes the runs of the slots of d that have come, or of the one whose readings begin,
// and returns the slot after them. At most the last of them is not too late.
func (l *Scheduler) runsOf(d digest.Digest, begin, now time.Time) (runs []SlotRun, next digest.Slot) {
	for next = d.Next; ; begin = next.At.Add(-digest.ReadingTime) {
		run := SlotRun{Digest: d.ID, Slot: next, ReadingFrom: begin}
		next = d.NextSlot(next.At, l.Calendars)
		if verdict, by := digest.Lateness(run.Slot, next, now); verdict == digest.Skip {
			run.Outcome, run.Late, run.Ended = digest.Skipped, by, now
			l.Log.Warn("slot skipped, too late", "digest", d.ID, "slot", run.Slot.Local)
		}
		if runs = append(runs, run); next.At.IsZero() || next.At.After(now) || len(runs) == maxSkipped {
			return runs, next
		}
	}
}
