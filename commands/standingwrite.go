package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// writer writes lines about digests and alerts, for one of two readers.
type writer bool

const (
	toParse writer = true  // Slack's own escapes, so that Parse gets back every id and every character
	toRead  writer = false // as people type it
)

func digestLineOf(parts ...string) string { return Name + " digest " + joinSentences(parts...) }
func alertLineOf(parts ...string) string  { return Name + " alert " + joinSentences(parts...) }

func muteLine(c MuteAlert) string {
	switch {
	case c.Tomorrow:
		return alertLineOf("mute", id(c.ID), "until tomorrow")
	case c.For == 0:
		return alertLineOf("unmute", id(c.ID))
	default:
		return alertLineOf("mute", id(c.ID), durationWord(c.For))
	}
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func all(yes bool) string {
	if yes {
		return "all"
	}
	return ""
}

// dated writes a word and a date; nothing without a date.
func dated(word string, d digest.Date) string {
	if d.IsZero() {
		return ""
	}
	return word + " " + d.String()
}

// name writes a name in quotes. What Parse would take for markup of Slack's is escaped as
// Slack would.
func (w writer) name(name string) string {
	if w == toRead {
		return quote(name)
	}
	if strings.Contains(name, "&amp;") || strings.Contains(name, "&lt;") || strings.Contains(name, "&gt;") {
		name = strings.ReplaceAll(name, "&", "&amp;")
	}
	return quote(strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(name))
}

func (w writer) names(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = w.name(n)
	}
	return strings.Join(quoted, ", ")
}

func (w writer) place(p Place) string {
	switch {
	case p == Place{}:
		return ""
	case w == toParse && p.ID != "":
		return "in <#" + p.ID + "|" + p.Name + ">"
	default:
		return "in #" + firstOf(p.Name, p.ID)
	}
}

// words writes a draft, as far as it says something.
func (d DigestDraft) words(w writer) string {
	var parts []string
	switch {
	case len(d.What.Campaigns) > 0:
		parts = append(parts, "campaign "+w.names(d.What.Campaigns))
	case d.What.Group != "":
		parts = append(parts, "group "+w.name(d.What.Group))
	case d.What.Watched:
		parts = append(parts, "watched")
	}
	parts = append(parts, scheduleWords(d))
	if d.When.Zone != "" {
		parts = append(parts, "tz "+d.When.Zone)
	}
	parts = append(parts, dated("starting", d.When.Starting), dated("until", d.When.Until))
	var out []string
	for _, name := range d.When.Holidays {
		if name == digest.AllCalendars {
			out = append(out, "holidays")
			continue
		}
		out = append(out, "holidays "+w.name(name))
	}
	for _, date := range d.When.Except {
		out = append(out, date.String())
	}
	if len(out) > 0 {
		parts = append(parts, "except "+strings.Join(out, ", "))
	}
	parts = append(parts, w.place(d.In))
	if d.HasOnly {
		parts = append(parts, "only "+d.Only.String())
	}
	if d.HasAs {
		parts = append(parts, "as "+d.As.String())
	}
	if d.Name != "" {
		parts = append(parts, "name "+w.name(d.Name))
	}
	return joinSentences(parts...)
}

// scheduleWords writes the days and times of d as people type them; nothing when it has
// none.
func scheduleWords(d DigestDraft) string {
	s := d.When
	times := make([]string, len(s.Times))
	for i, t := range s.Times {
		times[i] = t.String()
	}
	at := ""
	if len(times) > 0 {
		at = "at " + strings.Join(times, ", ")
	}
	if e := s.Every; e.Hours > 0 {
		at = fmt.Sprintf("every %dh", e.Hours)
	}
	if e := s.Every; d.HasSpan || d.HasWhen && e.Hours > 0 && (e.From != 0 || e.To != allDay) {
		at = joinSentences(at, fmt.Sprintf("from %s to %s", e.From, e.To))
	}
	switch {
	case s.Cron != "":
		return "cron " + quote(s.Cron)
	case s.Quarter:
		return joinSentences("quarterly on", s.Month.String(), at)
	case s.Month != 0:
		return joinSentences("monthly on", s.Month.String(), at)
	}
	days := daysWords(s.Days)
	if s.Workdays {
		days = "weekdays"
	}
	if s.Weeks > 0 && days != "" {
		days = "on " + days
	}
	return joinSentences(weeksWords(s.Weeks), days, at)
}

// weeksWords writes a step of weeks as people type it; nothing for none.
func weeksWords(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "every week"
	default:
		return fmt.Sprintf("every %d weeks", n)
	}
}

// daysWords writes days of the week as people type them: daily, mon-sat, mon,wed,fri.
func daysWords(days digest.Weekdays) string {
	if days == digest.EveryDay {
		return "daily"
	}
	return strings.ToLower(strings.Join(dayRanges(days, "-"), ","))
}

// words writes a draft, as far as it says something.
func (d AlertDraft) words(w writer) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if !d.Target.IsZero() {
		add("campaign %s", w.name(d.Target.Name()))
	}
	if d.Kind != 0 {
		parts = append(parts, typedLines(alert.Rule{Kind: d.Kind, Low: d.Low, High: d.High, Line: d.Line}))
	}
	time := func(key string, d *time.Duration, none string) {
		if d != nil && (*d > 0 || none == "") {
			add("%s %s", key, durationWord(*d))
		} else if d != nil {
			add("%s %s", key, none)
		}
	}
	time("for", d.For, "")
	time("clear", d.Clear, "")
	if d.ClearLow != nil && d.ClearHigh != nil {
		add("clear %s", rangeWords(*d.ClearLow, *d.ClearHigh))
	}
	if d.ClearAt != nil {
		add("clear %s", typedOffset(*d.ClearAt))
	}
	time("clear for", d.ClearFor, "")
	if d.Readings != nil {
		add("readings %d", *d.Readings)
	}
	if d.Guard != nil {
		add("guard %s", map[bool]string{true: "on", false: "off"}[*d.Guard])
	}
	time("warmup", d.WarmUp, "off")
	time("remind", d.Remind, "off")
	if d.Active != nil {
		parts = append(parts, hoursWords(*d.Active))
	}
	parts = append(parts, w.place(d.In))
	if d.Direct {
		add("by dm")
	}
	return joinSentences(parts...)
}

// hoursWords writes active hours as people type them.
func hoursWords(h alert.Hours) string {
	if h.IsZero() {
		return "active always"
	}
	days := ""
	if set := digest.Weekdays(h.Days); set != digest.EveryDay {
		days = daysWords(set)
	}
	zone := ""
	if h.Zone != nil {
		zone = "tz " + h.Zone.String()
	}
	from, to := digest.Clock(h.From/time.Minute), digest.Clock(h.To/time.Minute)
	return joinSentences("active", days, from.String()+"-"+hourEnd(to), zone)
}
