package rows

import (
	"context"
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
func (r *Rows) AlertMessage(ctx context.Context, rule, episode int64) (store.AlertMessage, bool, error) {
	as := func(row query.AlertMessage) (store.AlertMessage, bool) {
		return store.AlertMessage{
			Rule: row.Rule, Episode: row.Episode, Generation: row.Generation, Channel: row.Channel, TS: row.Ts,
			Sent: columnTime(row.Sent), Edited: columnTime(row.Edited), Shown: row.Shown, Repeated: row.Repeated != 0,
		}, true
	}
	return find(ctx, r.read, "read the message of an alert", (*query.Queries).AlertMessage, query.AlertMessageParams{Rule: rule, Episode: episode}, as)
}

// SetAlertMessage is [store.Alerts.SetAlertMessage].
func (r *Rows) SetAlertMessage(ctx context.Context, m store.AlertMessage) error {
	return exec(ctx, r.once, "note the message of an alert", (*query.Queries).SetAlertMessage, query.SetAlertMessageParams{
		Rule: m.Rule, Episode: m.Episode, Generation: m.Generation, Channel: m.Channel, Ts: m.TS,
		Sent: timeColumn(m.Sent), Edited: timeColumn(m.Edited), Shown: m.Shown, Repeated: boolColumn(m.Repeated),
	})
}

// StickAlert is [store.Alerts.StickAlert].
func (r *Rows) StickAlert(ctx context.Context, rule int64, stuck string) (fresh bool, err error) {
	return changed(ctx, r.once, "note that an alert is stuck", (*query.Queries).StickAlert, query.StickAlertParams{Rule: rule, Stuck: stuck})
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
		t, _ = asTrouble(row)
		return err
	})
	return t, err
}

func asTrouble(row query.TroubleRow) (store.Trouble, bool) {
	return store.Trouble{Since: columnTime(row.Since), Told: columnTime(row.Told)}, true
}

// TellTrouble is [store.Alerts.TellTrouble].
func (r *Rows) TellTrouble(ctx context.Context, now time.Time) error {
	return exec(ctx, r.once, "note that trouble was told", (*query.Queries).TellTrouble, query.TellTroubleParams{Name: noReadings, Told: timeColumn(now)})
}

// Trouble is [store.Alerts.Trouble].
func (r *Rows) Trouble(ctx context.Context) (store.Trouble, bool, error) {
	return find(ctx, r.read, "read trouble", (*query.Queries).Trouble, noReadings, asTrouble)
}

// EndTrouble is [store.Alerts.EndTrouble].
func (r *Rows) EndTrouble(ctx context.Context) error {
	return exec(ctx, r.once, "end trouble", (*query.Queries).EndTrouble, noReadings)
}
