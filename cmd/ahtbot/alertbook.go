package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/store"
)

// alertBook is the store as the alert loop asks for it.
type alertBook struct{ db store.Alerts }

var _ monitor.Store = alertBook{}

func (b alertBook) Versions(ctx context.Context) ([]monitor.Versions, error) {
	versions, err := b.db.AlertVersions(ctx, time.Now().Add(-goneAlerts))
	stamps := make([]monitor.Versions, len(versions))
	for i, v := range versions {
		stamps[i] = monitor.Versions{ID: v.ID, Watch: v.Version, State: v.Judged}
	}
	return stamps, err
}

func (b alertBook) All(ctx context.Context) ([]monitor.StoredRule, error) {
	return b.all(ctx, time.Now().Add(-goneAlerts))
}

// all returns the rules that stand, and those removed after a time.
func (b alertBook) all(ctx context.Context, removed time.Time) ([]monitor.StoredRule, error) {
	rows, err := b.db.Alerts(ctx, removed)
	kept := make([]monitor.StoredRule, 0, len(rows))
	for _, row := range rows {
		k, unread := keptAlert(row)
		if unread != nil {
			return nil, unread
		}
		kept = append(kept, k)
	}
	return kept, err
}

func (b alertBook) One(ctx context.Context, id int64) (monitor.StoredRule, bool, error) {
	row, ok, err := b.db.Alert(ctx, id)
	if err != nil || !ok {
		return monitor.StoredRule{}, false, err
	}
	k, err := keptAlert(row)
	return k, err == nil, err
}

// keptAlert reads a row.
func keptAlert(row store.AlertRule) (monitor.StoredRule, error) {
	k := monitor.StoredRule{StateVersion: row.Judged, Blocked: row.Stuck}
	k.Watch = alert.Watch{
		ID: row.ID, Version: row.Version, Target: row.Target, Channel: row.Channel, By: row.By, Made: row.Made, Removed: row.Removed,
	}
	if err := errors.Join(json.Unmarshal([]byte(row.Rule), &k.Watch.Rule), json.Unmarshal([]byte(row.State), &k.State)); err != nil {
		return k, fmt.Errorf("alert %d can't be read: %w", row.ID, err)
	}
	return k, nil
}

func (b alertBook) Advance(ctx context.Context, at time.Time, moves []monitor.StateChange, by monitor.ChangedBy) ([]int64, error) {
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
	return b.db.AdvanceAlerts(ctx, at, steps, c)
}

func (b alertBook) Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]monitor.DueNotice, error) {
	rows, err := b.db.ClaimOutbox(ctx, holder, hold, at, most)
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

func (b alertBook) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	return b.db.FinishOutbox(ctx, holder, outboxRow(d), at)
}

func (b alertBook) Delay(ctx context.Context, holder string, d monitor.DueNotice, after time.Duration) error {
	return b.db.DelayOutbox(ctx, holder, outboxRow(d), after)
}

func (b alertBook) Message(ctx context.Context, rule int64, episode int) (monitor.PostedMessage, bool, error) {
	m, ok, err := b.db.AlertMessage(ctx, rule, int64(episode))
	if err != nil || !ok {
		return monitor.PostedMessage{}, false, err
	}
	return monitor.PostedMessage{
		Rule: m.Rule, Episode: int(m.Episode), Generation: int(m.Generation), At: monitor.Place{Channel: m.Channel, TS: m.TS},
		Sent: m.Sent, Edited: m.Edited, Shown: m.Shown, Repeated: m.Repeated,
	}, true, nil
}

func (b alertBook) SetMessage(ctx context.Context, m monitor.PostedMessage) error {
	return b.db.SetAlertMessage(ctx, store.AlertMessage{
		Rule: m.Rule, Episode: int64(m.Episode), Generation: int64(m.Generation), Channel: m.At.Channel, TS: m.At.TS,
		Sent: m.Sent, Edited: m.Edited, Shown: m.Shown, Repeated: m.Repeated,
	})
}

func (b alertBook) SetBlocked(ctx context.Context, rule int64, why string) error {
	_, err := b.db.StickAlert(ctx, rule, why)
	return err
}

func (b alertBook) BeginOutage(ctx context.Context, since time.Time) (from, told time.Time, err error) {
	t, err := b.db.BeginTrouble(ctx, since)
	return t.Since, t.Told, err
}

func (b alertBook) Outage(ctx context.Context) (from, told time.Time, err error) {
	t, _, err := b.db.Trouble(ctx)
	return t.Since, t.Told, err
}

func (b alertBook) OutageTold(ctx context.Context, at time.Time) error {
	return b.db.TellTrouble(ctx, at)
}

func (b alertBook) EndOutage(ctx context.Context) error { return b.db.EndTrouble(ctx) }

// alertPoster posts what the alert loop has to say, in the words of package commands.
type alertPoster struct{ *alerts }

var _ monitor.Poster = alertPoster{}

func (p alertPoster) PostCard(ctx context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	at, err := p.bot.Post(ctx, posts.Post{Channel: channel, Key: key, Reply: p.words.card(c, p.zone)})
	return monitor.Place(at), postFault(err)
}

func (p alertPoster) EditCard(ctx context.Context, at monitor.Place, c alert.Card) error {
	return postFault(p.bot.Edit(ctx, at.Channel, at.TS, posts.Post{Reply: p.words.card(c, p.zone)}))
}

func (p alertPoster) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	_, err := p.bot.Post(ctx, posts.Post{
		Channel: under.Channel, Thread: under.TS, Broadcast: t.Reminder && t.Last, Key: key, Reply: p.words.turn(t, p.zone),
	})
	return postFault(err)
}

func (p alertPoster) Find(ctx context.Context, in monitor.Place, key string, since time.Time) ([]string, error) {
	found, err := p.bot.FindAll(ctx, in.Channel, in.TS, key, since)
	return found, postFault(err)
}

func (p alertPoster) Delete(ctx context.Context, at monitor.Place) error {
	return postFault(p.bot.Delete(ctx, at.Channel, at.TS))
}

// TellMaker tells the next who may care where the maker takes no message: the channel,
// unless that is what is stuck, and then the first admin who does.
func (p alertPoster) TellMaker(ctx context.Context, w alert.Watch, code string) error {
	places := []string{w.By}
	if code == alert.UnknownTarget {
		places = append(places, w.Channel)
	}
	var err error
	for _, place := range append(places, p.admins(ctx)...) {
		_, err = p.bot.Post(ctx, posts.Post{Channel: place, Reply: p.words.stuck(w, code)})
		if refused, ok := errors.AsType[*webapi.CallError](err); !ok || refused.Kind != webapi.FaultPlace {
			break
		}
	}
	return postFault(err)
}

// TellAdmins tells each of them. It fails only when none could be told.
func (p alertPoster) TellAdmins(ctx context.Context, o alert.Outage) error {
	var faults []error
	admins := p.admins(ctx)
	for _, id := range admins {
		if _, err := p.bot.Post(ctx, posts.Post{Channel: id, Reply: p.words.outage(p.poll.LastError(), o, p.zone)}); err != nil {
			faults = append(faults, postFault(err))
		}
	}
	if len(faults) < len(admins) {
		return nil
	}
	return errors.Join(faults...)
}

// postFault is an error of package bot as package alert knows it.
func postFault(err error) error {
	if refused, ok := errors.AsType[*webapi.CallError](err); ok {
		kinds := map[webapi.Fault]monitor.Fault{
			webapi.FaultPlace: monitor.FaultChannel, webapi.FaultMessage: monitor.FaultMessage, webapi.FaultApp: monitor.FaultApp, webapi.FaultLater: monitor.FaultLater,
		}
		return &monitor.PostError{Kind: kinds[refused.Kind], Code: refused.Code, Wait: refused.Wait, Err: err}
	}
	switch {
	case errors.Is(err, posts.ErrHistoryClosed):
		return fmt.Errorf("%w: %w", monitor.ErrNotReadable, err)
	case errors.Is(err, webapi.ErrUnsure):
		return fmt.Errorf("%w: %w", monitor.ErrUnsure, err)
	default:
		return err
	}
}
