package digest_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/digest"
)

// TestAWeekOverEachChangeOfTheClocks lets two loops share 50 digests, ten rules in five
// zones, and compares every post with the second reading of the rules.
func TestAWeekOverEachChangeOfTheClocks(t *testing.T) {
	zones := []string{"Australia/Lord_Howe", "America/New_York", "Asia/Kolkata", "Europe/London", "Asia/Kathmandu"}
	var due []func(minute) bool
	for _, p := range pairs {
		due = append(due, p.due)
	}
	year := map[string][][]digest.Slot{}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		year[name] = walk(zone, 2028, due)
	}
	for change, from := range map[string]time.Time{
		"New York forward": at("2028-03-09 00:00"), "London forward and Lord Howe back": at("2028-03-25 20:00"),
		"Lord Howe forward": at("2028-09-28 00:00"), "London and New York back": at("2028-10-29 00:00"),
	} {
		to := from.AddDate(0, 0, 8)
		t.Run(change, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(from))
				s := newScene(t)
				s.config = func(c digest.Config) digest.Config { c.Calendars = holi; return c }
				var want []string
				for _, name := range zones {
					for i, p := range pairs {
						p.spec.Zone = name
						d := s.add("C1", p.spec, "Sales")
						d.Next, _ = d.Order.When.Next(time.Now(), holi)
						s.book.digests[d.ID] = d
						for _, slot := range year[name][i] {
							if slot.At.After(from) && slot.At.Before(to) {
								want = append(want, fmt.Sprint(slot.At.Format(time.DateTime), " ", d.ID, " ", slot.Local))
							}
						}
					}
				}
				s.run(2)
				time.Sleep(time.Until(to) - time.Second)
				s.end()
				var got []string
				for _, p := range s.posts {
					got = append(got, fmt.Sprint(p.at.UTC().Format(time.DateTime), " ", p.Digest.ID, " ", p.Slot.Local))
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					for i := range max(len(got), len(want)) {
						if i >= len(got) || i >= len(want) || got[i] != want[i] {
							t.Fatalf("%d posts, want %d; they differ from %v, want %v", len(got), len(want), got[min(i, len(got)):min(i+3, len(got))], want[min(i, len(want)):min(i+3, len(want))])
						}
					}
				}
				t.Logf("%d posts, each at its second; %d requests", len(got), len(s.asked))
			})
		})
	}
}
