// Package digestpost words what is posted for a digest: the message of a slot, and notices about one that can't be posted.
package digestpost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// readingsApart is how far apart the readings of one message may be taken before each
// shows its own time.
const readingsApart = 2 * time.Minute

// Message words a report: who is over target, every figure, what was not read and
// why, when it comes next. It is public, but for a preview. People are no part of it:
// rows of agents are left out.
func Message(report digest.Report) reply.Reply {
	m := newMessage(report)
	lines := append(m.origin(), m.summary())
	lines = append(lines, m.lateness()...)
	lines = append(lines, m.unusual()...)
	lines = append(lines, m.failures()...)
	r := reply.Reply{
		Outcome: "digest", Title: m.title(), Public: !report.Preview,
		Credits: []reply.Credit{{Role: reply.RoleSetUp, ID: report.Digest.By, Quiet: true}},
		Buttons: []reply.Button{request.TryButton(digestline.Show(report.Digest.ID))},
	}
	if report.ByHand != "" {
		r.Credits = append(r.Credits, reply.Credit{Role: reply.RoleSent, ID: report.ByHand, Quiet: true})
	}
	view := report.Digest.Order.View
	var course string
	if view != digest.ViewTable {
		r.Chart, course = m.chart()
	}
	r.Text = reply.JoinSentences(m.title()+":", reply.JoinSentences(lines...), m.spoken(), m.nextWords())
	switch {
	case !m.many():
	case view == digest.ViewChart && r.Chart != nil:
		lines = append(lines, m.each(mostEach)...)
	default:
		r.Table = m.table()
	}
	r.Lines = lines
	r.Note = reply.JoinNonEmpty("\n", course, m.worth(), m.footer())
	return r
}

// mostEach is how many campaigns a message without a table names with their figures.
const mostEach = 20

// digestMessage is a report sorted and filtered, on its way to words.
type digestMessage struct {
	digest.Report
	zone    *time.Location
	all     []digestRow // of campaigns, sorted
	shown   []digestRow // of all, those the filter lets through
	ownTime bool        // the readings were taken so far apart that each shows its time
	now     time.Time   // when it is read; zero: soon after it was posted
}

func newMessage(report digest.Report) digestMessage {
	m := digestMessage{Report: report, zone: report.Digest.Order.Rule.Zone()}
	for _, r := range report.Rows {
		if r.Target.Kind() == aht.KindCampaign {
			m.all = append(m.all, digestRow{r})
		}
	}
	sortRows(m.all)
	for _, r := range m.all {
		if r.passes(report.Digest.Order.Filter) {
			m.shown = append(m.shown, r)
		}
	}
	first, last := m.taken()
	m.ownTime = last.Sub(first) > readingsApart
	return m
}

// taken returns when the first and the last reading were taken.
func (m digestMessage) taken() (first, last time.Time) {
	for _, r := range m.all {
		if at := r.Reading.At; r.HasReading() {
			if first.IsZero() || at.Before(first) {
				first = at
			}
			last = Later(last, at)
		}
	}
	return first, last
}

// end is when the window of the message ends.
func (m digestMessage) end() time.Time {
	if m.Slot.At.IsZero() {
		return m.At.In(m.zone)
	}
	return m.Slot.At.In(m.zone)
}

// title is the heading: "Outbound AHT · Fri 20 Nov · 11:00–13:00 IST".
func (m digestMessage) title() string {
	end := m.end()
	name := "Outbound AHT"
	if m.Digest.Order.Name != "" {
		name = reply.CutTo(m.Digest.Order.Name, 80)
	}
	return fmt.Sprintf("%s · %s · %s–%s", name, end.Format("Mon 2 Jan"), end.Add(-aht.Window).Format("15:04"), end.Format("15:04 MST"))
}

// origin says that a message is not what the channel sees. Who sent one out of turn stands
// at its end.
func (m digestMessage) origin() []string {
	if m.Preview {
		return []string{fmt.Sprintf("Preview of digest %d: only you see it.", m.Digest.ID)}
	}
	return nil
}

// summary is the one sentence to read.
func (m digestMessage) summary() string {
	n := m.count(m.all)
	if n.all == 0 {
		return fmt.Sprintf("There is nothing to show: the digest is of %s, and there is none now.", WhatWords(m.Digest.Order.Selection))
	}
	switch {
	case n.quiet == n.all:
		return m.silence()
	case len(m.shown) == 0:
		return m.nothingLeft(n)
	case n.failed == n.all && n.all > 1:
		return fmt.Sprintf("None of the %d campaigns could be read.", n.all)
	case n.failed == n.all:
		return reply.UpperFirst(reply.Subject(m.all[0].Target)) + " could not be read."
	case n.all == 1:
		return m.words(m.all[0], true) + "."
	}
	parts := []string{reply.Plural(n.all, "campaign")}
	switch {
	case n.goals == 0:
		parts[0] = reply.JoinNonEmpty(", ", parts[0], m.spread())
	case n.over == 0:
		parts[0] = fmt.Sprintf("None of %d campaigns over target", n.all)
	default:
		parts[0] = fmt.Sprintf("%d of %d campaigns over target", n.over, n.all)
	}
	if n.quiet > 0 {
		parts = append(parts, fmt.Sprintf("%d without calls", n.quiet))
	}
	if n.failed > 0 {
		parts = append(parts, fmt.Sprintf("%d not read", n.failed))
	}
	if n.goals > 0 && n.goals < n.all {
		parts = append(parts, fmt.Sprintf("%d without a target", n.all-n.goals))
	}
	words := strings.Join(parts, " · ") + "."
	if out := len(m.all) - len(m.shown); out > 0 {
		words += fmt.Sprintf(" Shown are %s; %d left out.", FilterWords(m.Digest.Order.Filter), out)
	}
	return words
}

// silence is the summary when nobody had a call.
func (m digestMessage) silence() string {
	end := m.end()
	names := make([]string, 0, len(m.all))
	for _, r := range m.all {
		names = append(names, reply.Short(r.Target.Name()))
	}
	return fmt.Sprintf("No outbound call of %s ended from %s to %s. There is nothing to average: the AHT is unknown, not zero.",
		reply.SomeOf(names, 6), end.Add(-aht.Window).Format("15:04"), end.Format("15:04 MST"))
}

// nothingLeft is the summary when the filter lets nothing through.
func (m digestMessage) nothingLeft(n counts) string {
	what := reply.Plural(n.all, "campaign")
	quiet := ""
	if n.quiet > 0 {
		quiet = fmt.Sprintf(", %d of them without calls", n.quiet)
	}
	switch m.Digest.Order.Filter {
	case digest.ShowOffTarget:
		if n.goals == 0 {
			return fmt.Sprintf("No campaign of these %d has a target, so none can be off it%s.", n.all, quiet)
		}
		return fmt.Sprintf("Nothing to show: of %s none is over target%s.", what, quiet)
	case digest.ShowChanged:
		return fmt.Sprintf("Nothing to show: of %s none is known to have changed since two hours before%s.", what, quiet)
	case digest.ShowAll, digest.ShowWithCalls:
	}
	return fmt.Sprintf("Nothing to show: of %s none had calls.", what)
}

// FilterWords names those that a filter lets through.
func FilterWords(f digest.Filter) string {
	switch f {
	case digest.ShowOffTarget:
		return "those off target"
	case digest.ShowChanged:
		return "those that changed"
	case digest.ShowWithCalls:
		return "those with calls"
	case digest.ShowAll:
	}
	return "all"
}

// lateness says what was not as planned: a late post, missed slots, readings far apart.
func (m digestMessage) lateness() []string {
	var lines []string
	first, last := m.taken()
	took := first.In(m.zone).Format("15:04")
	if end := last.In(m.zone).Format("15:04"); end != took {
		took += " to " + end
	}
	switch {
	case m.Late >= digest.LateFrom && first.IsZero():
		lines = append(lines, "Late by "+reply.InMinutes(m.Late)+".")
	case m.Late >= digest.LateFrom:
		lines = append(lines, fmt.Sprintf("Late by %s; readings taken %s.", reply.InMinutes(m.Late), took))
	case m.ownTime:
		lines = append(lines, fmt.Sprintf("Readings taken %s, each at its own time.", took))
	}
	if missed := m.missed(); missed != "" {
		lines = append(lines, missed)
	}
	return lines
}

// missed names the slots that were skipped, with their days unless all are of this one.
func (m digestMessage) missed() string {
	day := func(s digest.Slot) string { return s.At.In(m.zone).Format(time.DateOnly) }
	today := !slices.ContainsFunc(m.Missed, func(s digest.Slot) bool { return day(s) != m.end().Format(time.DateOnly) })
	words := make([]string, 0, len(m.Missed))
	for _, s := range m.Missed {
		word := slotTime(s, m.zone)
		if !today {
			word = DayWords(s.At.In(m.zone), m.end()) + " " + word
		}
		words = append(words, word)
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0] + " was missed."
	default:
		return reply.SomeOf(words, 5) + " were missed."
	}
}

// many reports whether there is more to show than the summary says.
func (m digestMessage) many() bool {
	return len(m.shown) > 0 && len(m.all) > 1 && m.count(m.all).quiet < len(m.all)
}

// worth says how to read the figures, when there are any.
func (m digestMessage) worth() string {
	if n := m.count(m.shown); n.all == n.quiet+n.failed {
		return ""
	}
	words := "Means over outbound calls of two hours. Ozonetel gives no call count, so one long call can move them."
	if slices.ContainsFunc(m.shown, func(r digestRow) bool { _, known := r.change(); return known }) {
		words += " Change is since two hours or more before."
	}
	return words
}

func (m digestMessage) nextWords() string {
	switch {
	case !m.Next.At.IsZero():
		return "Next: " + SlotWords(m.Next, m.end(), m.zone) + "."
	case m.Digest.Paused:
		return "It is paused, so none follows."
	default:
		return "This was the last one."
	}
}

// footer says what comes next and how to change that.
func (m digestMessage) footer() string {
	return fmt.Sprintf("%s Change or stop it: %s · Times in %s.", m.nextWords(), digestline.AboutDigest("show", m.Digest.ID), m.zone)
}
