package commands

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestRow is one campaign of a digest message.
type digestRow struct{ digest.Row }

// quiet reports whether the row was read and had no calls.
func (r digestRow) quiet() bool { return r.Read() && r.Reading.NoCalls() }

// over is by how much the row is over its target; not positive when it is not, or nobody
// knows.
func (r digestRow) over() time.Duration {
	by, known := r.Goal.Over(r.Reading)
	if !r.Read() || !known {
		return 0
	}
	return by
}

// change is how far the row has moved since two hours or more before.
func (r digestRow) change() (by time.Duration, known bool) {
	if !r.Read() || r.quiet() || r.Before.At.IsZero() || r.Before.NoCalls() {
		return 0, false
	}
	return r.Reading.Mean - r.Before.Mean, true
}

// unusual says on which side of its usual range the row is: above, below, or neither.
func (r digestRow) unusual() string {
	switch {
	case !r.Read() || r.quiet() || !r.Usual.Known():
		return ""
	case r.Reading.Mean > r.Usual.High:
		return "above usual"
	case r.Reading.Mean < r.Usual.Low:
		return "below usual"
	default:
		return ""
	}
}

// passes reports whether a filter lets the row through. One that was not read always
// passes: nobody knows that it may be left out.
func (r digestRow) passes(f digest.Filter) bool {
	if !r.Read() {
		return true
	}
	switch f {
	case digest.ShowOffTarget:
		return r.over() > 0
	case digest.ShowChanged:
		by, known := r.change()
		began := !r.Before.At.IsZero() && r.Before.NoCalls() != r.quiet()
		return known && by != 0 || began
	case digest.ShowWithCalls:
		return !r.quiet()
	case digest.ShowAll:
	}
	return true
}

// rank groups rows: over target, the others with a figure, no calls, not read.
func (r digestRow) rank() int {
	switch {
	case !r.Read():
		return 3
	case r.quiet():
		return 2
	case r.over() > 0:
		return 0
	default:
		return 1
	}
}

// sortRows sorts by what matters: those over target first, the worst before the others,
// the rest by name, those without calls apart, those not read last.
func sortRows(rows []digestRow) {
	slices.SortStableFunc(rows, func(a, b digestRow) int {
		return cmp.Or(
			cmp.Compare(a.rank(), b.rank()),
			cmp.Compare(max(0, b.over()), max(0, a.over())),
			strings.Compare(strings.ToLower(a.Target.Name()), strings.ToLower(b.Target.Name())),
		)
	})
}

// counts are how many rows are how.
type counts struct{ all, goals, over, quiet, failed int }

func (m digestMessage) count(rows []digestRow) counts {
	n := counts{all: len(rows)}
	for _, r := range rows {
		if r.Goal.Mean > 0 {
			n.goals++
		}
		switch r.rank() {
		case 0:
			n.over++
		case 2:
			n.quiet++
		case 3:
			n.failed++
		}
	}
	return n
}

// state is what there is to say of the row beside its figure.
func (r digestRow) state(zone *time.Location) string {
	switch {
	case !r.Read():
		return r.last(zone)
	case r.quiet():
		return ""
	}
	goal := ""
	switch by := r.over(); {
	case r.Goal.Mean <= 0:
	case by > 0:
		goal = "over by " + aht.FormatDuration(by)
	default:
		goal = "within target"
	}
	return joinNonEmpty(", ", goal, r.unusual())
}

// last is what is known of a row that was not read.
func (r digestRow) last(zone *time.Location) string {
	at := r.Last.At.In(zone).Format("15:04")
	switch {
	case r.Last.At.IsZero():
		return "never read before"
	case r.Last.NoCalls():
		return "last no calls at " + at
	default:
		return "last " + aht.FormatDuration(r.Last.Mean) + " at " + at
	}
}

// figure is the row's AHT, or why there is none.
func (r digestRow) figure() string {
	switch {
	case !r.Read():
		return "not read"
	case r.quiet():
		return "no calls"
	default:
		return aht.FormatDuration(r.Reading.Mean)
	}
}

// changeWords writes a change with its sign; empty when it is not known.
func (r digestRow) changeWords() string {
	switch by, known := r.change(); {
	case !known:
		return ""
	case by > 0:
		return "+" + aht.FormatDuration(by)
	case by < 0:
		return "−" + aht.FormatDuration(-by)
	default:
		return "same"
	}
}

func (r digestRow) usualWords() string {
	if !r.Usual.Known() {
		return ""
	}
	return aht.FormatDuration(r.Usual.Low) + " to " + aht.FormatDuration(r.Usual.High)
}

// noNumber is what a cell without a figure is sorted under: below all that have one.
const noNumber = -1e6

func seconds(text string, d time.Duration) Cell {
	if text == "" {
		return Number("", noNumber)
	}
	return Number(text, d.Seconds())
}

// table is every row shown. Columns that would be empty are left out.
func (m digestMessage) table() *Table {
	t := &Table{Caption: fmt.Sprintf("Outbound AHT of %s, off target first", plural(len(m.shown), "campaign")), Header: []string{"Campaign", "AHT"}, Narrow: []int{0, 1}}
	cells := make([][]Cell, len(m.shown))
	for i, r := range m.shown {
		by, mean := noNumber, r.figure()
		if r.Read() && !r.quiet() {
			by = r.Reading.Mean.Seconds()
		}
		cells[i] = []Cell{Words(r.Target.Name()), Number(mean, by)}
	}
	column := func(name string, narrow bool, cell func(digestRow) Cell) {
		made, any := make([]Cell, len(m.shown)), false
		for i, r := range m.shown {
			made[i] = cell(r)
			any = any || made[i].Text != ""
		}
		if !any {
			return
		}
		if t.Header = append(t.Header, name); narrow {
			t.Narrow = append(t.Narrow, len(t.Header)-1)
		}
		for i := range cells {
			cells[i] = append(cells[i], made[i])
		}
	}
	column("Target", false, func(r digestRow) Cell {
		if r.Goal.Mean <= 0 {
			return seconds("", 0)
		}
		return seconds(aht.FormatDuration(r.Goal.Mean), r.Goal.Mean)
	})
	column("Change", false, func(r digestRow) Cell { by, _ := r.change(); return seconds(r.changeWords(), by) })
	column("Usual", false, func(r digestRow) Cell { return Words(r.usualWords()) })
	if m.ownTime {
		column("Read at", false, func(r digestRow) Cell {
			if !r.Read() {
				return Words("")
			}
			return Words(r.Reading.At.In(m.zone).Format("15:04"))
		})
	}
	column("State", true, func(r digestRow) Cell { return Words(r.state(m.zone)) })
	t.Rows = cells
	return t
}

// each writes the figures of at most n rows, a sentence each.
func (m digestMessage) each(n int) []string {
	var lines []string
	for i, r := range m.shown {
		if i == n {
			return append(lines, upperFirst(More(len(m.shown)-n))+".")
		}
		lines = append(lines, m.words(r, true)+".")
	}
	return lines
}

// words is one row in a sentence.
func (m digestMessage) words(r digestRow, whole bool) string {
	name := cutName(r.Target.Name())
	if !r.Read() {
		return name + " not read, " + r.last(m.zone)
	}
	words := []string{name + " " + r.figure()}
	if m.ownTime {
		words[0] += " at " + r.Reading.At.In(m.zone).Format("15:04")
	}
	if state := r.state(m.zone); !r.quiet() {
		words = append(words, state)
	}
	if whole {
		if r.Goal.Mean > 0 {
			words = append(words, "target "+aht.FormatDuration(r.Goal.Mean))
		}
		if c := r.changeWords(); c != "" {
			words = append(words, "change "+c)
		}
		if u := r.usualWords(); u != "" {
			words = append(words, "usual "+u)
		}
	}
	return joinNonEmpty(", ", words...)
}

// mostSpoken is how long the figures of the fallback text may be: Slack cuts it there.
const mostSpoken = 2800

// spoken is every figure in running text, beyond the summary; without its company where it would be too long.
func (m digestMessage) spoken() string {
	if !m.many() {
		return ""
	}
	for _, whole := range []bool{true, false} {
		words := make([]string, 0, len(m.shown))
		for _, r := range m.shown {
			words = append(words, m.words(r, whole))
		}
		if said := strings.Join(words, "; ") + "."; !whole || len(said) <= mostSpoken {
			return said
		}
	}
	return ""
}

// unusual names the campaigns that are not as usual at this hour.
func (m digestMessage) unusual() []string {
	var names []string
	for _, r := range m.shown {
		if side := r.unusual(); side != "" {
			names = append(names, cutName(r.Target.Name())+" ("+strings.TrimSuffix(side, " usual")+")")
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Unusual for this hour: " + someOf(names, 3) + "."}
}

// failures says what was not read, and why, a line for each reason.
func (m digestMessage) failures() []string {
	var order []string
	names := map[string][]string{}
	for _, r := range m.shown {
		if r.Read() {
			continue
		}
		why := failureWords(r.Failure)
		if names[why] == nil {
			order = append(order, why)
		}
		names[why] = append(names[why], cutName(r.Target.Name())+" ("+r.last(m.zone)+")")
	}
	lines := make([]string, 0, len(order))
	for _, why := range order {
		lines = append(lines, fmt.Sprintf("Not read, because %s: %s.", why, someOf(names[why], 5)))
	}
	return lines
}

// failureWords says why there is no reading, as the end of a sentence.
func failureWords(err error) string {
	e, ok := errors.AsType[upstreamError](err)
	if !ok {
		return "no answer came in time"
	}
	switch e.ErrorClass() {
	case "refused":
		if e.ErrorReason() == "bad-campaign" {
			return "Ozonetel knows no such campaign"
		}
		return "Ozonetel refused the question"
	case "auth":
		return "Ozonetel does not accept ahtbot's sign-in"
	case "limit":
		return "the account's allowance was used up"
	case "unreadable":
		return "Ozonetel's answer made no sense"
	default:
		return "Ozonetel did not answer"
	}
}
