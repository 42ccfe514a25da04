package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// ClaimOutbox is [store.Alerts.ClaimOutbox].
func (r *Rows) ClaimOutbox(ctx context.Context, holder string, hold time.Duration, now time.Time, most int) (due []store.OutboxRow, err error) {
	err = r.write(ctx, "claim what is to be said", func(ctx context.Context, q *query.Queries) error {
		due = nil
		n, err := q.LeaseOutbox(ctx, query.LeaseOutboxParams{Holder: holder, Hold: min(hold, beyond).Milliseconds(), Most: int64(most)})
		if err != nil || n == 0 {
			return err
		}
		rows, err := q.LeasedOutbox(ctx, holder)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if i > 0 && row.Rule == rows[i-1].Rule {
				continue
			}
			if err := q.TryOutbox(ctx, query.TryOutboxParams{ID: row.ID, Sent: timeColumn(now)}); err != nil {
				return err
			}
			due = append(due, store.OutboxRow{
				ID: row.ID, Rule: row.Rule, Episode: row.Episode, Edit: row.Seq == 0, Rev: row.Rev, Doc: row.Doc,
				Made: at(row.Made), Attempt: row.Attempt, Sent: columnTime(row.Sent),
			})
		}
		return nil
	})
	return due, err
}

// FinishOutbox is [store.Alerts.FinishOutbox].
func (r *Rows) FinishOutbox(ctx context.Context, holder string, row store.OutboxRow, now time.Time) error {
	return r.write(ctx, "note what was said", func(ctx context.Context, q *query.Queries) error {
		err := q.FinishOutbox(ctx, query.FinishOutboxParams{ID: row.ID, Rev: row.Rev, Done: timeColumn(now)})
		return errors.Join(err, q.EndOutboxLease(ctx, query.EndOutboxLeaseParams{Rule: row.Rule, Holder: holder}))
	})
}

// DelayOutbox is [store.Alerts.DelayOutbox].
func (r *Rows) DelayOutbox(ctx context.Context, holder string, row store.OutboxRow, d time.Duration) error {
	return r.write(ctx, "put off what is to be said", func(ctx context.Context, q *query.Queries) error {
		err := q.DelayOutbox(ctx, query.DelayOutboxParams{ID: row.ID, Delay: ceilMilliseconds(d), Sent: timeColumn(row.Sent)})
		return errors.Join(err, q.EndOutboxLease(ctx, query.EndOutboxLeaseParams{Rule: row.Rule, Holder: holder}))
	})
}

// AlertMessage is [store.Alerts.AlertMessage].
func (r *Rows) AlertMessage(ctx context.Context, rule, episode int64) (m store.AlertMessage, ok bool, err error) {
	err = r.read(ctx, "read the message of an alert", func(ctx context.Context, q *query.Queries) error {
		row, err := q.AlertMessage(ctx, query.AlertMessageParams{Rule: rule, Episode: episode})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		m, ok = store.AlertMessage{
			Rule: row.Rule, Episode: row.Episode, Generation: row.Generation, Channel: row.Channel, TS: row.Ts,
			Sent: columnTime(row.Sent), Edited: columnTime(row.Edited), Shown: row.Shown, Repeated: row.Repeated != 0,
		}, err == nil
		return err
	})
	return m, ok, err
}

// SetAlertMessage is [store.Alerts.SetAlertMessage].
func (r *Rows) SetAlertMessage(ctx context.Context, m store.AlertMessage) error {
	return r.once(ctx, "note the message of an alert", func(ctx context.Context, q *query.Queries) error {
		return q.SetAlertMessage(ctx, query.SetAlertMessageParams{
			Rule: m.Rule, Episode: m.Episode, Generation: m.Generation, Channel: m.Channel, Ts: m.TS,
			Sent: timeColumn(m.Sent), Edited: timeColumn(m.Edited), Shown: m.Shown, Repeated: boolColumn(m.Repeated),
		})
	})
}

// StickAlert is [store.Alerts.StickAlert].
func (r *Rows) StickAlert(ctx context.Context, rule int64, stuck string) (fresh bool, err error) {
	err = r.once(ctx, "note that an alert is stuck", func(ctx context.Context, q *query.Queries) error {
		n, err := q.StickAlert(ctx, query.StickAlertParams{Rule: rule, Stuck: stuck})
		fresh = n == 1
		return err
	})
	return fresh && err == nil, err
}

// noReadings names the one trouble there is.
const noReadings = "no readings"

// BeginTrouble is [store.Alerts.BeginTrouble].
func (r *Rows) BeginTrouble(ctx context.Context, since time.Time) (t store.Trouble, err error) {
	err = r.once(ctx, "note trouble", func(ctx context.Context, q *query.Queries) error {
		if err := q.BeginTrouble(ctx, query.BeginTroubleParams{Name: noReadings, Since: timeColumn(since)}); err != nil {
			return err
		}
		row, err := q.Trouble(ctx, noReadings)
		t = store.Trouble{Since: columnTime(row.Since), Told: columnTime(row.Told)}
		return err
	})
	return t, err
}

// TellTrouble is [store.Alerts.TellTrouble].
func (r *Rows) TellTrouble(ctx context.Context, now time.Time) error {
	return r.once(ctx, "note that trouble was told", func(ctx context.Context, q *query.Queries) error {
		return q.TellTrouble(ctx, query.TellTroubleParams{Name: noReadings, Told: timeColumn(now)})
	})
}

// Trouble is [store.Alerts.Trouble].
func (r *Rows) Trouble(ctx context.Context) (t store.Trouble, ok bool, err error) {
	err = r.read(ctx, "read trouble", func(ctx context.Context, q *query.Queries) error {
		row, err := q.Trouble(ctx, noReadings)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		t, ok = store.Trouble{Since: columnTime(row.Since), Told: columnTime(row.Told)}, err == nil
		return err
	})
	return t, ok, err
}

// EndTrouble is [store.Alerts.EndTrouble].
func (r *Rows) EndTrouble(ctx context.Context) error {
	return r.once(ctx, "end trouble", func(ctx context.Context, q *query.Queries) error { return q.EndTrouble(ctx, noReadings) })
}
