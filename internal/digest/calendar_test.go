package digest_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/digest"
)

func TestCalendarFilesAreReadAsWritten(t *testing.T) {
	got, err := digest.ReadCalendar(strings.NewReader("\ufeff# India 2026\r\n\r\n2026-12-25 Christmas\r\n 2026-11-08\tDiwali  # by the moon\n2026-01-26   Republic Day"))
	want := digest.Calendar{day(2026, 12, 25): "Christmas", day(2026, 11, 8): "Diwali", day(2026, 1, 26): "Republic Day"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %v, %v; want %v", got, err, want)
	}
}

func TestEveryFaultOfACalendarFileHasItsLine(t *testing.T) {
	file := strings.Join([]string{
		"2026-12-25 Christmas", "25.12.2026 Christmas", "2026-02-30 No day", "2026-12-26", "# fine", "2026-12-25 Again", "2026-12-27 \x07",
		"2026-12-28 " + strings.Repeat("x", 101), "2026-12-29 \xff",
	}, "\n")
	got, err := digest.ReadCalendar(strings.NewReader(file))
	var lines []int
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if le, ok := errors.AsType[*digest.LineError](e); ok {
				lines = append(lines, le.Line)
			}
		}
	}
	if want := []int{2, 3, 4, 6, 7, 8, 9}; got != nil || !reflect.DeepEqual(lines, want) {
		t.Errorf("%v with faults on lines %v, want none and %v", got, lines, want)
	}
	if !errors.Is(err, digest.ErrDate) || !strings.Contains(err.Error(), "line 6: 2026-12-25 is on line 1 already") {
		t.Errorf("the faults read: %v", err)
	}
	if _, err := digest.ReadCalendar(strings.NewReader("2026-12-25 " + strings.Repeat("x", 70_000))); err == nil {
		t.Error("a line without end was read")
	}
}

func FuzzReadCalendar(f *testing.F) {
	f.Add("2026-12-25 Christmas\n# note\n\n2026-12-26 Boxing Day")
	f.Add("2026-12-25\n")
	f.Fuzz(func(t *testing.T, file string) {
		c, err := digest.ReadCalendar(strings.NewReader(file))
		if err != nil {
			if c != nil {
				t.Fatalf("%q: a calendar and %v", file, err)
			}
			return
		}
		var again strings.Builder
		for d, title := range c {
			again.WriteString(d.String() + " " + title + "\n")
		}
		if got, err := digest.ReadCalendar(strings.NewReader(again.String())); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%q written as %q reads back as %v, %v", file, again.String(), got, err)
		}
	})
}

func TestHowLateASlotMayBe(t *testing.T) {
	due := at("2026-11-23 11:00")
	for name, c := range map[string]struct {
		next, by time.Duration
		want     digest.Verdict
	}{
		"at the slot":               {2 * time.Hour, 0, digest.Post},
		"within the minute":         {2 * time.Hour, time.Minute - 1, digest.Post},
		"a minute late":             {2 * time.Hour, time.Minute, digest.PostLate},
		"three quarters of an hour": {2 * time.Hour, 45 * time.Minute, digest.PostLate},
		"longer":                    {2 * time.Hour, 45*time.Minute + 1, digest.Skip},
		"half way to the next":      {time.Hour, 30 * time.Minute, digest.PostLate},
		"past half way":             {time.Hour, 30*time.Minute + 1, digest.Skip},
		"the last slot of all":      {0, 45 * time.Minute, digest.PostLate},
		"the last slot, long ago":   {0, 24 * time.Hour, digest.Skip},
	} {
		var next digest.Slot
		if c.next > 0 {
			next.At = due.Add(c.next)
		}
		if got, by := digest.Lateness(digest.Slot{At: due}, next, due.Add(c.by)); got != c.want || by != c.by {
			t.Errorf("%s: %v by %v, want %v by %v", name, got, by, c.want, c.by)
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
		begin, err := digest.Begin(due, c.targets, c.perMinute)
		if err != nil || due.Sub(begin) != c.want {
			t.Errorf("%d at %d a minute begin %v before, %v; want %v", c.targets, c.perMinute, due.Sub(begin), err, c.want)
		}
		if took := time.Duration(c.targets) * time.Minute; c.perMinute > 0 && took/time.Duration(c.perMinute) > c.want {
			t.Errorf("%d at %d a minute are not read in %v", c.targets, c.perMinute, c.want)
		}
	}
	for _, c := range []digest.TooManyError{
		{Targets: 601, PerMinute: 40, Most: 600}, {Targets: 16, PerMinute: 1, Most: 15}, {Targets: 1, PerMinute: 0, Most: 0},
	} {
		_, err := digest.Begin(due, c.Targets, c.PerMinute)
		if e, ok := errors.AsType[*digest.TooManyError](err); !ok || *e != c {
			t.Errorf("%+v: refused with %v", c, err)
		}
	}
	if _, err := digest.Begin(due, 1, -5); err == nil {
		t.Error("a budget below nothing reads something")
	}
}

func TestFiltersReadBack(t *testing.T) {
	for _, f := range []digest.Filter{digest.ShowAll, digest.ShowOffTarget, digest.ShowChanged, digest.ShowWithCalls} {
		text, _ := f.MarshalText()
		var got digest.Filter
		if err := got.UnmarshalText(text); err != nil || got != f {
			t.Errorf("%s reads back as %v, %v", text, got, err)
		}
	}
	var f digest.Filter
	if err := f.UnmarshalText([]byte("some")); !errors.Is(err, digest.ErrFilter) {
		t.Errorf("an unknown filter reads as %v, %v", f, err)
	}
}
