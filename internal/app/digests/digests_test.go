package digests

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"ahtbot/bot/webapi"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// aDigest is one with everything set that is kept.
func aDigest(t *testing.T) digest.Digest {
	t.Helper()
	when, err := digest.NewRule(digest.Spec{
		Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Zone: "Asia/Kolkata", Holidays: []string{"india"},
	})
	if err != nil {
		t.Fatal(err)
	}
	next, _ := when.Next(time.Now(), digest.Calendars{})
	next.At = next.At.UTC()
	return digest.Digest{
		Channel: "C1", By: "U1", Made: time.Now().UTC().Truncate(time.Millisecond), Next: next,
		Order: digest.Order{
			Selection: digest.Selection{Campaigns: []string{"Sales Outbound", `"Quoted", with a comma`}}, Rule: when, Filter: digest.ShowOffTarget, View: digest.ViewTable, Name: "Morning",
		},
	}
}

func newTestDigests(t *testing.T, words Words) (*Digests, store.Store) {
	t.Helper()
	db, err := database.OpenStore(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ahtbot.db"), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b, err := apptest.Bot("", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{
		DB: db, Recent: new(store.Recent), Client: new(ozonetel.Client), Poster: Poster{Bot: b, Words: words}, PerMinute: func() int { return 45 },
		Names: func() []string { return []string{"Sales Inbound", "Support"} }, Log: slog.New(slog.DiscardHandler),
		Goal:    func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, false },
		Watched: func(context.Context) ([]aht.Target, error) { return nil, nil },
	})
	return s, db
}

func TestDigestsAreKeptAsPeopleOrderedThem(t *testing.T) {
	s, _ := newTestDigests(t, Words{})
	d, err := s.Add(t.Context(), aDigest(t))
	if err != nil || d.ID < 1 || d.Version != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	got, ok, err := s.Digest(t.Context(), d.ID)
	if !ok || err != nil || !reflect.DeepEqual(got, d) {
		t.Errorf("read back %+v, %v, %v; want %+v", got, ok, err, d)
	}
	stale := d
	d.Paused, d.PausedBy = true, "U2"
	if d, err = s.Change(t.Context(), d, "U2", "paused"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Change(t.Context(), stale, "U3", "edited"); !errors.Is(err, request.ErrChanged) {
		t.Errorf("a change of an old version: %v, want ErrChanged", err)
	}
	if all, err := s.All(t.Context()); err != nil || len(all) != 1 || !all[0].Next.At.IsZero() {
		t.Errorf("a digest that is paused for good has a next slot: %+v, %v", all, err)
	}
	changes, err := s.Changes(t.Context(), d.ID, 9)
	if err != nil || len(changes) != 2 || changes[0].Did != "paused" || changes[0].By != "U2" || changes[1].Did != "made" || changes[1].By != "U1" {
		t.Errorf("changes %+v, %v", changes, err)
	}
	d.Removed = time.Now().Add(-undoFor - time.Second)
	if _, err := s.Change(t.Context(), d, "U2", "removed"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Digest(t.Context(), d.ID); ok || err != nil {
		t.Errorf("a digest removed ten minutes ago is there: %v, %v", ok, err)
	}
}

func TestARunIsKeptWithTheReadingsTakenForIt(t *testing.T) {
	s, _ := newTestDigests(t, Words{})
	d, err := s.Add(t.Context(), aDigest(t))
	if err != nil {
		t.Fatal(err)
	}
	run := scheduler.SlotRun{Digest: d.ID, Slot: d.Next, ReadingFrom: d.Next.At.Add(-digest.ReadingTime)}
	next, _ := d.Order.Rule.Next(d.Next.At, digest.Calendars{})
	if err := s.Plan(t.Context(), []scheduler.Plan{{Digest: d, Next: next, Runs: []scheduler.SlotRun{run}}}); err != nil {
		t.Fatal(err)
	}
	run, ok, err := s.Claim(t.Context(), run, "me", time.Minute)
	if !ok || err != nil || run.Posting {
		t.Fatalf("claimed %+v, %v, %v", run, ok, err)
	}
	sales, _ := aht.NewTarget(aht.KindCampaign, `"Quoted", with a comma`)
	run.Posting, run.Channel, run.Late = true, "C1", 90*time.Second
	run.Readings = []aht.Reading{{Target: sales, Mean: 272 * time.Second, At: d.Next.At.Add(-time.Minute)}}
	if ok, err := s.Keep(t.Context(), run, 0, false); !ok || err != nil {
		t.Fatal(ok, err)
	}
	open, err := s.Open(t.Context(), 9)
	if err != nil || len(open) != 1 || !reflect.DeepEqual(open[0], run) {
		t.Errorf("kept %+v, %v; want %+v", open, err, run)
	}
	if ran, err := s.Ran(t.Context(), d.ID, 9); err != nil || len(ran) != 0 {
		t.Errorf("an open run has ended: %+v, %v", ran, err)
	}
	run.Posting, run.Outcome, run.Ended, run.TS = false, digest.Posted, time.Now(), "17.1"
	if ok, err := s.Keep(t.Context(), run, 0, true); !ok || err != nil {
		t.Fatal(ok, err)
	}
	want := digest.SlotResult{Slot: run.Slot, Outcome: digest.Posted, Late: run.Late, TS: "17.1"}
	if ran, err := s.Ran(t.Context(), d.ID, 9); err != nil || len(ran) != 1 || ran[0] != want {
		t.Errorf("ran %+v, %v; want %+v", ran, err, want)
	}
}

func TestADigestOfALaterAhtbotIsLeftAlone(t *testing.T) {
	s, db := newTestDigests(t, Words{})
	if _, err := db.AddDigest(t.Context(), store.DigestRow{Doc: `{"when":{"zone":"UTC","moons":true}}`, NextSlot: "x", NextAt: time.Now()}, "made"); err != nil {
		t.Fatal(err)
	}
	mine, err := s.Add(t.Context(), aDigest(t))
	if err != nil {
		t.Fatal(err)
	}
	due, err := s.Due(t.Context(), mine.Next.At, 9)
	if err != nil || len(due) != 1 || due[0].ID != mine.ID {
		t.Errorf("due %+v, %v; want the readable one", due, err)
	}
}

// TestWhatSlackSaysDecidesWhetherASlotIsTriedAgain: only what surely was not posted is.
func TestWhatSlackSaysDecidesWhetherASlotIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		err   error
		later bool
		place string
	}{
		{&webapi.CallError{Code: "ratelimited", Kind: webapi.FaultLater, Wait: time.Minute}, true, ""},
		{&webapi.CallError{Code: "is_archived", Kind: webapi.FaultPlace}, false, "is_archived"},
		{&webapi.CallError{Code: "missing_scope", Kind: webapi.FaultApp}, false, "missing_scope"},
		{webapi.ErrUnsure, false, ""},
		{context.DeadlineExceeded, false, ""},
	} {
		err := postFault(c.err)
		later, isLater := errors.AsType[*scheduler.RetryError](err)
		place, isPlace := errors.AsType[*scheduler.ChannelError](err)
		if isLater != c.later || isLater && later.Wait != time.Minute || isPlace != (c.place != "") || isPlace && place.Code != c.place {
			t.Errorf("%v became %v", c.err, err)
		}
	}
	if postFault(nil) != nil {
		t.Error("no error became one")
	}
}
