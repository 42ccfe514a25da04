package alert_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/alert"
)

func TestActiveHours(t *testing.T) {
	berlin := zone("Europe/Berlin")
	night := alert.Hours{Days: 1 << time.Saturday, From: 22 * time.Hour, To: 6 * time.Hour, Zone: berlin}
	always := alert.Hours{Days: 1<<7 - 1, From: 0, To: 24 * time.Hour, Zone: ist}
	sunday := time.Date(2026, time.March, 29, 0, 0, 0, 0, berlin) // the clocks go forward at two
	saturday := time.Date(2026, time.March, 28, 22, 0, 0, 0, berlin)
	for _, c := range []struct {
		claim string
		hours alert.Hours
		at    time.Time
		since time.Time // zero is closed
		next  time.Time
	}{
		{"the first moment is in", weekdays, nine, nine, nine},
		{"the moment before is not", weekdays, nine.Add(-1), time.Time{}, nine},
		{"the end is out", weekdays, nine.Add(9 * time.Hour), time.Time{}, nine.AddDate(0, 0, 1)},
		{"a week end is out", weekdays, nine.AddDate(0, 0, 5), time.Time{}, nine.AddDate(0, 0, 7)},
		{"a night belongs to the day it began", night, sunday.Add(3 * time.Hour), saturday, sunday.Add(3 * time.Hour)},
		{"by the clock on the wall", night, sunday.Add(5 * time.Hour), time.Time{}, time.Date(2026, time.April, 4, 22, 0, 0, 0, berlin)},
		{"another zone's morning", weekdays, nine.UTC(), nine, nine.UTC()},
	} {
		since, open := c.hours.Since(c.at)
		if open == c.since.IsZero() || open && !since.Equal(c.since) || c.hours.Open(c.at) != open {
			t.Errorf("%s: open %v since %v, want since %v", c.claim, open, since, c.since)
		}
		if next := c.hours.Next(c.at); !next.Equal(c.next) {
			t.Errorf("%s: next at %v, want %v", c.claim, next, c.next)
		}
	}
	if since, open := always.Since(nine); !open || nine.Sub(since) < 7*24*time.Hour {
		t.Errorf("round the clock has been open since %v, %v; want over a week", since, open)
	}
}

func TestNextOpensAndNothingOpensBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := alert.Hours{
			Days: rapid.Uint8Range(1, 1<<7-1).Draw(t, "days"),
			From: time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "from")) * m,
			To:   time.Duration(rapid.IntRange(0, 24*60).Draw(t, "to")) * m,
			Zone: zone(rapid.SampledFrom([]string{"Asia/Kolkata", "Europe/Berlin", "America/New_York"}).Draw(t, "zone")),
		}
		at := nine.Add(time.Duration(rapid.IntRange(0, 366*24*60).Draw(t, "minute")) * m)
		next := h.Next(at)
		if !h.Open(next) || next.Before(at) || next.Sub(at) > 8*24*time.Hour {
			t.Fatalf("after %v, %+v next opens at %v", at, h, next)
		}
		for before := at; before.Before(next); before = before.Add(7 * m) {
			if h.Open(before) {
				t.Fatalf("after %v, %+v next opens at %v, but is open at %v", at, h, next, before)
			}
		}
	})
}

func TestHoursAreStoredByTheNameOfTheirZone(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	r.Active = weekdays
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back alert.Rule
	if err := json.Unmarshal(b, &back); err != nil || back.Active.Zone.String() != "Asia/Kolkata" || back.Check() != nil {
		t.Errorf("%s reads back as %+v, %v", b, back, err)
	}
	back.Active.Zone = r.Active.Zone
	if back != r {
		t.Errorf("%+v is stored as %+v", r, back)
	}
	for _, bad := range []string{`{"days":0,"from":0,"to":1,"zone":"UTC"}`, `{"days":1,"zone":"Mars/Olympus"}`, `7`} {
		var h alert.Hours
		if err := json.Unmarshal([]byte(bad), &h); err == nil {
			t.Errorf("%s is read as %+v", bad, h)
		}
	}
	if _, err := json.Marshal(alert.Hours{Days: 1}); !errors.Is(err, alert.ErrHours) {
		t.Errorf("hours without a zone are stored: %v", err)
	}
}
