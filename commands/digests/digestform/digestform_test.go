package digestform_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests"
	"ahtbot/commands/digests/digestform"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
)

func theForm(t interface{ Helper() }) digestform.Form {
	t.Helper()
	w := &commandstest.World{Remembered: true, Asker: request.Person{ID: "U1", Zone: "Asia/Kolkata"}}
	return digestform.Form{Handler: digests.Handler{Base: w.Handler(request.Access{}).Base}}
}

var asked = request.Question{User: "U1", Place: "C1", At: commandstest.Noon}

// some draws a few of all, at least one, in their order.
func some(t *rapid.T, name string, all ...string) []string {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, min(len(all), 6), rapid.ID).Draw(t, name)
	slices.SortFunc(chosen, func(a, b string) int { return slices.Index(all, a) - slices.Index(all, b) })
	return chosen
}

// filledIn draws what may be filled in, as a form writes it itself.
func filledIn(t *rapid.T) form.Values {
	v := form.Values{"place": {rapid.SampledFrom([]string{"C1", "C2", "G3"}).Draw(t, "place")}, "shown": {rapid.SampledFrom([]string{"both", "table", "chart"}).Draw(t, "shown")}}
	names := []string{"Sales", `The "best" & <b>`, "R&amp;D", "mon at 9:00", "O'Brien", "विक्रय", "watched", "x, y", strings.Repeat("long ", 40)}
	var clauses []string
	switch rapid.IntRange(0, 2).Draw(t, "whose") {
	case 0:
		for _, name := range some(t, "campaigns", names[:8]...) {
			v["campaign"] = append(v["campaign"], form.CampaignValue(name))
		}
	case 1:
		clauses = append(clauses, "group "+grammar.Quote(rapid.SampledFrom(names[:8]).Draw(t, "group")))
	}
	month := false
	switch rapid.IntRange(0, 4).Draw(t, "days") {
	case 0:
		v["days"] = []string{"weekdays"}
	case 1:
		v["days"] = []string{"daily"}
	case 2:
		v["days"] = some(t, "single days", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
	case 3:
		v["days"], month = []string{rapid.SampledFrom([]string{"monthly on 1", "quarterly on last", "monthly on first weekday", "monthly on last fri", "quarterly on second tue"}).Draw(t, "month")}, true
	default:
		clauses = append(clauses, `cron "0 9 * * 1-5"`)
	}
	if v["days"] != nil {
		v["times"] = some(t, "times", "0:00", "9:00", "9:05", "13:30", "23:59")
		if !month && rapid.Bool().Draw(t, "step") {
			v["times"] = []string{rapid.SampledFrom([]string{"every 2h from 11:00 to 19:00", "every 3h from 22:00 to 6:00", "every 1h from 0:00 to 23:59"}).Draw(t, "hours")}
		}
		if !month && rapid.Bool().Draw(t, "weeks") {
			clauses = append(clauses, "every 2 weeks")
		}
	}
	for _, all := range [][]string{
		{"", "tz Europe/Berlin"},
		{"", "starting 2026-12-01"},
		{"", "until 2027-12-31"},
		{"", "except holidays", `except holidays "india", 2026-12-25`},
		{"", "only off-target", "only with-calls"},
	} {
		if clause := rapid.SampledFrom(all).Draw(t, "clause"); clause != "" {
			clauses = append(clauses, clause)
		}
	}
	if len(clauses) > 0 {
		v["more"] = []string{strings.Join(clauses, " ")}
	}
	if name := rapid.SampledFrom([]string{"", "Morning", `"Early" & <late>`}).Draw(t, "name"); name != "" {
		v["name"] = []string{name}
	}
	return v
}

func TestAFormReadsBackTheLineItWrites(t *testing.T) {
	f := theForm(t)
	rapid.Check(t, func(t *rapid.T) {
		v := filledIn(t)
		if len(v["days"]) == 7 {
			v["days"] = []string{"daily"}
		}
		line := f.Line(v, form.Begin("C1"), asked).String()
		cmd, err := commands.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, written := range []string{line, request.Line(cmd)} {
			_, rest, _ := strings.Cut(grammar.Normalise(strings.TrimPrefix(written, "/aht ")), " ")
			if got, id := f.Read(rest, asked); id != 0 || !reflect.DeepEqual(got, v) {
				t.Fatalf("%s\nis read as %q\nand not as  %q", written, got, v)
			}
		}
	})
}

// A line that is not understood whole fills in what is understood of it.
func TestAFormBeginsWithWhatWasUnderstood(t *testing.T) {
	f := theForm(t)
	for line, want := range map[string]form.Values{
		"":                                    {"days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}},
		"add":                                 {"days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}},
		"add campaign Sales at 25:00 tz pune": {"campaign": {"=Sales"}, "days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}, "more": {"tz Asia/Kolkata"}},
		"add campaign Sales at 9:00":          {"campaign": {"=Sales"}, "days": {"weekdays"}, "times": {"9:00"}},
		"add campaign Sales mon,wed":          {"campaign": {"=Sales"}, "days": {"mon", "wed"}, "times": {"11:00", "13:00", "15:00"}},
		"add daily at 9:00 as chart":          {"days": {"daily"}, "times": {"9:00"}, "shown": {"chart"}},
		"add group Sales mon-fri at 9 onyl changed": {"days": {"mon", "tue", "wed", "thu", "fri"}, "times": {"9:00"}, "more": {`group "Sales" onyl changed`}},
		"add campaign":                  {"days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}},
		`add campaign "A", "B mon at 9`: {"campaign": {"=A", "=B"}, "days": {"mon"}, "times": {"9:00"}},
		"add campaign Sales weekdays except sundays at 9 tz IST": {"campaign": {"=Sales"}, "days": {"weekdays"}, "times": {"9:00"}, "more": {"tz IST"}},
		"show 3":                              {"days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}},
		"pause Sales":                         {"days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}},
		"new campaign Sales at 25:00 tz pune": {"campaign": {"=Sales"}, "days": {"weekdays"}, "times": {"11:00", "13:00", "15:00"}, "more": {"tz Asia/Kolkata"}},
		"add campaign Sales fortnightly at 9": {"campaign": {"=Sales"}, "days": {"weekdays"}, "times": {"9:00"}, "more": {"every 2 weeks"}},
		`add campaign Sales last friday at noon name "Friday"`: {"campaign": {"=Sales"}, "days": {"monthly on last fri"}, "times": {"12:00"}, "name": {"Friday"}},
	} {
		for field, usual := range map[string]string{"place": "C1", "shown": "both"} {
			if want[field] == nil {
				want[field] = []string{usual}
			}
		}
		if got, _ := f.Read(line, asked); !reflect.DeepEqual(got, want) {
			t.Errorf("%q\nbegins with %q\nand not with %q", line, got, want)
		}
	}
	for line, want := range map[string]int64{"edit 3": 3, "edit 3 at 25:00": 3, "edit": 0, "edit #7 daily at 9": 7} {
		if _, id := f.Read(line, asked); id != want {
			t.Errorf("%q changes %d, want %d", line, id, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{`add campaign "A", "B mon at 9`, "edit 3", "add every", "add in", "edit 3 name \"\"", "add from 9 to", "add cron", "add , ,"} {
		f.Add(seed)
	}
	one := theForm(f)
	f.Fuzz(func(t *testing.T, line string) {
		v, id := one.Read(grammar.Normalise(strings.ToValidUTF8(line, "?")), asked)
		m := form.Begin("C1")
		m.ID = id
		_, err := commands.Parse(one.Line(v, m, asked).String())
		if err != nil && id == 0 && len(v["more"]) == 0 {
			t.Errorf("%q fills a form in that is refused: %v, %q", line, err, v)
		}
		_ = one.Draw(v, m, asked)
	})
}
