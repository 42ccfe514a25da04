package digest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"ahtbot/internal/digest"
)

// minute is one minute as a clock on the wall shows it.
type minute struct {
	day   int // days since 1970
	clock int // minutes after midnight
}

func (m minute) date() time.Time { return time.Unix(int64(m.day)*86400, 0).UTC() }

func (m minute) back(days int) minute { return minute{m.day - days, m.clock} }

func (m minute) next() minute {
	if m.clock == 1439 {
		return minute{m.day + 1, 0}
	}
	return minute{m.day, m.clock + 1}
}

func wallOf(t time.Time) minute {
	_, offset := t.Zone()
	local := t.Unix() + int64(offset)
	return minute{int(local / 86400), int(local % 86400 / 60)}
}

// walk is the second reading of the rules: it looks at every minute of the year in UTC,
// reads the clock in the zone, and asks due. It shares no code with package digest.
func walk(zone *time.Location, year int, due []func(minute) bool) [][]digest.Slot {
	slots := make([][]digest.Slot, len(due))
	from, to := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	highest := wallOf(from.In(zone)) // clocks that go back show nothing new until they pass it
	for t := from.Add(time.Minute); t.Before(to); t = t.Add(time.Minute) {
		now := wallOf(t.In(zone))
		if now.day < highest.day || now.day == highest.day && now.clock <= highest.clock {
			continue
		}
		for i, is := range due {
			for m := highest.next(); ; m = m.next() { // more than one only behind a gap
				if is(m) {
					local := fmt.Sprintf("%sT%02d:%02d %s", m.date().Format(time.DateOnly), m.clock/60, m.clock%60, zone)
					slots[i] = append(slots[i], digest.Slot{Local: local, At: t})
					break
				}
				if m == now {
					break
				}
			}
		}
		highest = now
	}
	return slots
}

var holi = digest.Calendars{
	Week: digest.MondayToSaturday,
	Named: map[string]digest.Calendar{
		"india": {{Year: 2028, Month: 1, Day: 26}: "Republic Day", {Year: 2028, Month: 10, Day: 17}: "Diwali"},
		"us":    {{Year: 2028, Month: 7, Day: 4}: "Independence Day", {Year: 2028, Month: 12, Day: 25}: "Christmas"},
	},
}

func day(year int, month time.Month, d int) digest.Date {
	return digest.Date{Year: year, Month: month, Day: d}
}

func on(m minute, month time.Month, d int) bool {
	return m.date().Month() == month && m.date().Day() == d
}

func weekdayOf(m minute) time.Weekday { return time.Weekday((m.day + 4) % 7) }

func working(m minute) bool { return weekdayOf(m) != time.Sunday }

// pairs are rules, each said twice: as a Spec and as a question about one minute.
var pairs = []struct {
	spec digest.Spec
	due  func(minute) bool
}{
	{
		digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{9 * 60, 2*60 + 30, 90, 60, 105}},
		func(m minute) bool { return slices.Contains([]int{540, 150, 90, 60, 105}, m.clock) },
	},
	{
		digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Holidays: []string{"india"}},
		func(m minute) bool {
			return m.clock%120 == 60 && m.clock >= 660 && m.clock <= 1140 && working(m) && !on(m, 1, 26) && !on(m, 10, 17)
		},
	},
	{
		digest.Spec{Days: digest.EveryDay, Every: digest.Every{Hours: 1, From: 0, To: 1439}},
		func(m minute) bool { return m.clock%60 == 0 },
	},
	{
		digest.Spec{Days: digest.MondayToFriday, Every: digest.Every{Hours: 2, From: 22 * 60, To: 6 * 60}, Except: []digest.Date{day(2028, 3, 24)}},
		func(m minute) bool {
			began := m // the day a night shift began
			if m.clock <= 360 {
				began = m.back(1)
			}
			shift := m.clock%120 == 0 && (m.clock <= 360 || m.clock >= 1320)
			return shift && weekdayOf(began) != time.Sunday && weekdayOf(began) != time.Saturday && !on(began, 3, 24)
		},
	},
	{
		digest.Spec{Workdays: true, Times: []digest.Clock{21*60 + 30}, Holidays: []string{"*"}},
		func(m minute) bool {
			return m.clock == 1290 && working(m) && !on(m, 1, 26) && !on(m, 10, 17) && !on(m, 7, 4) && !on(m, 12, 25)
		},
	},
	{
		digest.Spec{Month: 31, Times: []digest.Clock{0, 1439}},
		func(m minute) bool { return m.date().Day() == 31 && (m.clock == 0 || m.clock == 1439) },
	},
	{
		digest.Spec{Month: digest.LastDay, Times: []digest.Clock{9 * 60}, Starting: day(2028, 2, 1), Until: day(2028, 11, 30)},
		func(m minute) bool {
			return m.clock == 540 && minute{m.day + 1, 0}.date().Day() == 1 && !on(m, 1, 31) && !on(m, 12, 31)
		},
	},
	{
		digest.Spec{Month: digest.FirstWeekday, Times: []digest.Clock{9 * 60}},
		func(m minute) bool {
			d := m.date().Day()
			return m.clock == 540 && working(m) && (d == 1 || d == 2 && !working(m.back(1)))
		},
	},
	{
		digest.Spec{Cron: "30 1-3,22 * * mon-fri"},
		func(m minute) bool {
			w, h := weekdayOf(m), m.clock/60
			return m.clock%60 == 30 && (h >= 1 && h <= 3 || h == 22) && w != time.Sunday && w != time.Saturday
		},
	},
	{
		digest.Spec{Cron: "*/20 2 13 * 0", Except: []digest.Date{day(2028, 2, 13)}},
		func(m minute) bool { // the 13th and every Sunday
			return m.clock >= 120 && m.clock < 180 && m.clock%20 == 0 && (m.date().Day() == 13 || weekdayOf(m) == time.Sunday) && !on(m, 2, 13)
		},
	},
	{
		digest.Spec{Month: digest.NthWeekday(2, time.Sunday), Times: []digest.Clock{2*60 + 30}}, // in March New York leaves it out
		func(m minute) bool {
			d := m.date().Day()
			return m.clock == 150 && weekdayOf(m) == time.Sunday && d >= 8 && d <= 14
		},
	},
	{
		digest.Spec{Month: digest.NthWeekday(digest.Last, time.Sunday), Times: []digest.Clock{90}}, // London doubles or leaves it out
		func(m minute) bool {
			return m.clock == 90 && weekdayOf(m) == time.Sunday && minute{m.day + 7, 0}.date().Day() <= 7
		},
	},
	{
		digest.Spec{Month: digest.NthWeekday(5, time.Monday), Times: []digest.Clock{540}},
		func(m minute) bool {
			return m.clock == 540 && weekdayOf(m) == time.Monday && m.date().Day() >= 29
		},
	},
	{
		digest.Spec{Month: digest.LastWeekday, Quarter: true, Times: []digest.Clock{1080}},
		func(m minute) bool {
			switch { // in 2028: Friday 31 March, and Fridays and Saturdays of a week of six days
			case on(m, 3, 31), on(m, 6, 30), on(m, 9, 30), on(m, 12, 30):
				return m.clock == 1080
			}
			return false
		},
	},
	{
		digest.Spec{Month: 2, Quarter: true, Times: []digest.Clock{540}},
		func(m minute) bool {
			return m.clock == 540 && (on(m, 1, 2) || on(m, 4, 2) || on(m, 7, 2) || on(m, 10, 2))
		},
	},
	{
		digest.Spec{Days: digest.Days(time.Sunday, time.Wednesday), Weeks: 2, Starting: day(2028, 1, 5), Times: []digest.Clock{2*60 + 30, 105}},
		func(m minute) bool {
			first := int(time.Date(2028, 1, 5, 0, 0, 0, 0, time.UTC).Unix() / 86400) // a Wednesday
			since := m.day - first
			return (m.clock == 150 || m.clock == 105) && since >= 0 && (since%14 == 0 || since%14 == 4)
		},
	},
	{
		digest.Spec{Workdays: true, Weeks: 3, Starting: day(2028, 2, 29), Every: digest.Every{Hours: 3, From: 21 * 60, To: 3 * 60}},
		func(m minute) bool {
			began := m // the day a night shift began
			if m.clock <= 180 {
				began = m.back(1)
			}
			since := began.day - int(time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC).Unix()/86400)
			return slices.Contains([]int{1260, 0, 180}, m.clock) && since >= 0 && since/7%3 == 0 && working(began)
		},
	},
}

// TestAYearOfSlotsAgreesWithASecondReading compares the pairs in five zones,
// slot by slot over a leap year with both changes of the clocks in it.
func TestAYearOfSlotsAgreesWithASecondReading(t *testing.T) {
	var due []func(minute) bool
	for _, p := range pairs {
		due = append(due, p.due)
	}
	total := 0
	for _, name := range []string{"Australia/Lord_Howe", "America/New_York", "Asia/Kolkata", "Europe/London", "Asia/Kathmandu"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		want := walk(zone, 2028, due)
		for i, p := range pairs {
			p.spec.Zone = name
			got := slotsOf(t, p.spec, 2028)
			total += len(got)
			if len(got) != len(want[i]) || len(got) == 0 {
				t.Errorf("%s, rule %d: %d slots, the second reading has %d", name, i, len(got), len(want[i]))
			}
			for k := range min(len(got), len(want[i])) {
				if got[k].Local != want[i][k].Local || !got[k].At.Equal(want[i][k].At) {
					t.Errorf("%s, rule %d, slot %d: %v, the second reading has %v", name, i, k, got[k], want[i][k])
					break
				}
			}
		}
	}
	t.Logf("%d slots agree", total)
}

// slotsOf returns the slots of a year in UTC.
func slotsOf(t *testing.T, s digest.Spec, year int) []digest.Slot {
	t.Helper()
	r := rule(t, s)
	var slots []digest.Slot
	after, end := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		slot, ok := r.Next(after, holi)
		if !ok || !slot.At.Before(end) {
			return slots
		}
		slots, after = append(slots, slot), slot.At
	}
}

func rule(tb testing.TB, s digest.Spec) digest.Rule {
	tb.Helper()
	r, err := digest.NewRule(s)
	if err != nil {
		tb.Fatalf("%+v: %v", s, err)
	}
	return r
}
