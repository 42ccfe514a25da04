package campaigns

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
	"ahtbot/ozonetel"
)

var _ interface {
	request.Names
	request.Wanting
} = (*Names)(nil)

// lister is an account that lists its campaigns, and counts how often it is asked.
type lister struct {
	asked atomic.Int32
	mu    sync.Mutex
	list  []ozonetel.Campaign
	err   error
	takes time.Duration
}

func (l *lister) fetch(ctx context.Context) ([]ozonetel.Campaign, error) {
	l.asked.Add(1)
	l.mu.Lock()
	list, err, takes := l.list, l.err, l.takes
	l.mu.Unlock()
	if takes > 0 {
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return list, err
}

func (l *lister) answer(err error, campaigns ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list, l.err = nil, err
	for _, name := range campaigns {
		l.list = append(l.list, ozonetel.Campaign{Name: name, Position: "READY"})
	}
}

func knows(t *testing.T, n *Names, listed time.Time, want ...string) {
	t.Helper()
	if got, at := n.Campaigns(); !slices.Equal(got, want) || !at.Equal(listed) {
		t.Errorf("knows %q, listed %v; want %q, %v", got, at, want, listed)
	}
}

func TestTheListIsFetchedOnceADayAndWhenANameIsMissing(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		l := new(lister)
		l.answer(nil, "B", "A")
		n := New(l.fetch, db, "p1", slog.New(slog.DiscardHandler))
		defer apptest.Served(t, n.Serve)()
		asked := func(want int32) {
			t.Helper()
			if time.Sleep(apptest.Quiet); l.asked.Load() != want {
				t.Errorf("asked %d times, want %d", l.asked.Load(), want)
			}
		}
		began := time.Now()
		asked(1)
		knows(t, n, began, "A", "B")
		n.Want() // younger than an hour
		asked(1)
		time.Sleep(time.Hour)
		asked(1) // nobody wants more
		l.answer(nil, "A", "C")
		n.Want()
		n.Want()
		asked(2)
		if got, _ := n.Campaigns(); !slices.Equal(got, []string{"A", "C"}) {
			t.Errorf("knows %q", got)
		}
		time.Sleep(23 * time.Hour)
		asked(2)
		time.Sleep(time.Hour + view.Every)
		asked(3)
	})
}

func TestAListThatFailedIsNotAskedForAgainSoonAlsoAfterARestart(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		wait time.Duration
	}{
		"none to have": {&ozonetel.Error{Class: ozonetel.Refused, Reason: ozonetel.NoList, Wait: 24 * time.Hour}, 24 * time.Hour},
		"credentials":  {&ozonetel.Error{Class: ozonetel.Auth, Reason: ozonetel.BadCredentials}, 6 * time.Hour},
		"unreachable":  {&ozonetel.Error{Class: ozonetel.Unreachable, Reason: ozonetel.Timeout}, time.Hour},
		"no turn":      {context.DeadlineExceeded, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			apptest.Shared(t, func(t *testing.T, db store.Store) {
				t.Helper()
				l := new(lister)
				l.answer(c.err)
				apptest.KeepReading(t, db, "Seen")
				began := time.Now()
				for time.Since(began) < c.wait-time.Minute {
					n := New(l.fetch, db, "p1", slog.New(slog.DiscardHandler))
					stop := apptest.Served(t, n.Serve)
					time.Sleep(apptest.Quiet)
					n.Want()
					time.Sleep(apptest.Quiet)
					knows(t, n, time.Time{}, "Seen")
					stop()
					time.Sleep(c.wait / 10)
				}
				if got := l.asked.Load(); got != 1 {
					t.Errorf("asked %d times in %v", got, time.Since(began))
				}
				time.Sleep(time.Until(began.Add(c.wait + apptest.Quiet)))
				l.answer(nil, "Listed")
				n := New(l.fetch, db, "p1", slog.New(slog.DiscardHandler))
				defer apptest.Served(t, n.Serve)()
				time.Sleep(apptest.Quiet)
				if got, listed := n.Campaigns(); !slices.Equal(got, []string{"Listed", "Seen"}) || listed.IsZero() {
					t.Errorf("knows %q, listed %v", got, listed)
				}
			})
		})
	}
}

func TestOneProcessFetchesForAll(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		l := &lister{takes: 50 * time.Second} // others look meanwhile
		l.answer(nil, "A")
		var all []*Names
		for _, id := range []string{"p1", "p2", "p3"} {
			n := New(l.fetch, db, id, slog.New(slog.DiscardHandler))
			defer apptest.Served(t, n.Serve)()
			all = append(all, n)
		}
		time.Sleep(2 * time.Minute)
		if got := l.asked.Load(); got != 1 {
			t.Errorf("asked %d times", got)
		}
		_, listed := all[0].Campaigns()
		for _, n := range all {
			knows(t, n, listed, "A")
		}
	})
}

func TestNamesSeenAreKnownInTheListsSpelling(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		l := new(lister)
		l.answer(nil, "Sales Outbound")
		n := New(l.fetch, db, "p1", slog.New(slog.DiscardHandler))
		defer apptest.Served(t, n.Serve)()
		for _, name := range []string{"sales outbound", "Sales_Outbound", "New"} {
			apptest.KeepReading(t, db, name)
		}
		time.Sleep(view.Every + apptest.Quiet)
		_, listed := n.Campaigns()
		knows(t, n, listed, "New", "Sales Outbound", "Sales_Outbound")
	})
}

// awayStore is a database that can be taken away.
type awayStore struct {
	store.Store
	gone atomic.Bool
}

func (a *awayStore) Campaigns(ctx context.Context) (store.CampaignList, error) {
	if a.gone.Load() {
		return store.CampaignList{}, store.ErrUnavailable
	}
	return a.Store.Campaigns(ctx)
}

func (a *awayStore) ReplaceCampaigns(ctx context.Context, all []store.Campaign, listed time.Time) error {
	if a.gone.Load() {
		return store.ErrUnavailable
	}
	return a.Store.ReplaceCampaigns(ctx, all, listed)
}

func TestNamesOutliveTheStore(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		l := &lister{takes: time.Second}
		l.answer(nil, "A")
		away := &awayStore{Store: db}
		n := New(l.fetch, away, "p1", slog.New(slog.DiscardHandler))
		defer apptest.Served(t, n.Serve)()
		time.Sleep(time.Second / 2)
		away.gone.Store(true) // before the list can be kept
		time.Sleep(apptest.Quiet)
		_, listed := n.Campaigns()
		for range 2 {
			knows(t, n, listed, "A")
			time.Sleep(time.Minute)
			away.gone.Store(false)
		}
		if listed.IsZero() || l.asked.Load() != 1 {
			t.Errorf("listed %v, asked %d times", listed, l.asked.Load())
		}
	})
}

func TestALookNeverUndoesANameThatCameWhileItRead(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &apptest.LateStore{Store: db}
		sales := apptest.Campaign(t, "Sales")
		log := slog.New(slog.DiscardHandler)
		n := New(nil, late, "p1", log)
		go n.Look(t.Context())
		time.Sleep(time.Second / 2)
		apptest.KeepReading(t, db, "Sales")
		n.Add(sales, true)
		time.Sleep(apptest.Quiet)
		knows(t, n, time.Time{}, "Sales")
		if _, err := db.Forget(t.Context(), sales); err != nil {
			t.Fatal(err)
		}
		n.Look(t.Context())
		knows(t, n, time.Time{})
	})
}

func TestANameThatCouldNotBeKeptIsKnownForADay(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &apptest.LateStore{Store: db, Unavailable: true}
		n := New(nil, late, "p1", slog.New(slog.DiscardHandler))
		n.Add(apptest.Campaign(t, "Sales"), false)
		n.Add(apptest.Agent(t, "42"), true)
		for range 2 { // away, and back
			n.Look(t.Context())
			knows(t, n, time.Time{}, "Sales")
			late.Unavailable = false
		}
		time.Sleep(unkeptName)
		n.Look(t.Context())
		knows(t, n, time.Time{})
	})
}
