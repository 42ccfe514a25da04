package readings

import (
	"context"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/view"
)

const (
	// looksBetweenForgotten is how many looks lie between those for targets that were forgotten.
	looksBetweenForgotten = 6
	// settled is how old a reading is that surely was written, if it could be.
	settled = 10 * time.Second
	// overlap is how much later than others a reading may come to be known.
	overlap = time.Minute

	mostFollowed = 2000   // readings of others in one look
	mostKnown    = 20_000 // targets of a kind that are looked at for those forgotten
	mostRecalled = 200    // readings of a target that a question brings into memory
	recalledFor  = 26 * time.Hour
)

// Follow brings into memory what other processes write, the last day first, until ctx ends.
func (r *Readings) Follow(ctx context.Context) {
	since := time.Now()
	r.warm(ctx)
	for round := 1; ; round++ {
		since = r.others(ctx, since)
		if round%looksBetweenForgotten == 0 {
			r.forgotten(ctx)
		}
		select {
		case <-time.After(view.Every):
		case <-ctx.Done():
			return
		}
	}
}

// others brings in the readings of campaigns that were received after since, by any process,
// and returns since when the next look has to. Those of agents come when they are asked for.
func (r *Readings) others(ctx context.Context, since time.Time) time.Time {
	began := time.Now()
	readings, err := r.db.ReadingsSince(ctx, since.Add(-overlap), mostFollowed)
	if err != nil {
		return since
	}
	for _, reading := range readings {
		r.recent.Keep(reading)
	}
	if len(readings) == mostFollowed {
		return readings[mostFollowed-1].At.Add(overlap)
	}
	return began
}

// Recall brings into memory what any process has read of t within the day, and drops what was
// forgotten meanwhile.
func (r *Readings) Recall(ctx context.Context, t aht.Target) {
	if r.db.Condition().Unavailable() {
		return // there is nothing new in it, and nobody should wait for that
	}
	asked := time.Now()
	past, err := r.db.ReadingsBetween(ctx, t, asked.Add(-recalledFor), asked.Add(time.Hour), mostRecalled)
	if err != nil {
		return
	}
	for _, reading := range past {
		r.recent.Keep(reading)
	}
	if len(past) == 0 {
		r.drop(t, asked)
	}
}

// forgotten drops the targets from memory whose readings were removed from the database.
func (r *Readings) forgotten(ctx context.Context) {
	for _, kind := range []aht.Kind{aht.KindAgent, aht.KindCampaign} {
		began := time.Now()
		names, err := r.db.SeenTargets(ctx, kind, mostKnown)
		if err != nil || len(names) == mostKnown {
			continue // a question about one of them finds out
		}
		has := make(map[string]bool, len(names))
		for _, name := range names {
			has[name] = true
		}
		for _, t := range r.recent.Targets() {
			if t.Kind() == kind && !has[t.Name()] {
				r.drop(t, began)
			}
		}
	}
}

// drop drops what memory has of t, which the database lacked at a time, unless it was read
// just then or waits to be kept.
func (r *Readings) drop(t aht.Target, lacked time.Time) {
	if !r.backlog.has(t) {
		r.recent.Forget(t, lacked.Add(-settled))
	}
}
