// Package alertpost words what an alert tells: its message, the lines in its thread, and notices about one that can't tell.
package alertpost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// CourseReadings is how many readings the message of an alert shows.
const CourseReadings = 10

// Card words the one message that an alert has in its channel, as it stands now. The
// first line is a sign, the state, the campaign and the figure.
func Card(c alert.Card, zone *time.Location) reply.Reply {
	c.Watch.Rule = c.RuleAsJudged()
	r := reply.Reply{Outcome: "alert", Public: true, Title: cardTitle(c, zone)}
	lines := cardLines(c, zone)
	if c.Test {
		r.Title = "Test · " + r.Title
		lines = append([]string{"This is a test: nothing is wrong. An alert looks like this:"}, lines...)
	}
	r.Chart = CourseChart(c.Watch, c.Course, zone)
	r.Credits = cardCredits(c, zone)
	r.Buttons = cardButtons(c)
	return reply.WithLines(r, lines, cardNotes(c, zone)...)
}

// cardTitle is a sign, the state in words, the campaign and the figure.
func cardTitle(c alert.Card, zone *time.Location) string {
	s, figure := c.State, MeanWords(c.State.Mean)
	name := reply.Short(c.Watch.Target.Name())
	switch {
	case s.Ended == alert.Cleared:
		return fmt.Sprintf("✅ %s: %s, %s", clearedWord(c.Watch.Rule), name, figure)
	case s.Ended == alert.NoCalls:
		return "⚪ Ended, no calls: " + name
	case s.Ended == alert.LineUnknown:
		return fmt.Sprintf("⚪ Ended, %s: %s", LostWords(c.Watch.Rule), name)
	case s.Ended != "":
		return fmt.Sprintf("⚪ Stopped: %s, %s", name, figure)
	case s.Phase == alert.PhaseStale:
		return fmt.Sprintf("⚪ No new readings: %s, %s at %s", name, figure, s.Last.In(zone).Format("15:04"))
	case s.Phase == alert.PhaseRecovering:
		return fmt.Sprintf("🟡 Recovering: %s, %s", name, figure)
	case s.AckedBy != "":
		return fmt.Sprintf("🟠 Acknowledged: %s, %s", name, figure)
	default:
		return fmt.Sprintf("🔴 Firing: %s, %s", name, figure)
	}
}

// clearedWord says what an alert that cleared came back to.
func clearedWord(r alert.Rule) string {
	if r.Kind == alert.KindNoCalls {
		return "Calls again"
	}
	return "Back in range"
}

// cardLines are the sentences of the message, what matters most first.
func cardLines(c alert.Card, zone *time.Location) []string {
	s, r := c.State, c.Watch.Rule
	if !s.Open() {
		return endLines(c, zone)
	}
	lines := []string{reply.JoinSentences(sinceWords(r, s, zone), goalWords(c.Goal, s.Mean))}
	switch s.Phase { //nolint:exhaustive // the other phases of an open alert are said by the title
	case alert.PhaseRecovering:
		lines = append(lines, fmt.Sprintf("It is %s since %s. The alert ends if that lasts %s.", InsideLine(r), reply.When(s.Since, s.Last, zone), Stay(r, r.ClearFor)))
	case alert.PhaseStale:
		lines = append(lines, fmt.Sprintf("The last reading is of %s. Until the next one this alert neither fires nor ends.", reply.When(s.Last, s.CrossedAt, zone)),
			UnknownWords(s, s.Last, zone))
	}
	lines = append(lines, UsualWords(r, s.Usual))
	if s.Phase == alert.PhaseFiring {
		lines = append(lines, EarliestWords(r, c.Earliest, s.Last, zone))
	}
	return append(lines, MutedWords(s, s.Last, zone))
}

// sinceWords says since when an alert that stands is past its line, and how bad it got.
func sinceWords(r alert.Rule, s alert.State, zone *time.Location) string {
	since := fmt.Sprintf("%s since %s", reply.UpperFirst(CrossedLine(r, s, zone)), reply.When(s.CrossedAt, s.Last, zone))
	switch {
	case r.Kind == alert.KindNoCalls:
		return since + ": no outbound call ended in the two hours before."
	case s.Phase == alert.PhaseRecovering:
		since = fmt.Sprintf("It was %s from %s", CrossedLine(r, s, zone), reply.When(s.CrossedAt, s.Last, zone))
	}
	if s.Peak > 0 && s.Peak != s.Mean {
		since += ", " + aht.FormatDuration(s.Peak) + " at worst"
	}
	return since + "."
}

// endLines say how an alert ended, and what it was.
func endLines(c alert.Card, zone *time.Location) []string {
	s, r := c.State, c.Watch.Rule
	was := fmt.Sprintf("%s from %s to %s: %s.", reply.UpperFirst(CrossedLine(r, s, zone)), reply.When(s.CrossedAt, s.EndedAt, zone), reply.When(s.EndedAt, s.EndedAt, zone), reply.Lasting(s.EndedAt.Sub(s.CrossedAt)))
	if s.Peak > 0 {
		was = strings.TrimSuffix(was, ".") + ", " + aht.FormatDuration(s.Peak) + " at worst."
	}
	switch s.Ended { //nolint:exhaustive // an alert ends in these ways
	case alert.NoCalls:
		return []string{fmt.Sprintf("No outbound call ended in the two hours to %s, so there is nothing left to watch. That is not a recovery.", reply.When(s.EndedAt, s.EndedAt, zone)), was}
	case alert.LineUnknown:
		return []string{fmt.Sprintf("%s any more, so nothing is left to hold it against. That is not a recovery.", reply.UpperFirst(lacksWords(r))), was}
	case alert.Stopped:
		return []string{"The alert was stopped by hand, it did not clear.", was}
	default:
		return []string{reply.JoinSentences(was, goalWords(c.Goal, s.Mean)), UsualWords(r, s.Usual)}
	}
}

// goalWords sets a mean against the campaign's target; empty without one.
func goalWords(g aht.Goal, mean time.Duration) string {
	by, ok := g.Over(aht.Reading{Mean: mean})
	switch {
	case !ok:
		return ""
	case by > 0:
		return fmt.Sprintf("Target %s: %s over.", aht.FormatDuration(g.Mean), aht.FormatDuration(by))
	case by < 0:
		return fmt.Sprintf("Target %s: %s under.", aht.FormatDuration(g.Mean), aht.FormatDuration(-by))
	default:
		return fmt.Sprintf("Target %s: exactly met.", aht.FormatDuration(g.Mean))
	}
}

// EarliestWords says about when an alert can clear, and why not before; empty when that is
// not known.
func EarliestWords(r alert.Rule, at, now time.Time, zone *time.Location) string {
	if at.IsZero() || r.Kind == alert.KindNoCalls {
		return ""
	}
	return fmt.Sprintf("Calls stay in the window for two hours, so the earliest it can clear is about %s.", reply.When(about(at), now, zone))
}

// cardCredits name who took the alert on.
func cardCredits(c alert.Card, zone *time.Location) []reply.Credit {
	s := c.State
	if s.AckedBy == "" {
		return nil
	}
	return []reply.Credit{{Role: reply.RoleAcknowledged, ID: s.AckedBy, When: "at " + reply.When(s.AckedAt, s.Last, zone)}}
}

// cardNotes are the small print: the rule and how to change it, the window, the readings.
func cardNotes(c alert.Card, zone *time.Location) []string {
	w, s := c.Watch, c.State
	notes := []string{fmt.Sprintf("Alert #%d: %s, %s. To change it: %s", w.ID, Condition(w.Rule), clears(w.Rule), alertline.TryAlert("edit %d for 30m", w.ID))}
	if !s.Last.IsZero() {
		notes = append(notes, "Outbound calls from "+reply.Window(aht.Reading{At: s.Last}, zone)+". "+reply.Worth)
	}
	notes = append(notes, ReadingWords(c.Course, w.Rule.Interval, zone))
	if c.Continues {
		notes = append(notes, "This continues an earlier message, which is gone or can't be edited.")
	}
	if c.Repeated {
		notes = append(notes, "Repeated after a restart: this message may stand here twice.")
	}
	return notes
}

// cardButtons are what can be done about the alert as it stands.
func cardButtons(c alert.Card) []reply.Button {
	s := c.State
	details := reply.Button{Action: reply.ActionDetails, Label: "Details", Value: pressValue(c.Standing, "")}
	if !s.Open() {
		return []reply.Button{details}
	}
	var out []reply.Button
	if s.AckedBy == "" {
		out = append(out, reply.Button{Action: reply.ActionAck, Label: "Acknowledge", Value: pressValue(c.Standing, "")})
	}
	mutes := []struct{ label, value string }{{"Mute 30 min", "30m"}, {"Mute 1 h", "1h"}, {"Mute 2 h", "2h"}, {"Mute until tomorrow", MuteTomorrow}}
	if s.Muted(s.Last) {
		mutes = mutes[:1]
		mutes[0].label, mutes[0].value = "Unmute", MuteOff
	}
	for _, m := range mutes {
		out = append(out, reply.Button{Action: reply.ActionMute, Label: m.label, Value: pressValue(c.Standing, m.value)})
	}
	return append(out, details)
}

// clockOf writes the time of a reading so that neighbours differ.
func clockOf(at time.Time, interval time.Duration, zone *time.Location) string {
	if interval < time.Minute {
		return at.In(zone).Format("15:04:05")
	}
	return at.In(zone).Format("15:04")
}

// ReadingWords are readings in words, for where no chart is drawn.
func ReadingWords(course []aht.Reading, interval time.Duration, zone *time.Location) string {
	var parts []string
	for _, m := range course {
		parts = append(parts, clockOf(m.At, interval, zone)+" "+MeanWords(m.Mean))
	}
	if len(parts) == 0 {
		return ""
	}
	return "Last readings: " + strings.Join(parts, " · ") + "."
}

// CourseChart draws readings with the lines of the rule; nil when there are not two. A
// reading without calls has no place on it: the words beside it name it.
func CourseChart(w alert.Watch, course []aht.Reading, zone *time.Location) *reply.Chart {
	c := &reply.Chart{Title: "AHT in seconds", YLabel: "seconds"}
	var values []float64
	for _, m := range course {
		if !m.NoCalls() {
			c.Categories, values = append(c.Categories, clockOf(m.At, w.Rule.Interval, zone)), append(values, m.Mean.Seconds())
		}
	}
	if len(values) < 2 {
		return nil
	}
	c.Series = append([]reply.Series{{Name: w.Target.Name(), Values: values}}, LineSeries(slices.Repeat([]alert.Rule{w.Rule}, len(values)))...)
	return c
}

// LineSeries are the lines of a rule, as it stood at each point. One that moved is named by
// what it hangs on, and one that was not known all along is not drawn.
func LineSeries(rules []alert.Rule) []reply.Series {
	draw := func(name string, line func(alert.Rule) time.Duration) []reply.Series {
		first := line(rules[0])
		s := reply.Series{Name: name + " " + aht.FormatDuration(first)}
		for _, r := range rules {
			d := line(r)
			if d <= 0 {
				return nil
			}
			if d != first {
				s.Name = name + " " + alertline.TypedOffset(r.Line)
			}
			s.Values = append(s.Values, d.Seconds())
		}
		return []reply.Series{s}
	}
	return append(
		draw("above", func(r alert.Rule) time.Duration { return r.High }),
		draw("below", func(r alert.Rule) time.Duration { return r.Low })...)
}

// pressValue writes what a button of an alert's message carries.
func pressValue(s alert.Standing, more string) string {
	return strings.TrimSuffix(fmt.Sprintf("%d/%d/%s", s.Watch.ID, s.State.Episode, more), "/")
}

// The words of a mute button's value that are no duration.
const (
	MuteTomorrow = "tomorrow"
	MuteOff      = "off"
)
