package main

import (
	"context"
	"time"

	"ahtbot/internal/aht"
)

const (
	// lookEvery is how often a process looks at what others have written: what they did is
	// seen here this much later at most, and the time a look takes (docs/design.md, "Views").
	lookEvery = 10 * time.Second
	// looksForgotten is how many looks lie between those for targets that were forgotten.
	looksForgotten = 6
	// settled is how old a reading is that surely was written, if it could be.
	settled = 10 * time.Second
	// overlap is how much later than others a reading may come to be known.
	overlap = time.Minute

	mostFollowed = 2000   // readings of others in one look
	mostKnown    = 20_000 // targets of a kind that are looked at for those forgotten
	dayOf        = 200    // readings of a target that a question brings into memory
	longestDay   = 26 * time.Hour
)

// turns has looks at the database and writes to it, of one view, come one after the other: a
// look that read before a write does not put the old in the place of the new.
type turns struct {
	taken chan struct{}
	began time.Time // when the last look began
}

func newTurns() turns { return turns{taken: make(chan struct{}, 1)} }

// take waits for the turn, which leave ends. Its error is ctx's.
func (t *turns) take(ctx context.Context) error {
	select {
	case t.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *turns) leave() { <-t.taken }

// look does a look in its turn, unless one that began since it was asked for has been done.
func (t *turns) look(ctx context.Context, do func(began time.Time)) {
	asked := time.Now()
	if t.take(ctx) != nil {
		return
	}
	defer t.leave()
	if t.began.After(asked) {
		return
	}
	t.began = time.Now()
	do(t.began)
}

// follow brings into memory what other processes write, until ctx ends.
func (s *shelf) follow(ctx context.Context) {
	since := time.Now()
	s.warm(ctx)
	for round := 1; ; round++ {
		s.goals.Look(ctx)
		since = s.others(ctx, since)
		if round%looksForgotten == 0 {
			s.forgotten(ctx)
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return
		}
	}
}

// others brings in the readings of campaigns that were received after since, by any process,
// and returns since when the next look has to. Those of agents come when they are asked for.
func (s *shelf) others(ctx context.Context, since time.Time) time.Time {
	began := time.Now()
	readings, err := s.db.ReadingsSince(ctx, since.Add(-overlap), mostFollowed)
	if err != nil {
		return since
	}
	for _, r := range readings {
		s.recent.Keep(r)
	}
	if len(readings) == mostFollowed {
		return readings[mostFollowed-1].At.Add(overlap)
	}
	return began
}

// recall brings into memory what any process has read of t within the day, and drops what was
// forgotten meanwhile.
func (s *shelf) recall(ctx context.Context, t aht.Target) {
	if s.db.Condition().Away() {
		return // there is nothing new in it, and nobody should wait for that
	}
	asked := time.Now()
	past, err := s.db.ReadingsBetween(ctx, t, asked.Add(-longestDay), asked.Add(time.Hour), dayOf)
	if err != nil {
		return
	}
	for _, r := range past {
		s.recent.Keep(r)
	}
	if len(past) == 0 {
		s.drop(t, asked)
	}
}

// forgotten drops the targets from memory whose readings were removed from the database.
func (s *shelf) forgotten(ctx context.Context) {
	for _, kind := range []aht.Kind{aht.KindAgent, aht.KindCampaign} {
		began := time.Now()
		names, err := s.db.SeenTargets(ctx, kind, mostKnown)
		if err != nil || len(names) == mostKnown {
			continue // a question about one of them finds out
		}
		has := make(map[string]bool, len(names))
		for _, name := range names {
			has[name] = true
		}
		for _, t := range s.recent.Targets() {
			if t.Kind() == kind && !has[t.Name()] {
				s.drop(t, began)
			}
		}
	}
}

// drop drops what memory has of t, which the database lacked at a time, unless it was read
// just then or waits to be kept.
func (s *shelf) drop(t aht.Target, lacked time.Time) {
	if !s.unkept.has(t) {
		s.recent.Forget(t, lacked.Add(-settled))
	}
}
