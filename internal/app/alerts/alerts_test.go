package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// alertsAlone are alerts over a new file, with an account of fifty requests a minute.
func alertsAlone(t *testing.T, b *bot.Bot, admins ...string) *Alerts {
	t.Helper()
	db, err := database.OpenStore(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ahtbot.db"), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return New(Config{
		Poster: Poster{
			Bot: b, Words: Words{Card: apptest.AlertCard, Turn: apptest.AlertTurn, Stuck: apptest.AlertStuck, Outage: apptest.AlertOutage},
			Zone: time.UTC, Admins: func(context.Context) []string { return admins },
		},
		DB: db, Goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true },
		Room: func() int { return 35 }, Interval: 5 * time.Minute, ID: "test", Log: slog.New(slog.DiscardHandler),
	})
}

func newWatch(t *testing.T, name string) alert.Watch {
	t.Helper()
	r, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	r.Active = alert.Hours{Days: 1 << time.Monday, From: 9 * time.Hour, To: 18 * time.Hour, Zone: zone}
	return alert.Watch{Target: apptest.Campaign(t, name), Rule: r, Channel: "C1", By: "U1", Made: time.Now().UTC().Truncate(time.Millisecond)}
}

func TestAnAlertIsKeptChangedRemovedAndRestored(t *testing.T) {
	a, ctx := alertsAlone(t, nil), t.Context()
	w, err := a.Add(ctx, newWatch(t, "Sales"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := a.All(ctx)
	if err != nil || len(all) != 1 || all[0].Watch.ID != w.ID || all[0].Watch.Rule.Active.Zone.String() != "Asia/Kolkata" || all[0].State != (alert.State{}) {
		t.Fatalf("kept %+v, %v", all, err)
	}
	old := w
	w.Rule.High += time.Minute
	if w, err = a.Change(ctx, w, "U2", "edited"); err != nil || w.Version != 2 {
		t.Fatalf("changed to version %d, %v", w.Version, err)
	}
	if _, err = a.Change(ctx, old, "U3", "edited"); !errors.Is(err, request.ErrChanged) {
		t.Errorf("a change of an old version: %v", err)
	}
	w.Removed = time.Now().UTC().Truncate(time.Millisecond)
	if w, err = a.Change(ctx, w, "U2", "removed"); err != nil {
		t.Fatal(err)
	}
	if all, err = a.All(ctx); err != nil || len(all) != 0 {
		t.Errorf("after it was removed: %+v, %v", all, err)
	}
	if s, ok, err := a.Alert(ctx, w.ID); err != nil || !ok || s.Watch.Removed.IsZero() {
		t.Errorf("a moment after it was removed: %v, %v", ok, err)
	}
	w.Removed = w.Removed.Add(-11 * time.Minute)
	if w, err = a.Change(ctx, w, "U2", "removed"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := a.Alert(ctx, w.ID); err != nil || ok {
		t.Errorf("eleven minutes after it was removed: %v, %v", ok, err)
	}
	changes, err := a.Changes(ctx, w.ID, 10)
	if err != nil || len(changes) != 4 || changes[3].Did != "made" || changes[0].By != "U2" {
		t.Errorf("changes %+v, %v", changes, err)
	}
}

func TestAnAlertThatPeopleAmendAtOnceTakesEveryChange(t *testing.T) {
	a, ctx := alertsAlone(t, nil), t.Context()
	w, err := a.Add(ctx, newWatch(t, "Sales"))
	if err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Hour)
	inTheWay := 2 // others are faster twice
	s, err := a.Amend(ctx, w.ID, "U2", "muted", func(s alert.Standing) (alert.State, alert.Update, bool) {
		if inTheWay > 0 {
			inTheWay--
			if _, err := a.Amend(ctx, w.ID, "U3", "counted", func(s alert.Standing) (alert.State, alert.Update, bool) {
				s.State.Count++
				return s.State, alert.Update{}, false
			}); err != nil {
				t.Error(err)
			}
		}
		return alert.Mute(s.State, until), alert.Update{}, false
	})
	if err != nil || !s.State.Muted(time.Now()) || s.State.Count != 2 {
		t.Errorf("amended to %+v, %v", s.State, err)
	}
	if _, err := a.Amend(ctx, 99, "U2", "muted", func(s alert.Standing) (alert.State, alert.Update, bool) {
		return s.State, alert.Update{}, false
	}); !errors.Is(err, request.ErrChanged) {
		t.Errorf("an alert that is not there: %v", err)
	}
}

func TestThePlanCountsEachTargetOnceAndMeasuresWhatIsReached(t *testing.T) {
	a, ctx := alertsAlone(t, nil), t.Context()
	for _, name := range []string{"Sales", "Sales", "Night"} {
		if _, err := a.Add(ctx, newWatch(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	a.config.AlsoWatched = func(context.Context) ([]aht.Target, error) {
		return []aht.Target{apptest.Campaign(t, "Night"), apptest.Campaign(t, "Digest")}, nil
	}
	now := time.Now()
	for back := range 4 {
		at := now.Add(time.Duration(-4*back-1) * time.Minute)
		for _, name := range []string{"Sales", "Nobody watches this"} {
			if err := a.config.DB.KeepReading(ctx, apptest.Campaign(t, name), time.Minute, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := a.Plan(ctx, apptest.Campaign(t, "Sales"), apptest.Campaign(t, "New"))
	want := request.Polling{Targets: 4, Asked: 5 * time.Minute, Interval: 5 * time.Minute, Reached: 4 * time.Minute, Room: 35, Most: 525}
	if err != nil || got != want {
		t.Errorf("plan %+v, %v; want %+v", got, err, want)
	}
	many := make([]aht.Target, 600)
	for i := range many {
		many[i] = apptest.Campaign(t, fmt.Sprint("campaign ", i))
	}
	if got, err = a.Plan(ctx, many...); err != nil || !got.TooMany || got.Interval <= 15*time.Minute {
		t.Errorf("600 more: %+v, %v", got, err)
	}
}

func TestAPlaceThatTakesNoTestSaysSoAndAdminsAreToldOfAnOutage(t *testing.T) {
	slack := slacksim.New(slacksim.Config{NoPostLimit: true})
	t.Cleanup(func() { _ = slack.Close() })
	slackURL, err := slack.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := apptest.Bot(slackURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := alertsAlone(t, b, "U1")
	w := newWatch(t, "Sales")
	w.Channel = "C404"
	err = a.Post(t.Context(), alert.Card{Standing: alert.Standing{Watch: w}, Test: true})
	if place, ok := errors.AsType[*request.PlaceError](err); !ok || place.Channel != "C404" || place.Code != "channel_not_found" {
		t.Errorf("a test in no channel: %v", err)
	}
	poster := a.config.Poster
	if err := poster.TellAdmins(t.Context(), alert.Outage{Alerts: 1, Since: time.Now()}); err != nil {
		t.Error(err)
	}
	if err := poster.TellMaker(t.Context(), w, "is_archived"); err != nil {
		t.Error(err)
	}
	var texts []string
	for _, m := range slack.All() {
		texts = append(texts, m.Text)
	}
	if got := strings.Join(texts, "; "); got != "outage true; stuck 0is_archived" {
		t.Errorf("told %q", got)
	}
	for err, want := range map[error]error{webapi.ErrUnsure: monitor.ErrUnsure, posts.ErrHistoryClosed: monitor.ErrNotReadable} {
		if got := postFault(err); !errors.Is(got, want) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestAPauseIsNotLostToAnOlderLookAtWhatIsWatched(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		a := New(Config{
			DB: &apptest.LateStore{Store: db}, Goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true }, Room: func() int { return 35 },
			Interval: 5 * time.Minute, Poster: Poster{Zone: time.UTC}, ID: "test", Log: slog.New(slog.DiscardHandler),
		})
		w, err := a.Add(t.Context(), newWatch(t, "Sales"))
		if err != nil {
			t.Fatal(err)
		}
		watched := func(want int) {
			t.Helper()
			if p, err := a.Plan(t.Context()); err != nil || p.Targets != want || a.poll.Plan().Targets != want {
				t.Errorf("%d and %d are watched, %v; want %d", p.Targets, a.poll.Plan().Targets, err, want)
			}
		}
		watched(1)
		a.watchedBefore = watchedTargets{} // so that the next look reads them
		go a.poll.Refresh(t.Context())
		time.Sleep(time.Second / 2)
		if _, err := a.Amend(t.Context(), w.ID, "U1", "paused", pausing); err != nil {
			t.Fatal(err)
		}
		watched(0)
		time.Sleep(apptest.Quiet)
		watched(0)
	})
}

// pausing is the change that pauses an alert.
func pausing(s alert.Standing) (alert.State, alert.Update, bool) {
	_, state := alert.Pause(s.State, time.Now())
	return state, alert.Update{}, false
}

func TestNothingIsJudgedBeforeWhatWaitsForTheStoreIsKept(t *testing.T) {
	a := alertsAlone(t, nil)
	a.config.CatchUp = func(context.Context) error { return store.ErrUnavailable }
	if all, err := a.readings(t.Context(), time.Now(), 100); !store.IsUnavailable(err) {
		t.Errorf("judged %v, %v, without what was read meanwhile", all, err)
	}
}
