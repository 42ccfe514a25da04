package commands_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// looseDigests are lines not in the language's own words that can only mean one thing, and
// the line they mean. The part before the schedule is the same in all.
var looseDigests = map[string]string{
	"daily 9am":                                        "daily at 9:00",
	"everyday 9:00":                                    "daily at 9:00",
	"weekdays 9":                                       "weekdays at 9:00",
	"mon-fri 9 am":                                     "mon-fri at 9:00",
	"daily 9am, 13:30":                                 "daily at 9:00, 13:30",
	"each day 9":                                       "daily at 9:00",
	"once a day at 9":                                  "daily at 9:00",
	"from mon to fri at 9":                             "mon-fri at 9:00",
	"each monday at 9":                                 "mon at 9:00",
	"daily at 9 Europe/Berlin":                         "daily at 9:00 tz Europe/Berlin",
	"daily 9am new york in #ops":                       "daily at 9:00 tz America/New_York in #ops",
	"daily at 9 pune":                                  "daily at 9:00 tz Asia/Kolkata",
	"daily at 9 SGT":                                   "daily at 9:00 tz Asia/Singapore",
	"daily at 9 UTC+5:45":                              "daily at 9:00 tz Asia/Kathmandu",
	"daily at 9 #ops":                                  "daily at 9:00 in #ops",
	"every 2h 9-18":                                    "daily every 2h from 9:00 to 18:00",
	"hourly from 9 to 18":                              "daily every 1h from 9:00 to 18:00",
	"0 9 * * 1-5":                                      `cron "0 9 * * 1-5"`,
	"0 9,18 * * mon-fri tz pune":                       `cron "0 9,18 * * mon-fri" tz Asia/Kolkata`,
	`"0 9 * * 1-5"`:                                    `cron "0 9 * * 1-5"`,
	"cron @daily":                                      "daily at 0:00",
	`cron "@hourly"`:                                   "daily every 1h from 0:00 to 23:59",
	"@weekly":                                          "sun at 0:00",
	"@monthly":                                         "monthly on 1 at 0:00",
	"cron @yearly":                                     `cron "0 0 1 1 *"`,
	"last day of month at 9":                           "monthly on last at 9:00",
	"at the end of the month at 9":                     "monthly on last at 9:00",
	"month-end at 9":                                   "monthly on last at 9:00",
	"beginning of each month at 9":                     "monthly on 1 at 9:00",
	"first monday at 9":                                "monthly on first mon at 9:00",
	"first monday of every month 9":                    "monthly on first mon at 9:00",
	"on the 2nd tuesday at 9":                          "monthly on second tue at 9:00",
	"last friday at 9":                                 "monthly on last fri at 9:00",
	"every last friday at 9":                           "monthly on last fri at 9:00",
	"every first weekday at 9":                         "monthly on first weekday at 9:00",
	"every month on 15 at 9":                           "monthly on 15 at 9:00",
	"last friday of the quarter 9":                     "quarterly on last fri at 9:00",
	"every quarter on 1 at 9":                          "quarterly on 1 at 9:00",
	"every 3 months on last at 9":                      "quarterly on last at 9:00",
	"fortnightly on mon at 9":                          "every 2 weeks on mon at 9:00",
	"fortnightly friday 9am":                           "every 2 weeks on fri at 9:00",
	"biweekly on mon at 9":                             "every 2 weeks on mon at 9:00",
	"weekly on mon at 9":                               "mon at 9:00",
	"every fortnight on mon at 9":                      "every 2 weeks on mon at 9:00",
	"every other fortnight on mon at 9":                "every 4 weeks on mon at 9:00",
	"every three weeks on mon at 9":                    "every 3 weeks on mon at 9:00",
	"every two weeks on mon at 9":                      "every 2 weeks on mon at 9:00",
	"every other week on mon at 9":                     "every 2 weeks on mon at 9:00",
	"every other monday at 9":                          "every 2 weeks on mon at 9:00",
	"alternate mondays at 9":                           "every 2 weeks on mon at 9:00",
	"every 2 weeks at 9 starting 2027-12-31":           "every 2 weeks on fri at 9:00 starting 2027-12-31",
	"daily at 9 starting 31/12/2027":                   "daily at 9:00 starting 2027-12-31",
	"daily at 9 starting from 12/31/2027":              "daily at 9:00 starting 2027-12-31",
	"daily at 9 until 25.12.2027":                      "daily at 9:00 until 2027-12-25",
	"daily at 9 until 03.04.2027":                      "daily at 9:00 until 2027-04-03",
	"daily at 9 until 31 Dec 2027":                     "daily at 9:00 until 2027-12-31",
	"daily at 9 except 25th December 2027, Jan 1 2028": "daily at 9:00 except 2027-12-25, 2028-01-01",
	"daily at 9 from 1.12.2027 to 31-Dec-27":           "daily at 9:00 starting 2027-12-01 until 2027-12-31",
	"daily at 9 except 25.12.2027 and 26/01/2028, 15 Aug 2028, 2028-10-02, 1 May": "daily at 9:00 except 1 May, 2027-12-25, 2028-01-26, 2028-08-15, 2028-10-02",
	"daily at 9 until 2027/1/2":                        "daily at 9:00 until 2027-01-02",
	"daily at 9 until 20271225":                        "daily at 9:00 until 2027-12-25",
	"daily at 9 except india holidays":                 `daily at 9:00 except holidays "india"`,
	"daily 9am pune ending 31/12/2027 except 1.1.2027": "daily at 9:00 tz Asia/Kolkata until 2027-12-31 except 2027-01-01",
}

func TestALineThatCanOnlyMeanOneThingIsDone(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	for _, what := range []string{`campaign "Sales"`, "campaign Sales", "watched"} {
		for said, want := range looseDigests {
			line := "digest add " + what + " " + said
			cmd, err := commands.Parse(line)
			if what == "campaign Sales" && strings.HasPrefix(said, "at ") {
				continue // at is a word of a name, too
			}
			want := "/aht digest add " + strings.Replace(what, "campaign Sales", `campaign "Sales"`, 1) + " " + want
			if err != nil || request.Line(cmd) != want {
				t.Errorf("%q is %s, %v; want %s", line, lineOf(cmd), err, want)
				continue
			}
			r, _ := h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Text: line})
			if note := "Read as " + want; !strings.HasPrefix(r.Note, note) || !strings.Contains(r.Text, note) {
				t.Errorf("%q is answered with the small print %q, want %q", line, r.Note, note)
			}
		}
	}
	for _, line := range digestLines() {
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Text: line})
		if strings.Contains(r.Note, "Read as") {
			t.Errorf("%q is in the language's own words: %q", line, r.Note)
		}
	}
}

func lineOf(c request.Command) string {
	if c == nil {
		return "nothing"
	}
	return request.Line(c)
}

func looseLines() []string {
	lines := slices.Sorted(maps.Keys(looseDigests))
	for i, l := range lines {
		lines[i] = "digest add campaign Sales " + l
	}
	return lines
}

// besidesHelp are the buttons that answer what was asked back.
func besidesHelp(all []reply.Button) []reply.Button {
	return slices.DeleteFunc(slices.Clone(all), func(b reply.Button) bool { return strings.HasPrefix(b.Value, "help") })
}

func TestZonesNearToWhoAsksAreOfferedFirst(t *testing.T) {
	for name, c := range map[string]struct{ line, person, account, want string }{
		"the person's":     {"digest add campaign Sales daily at 9 tz IST", "Europe/Dublin", "Asia/Kolkata", "Europe/Dublin"},
		"the account's":    {"digest add campaign Sales daily at 9 tz IST", "Europe/London", "Asia/Jerusalem", "Asia/Jerusalem"},
		"of the country":   {"digest add campaign Sales daily at 9 tz UTC-8", "", "America/Toronto", "America/Vancouver"},
		"over five":        {"digest add campaign Sales daily at 9 tz UTC+2", "Africa/Cairo", "UTC", "Africa/Cairo"},
		"of active hours":  {"alert add campaign Sales above 5m active 9-18 tz IST", "Europe/Dublin", "UTC", "Europe/Dublin"},
		"of nobody":        {"digest edit 3 tz CST", "", "UTC", "America/Chicago"},
		"not for two days": {"digest add campaign Sales at 9", "Europe/Dublin", "UTC", ""},
	} {
		h := (&commandstest.World{Remembered: true, Asker: request.Person{Zone: c.person}}).Handler(request.Access{})
		h.Zone, _ = time.LoadLocation(c.account)
		r, _ := h.Now(request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Text: c.line})
		if len(r.Try) < 2 || len(r.Try) > 5 || len(besidesHelp(r.Buttons)) != len(r.Try) || !strings.Contains(r.Try[0]+" "+r.Buttons[0].Label, c.want) {
			t.Errorf("%s: %q, %+v", name, r.Try, r.Buttons)
		}
	}
}

func TestDatesThatAreNoneAreNamed(t *testing.T) {
	for _, date := range []string{"31/11/2027", "2027-02-30", "0.1.2027", "32 Dec 2027", "30 Feb", "13/13/2027", "1/2/3", "12/25/199", "99999999", "Mart 3 2027"} {
		cmd, err := commands.Parse("digest add watched daily at 9 until " + date)
		if e, ok := errors.AsType[*request.UsageError](err); !ok || !strings.Contains(e.Says, date) && !strings.Contains(e.Says, "date") {
			t.Errorf("until %s is %s, %v", date, lineOf(cmd), err)
		}
	}
}
