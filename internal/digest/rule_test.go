package digest_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/digest"
)

func TestRulesAreStoredAndReadBack(t *testing.T) {
	for want, spec := range map[string]digest.Spec{
		`{"days":"mon,tue,wed,thu,fri,sat","every":{"hours":2,"from":"11:00","to":"19:00"},"zone":"Asia/Kolkata"}`: {
			Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 660, To: 1140}, Zone: "Asia/Kolkata",
		},
		`{"workdays":true,"times":["9:00","13:30"],"zone":"UTC","starting":"2026-11-23","until":"2026-12-31","except":["2026-12-24","2026-12-25"],"holidays":["*","india"]}`: {
			Workdays: true, Times: []digest.Clock{810, 540, 810}, Zone: "UTC", Starting: day(2026, 11, 23), Until: day(2026, 12, 31),
			Except: []digest.Date{day(2026, 12, 25), day(2026, 12, 24)}, Holidays: []string{"India", "*"},
		},
		`{"month":"last weekday","times":["9:00"],"zone":"UTC"}`: {Month: digest.LastWeekday, Times: []digest.Clock{540}, Zone: "UTC"},
		`{"month":"31","times":["9:00"],"zone":"UTC"}`:           {Month: 31, Times: []digest.Clock{540}, Zone: "UTC"},
		`{"cron":"0 9 * * 1-5","zone":"UTC"}`:                    {Cron: " 0 9  * * 1-5", Zone: "UTC"},
		`{"month":"first mon","times":["9:00"],"zone":"UTC"}`:    {Month: digest.NthWeekday(1, time.Monday), Times: []digest.Clock{540}, Zone: "UTC"},
		`{"month":"last sun","quarter":true,"times":["9:00"],"zone":"UTC"}`: {
			Month: digest.NthWeekday(digest.Last, time.Sunday), Quarter: true, Times: []digest.Clock{540}, Zone: "UTC",
		},
		`{"days":"mon","weeks":2,"times":["9:00"],"zone":"UTC","starting":"2026-11-30"}`: {
			Days: digest.Days(time.Monday), Weeks: 2, Times: []digest.Clock{540}, Zone: "UTC", Starting: day(2026, 11, 30),
		},
		`{"days":"mon","times":["10:00"],"zone":"UTC"}`: {Days: digest.Days(time.Monday), Weeks: 1, Times: []digest.Clock{600}, Zone: "UTC"},
	} {
		r := rule(t, spec)
		text, err := json.Marshal(r)
		if err != nil || string(text) != want {
			t.Errorf("stored as %s, %v\nwant %s", text, err, want)
		}
		var again digest.Rule
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again.Spec(), r.Spec()) {
			t.Errorf("%s reads back as %+v, %v", text, again.Spec(), err)
		}
	}
}

func TestNoRuleIsNull(t *testing.T) {
	r := rule(t, digest.Spec{Cron: "0 9 * * *", Zone: "UTC"})
	if err := json.Unmarshal([]byte("null"), &r); err != nil || !r.IsZero() {
		t.Errorf("null reads as %+v, %v", r.Spec(), err)
	}
	if text, err := json.Marshal(r); err != nil || string(text) != "null" {
		t.Errorf("no rule is %s, %v", text, err)
	}
}

func TestWhatIsNoRuleIsRefused(t *testing.T) {
	nine := []digest.Clock{540}
	for name, s := range map[string]digest.Spec{
		"nothing":                   {Zone: "UTC"},
		"no zone":                   {Days: 1, Times: nine},
		"an unknown zone":           {Days: 1, Times: nine, Zone: "Mars/Olympus"},
		"the machine's zone":        {Days: 1, Times: nine, Zone: "Local"},
		"a path":                    {Days: 1, Times: nine, Zone: "../etc/passwd"},
		"no times":                  {Days: 1, Zone: "UTC"},
		"days and month":            {Days: 1, Month: 1, Times: nine, Zone: "UTC"},
		"days and working week":     {Days: 1, Workdays: true, Times: nine, Zone: "UTC"},
		"an eighth day":             {Days: 1 << 7, Times: nine, Zone: "UTC"},
		"the 32nd":                  {Month: 32, Times: nine, Zone: "UTC"},
		"an unknown day of a month": {Month: -4, Times: nine, Zone: "UTC"},
		"weeks without a start":     {Days: 1, Weeks: 2, Times: nine, Zone: "UTC"},
		"weeks of a month":          {Month: 1, Weeks: 2, Times: nine, Zone: "UTC", Starting: day(2026, 2, 2)},
		"weeks of cron":             {Cron: "0 9 * * *", Weeks: 2, Zone: "UTC", Starting: day(2026, 2, 2)},
		"53 weeks":                  {Days: 1, Weeks: 53, Times: nine, Zone: "UTC", Starting: day(2026, 2, 2)},
		"weeks back":                {Days: 1, Weeks: -2, Times: nine, Zone: "UTC", Starting: day(2026, 2, 2)},
		"a quarter of weekdays":     {Days: 1, Quarter: true, Times: nine, Zone: "UTC"},
		"a seventh Friday":          {Month: 82, Times: nine, Zone: "UTC"},
		"between days and weekdays": {Month: 39, Times: nine, Zone: "UTC"},
		"a day of any year":         {Days: 1, Times: nine, Zone: "UTC", Except: []digest.Date{{Month: 12, Day: 25}}},
		"an end on a weekday":       {Days: 1, Times: nine, Zone: "UTC", Until: digest.OnWeekday(time.Friday)},
		"a start tomorrow":          {Days: 1, Times: nine, Zone: "UTC", Starting: digest.Tomorrow},
		"an end in any year":        {Days: 1, Times: nine, Zone: "UTC", Until: digest.Date{Month: 12, Day: 25}},
		"24:00":                     {Days: 1, Times: []digest.Clock{1440}, Zone: "UTC"},
		"before midnight":           {Days: 1, Times: []digest.Clock{-1}, Zone: "UTC"},
		"times and a step":          {Days: 1, Times: nine, Every: digest.Every{Hours: 1, From: 1, To: 2}, Zone: "UTC"},
		"a step of nothing":         {Days: 1, Every: digest.Every{From: 60, To: 120}, Zone: "UTC"},
		"a step of 25 hours":        {Days: 1, Every: digest.Every{Hours: 25}, Zone: "UTC"},
		"a step to nowhere":         {Days: 1, Every: digest.Every{Hours: 1, To: 5000}, Zone: "UTC"},
		"too many times":            {Days: 1, Times: manyTimes(25), Zone: "UTC"},
		"cron with times":           {Cron: "0 9 * * *", Times: nine, Zone: "UTC"},
		"cron with a step":          {Cron: "0 9 * * *", Every: digest.Every{Hours: 1}, Zone: "UTC"},
		"an end before the start":   {Days: 1, Times: nine, Zone: "UTC", Starting: day(2026, 2, 2), Until: day(2026, 2, 1)},
		"30 February":               {Days: 1, Times: nine, Zone: "UTC", Except: []digest.Date{day(2026, 2, 30)}},
		"a start in antiquity":      {Days: 1, Times: nine, Zone: "UTC", Starting: day(20, 1, 1)},
		"too many calendars":        {Days: 1, Times: nine, Zone: "UTC", Holidays: strings.Split("abcdefghijklmnopqrstuvwxyz", "")},
	} {
		if r, err := digest.NewRule(s); err == nil || !r.IsZero() {
			t.Errorf("%s is a rule: %+v", name, r.Spec())
		}
		text, err := json.Marshal(s)
		if err != nil {
			continue // what cannot be written cannot be read
		}
		var r digest.Rule
		if err := json.Unmarshal(text, &r); err == nil || !r.IsZero() {
			t.Errorf("%s is read from storage: %s", name, text)
		}
	}
	if _, err := digest.NewRule(digest.Spec{Days: 1, Times: manyTimes(24), Zone: "UTC"}); err != nil {
		t.Errorf("24 times refused: %v", err)
	}
}

func manyTimes(n int) []digest.Clock {
	var times []digest.Clock
	for i := range n {
		times = append(times, digest.Clock(i*50))
	}
	return times
}

func TestAFieldOfANewerVersionIsAnError(t *testing.T) {
	var r digest.Rule
	if err := json.Unmarshal([]byte(`{"days":"mon","times":["9:00"],"zone":"UTC","unless":"rain"}`), &r); err == nil {
		t.Errorf("read as %+v", r.Spec())
	}
}

func TestCronLinesAreCheckedField(t *testing.T) {
	for line, want := range map[string]digest.CronError{
		"0 9 * *":            {Fault: digest.CronFields},
		"0 0 9 * * *":        {Fault: digest.CronFields},
		"@daily":             {Fault: digest.CronFields},
		"75 9 * * *":         {Fault: digest.CronField},
		"0,75 9 * * *":       {Fault: digest.CronField},
		"0 24 * * *":         {Fault: digest.CronField, Field: 1},
		"0 5-1 * * *":        {Fault: digest.CronField, Field: 1},
		"0 9 0 * *":          {Fault: digest.CronField, Field: 2},
		"0 9 * foo *":        {Fault: digest.CronField, Field: 3},
		"0 9 * * 1#6":        {Fault: digest.CronField, Field: 4},
		"0 9 * * 8":          {Fault: digest.CronField, Field: 4},
		"*/0 9 * * *":        {Fault: digest.CronField},
		"0 9,, * * *":        {Fault: digest.CronField, Field: 1},
		"? 9 * * *":          {Fault: digest.CronField},
		"0 9 30 2 *":         {Fault: digest.CronNever},
		"0 9 * feb mon#5":    {Fault: digest.CronNever}, // once in 28 years
		"*/30 * * * *":       {Fault: digest.CronOften},
		"*/2 9 1 1 *":        {Fault: digest.CronOften},
		"0 9 * * 1-5":        {},
		"0 9-17/2 * * mon":   {},
		"0 9 1W * *":         {},
		"0 9 L jan-jun/2 *":  {},
		"0 9 * * 5L":         {},
		"0 9 ? * SUN,7":      {},
		"*/5 9 * * *":        {},
		"0 * * * *":          {},
		"30 9 29 2 *":        {},
		"0 9 * * MON#1,5#3":  {},
		"0 9 15W,L * *":      {},
		"0 9-23/24 * * *":    {Fault: digest.CronField, Field: 1},
		"0 9 * * * # a note": {Fault: digest.CronFields},
	} {
		_, err := digest.NewRule(digest.Spec{Cron: line, Zone: "UTC"})
		ce, bad := errors.AsType[*digest.CronError](err)
		if bad != (want.Fault != "") || bad && *ce != want || err != nil && !bad {
			t.Errorf("%q: %v, want %+v", line, err, want)
		}
	}
}

func TestZonesByNameAndByCity(t *testing.T) {
	for said, want := range map[string]string{
		"Asia/Kolkata": "Asia/Kolkata", "asia/kolkata": "Asia/Kolkata", "kolkata": "Asia/Kolkata", "Calcutta": "Asia/Kolkata",
		"new york": "America/New_York", "NEW_YORK": "America/New_York", "america/new york": "America/New_York", "Mumbai": "Asia/Kolkata",
		"bangalore": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "london": "Europe/London", "kathmandu": "Asia/Kathmandu",
		"lord howe": "Australia/Lord_Howe", "dar es salaam": "Africa/Dar_es_Salaam", "port of spain": "America/Port_of_Spain",
		"port-au-prince": "America/Port-au-Prince", "buenos aires": "America/Buenos_Aires", "UTC": "UTC", "gmt": "UTC",
		"dubai": "Asia/Dubai", "Singapore": "Asia/Singapore", "Antarctica/McMurdo": "Antarctica/McMurdo", "knox": "America/Indiana/Knox",
		"america/argentina/buenos_aires": "America/Argentina/Buenos_Aires", "SGT": "Asia/Singapore", "jst": "Asia/Tokyo", "Pacific Time": "America/Los_Angeles",
		"+05:45": "Asia/Kathmandu", "UTC+5:45": "Asia/Kathmandu", "GMT +0545": "Asia/Kathmandu", "utc+0": "UTC", "+00:00": "UTC", "-3:30": "America/St_Johns", "gmt-9.5": "Pacific/Marquesas",
	} {
		if got, err := digest.FindZone(said); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %s", said, got, err, want)
		}
	}
	for said, want := range map[string]string{
		"IST": "Asia/Kolkata Europe/Dublin Asia/Jerusalem", "Pst": "America/Los_Angeles Asia/Manila America/Vancouver", "bst": "Europe/London Asia/Dhaka",
		"+05:30": "Asia/Kolkata Asia/Colombo", "GMT+5:30": "Asia/Kolkata Asia/Colombo", "utc +5.5": "Asia/Kolkata Asia/Colombo", "UTC 0530h": "Asia/Kolkata Asia/Colombo",
		"UTC−7": "America/Phoenix America/Denver America/Los_Angeles America/Edmonton America/Vancouver",
		"":      "", "Atlantis": "", "Local": "", "../etc/passwd": "", "Asia": "", "asia/": "", "posix/Asia/Kolkata": "", "5:30": "", "+5:31": "", "+15": "", "+99:99": "", "UTC+": "",
		"right/UTC": "", strings.Repeat("x", 400): "", "\xff": "", "/": "", " ": "",
	} {
		got, err := digest.FindZone(said)
		if ze, ok := errors.AsType[*digest.ZoneError](err); !ok || strings.Join(ze.Zones, " ") != want || got != "" {
			t.Errorf("%q is %q, %v; want a zone error with %q", said, got, err, want)
		}
	}
}

func TestZonesOfOneCountryComeFirst(t *testing.T) {
	zones := func(said string) []string {
		_, err := digest.FindZone(said)
		ze, _ := errors.AsType[*digest.ZoneError](err)
		return ze.Zones
	}
	for name, c := range map[string]struct {
		said string
		near []string
		want string
	}{
		"of nobody":                {"IST", nil, "Asia/Kolkata"},
		"the zone itself":          {"IST", []string{"Europe/Dublin"}, "Europe/Dublin"},
		"the person, then the bot": {"IST", []string{"America/New_York", "Asia/Jerusalem"}, "Asia/Jerusalem"},
		"an old spelling":          {"+05:30", []string{"Asia/Calcutta"}, "Asia/Kolkata"},
		"the same country":         {"-8", []string{"America/Toronto"}, "America/Vancouver"},
		"no zone at all":           {"UTC+2", []string{"", "Mars/Olympus"}, "Africa/Johannesburg"},
	} {
		if got := digest.Nearest(zones(c.said), c.near...); len(got) != len(zones(c.said)) || got[0] != c.want {
			t.Errorf("%s: %v, want %s first", name, got, c.want)
		}
	}
}

// TestEveryZoneNamedIsOne: what is offered must be taken.
func TestEveryZoneNamedIsOne(t *testing.T) {
	for zone := range digest.NamedZones() {
		if got, err := digest.FindZone(zone); err != nil || got != zone || digest.Country(zone) == "" {
			t.Errorf("%s is %q in %q, %v", zone, got, digest.Country(zone), err)
		}
	}
}

func FuzzRuleFromStorage(f *testing.F) {
	for _, s := range []string{
		`{"days":"mon","times":["9:00"],"zone":"Asia/Kolkata"}`, `{"cron":"0 9 * * 1-5","zone":"UTC"}`, `null`, `{"month":"last","times":["0:00"],"zone":"UTC"}`,
		`{"month":"last fri","quarter":true,"times":["0:00"],"zone":"UTC"}`, `{"days":"mon,fri","weeks":3,"times":["0:00"],"zone":"UTC","starting":"2026-11-25"}`,
		`{"workdays":true,"every":{"hours":2,"from":"22:00","to":"6:00"},"zone":"America/New_York","except":["2026-12-25"],"holidays":["*"]}`,
		`{"cron":"*/7 1-5/2 L,15W */2 mon#2,5L","zone":"UTC","until":"2027-01-01"}`,
	} {
		f.Add(s)
	}
	after := at("2026-11-23 11:00")
	f.Fuzz(func(t *testing.T, text string) {
		var r digest.Rule
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return
		}
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%s is a rule that cannot be stored: %v", text, err)
		}
		var again digest.Rule
		if err := json.Unmarshal(stored, &again); err != nil || !reflect.DeepEqual(again.Spec(), r.Spec()) {
			t.Fatalf("%s reads back as %+v, %v", stored, again.Spec(), err)
		}
		var last time.Time
		for _, run := range r.Upcoming(after, 4, holi) {
			switch {
			case run.Skipped:
			case !run.Slot.At.After(after) || !run.Slot.At.After(last):
				t.Fatalf("%s: slots out of order: %v after %v", stored, run.Slot, last)
			default:
				last = run.Slot.At
			}
		}
		if slot, ok := r.Next(after, holi); ok == last.IsZero() || ok && slot.At.After(last) {
			t.Fatalf("%s: Next is %v, %v; Upcoming ends at %v", stored, slot, ok, last)
		}
	})
}
