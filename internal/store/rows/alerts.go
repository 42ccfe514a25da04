package rows

import (
	"context"
	"errors"
	"strconv"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// alertKind is what the record of changes calls a rule.
const alertKind = "alert"

// AddAlert is [store.Alerts.AddAlert].
func (r *Rows) AddAlert(ctx context.Context, a store.AlertRule, c store.Change) (store.AlertRule, error) {
	if a.Target.IsZero() {
		return a, errors.New("store: an alert is of nobody")
	}
	err := r.write(ctx, "add an alert", func(ctx context.Context, q *query.Queries) (err error) {
		a.ID, err = q.AddAlert(ctx, query.AddAlertParams{
			Kind: int64(a.Target.Kind()), Name: a.Target.Name(), Rule: a.Rule, Channel: a.Channel, MadeBy: a.By, Made: timeColumn(a.Made),
		})
		if err == nil {
			err = q.AddAlertState(ctx, a.ID)
		}
		return errors.Join(err, logChange(ctx, q, a.ID, c))
	})
	a.Version, a.Judged, a.State = 1, 0, "{}"
	return a, err
}

// ChangeAlert is [store.Alerts.ChangeAlert].
func (r *Rows) ChangeAlert(ctx context.Context, a store.AlertRule, c store.Change) (changed bool, err error) {
	err = r.write(ctx, "change an alert", func(ctx context.Context, q *query.Queries) error {
		n, err := q.ChangeAlert(ctx, query.ChangeAlertParams{
			ID: a.ID, Version: a.Version, Rule: a.Rule, Channel: a.Channel, Removed: timeColumn(a.Removed),
		})
		if changed = n == 1; err != nil || !changed {
			return err
		}
		return errors.Join(q.UnstickAlert(ctx, a.ID), logChange(ctx, q, a.ID, c))
	})
	return changed && err == nil, err
}

// logChange writes a line about an alert in the record of changes; the zero Change is none.
func logChange(ctx context.Context, q *query.Queries, id int64, c store.Change) error {
	if c == (store.Change{}) {
		return nil
	}
	return q.AddChange(ctx, query.AddChangeParams{Kind: alertKind, Thing: id, At: timeColumn(c.At), Who: c.By, Did: c.Did})
}

// Alerts is [store.Alerts.Alerts].
func (r *Rows) Alerts(ctx context.Context, removed time.Time) ([]store.AlertRule, error) {
	as := func(row query.AlertsRow) (store.AlertRule, bool) { return asAlert(query.AlertRow(row)) }
	return list(ctx, r.read, "read the alerts", (*query.Queries).Alerts, removed.UnixMilli(), as)
}

// Alert is [store.Alerts.Alert].
func (r *Rows) Alert(ctx context.Context, id int64) (store.AlertRule, bool, error) {
	return find(ctx, r.read, "read an alert", (*query.Queries).Alert, id, asAlert)
}

// asAlert is a row as the store gives it; false for a target that today's rules would not accept.
func asAlert(row query.AlertRow) (store.AlertRule, bool) {
	t, ok := asTarget(row.Kind, row.Name)
	return store.AlertRule{
		ID: row.ID, Version: row.Version, Target: t, Rule: row.Rule, Channel: row.Channel, By: row.MadeBy,
		Made: at(row.Made), Removed: columnTime(row.Removed), Judged: row.Judged, State: row.State, Stuck: row.Stuck,
	}, ok
}

// AlertVersions is [store.Alerts.AlertVersions].
func (r *Rows) AlertVersions(ctx context.Context, removed time.Time) ([]store.AlertVersion, error) {
	as := func(row query.AlertVersionsRow) (store.AlertVersion, bool) { return store.AlertVersion(row), true }
	return list(ctx, r.read, "read the versions of alerts", (*query.Queries).AlertVersions, removed.UnixMilli(), as)
}

// AlertChanges is [store.Alerts.AlertChanges].
func (r *Rows) AlertChanges(ctx context.Context, id int64, most int) ([]store.Change, error) {
	return r.changes(ctx, alertKind, id, most)
}

// changes reads the newest lines about a thing in the record of changes.
func (r *Rows) changes(ctx context.Context, kind string, id int64, most int) ([]store.Change, error) {
	as := func(row query.ChangesOfRow) (store.Change, bool) {
		return store.Change{At: at(row.At), By: row.Who, Did: row.Did}, true
	}
	return list(ctx, r.read, "read changes", (*query.Queries).ChangesOf, query.ChangesOfParams{Kind: kind, Thing: id, Most: int64(most)}, as)
}

// AdvanceAlerts is [store.Alerts.AdvanceAlerts].
func (r *Rows) AdvanceAlerts(ctx context.Context, at time.Time, steps []store.AlertStep, c store.Change) (lost []int64, err error) {
	if len(steps) == 0 {
		return nil, nil
	}
	doc := make([]byte, 0, len(steps)*512)
	for i, s := range steps {
		doc = append(doc, "{,"[min(i, 1)])
		doc = strconv.AppendInt(append(doc, '"'), s.Rule<<32+s.Judged, 10)
		doc = append(append(doc, `":`...), s.State...)
	}
	doc = append(doc, '}')
	err = r.write(ctx, "advance alerts", func(ctx context.Context, q *query.Queries) error {
		lost = nil
		rules, err := q.AdvanceAlerts(ctx, doc)
		if err != nil {
			return err
		}
		took := make(map[int64]bool, len(rules))
		for _, id := range rules {
			took[id] = true
		}
		for _, s := range steps {
			if !took[s.Rule] {
				lost = append(lost, s.Rule)
				continue
			}
			if err := queueMessages(ctx, q, timeColumn(at), s); err != nil {
				return err
			}
			if err := logChange(ctx, q, s.Rule, c); err != nil {
				return err
			}
		}
		return nil
	})
	return lost, err
}

// queueMessages puts what a step says in the outbox.
func queueMessages(ctx context.Context, q *query.Queries, made int64, s store.AlertStep) error {
	for _, say := range s.Says {
		var err error
		if say.Edit {
			err = q.AddEdit(ctx, query.AddEditParams{Rule: s.Rule, Episode: say.Episode, Doc: say.Doc, Made: made})
		} else {
			err = q.AddLine(ctx, query.AddLineParams{Rule: s.Rule, Episode: say.Episode, Seq: line, Doc: say.Doc, Made: made})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// line is the seq of whatever is not the message itself.
const line = 1
