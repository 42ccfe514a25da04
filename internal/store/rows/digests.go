package rows

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

const (
	undoable = 10 * time.Minute    // a removed digest is kept for as long
	runsKept = 90 * 24 * time.Hour // and what became of a slot
	ofDigest = "digest"            // the kind of its lines in the record of changes
)

// AddDigest is [store.Digests.AddDigest].
func (r *Rows) AddDigest(ctx context.Context, d store.DigestRow, did string) (store.DigestRow, error) {
	err := r.write(ctx, "add a digest", func(ctx context.Context, q *query.Queries) error {
		id, err := q.AddDigest(ctx, query.AddDigestParams{
			Channel: d.Channel, MadeBy: d.By, Made: d.Made.UnixMilli(), Doc: d.Doc, Paused: boolColumn(d.Paused), PausedUntil: d.Until,
			PausedBy: d.PausedBy, Why: d.Why, NextSlot: d.NextSlot, NextAt: timeColumn(d.NextAt),
		})
		if err != nil {
			return err
		}
		d.ID, d.Version = id, 1
		return q.AddChange(ctx, query.AddChangeParams{Kind: ofDigest, Thing: id, At: d.Made.UnixMilli(), Who: d.By, Did: did})
	})
	return d, err
}

// ChangeDigest is [store.Digests.ChangeDigest].
func (r *Rows) ChangeDigest(ctx context.Context, d store.DigestRow, when time.Time, by, did string) (store.DigestRow, bool, error) {
	kept := false
	err := r.write(ctx, "change a digest", func(ctx context.Context, q *query.Queries) error {
		n, err := q.ChangeDigest(ctx, query.ChangeDigestParams{
			Channel: d.Channel, Doc: d.Doc, Paused: boolColumn(d.Paused), PausedUntil: d.Until, PausedBy: d.PausedBy, Why: d.Why,
			NextSlot: d.NextSlot, NextAt: timeColumn(d.NextAt), Removed: timeColumn(d.Removed), ID: d.ID, Version: d.Version,
		})
		if kept = n == 1; err != nil || !kept {
			return err
		}
		return q.AddChange(ctx, query.AddChangeParams{Kind: ofDigest, Thing: d.ID, At: when.UnixMilli(), Who: by, Did: did})
	})
	if err != nil || !kept {
		return d, false, err
	}
	d.Version++
	return d, true, nil
}

// StandingDigests is [store.Digests.StandingDigests].
func (r *Rows) StandingDigests(ctx context.Context) ([]store.DigestRow, error) {
	all := func(q *query.Queries, ctx context.Context, _ any) ([]query.Digest, error) { return q.Digests(ctx) }
	return list(ctx, r.read, "read the digests", all, nil, asDigest)
}

// DueDigests is [store.Digests.DueDigests].
func (r *Rows) DueDigests(ctx context.Context, before time.Time, most int) ([]store.DigestRow, error) {
	due := query.DueDigestsParams{Before: before.UnixMilli(), Most: int64(most)}
	return list(ctx, r.read, "read the digests that are due", (*query.Queries).DueDigests, due, asDigest)
}

// DigestByID is [store.Digests.DigestByID].
func (r *Rows) DigestByID(ctx context.Context, id int64) (store.DigestRow, bool, error) {
	return find(ctx, r.read, "read a digest", (*query.Queries).DigestByID, id, asDigest)
}

// DigestChanges is [store.Digests.DigestChanges].
func (r *Rows) DigestChanges(ctx context.Context, id int64, most int) ([]store.Change, error) {
	return r.changes(ctx, ofDigest, id, most)
}

// PlanSlots is [store.Digests.PlanSlots]: two statements, however many the plans are.
func (r *Rows) PlanSlots(ctx context.Context, plans ...store.SlotPlan) (planned int, err error) {
	type step struct {
		Version int64  `json:"version"`
		Was     string `json:"was"`
		Slot    string `json:"slot"`
		At      int64  `json:"at"`
	}
	steps := make(map[int64]step, len(plans))
	for _, p := range plans {
		steps[p.Digest] = step{p.Version, p.Was, p.NextSlot, timeColumn(p.NextAt)}
	}
	doc, err := json.Marshal(steps)
	if err != nil {
		return 0, fmt.Errorf("store: plan slots: %w", err)
	}
	var moved []int64
	err = r.write(ctx, "plan slots", func(ctx context.Context, q *query.Queries) error {
		var err error
		if moved, err = q.AdvanceDigests(ctx, doc); err != nil {
			return err
		}
		runs, err := runsOf(plans, moved)
		if err != nil {
			return err
		}
		return q.AddRuns(ctx, runs)
	})
	if err != nil {
		return 0, err
	}
	return len(moved), nil
}

// runsOf is the runs of those plans whose digests moved, as AddRuns takes them.
func runsOf(plans []store.SlotPlan, moved []int64) (json.RawMessage, error) {
	type run struct {
		Digest int64  `json:"digest"`
		Slot   string `json:"slot"`
		At     int64  `json:"at"`
		Begun  int64  `json:"begun"`
		State  string `json:"state"`
		Cause  string `json:"cause"`
		Ended  int64  `json:"ended"`
	}
	runs := map[int]run{}
	for _, p := range plans {
		if !slices.Contains(moved, p.Digest) {
			continue
		}
		for _, r := range p.Runs {
			runs[len(runs)] = run{p.Digest, r.Slot, timeColumn(r.At), timeColumn(r.Begun), r.State, r.Cause, timeColumn(r.Ended)}
		}
	}
	return json.Marshal(runs)
}

func asDigest(d query.Digest) (store.DigestRow, bool) {
	return store.DigestRow{
		ID: d.ID, Version: d.Version, Channel: d.Channel, By: d.MadeBy, Made: at(d.Made), Doc: d.Doc, Paused: d.Paused != 0, Until: d.PausedUntil,
		PausedBy: d.PausedBy, Why: d.Why, NextSlot: d.NextSlot, NextAt: columnTime(d.NextAt), Removed: columnTime(d.Removed),
	}, true
}
