package digest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/digest"
)

// at reads "2026-11-23 11:00" in UTC.
func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestSlotsAroundAChangeOfTheClocks lists what is planned and when it comes, in UTC.
func TestSlotsAroundAChangeOfTheClocks(t *testing.T) {
	clocks := func(times ...digest.Clock) digest.Spec { return digest.Spec{Days: digest.EveryDay, Times: times} }
	hourly := digest.Spec{Days: digest.EveryDay, Every: digest.Every{Hours: 1, From: 0, To: 4 * 60}}
	for name, c := range map[string]struct {
		spec  digest.Spec
		zone  string
		after string
		want  string
	}{
		"a time in the gap comes right after it": {
			clocks(150), "America/New_York", "2026-03-07 12:00", "03-08T02:30=08 07:00 03-09T02:30=09 06:30",
		},
		"times that meet after the gap are one slot, named by the earliest": {
			hourly, "America/New_York", "2026-03-08 05:30", "03-08T01:00=08 06:00 03-08T02:00=08 07:00 03-08T04:00=08 08:00",
		},
		"a doubled time comes once, the first": {
			hourly, "America/New_York", "2026-11-01 04:30", "11-01T01:00=01 05:00 11-01T02:00=01 07:00 11-01T03:00=01 08:00",
		},
		"asked between the two, the doubled time is over": {
			clocks(90), "America/New_York", "2026-11-01 05:45", "11-02T01:30=02 06:30",
		},
		"a gap of half an hour": {
			clocks(135), "Australia/Lord_Howe", "2026-10-03 00:00", "10-04T02:15=03 15:30 10-05T02:15=04 15:15",
		},
		"a doubled half hour": {
			clocks(105), "Australia/Lord_Howe", "2026-04-04 00:00", "04-05T01:45=04 14:45 04-06T01:45=05 15:15",
		},
		"a gap at midnight": {
			clocks(0), "Africa/Cairo", "2026-04-23 00:00", "04-24T00:00=23 22:00 04-25T00:00=24 21:00",
		},
		"cron obeys the same rules": {
			digest.Spec{Cron: "30 2 * * *"}, "America/New_York", "2026-03-07 12:00", "03-08T02:30=08 07:00 03-09T02:30=09 06:30",
		},
		"half and quarter hours of offset": {
			clocks(660), "Asia/Kathmandu", "2026-11-22 12:00", "11-23T11:00=23 05:15",
		},
	} {
		c.spec.Zone = c.zone
		r, after, got := rule(t, c.spec), at(c.after), []string(nil)
		for range strings.Count(c.want, "=") {
			slot, ok := r.Next(after, digest.Calendars{})
			if !ok || !strings.HasSuffix(slot.Local, " "+c.zone) {
				t.Fatalf("%s: %v, %v", name, slot, ok)
			}
			got = append(got, slot.Local[len("2026-"):len("2026-11-23T11:00")]+"="+slot.At.UTC().Format("02 15:04"))
			after = slot.At
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, " "), c.want)
		}
	}
}

// TestADayThatAZoneLeftOutIsOneSlot: Samoa had no 30 December 2011.
func TestADayThatAZoneLeftOutIsOneSlot(t *testing.T) {
	r := rule(t, digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540, 1020}, Zone: "Pacific/Apia"})
	var got []string
	for _, run := range r.Upcoming(at("2011-12-30 01:00"), 3, digest.Calendars{}) {
		got = append(got, run.Slot.Local+"="+run.Slot.At.UTC().Format("02 15:04"))
	}
	want := "2011-12-29T17:00 Pacific/Apia=30 03:00, 2011-12-30T09:00 Pacific/Apia=30 10:00, 2011-12-31T09:00 Pacific/Apia=30 19:00"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

func TestNextIsStrictlyAfter(t *testing.T) {
	r := rule(t, digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}, Zone: "UTC"})
	for after, want := range map[string]string{"2026-11-23 08:59": "2026-11-23T09:00 UTC", "2026-11-23 09:00": "2026-11-24T09:00 UTC"} {
		if slot, _ := r.Next(at(after), digest.Calendars{}); slot.Local != want {
			t.Errorf("after %s comes %s, want %s", after, slot.Local, want)
		}
	}
	if slot, _ := r.Next(at("2026-11-23 09:00").Add(-1), digest.Calendars{}); slot.Local != "2026-11-23T09:00 UTC" {
		t.Errorf("a nanosecond before 9:00 comes %s", slot.Local)
	}
}

func TestMonthEndsAndLeapDays(t *testing.T) {
	for name, c := range map[string]struct {
		spec  digest.Spec
		after string
		want  string
	}{
		"the 31st passes over short months": {digest.Spec{Month: 31}, "2026-01-31 09:00", "2026-03-31 2026-05-31 2026-07-31 2026-08-31"},
		"the 29th in a common year":         {digest.Spec{Month: 29}, "2027-01-29 09:00", "2027-03-29"},
		"the 29th in a leap year":           {digest.Spec{Month: 29}, "2028-01-29 09:00", "2028-02-29 2028-03-29"},
		"the last day":                      {digest.Spec{Month: digest.LastDay}, "2028-01-31 09:00", "2028-02-29 2028-03-31 2028-04-30"},
		"the last weekday":                  {digest.Spec{Month: digest.LastWeekday}, "2026-01-30 09:00", "2026-02-27 2026-03-31 2026-04-30 2026-05-29"},
		"the first weekday":                 {digest.Spec{Month: digest.FirstWeekday}, "2026-07-02 09:00", "2026-08-03 2026-09-01 2026-10-01 2026-11-02"},
		"the fifth Friday":                  {digest.Spec{Month: digest.NthWeekday(5, time.Friday)}, "2026-01-31 09:00", "2026-05-29 2026-07-31 2026-10-30"},
		"the last Friday":                   {digest.Spec{Month: digest.NthWeekday(digest.Last, time.Friday)}, "2028-01-28 09:00", "2028-02-25 2028-03-31"},
		"the first Monday":                  {digest.Spec{Month: digest.NthWeekday(1, time.Monday)}, "2026-05-04 09:00", "2026-06-01 2026-07-06 2026-08-03"},
		"the last day of a quarter":         {digest.Spec{Month: digest.LastDay, Quarter: true}, "2026-11-23 09:00", "2026-12-31 2027-03-31 2027-06-30"},
		"the 31st of a quarter":             {digest.Spec{Month: 31, Quarter: true}, "2027-01-31 09:00", "2027-07-31 2027-10-31 2028-01-31"},
		"every other Tuesday from a Monday": {digest.Spec{Days: digest.Days(time.Tuesday), Weeks: 2, Starting: day(2026, 12, 21)}, "2026-11-23 09:00", "2026-12-22 2027-01-05 2027-01-19"},
		"cron's 29 February":                {digest.Spec{Cron: "0 9 29 2 *"}, "2026-01-01 00:00", "2028-02-29 2032-02-29"},
		"eight years to the next 29th":      {digest.Spec{Cron: "0 9 29 2 *"}, "2096-03-01 00:00", "2104-02-29"},
		"cron's last day and nth weekday":   {digest.Spec{Cron: "0 9 l * *"}, "2028-02-01 00:00", "2028-02-29 2028-03-31"},
		"cron's second Tuesday":             {digest.Spec{Cron: "0 9 * * tue#2"}, "2026-11-01 00:00", "2026-11-10 2026-12-08"},
	} {
		if c.spec.Zone = "UTC"; c.spec.Cron == "" {
			c.spec.Times = []digest.Clock{540}
		}
		r, after, got := rule(t, c.spec), at(c.after), []string(nil)
		for range strings.FieldsSeq(c.want) {
			slot, ok := r.Next(after, digest.Calendars{})
			if !ok {
				t.Fatalf("%s: none after %v", name, after)
			}
			got, after = append(got, slot.At.Format(time.DateOnly)), slot.At
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestARuleThatIsOverHasNoNext(t *testing.T) {
	daily := digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}, Zone: "Asia/Kolkata", Until: day(2026, 11, 23)}
	r := rule(t, daily)
	if slot, ok := r.Next(at("2026-11-23 03:29"), digest.Calendars{}); !ok || slot.Local != "2026-11-23T09:00 Asia/Kolkata" {
		t.Errorf("the last day: %v, %v", slot, ok)
	}
	if slot, ok := r.Next(at("2026-11-23 03:30"), digest.Calendars{}); ok {
		t.Errorf("after the last day comes %v", slot)
	}
	daily.Starting, daily.Until = day(2026, 11, 23), day(2026, 11, 23)
	daily.Except = []digest.Date{day(2026, 11, 23)}
	if slot, ok := rule(t, daily).Next(at("2026-01-01 00:00"), digest.Calendars{}); ok {
		t.Errorf("its only day is excepted, and it has %v", slot)
	}
	if _, ok := (digest.Rule{}).Next(at("2026-01-01 00:00"), digest.Calendars{}); ok {
		t.Error("the zero rule came")
	}
}

func TestALaterStartIsFoundFromAnywhere(t *testing.T) {
	for _, s := range []digest.Spec{
		{Days: digest.EveryDay, Times: []digest.Clock{0}}, {Cron: "0 0 * * *"},
	} {
		s.Zone, s.Starting = "Asia/Kolkata", day(2040, 2, 29)
		if slot, _ := rule(t, s).Next(at("2026-01-01 00:00"), digest.Calendars{}); slot.Local != "2040-02-29T00:00 Asia/Kolkata" {
			t.Errorf("%+v: the first is %v", s, slot)
		}
	}
}

func TestUpcomingNamesTheDaysItPassesOver(t *testing.T) {
	c := digest.Calendars{Named: map[string]digest.Calendar{"india": {day(2026, 12, 25): "Christmas"}}}
	r := rule(t, digest.Spec{
		Days: digest.MondayToSaturday, Times: []digest.Clock{660, 780}, Zone: "Asia/Kolkata",
		Holidays: []string{"India", "absent"}, Except: []digest.Date{day(2026, 12, 26)},
	})
	var got []string
	for _, run := range r.Upcoming(at("2026-12-24 06:00"), 3, c) {
		if run.Skipped {
			got = append(got, fmt.Sprintf("%v skipped: %s", run.Day, run.Reason))
			continue
		}
		got = append(got, strings.Fields(run.Slot.Local)[0])
	}
	want := "2026-12-24T13:00; 2026-12-25 skipped: Christmas; 2026-12-26 skipped: ; 2026-12-28T11:00; 2026-12-28T13:00"
	if strings.Join(got, "; ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, "; "), want)
	}
	if runs := r.Upcoming(at("2026-12-24 06:00"), 0, c); runs != nil {
		t.Errorf("no runs asked for, got %v", runs)
	}
}

// TestANightShiftBelongsToTheDayItBegan: the holiday takes the hours after midnight too.
func TestANightShiftBelongsToTheDayItBegan(t *testing.T) {
	c := digest.Calendars{Named: map[string]digest.Calendar{"us": {day(2026, 12, 25): "Christmas"}}}
	r := rule(t, digest.Spec{
		Days: digest.MondayToFriday, Every: digest.Every{Hours: 4, From: 22 * 60, To: 6 * 60}, Zone: "Asia/Kolkata", Holidays: []string{"us"},
	})
	var got []string
	for _, run := range r.Upcoming(at("2026-12-24 12:00"), 4, c) {
		got = append(got, strings.Fields(run.Slot.Local + " skipped")[0])
	}
	if want := "2026-12-24T22:00 2026-12-25T02:00 2026-12-25T06:00 skipped 2026-12-28T22:00"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", strings.Join(got, " "), want)
	}
}

// BenchmarkNext plans one digest after another: the pairs in five zones.
func BenchmarkNext(b *testing.B) {
	for name, cron := range map[string]bool{"times": false, "cron": true} {
		b.Run(name, func(b *testing.B) {
			var rules []digest.Rule
			for _, zone := range []string{"Australia/Lord_Howe", "America/New_York", "Asia/Kolkata", "Europe/London", "Asia/Kathmandu"} {
				for _, p := range pairs {
					if p.spec.Zone = zone; cron == (p.spec.Cron != "") {
						rules = append(rules, rule(b, p.spec))
					}
				}
			}
			after, i := at("2028-03-11 12:00"), 0
			for b.Loop() {
				if _, ok := rules[i%len(rules)].Next(after, holi); !ok {
					b.Fatal("no next slot")
				}
				i++
			}
			b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "digests/s")
		})
	}
}

func TestADayOfAnyYearIsTheNext(t *testing.T) {
	for _, c := range []struct{ said, today, want digest.Date }{
		{digest.Date{Month: 12, Day: 25}, day(2026, 11, 23), day(2026, 12, 25)},
		{digest.Date{Month: 12, Day: 25}, day(2026, 12, 25), day(2026, 12, 25)},
		{digest.Date{Month: 1, Day: 1}, day(2026, 11, 23), day(2027, 1, 1)},
		{digest.Date{Month: 2, Day: 29}, day(2026, 11, 23), day(2028, 2, 29)},
		{day(2020, 1, 1), day(2026, 11, 23), day(2020, 1, 1)},
		{digest.Date{}, day(2026, 11, 23), digest.Date{}},
		{digest.OnWeekday(time.Monday), day(2026, 11, 23), day(2026, 11, 30)}, // a Monday
		{digest.OnWeekday(time.Sunday), day(2026, 11, 23), day(2026, 11, 29)},
		{digest.OnWeekday(time.Tuesday), day(2026, 11, 23), day(2026, 11, 24)},
		{digest.OnWeekday(time.Saturday), day(2026, 11, 22), day(2026, 11, 28)},
		{digest.Tomorrow, day(2026, 12, 31), day(2027, 1, 1)},
	} {
		if got := c.said.On(c.today); got != c.want {
			t.Errorf("%v on %v is %v, want %v", c.said, c.today, got, c.want)
		}
	}
}
