package digest_test

import (
	"errors"
	"testing"
	"time"

	"ahtbot/internal/digest"
)

func TestHowLateASlotMayBe(t *testing.T) {
	due := at("2026-11-23 11:00")
	for name, c := range map[string]struct {
		next, by time.Duration
		tooLate  bool
	}{
		"at the slot":               {2 * time.Hour, 0, false},
		"within the minute":         {2 * time.Hour, time.Minute - 1, false},
		"a minute late":             {2 * time.Hour, time.Minute, false},
		"three quarters of an hour": {2 * time.Hour, 45 * time.Minute, false},
		"longer":                    {2 * time.Hour, 45*time.Minute + 1, true},
		"half way to the next":      {time.Hour, 30 * time.Minute, false},
		"past half way":             {time.Hour, 30*time.Minute + 1, true},
		"the last slot of all":      {0, 45 * time.Minute, false},
		"the last slot, long ago":   {0, 24 * time.Hour, true},
	} {
		var next digest.Slot
		if c.next > 0 {
			next.At = due.Add(c.next)
		}
		if late, tooLate := digest.Lateness(digest.Slot{At: due}, next, due.Add(c.by)); tooLate != c.tooLate || late != c.by {
			t.Errorf("%s: late by %v, too late %t; want %v, %t", name, late, tooLate, c.by, c.tooLate)
		}
	}
}

func TestReadingBeginsAsLateAsTheBudgetAllows(t *testing.T) {
	due := at("2026-11-23 11:00")
	for _, c := range []struct {
		targets, perMinute int
		want               time.Duration
	}{
		{0, 0, 2 * time.Minute},
		{1, 40, 2 * time.Minute},
		{80, 40, 2 * time.Minute},
		{81, 40, 2*time.Minute + 1500*time.Millisecond},
		{600, 40, 15 * time.Minute},
		{15, 1, 15 * time.Minute},
	} {
		begin, err := digest.ReadingStart(due, c.targets, c.perMinute)
		if err != nil || due.Sub(begin) != c.want {
			t.Errorf("%d at %d a minute begin %v before, %v; want %v", c.targets, c.perMinute, due.Sub(begin), err, c.want)
		}
		if took := time.Duration(c.targets) * time.Minute; c.perMinute > 0 && took/time.Duration(c.perMinute) > c.want {
			t.Errorf("%d at %d a minute are not read in %v", c.targets, c.perMinute, c.want)
		}
	}
	for _, c := range []digest.TooManyTargetsError{
		{Targets: 601, PerMinute: 40, Max: 600}, {Targets: 16, PerMinute: 1, Max: 15}, {Targets: 1, PerMinute: 0, Max: 0},
	} {
		_, err := digest.ReadingStart(due, c.Targets, c.PerMinute)
		if e, ok := errors.AsType[*digest.TooManyTargetsError](err); !ok || *e != c {
			t.Errorf("%+v: refused with %v", c, err)
		}
	}
	if _, err := digest.ReadingStart(due, 1, -5); err == nil {
		t.Error("a budget below nothing reads something")
	}
}
