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
	maxSkipped = 100 // slots of one digest in one round; the next round goes on
	planBatch  = 250 // plans in one transaction
)

// plan makes the runs of every slot whose readings start at or before now, and skips slots
// that are too late. It returns when the next readings start, as far as it looks ahead; the
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
		if fault != nil { // the others are planned all the same
			err = errors.Join(err, fault)
			continue
		}
		plans = append(plans, p)
	}
	for part := range slices.Chunk(plans, planBatch) {
		next = now // their next slots may be due, too
		if fault := l.Store.Plan(ctx, part); fault != nil {
			return next, errors.Join(err, fault)
		}
	}
	return next, err
}

// readingStarts returns a function that says when the readings for a slot start. Digests
// due at the same moment share the allowance before it, and the readings of campaigns that
// they have in common.
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
		if err != nil { // more than there is time for: as many as possible are read
			return s.At.Add(-digest.MaxReadingTime)
		}
		return begin
	}
}

// planOne returns how d moves on past its next slot.
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

// runsOf returns the runs of the slots of d that have passed, or of the one whose readings
// start, and the slot after them. All but the last are skipped, because they are too late.
func (l *Scheduler) runsOf(d digest.Digest, begin, now time.Time) (runs []SlotRun, next digest.Slot) {
	for next = d.Next; ; begin = next.At.Add(-digest.ReadingTime) {
		run := SlotRun{Digest: d.ID, Slot: next, ReadingFrom: begin}
		next = d.NextSlot(next.At, l.Calendars)
		if late, tooLate := digest.Lateness(run.Slot, next, now); tooLate {
			run.Outcome, run.Late, run.Ended = digest.Skipped, late, now
			l.Log.Warn("slot skipped, too late", "digest", d.ID, "slot", run.Slot.Local)
		}
		if runs = append(runs, run); next.At.IsZero() || next.At.After(now) || len(runs) == maxSkipped {
			return runs, next
		}
	}
}
