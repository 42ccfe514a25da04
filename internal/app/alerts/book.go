package alerts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/store"
)

// endRemovedFor is how long the loop looks at a removed alert, to end what it says.
const endRemovedFor = time.Hour

// Book is the store as the alert loop asks for it.
type Book struct{ DB store.Alerts }

var _ monitor.Store = Book{}

// Versions is [monitor.Store.Versions].
func (b Book) Versions(ctx context.Context) ([]monitor.Versions, error) {
	versions, err := b.DB.AlertVersions(ctx, time.Now().Add(-endRemovedFor))
	stamps := make([]monitor.Versions, len(versions))
	for i, v := range versions {
		stamps[i] = monitor.Versions{ID: v.ID, Watch: v.Version, State: v.Judged}
	}
	return stamps, err
}

// All is [monitor.Store.All].
func (b Book) All(ctx context.Context) ([]monitor.StoredRule, error) {
	return b.all(ctx, time.Now().Add(-endRemovedFor))
}

// all returns the rules that stand, and those removed after a time.
func (b Book) all(ctx context.Context, removed time.Time) ([]monitor.StoredRule, error) {
	rows, err := b.DB.Alerts(ctx, removed)
	kept := make([]monitor.StoredRule, 0, len(rows))
	for _, row := range rows {
		k, unread := FromRow(row)
		if unread != nil {
			return nil, unread
		}
		kept = append(kept, k)
	}
	return kept, err
}

// One is [monitor.Store.One].
func (b Book) One(ctx context.Context, id int64) (monitor.StoredRule, bool, error) {
	row, ok, err := b.DB.Alert(ctx, id)
	if err != nil || !ok {
		return monitor.StoredRule{}, false, err
	}
	k, err := FromRow(row)
	return k, err == nil, err
}

// FromRow reads a row.
func FromRow(row store.AlertRule) (monitor.StoredRule, error) {
	k := monitor.StoredRule{StateVersion: row.Judged, Blocked: row.Stuck}
	k.Watch = alert.Watch{
		ID: row.ID, Version: row.Version, Target: row.Target, Channel: row.Channel, By: row.By, Made: row.Made, Removed: row.Removed,
	}
	if err := errors.Join(json.Unmarshal([]byte(row.Rule), &k.Watch.Rule), json.Unmarshal([]byte(row.State), &k.State)); err != nil {
		return k, fmt.Errorf("alert %d can't be read: %w", row.ID, err)
	}
	return k, nil
}

// Advance is [monitor.Store.Advance].
func (b Book) Advance(ctx context.Context, at time.Time, moves []monitor.StateChange, by monitor.ChangedBy) ([]int64, error) {
	steps := make([]store.AlertStep, len(moves))
	for i, m := range moves {
		steps[i] = store.AlertStep{Rule: m.Rule, Judged: m.StateVersion, State: m.State}
		for _, s := range m.Notices {
			steps[i].Says = append(steps[i].Says, store.AlertSaying{Episode: int64(s.Episode), Edit: s.Edit, Doc: s.Body})
		}
	}
	var c store.Change
	if by != (monitor.ChangedBy{}) {
		c = store.Change{At: at, By: by.Who, Did: by.Did}
	}
	return b.DB.AdvanceAlerts(ctx, at, steps, c)
}

// Claim is [monitor.Store.Claim].
func (b Book) Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]monitor.DueNotice, error) {
	rows, err := b.DB.ClaimOutbox(ctx, holder, hold, at, most)
	due := make([]monitor.DueNotice, len(rows))
	for i, r := range rows {
		due[i] = monitor.DueNotice{
			ID: r.ID, Rule: r.Rule, Notice: monitor.Notice{Episode: int(r.Episode), Edit: r.Edit, Body: r.Doc},
			Revision: r.Rev, Made: r.Made, Attempt: int(r.Attempt), Sent: r.Sent,
		}
	}
	return due, err
}

// outboxRow is what of d the store asks for.
func outboxRow(d monitor.DueNotice) store.OutboxRow {
	return store.OutboxRow{ID: d.ID, Rule: d.Rule, Rev: d.Revision, Sent: d.Sent}
}

// Finish is [monitor.Store.Finish].
func (b Book) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	return b.DB.FinishOutbox(ctx, holder, outboxRow(d), at)
}

// Delay is [monitor.Store.Delay].
func (b Book) Delay(ctx context.Context, holder string, d monitor.DueNotice, after time.Duration) error {
	return b.DB.DelayOutbox(ctx, holder, outboxRow(d), after)
}

// Message is [monitor.Store.Message].
func (b Book) Message(ctx context.Context, rule int64, episode int) (monitor.PostedMessage, bool, error) {
	m, ok, err := b.DB.AlertMessage(ctx, rule, int64(episode))
	if err != nil || !ok {
		return monitor.PostedMessage{}, false, err
	}
	return monitor.PostedMessage{
		Rule: m.Rule, Episode: int(m.Episode), Generation: int(m.Generation), At: monitor.Place{Channel: m.Channel, TS: m.TS},
		Sent: m.Sent, Edited: m.Edited, Shown: m.Shown, Repeated: m.Repeated,
	}, true, nil
}

// SetMessage is [monitor.Store.SetMessage].
func (b Book) SetMessage(ctx context.Context, m monitor.PostedMessage) error {
	return b.DB.SetAlertMessage(ctx, store.AlertMessage{
		Rule: m.Rule, Episode: int64(m.Episode), Generation: int64(m.Generation), Channel: m.At.Channel, TS: m.At.TS,
		Sent: m.Sent, Edited: m.Edited, Shown: m.Shown, Repeated: m.Repeated,
	})
}

// SetBlocked is [monitor.Store.SetBlocked].
func (b Book) SetBlocked(ctx context.Context, rule int64, why string) error {
	_, err := b.DB.StickAlert(ctx, rule, why)
	return err
}

// BeginOutage is [monitor.Store.BeginOutage].
func (b Book) BeginOutage(ctx context.Context, since time.Time) (from, told time.Time, err error) {
	t, err := b.DB.BeginTrouble(ctx, since)
	return t.Since, t.Told, err
}

// Outage is [monitor.Store.Outage].
func (b Book) Outage(ctx context.Context) (from, told time.Time, err error) {
	t, _, err := b.DB.Trouble(ctx)
	return t.Since, t.Told, err
}

// OutageTold is [monitor.Store.OutageTold].
func (b Book) OutageTold(ctx context.Context, at time.Time) error {
	return b.DB.TellTrouble(ctx, at)
}

// EndOutage is [monitor.Store.EndOutage].
func (b Book) EndOutage(ctx context.Context) error { return b.DB.EndTrouble(ctx) }

// Row is a watch as the store keeps it.
func Row(w alert.Watch) (store.AlertRule, error) {
	rule, err := json.Marshal(w.Rule)
	if err != nil {
		return store.AlertRule{}, fmt.Errorf("the rule of an alert: %w", err)
	}
	return store.AlertRule{
		ID: w.ID, Version: w.Version, Target: w.Target, Rule: string(rule), Channel: w.Channel, By: w.By, Made: w.Made, Removed: w.Removed,
	}, nil
}
