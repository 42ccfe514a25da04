package scheduler_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

// weekRules are rules whose slots lie in the hours in which clocks change, and some beside
// them. TestAYearOfSlotsAgreesWithASecondReading of package digest proves their slots.
var weekRules = []digest.Spec{
	{Days: digest.EveryDay, Times: []digest.Clock{9 * 60, 2*60 + 30, 90, 60, 105}},
	{Days: digest.EveryDay, Every: digest.Every{Hours: 1, From: 0, To: 1439}},
	{Days: digest.MondayToFriday, Every: digest.Every{Hours: 2, From: 22 * 60, To: 6 * 60}, Except: []digest.Date{{Year: 2028, Month: 3, Day: 24}}},
	{Workdays: true, Times: []digest.Clock{21*60 + 30}, Holidays: []string{"*"}},
	{Cron: "30 1-3,22 * * mon-fri"},
	{Month: digest.NthWeekday(2, time.Sunday), Times: []digest.Clock{2*60 + 30}},
	{Month: digest.NthWeekday(digest.Last, time.Sunday), Times: []digest.Clock{90}},
	{Month: digest.LastWeekday, Quarter: true, Times: []digest.Clock{1080}},
}

// TestAWeekOverEachChangeOfTheClocks lets two processes share 40 digests, eight rules in
// five zones, and compares every post with the slots of the rules.
func TestAWeekOverEachChangeOfTheClocks(t *testing.T) {
	zones := []string{"Australia/Lord_Howe", "America/New_York", "Asia/Kolkata", "Europe/London", "Asia/Kathmandu"}
	calendars := digest.Calendars{Week: digest.MondayToSaturday, Named: map[string]digest.Calendar{
		"us": {{Year: 2028, Month: 3, Day: 14}: "A holiday"},
	}}
	day := func(month time.Month, d, hour int) time.Time {
		return time.Date(2028, month, d, hour, 0, 0, 0, time.UTC)
	}
	for change, from := range map[string]time.Time{
		"New York forward": day(3, 9, 0), "London forward and Lord Howe back": day(3, 25, 20),
		"Lord Howe forward": day(9, 28, 0), "London and New York back": day(10, 29, 0),
	} {
		to := from.AddDate(0, 0, 8)
		t.Run(change, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(from))
				s := newScene(t)
				s.config = func(c scheduler.Config) scheduler.Config { c.Calendars = calendars; return c }
				var want []string
				for _, name := range zones {
					for _, spec := range weekRules {
						spec.Zone = name
						d := s.add("C1", spec, "Sales")
						d.Next, _ = d.Order.Rule.Next(from, calendars)
						s.store.digests[d.ID] = d
						for slot := d.Next; slot.At.Before(to); slot, _ = d.Order.Rule.Next(slot.At, calendars) {
							want = append(want, fmt.Sprint(slot.At.UTC().Format(time.DateTime), " ", d.ID, " ", slot.Local))
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
