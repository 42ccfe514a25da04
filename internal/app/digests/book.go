package digests

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
	"ahtbot/internal/store"
)

// Book reads the store's rows as digests and runs. A row that a later ahtbot wrote
// and this one cannot read is left alone.
type Book struct {
	DB  store.Digests
	Log *slog.Logger // hears of changes, and of rows that cannot be read
}

var _ scheduler.Store = Book{}

// undoFor is how long a removed digest can be brought back.
const undoFor = 10 * time.Minute

// All returns the digests that stand, by id.
func (b Book) All(ctx context.Context) ([]digest.Digest, error) {
	rows, err := b.DB.StandingDigests(ctx)
	return b.read(ctx, rows), err
}

// Due is [scheduler.Store.Due].
func (b Book) Due(ctx context.Context, before time.Time, most int) ([]digest.Digest, error) {
	rows, err := b.DB.DueDigests(ctx, before, most)
	return b.read(ctx, rows), err
}

// Digest is [scheduler.Store.Digest] and [request.Digests.Digest].
func (b Book) Digest(ctx context.Context, id int64) (digest.Digest, bool, error) {
	row, ok, err := b.DB.DigestByID(ctx, id)
	if err != nil || !ok || !row.Removed.IsZero() && time.Since(row.Removed) > undoFor {
		return digest.Digest{}, false, err
	}
	d, err := fromRow(row)
	return d, err == nil, err
}

// Change is [scheduler.Store.Change] and, without waking the loop, [request.Digests.Change].
func (b Book) Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error) {
	row, err := Row(d)
	if err != nil {
		return d, err
	}
	row, ok, err := b.DB.ChangeDigest(ctx, row, time.Now(), by, did)
	switch {
	case err != nil:
		return d, err
	case !ok:
		return d, request.ErrChanged
	}
	b.Log.InfoContext(ctx, "digest changed", "digest", d.ID, "did", did, "by", by)
	d.Version = row.Version
	return d, nil
}

// Changes is [request.Digests.Changes].
func (b Book) Changes(ctx context.Context, id int64, most int) ([]request.Change, error) {
	rows, err := b.DB.DigestChanges(ctx, id, most)
	var changes []request.Change
	for _, c := range rows {
		changes = append(changes, request.Change(c))
	}
	return changes, err
}

// Plan is [scheduler.Store.Plan].
func (b Book) Plan(ctx context.Context, plans []scheduler.Plan) error {
	rows := make([]store.SlotPlan, len(plans))
	for i, p := range plans {
		rows[i] = store.SlotPlan{
			Digest: p.Digest.ID, Version: p.Digest.Version, Was: p.Digest.Next.Local, NextSlot: p.Next.Local, NextAt: p.Next.At,
		}
		for _, r := range p.Runs {
			row, err := asRunRow(r)
			if err != nil {
				return err
			}
			rows[i].Runs = append(rows[i].Runs, row)
		}
	}
	_, err := b.DB.PlanSlots(ctx, rows...)
	return err
}

// Open is [scheduler.Store.Open].
func (b Book) Open(ctx context.Context, most int) ([]scheduler.SlotRun, error) {
	rows, err := b.DB.OpenRuns(ctx, most)
	return asRuns(rows), err
}

// Claim is [scheduler.Store.Claim].
func (b Book) Claim(ctx context.Context, r scheduler.SlotRun, holder string, d time.Duration) (scheduler.SlotRun, bool, error) {
	row, ok, err := b.DB.ClaimRun(ctx, r.Digest, r.Slot.Local, holder, d)
	return asRun(row), ok, err
}

// Keep is [scheduler.Store.Keep].
func (b Book) Keep(ctx context.Context, r scheduler.SlotRun, d time.Duration, name bool) (bool, error) {
	row, err := asRunRow(r)
	if err != nil {
		return false, err
	}
	return b.DB.KeepRun(ctx, row, d, name)
}

// Missed is [scheduler.Store.Missed].
func (b Book) Missed(ctx context.Context, id int64, before time.Time, most int) ([]digest.Slot, error) {
	rows, err := b.DB.MissedRuns(ctx, id, before, most)
	var missed []digest.Slot
	for _, r := range slices.Backward(rows) {
		missed = append(missed, digest.Slot{Local: r.Slot, At: r.At})
	}
	return missed, err
}

// Last is [scheduler.Store.Last].
func (b Book) Last(ctx context.Context, id int64, most int) ([]scheduler.SlotRun, error) {
	rows, err := b.DB.LastRuns(ctx, id, most)
	return asRuns(rows), err
}

// read returns the digests that rows are, without those it cannot read.
func (b Book) read(ctx context.Context, rows []store.DigestRow) []digest.Digest {
	var all []digest.Digest
	for _, row := range rows {
		d, err := fromRow(row)
		if err != nil {
			b.Log.WarnContext(ctx, "a digest cannot be read; a later ahtbot may have written it", "digest", row.ID, "err", err)
			continue
		}
		all = append(all, d)
	}
	return all
}

func fromRow(row store.DigestRow) (digest.Digest, error) {
	d := digest.Digest{
		ID: row.ID, Version: row.Version, Channel: row.Channel, By: row.By, Made: row.Made, Paused: row.Paused, PausedBy: row.PausedBy, Why: row.Why,
		Next: digest.Slot{Local: row.NextSlot, At: row.NextAt}, Removed: row.Removed,
	}
	if err := json.Unmarshal([]byte(row.Doc), &d.Order); err != nil {
		return d, fmt.Errorf("digest %d: %w", row.ID, err)
	}
	if err := d.Until.UnmarshalText([]byte(row.Until)); err != nil {
		return d, fmt.Errorf("digest %d: %w", row.ID, err)
	}
	return d, nil
}

// Row returns a digest as the store keeps it. One that is paused until somebody says so has no next slot.
func Row(d digest.Digest) (store.DigestRow, error) {
	doc, err := json.Marshal(d.Order)
	row := store.DigestRow{
		ID: d.ID, Version: d.Version, Channel: d.Channel, By: d.By, Made: d.Made, Doc: string(doc), Paused: d.Paused, Until: d.Until.String(),
		PausedBy: d.PausedBy, Why: d.Why, NextSlot: d.Next.Local, NextAt: d.Next.At, Removed: d.Removed,
	}
	if d.Paused && d.Until.IsZero() {
		row.NextSlot, row.NextAt = "", time.Time{} // nothing is due until somebody says so
	}
	return row, err
}

// takenReading is a reading as a run keeps it. A digest is of campaigns only.
type takenReading struct {
	Campaign string `json:"campaign"`
	Mean     int64  `json:"mean_s"`
	At       int64  `json:"at"`
}

func asRuns(rows []store.RunRow) []scheduler.SlotRun {
	var runs []scheduler.SlotRun
	for _, row := range rows {
		runs = append(runs, asRun(row))
	}
	return runs
}

func asRun(row store.RunRow) scheduler.SlotRun {
	r := scheduler.SlotRun{
		Digest: row.Digest, Slot: digest.Slot{Local: row.Slot, At: row.At}, ReadingFrom: row.Begun, Posting: row.State == store.RunPosting, Ended: row.Ended,
		Holder: row.Holder, Attempt: row.Attempt, Channel: row.Channel, TS: row.TS, Late: row.Late, Cause: row.Cause, Announced: row.Named,
	}
	if !row.Open() {
		r.Outcome = digest.Outcome(row.State)
	}
	var taken []takenReading
	if json.Unmarshal([]byte(row.Report), &taken) != nil {
		return r // nothing is lost: they are read again
	}
	for _, k := range taken {
		if t, err := aht.NewTarget(aht.KindCampaign, k.Campaign); err == nil {
			r.Readings = append(r.Readings, aht.Reading{Target: t, Mean: time.Duration(k.Mean) * time.Second, At: time.UnixMilli(k.At).UTC()})
		}
	}
	return r
}

func asRunRow(r scheduler.SlotRun) (store.RunRow, error) {
	row := store.RunRow{
		Digest: r.Digest, Slot: r.Slot.Local, At: r.Slot.At, Begun: r.ReadingFrom, State: string(r.Outcome), Holder: r.Holder, Attempt: r.Attempt,
		Channel: r.Channel, TS: r.TS, Late: r.Late, Cause: r.Cause, Named: r.Announced, Ended: r.Ended,
	}
	switch {
	case r.Ended.IsZero() && r.Posting:
		row.State = store.RunPosting
	case r.Ended.IsZero():
		row.State = store.RunPlanned
	}
	var taken []takenReading
	for _, k := range r.Readings {
		taken = append(taken, takenReading{k.Target.Name(), int64(k.Mean.Seconds()), k.At.UnixMilli()})
	}
	if len(taken) == 0 {
		return row, nil
	}
	text, err := json.Marshal(taken)
	row.Report = string(text)
	return row, err
}
