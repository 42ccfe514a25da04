package digest_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

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
	var lines []string
	for fault := range strings.Lines(fmt.Sprint(err)) {
		line, _, _ := strings.Cut(fault, ":")
		lines = append(lines, line)
	}
	if want := []string{"line 2", "line 3", "line 4", "line 6", "line 7", "line 8", "line 9"}; got != nil || !reflect.DeepEqual(lines, want) {
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
