package digestpost

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// table is every row shown. Columns that would be empty are left out.
func (m digestMessage) table() *reply.Table {
	t := &reply.Table{Caption: fmt.Sprintf("Outbound AHT of %s, off target first", reply.Plural(len(m.shown), "campaign")), Header: []string{"Campaign", "AHT"}, Narrow: []int{0, 1}}
	cells := make([][]reply.Cell, len(m.shown))
	for i, r := range m.shown {
		by, mean := reply.NoNumber, r.figure()
		if r.HasReading() && !r.quiet() {
			by = r.Reading.Mean.Seconds()
		}
		cells[i] = []reply.Cell{reply.Words(r.Target.Name()), reply.Number(mean, by)}
	}
	column := func(name string, narrow bool, cell func(digestRow) reply.Cell) {
		made, any := make([]reply.Cell, len(m.shown)), false
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
	column("Target", false, func(r digestRow) reply.Cell {
		if r.Goal.Mean <= 0 {
			return reply.Seconds("", 0)
		}
		return reply.Seconds(aht.FormatDuration(r.Goal.Mean), r.Goal.Mean)
	})
	column("Change", false, func(r digestRow) reply.Cell { by, _ := r.change(); return reply.Seconds(r.changeWords(), by) })
	column("Usual", false, func(r digestRow) reply.Cell { return reply.Words(r.usualWords()) })
	if m.ownTime {
		column("Read at", false, func(r digestRow) reply.Cell {
			if !r.HasReading() {
				return reply.Words("")
			}
			return reply.Words(m.clock(r.Reading.At))
		})
	}
	column("State", true, func(r digestRow) reply.Cell { return reply.Words(r.state(m.clock)) })
	t.Rows = cells
	return t
}

// each writes the figures of at most n rows, a sentence each.
func (m digestMessage) each(n int) []string {
	var lines []string
	for i, r := range m.shown {
		if i == n {
			return append(lines, reply.UpperFirst(reply.More(len(m.shown)-n))+".")
		}
		lines = append(lines, m.words(r, true)+".")
	}
	return lines
}

// clock writes when a row was read, which a message does with the time alone.
func (m digestMessage) clock(at time.Time) string {
	if m.now.IsZero() {
		return at.In(m.zone).Format("15:04")
	}
	return reply.When(at, m.now, m.zone)
}

// words is one row in a sentence.
func (m digestMessage) words(r digestRow, whole bool) string {
	return reply.Short(r.Target.Name()) + " " + m.figures(r, whole)
}

// figures are what words says of a row behind its name.
func (m digestMessage) figures(r digestRow, whole bool) string {
	if !r.HasReading() {
		return "not read, " + r.last(m.clock)
	}
	words := []string{r.figure()}
	if m.ownTime {
		words[0] += " at " + m.clock(r.Reading.At)
	}
	if state := r.state(m.clock); !r.quiet() {
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
	return reply.JoinNonEmpty(", ", words...)
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
			names = append(names, reply.Short(r.Target.Name())+" ("+strings.TrimSuffix(side, " usual")+")")
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Unusual for this hour: " + reply.SomeOf(names, 3) + "."}
}

// failures says what was not read, and why, a line for each reason.
func (m digestMessage) failures() []string {
	var order []string
	names := map[string][]string{}
	for _, r := range m.shown {
		if r.HasReading() {
			continue
		}
		why := failureWords(r.Failure)
		if names[why] == nil {
			order = append(order, why)
		}
		names[why] = append(names[why], reply.Short(r.Target.Name())+" ("+r.last(m.clock)+")")
	}
	lines := make([]string, 0, len(order))
	for _, why := range order {
		lines = append(lines, fmt.Sprintf("Not read, because %s: %s.", why, reply.SomeOf(names[why], 5)))
	}
	return lines
}

// failureWords says why there is no reading, as the end of a sentence.
func failureWords(err error) string {
	e, ok := errors.AsType[request.UpstreamError](err)
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
