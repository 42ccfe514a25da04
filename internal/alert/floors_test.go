package alert_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

var update = flag.Bool("update", false, "write the tables of docs/alerts.md anew; takes some minutes")

// The columns of the tables.
const (
	oneReading = iota
	for15m
	for30m
	learning
	standard
	inHours
	columns
)

var columnNames = [columns]string{"one reading", "`for 15m`", "`for 30m`", "ours, learning", "**ours**", "ours, active 9 to 19"}

// judges returns a fresh judge for each column.
func (f floor) judges(t *testing.T) [columns]judge {
	t.Helper()
	r, err := alert.NewRule(f.kind, 0, line, time.Hour/perHour)
	if err != nil {
		t.Fatal(err)
	}
	active := r
	active.Active = alert.Hours{Days: 1<<7 - 1, From: 9 * time.Hour, To: 19 * time.Hour, Zone: ist}
	return [columns]judge{naive(r, 0), naive(r, 15*time.Minute), naive(r, 30*time.Minute), ours(r, false), ours(r, true), ours(active, true)}
}

// A tally is what one rule did on one floor.
type tally struct {
	days, falsely, missed int
	minutes               []float64 // from the beginning of what is wrong to an alert
	few, within           int       // readings held back
}

// count adds a day. Alerts count, new and reopened, as real from the time something goes
// wrong until its calls have left the window; it is missed when no alert stands at any
// time while it lasts.
func (y *tally) count(f floor, day []aht.Reading, bands []aht.Band, judge judge) {
	open, seen := false, f.from == f.to
	y.days++
	for i, m := range day {
		h := hour(i)
		why := judge(m, bands[i])
		if why == alert.Fired || why == alert.Reopened {
			open = true
			if f.from == f.to || h < f.from || h >= f.to+aht.Window.Hours() {
				y.falsely++
			}
		}
		open = open && why != alert.Cleared && why != alert.NoCalls
		y.few += int(pick(why == alert.FewCalls, 1, 0))
		y.within += int(pick(why == alert.WithinUsual, 1, 0))
		if open && !seen && h >= f.from && h < f.to {
			seen = true
			y.minutes = append(y.minutes, (h-f.from)*60)
		}
	}
	if !seen {
		y.missed++
	}
}

func (y *tally) perDay() float64      { return float64(y.falsely) / float64(y.days) }
func (y *tally) missedShare() float64 { return float64(y.missed) / float64(y.days) }

func (y *tally) median() string {
	if len(y.minutes) == 0 {
		return "never"
	}
	slices.Sort(y.minutes)
	return fmt.Sprintf("%.0f min", y.minutes[len(y.minutes)/2])
}

// judgedDays is how many days are judged after the same learned ones.
const judgedDays = 5

// simulate judges judgedDays days each of as many floors as there are seeds, from 0.
func (f floor) simulate(t *testing.T, seeds int) (ys [columns]tally) {
	t.Helper()
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		date := time.Date(2026, time.March, 2, 0, 0, 0, 0, ist)
		var history []aht.Reading
		for range learnedDays {
			history = append(history, f.day(rng, date, flat)...)
			date = date.AddDate(0, 0, 1)
		}
		var bands []aht.Band
		for range judgedDays {
			day := f.day(rng, date, f.today)
			if bands == nil {
				bands = bandsOf(history, day)
			}
			for i, judge := range f.judges(t) {
				ys[i].count(f, day, bands, judge)
			}
		}
	}
	return ys
}

func bandsOf(history, day []aht.Reading) []aht.Band {
	bands := make([]aht.Band, len(day))
	for i, m := range day {
		bands[i], _ = aht.Usual(history, m.At, ist)
	}
	return bands
}

// The seeds and days here are few, so that the test is quick; docs/alerts.md has the long
// run. What is asked for is asked of both.
func TestOursHasLessThanHalfTheFalseAlertsOfAWaitAndMissesFewSteps(t *testing.T) {
	for _, f := range floors() {
		f.promise(t, f.simulate(t, int(pick(f.medium(), 150, 6))))
	}
}

func (f floor) medium() bool { return strings.Contains(f.name, "medium") }

// promise fails unless ours is as good on f as docs/alerts.md says.
func (f floor) promise(t *testing.T, ys [columns]tally) {
	t.Helper()
	for _, c := range []int{learning, standard, inHours} {
		share := pick(f.medium() && c != learning, .5, 1)
		if got, most := ys[c].perDay(), share*ys[for15m].perDay(); got > most {
			t.Errorf("%s: %s has %.3f false alerts a day, want %.3f at the most", f.name, columnNames[c], got, most)
		}
		if got := ys[c].missedShare(); f.medium() && got >= .02 {
			t.Errorf("%s: %s misses %.3f of the steps, want under 0.02", f.name, columnNames[c], got)
		}
	}
}

func TestSmallFloorsAreToldToHaveFewCallsInsteadOfAlerts(t *testing.T) {
	for _, f := range floors()[:2] {
		ys := f.simulate(t, 20)
		for c, share := range map[int]float64{learning: 1. / 3, standard: 1. / 8, inHours: 1. / 8} {
			if got, most := ys[c].perDay(), share*ys[for15m].perDay(); got > most {
				t.Errorf("%s: %s has %.3f false alerts a day, want %.3f at the most", f.name, columnNames[c], got, most)
			}
			if ys[c].few < ys[c].days {
				t.Errorf("%s: %s said few calls %d times in %d days, want once a day", f.name, columnNames[c], ys[c].few, ys[c].days)
			}
		}
	}
}

// tableSeeds is how many floors each row of the tables is the mean of.
const tableSeeds = 800

// TestFloorTables writes the tables of docs/alerts.md.
func TestFloorTables(t *testing.T) {
	if !*update {
		t.Skip("minutes of simulation: go test ./internal/alert -run TestFloorTables -update")
	}
	var quiet, steps strings.Builder
	head := "| floor | " + strings.Join(columnNames[:], " | ") + " |"
	fmt.Fprintf(&quiet, "%s of its readings a day: few calls, within usual |\n|%s\n", head, strings.Repeat(" --- |", columns+2))
	fmt.Fprintf(&steps, "%s\n|%s\n", head, strings.Repeat(" --- |", columns+1))
	for _, f := range floors() {
		ys := f.simulate(t, tableSeeds)
		f.promise(t, ys)
		fmt.Fprintf(&quiet, "| %s |", f.name)
		for i := range ys {
			fmt.Fprintf(&quiet, " %.3f |", ys[i].perDay())
		}
		fmt.Fprintf(&quiet, " %.1f, %.1f |\n", float64(ys[standard].few)/float64(ys[standard].days), float64(ys[standard].within)/float64(ys[standard].days))
		if f.from == f.to {
			continue
		}
		fmt.Fprintf(&steps, "| %s |", f.name)
		for i := range ys {
			fmt.Fprintf(&steps, " %s, %.1f %% |", ys[i].median(), 100*ys[i].missedShare())
		}
		steps.WriteString("\n")
	}
	between(t, "../../docs/alerts.md", "false alerts", quiet.String())
	between(t, "../../docs/alerts.md", "steps", steps.String())
}

// between puts text between the markers of that name in the file.
func between(t *testing.T, path, name, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), "<!-- "+name+" -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no place for %q", path, name)
	}
	doc := before + "<!-- " + name + " -->\n" + text + "<!-- end -->" + after
	if err := os.WriteFile(path, []byte(doc), 0o644); err != nil {
		t.Fatal(err)
	}
}
