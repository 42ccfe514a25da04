package alertpost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// PastLine says where the mean is when it is past a line of r: "above 5m 00s". Of a line
// that moves it names the figure as well, if r has it: "above target by 10% (now 4m 57s)".
func PastLine(r alert.Rule) string {
	if r.Relative() {
		return reply.JoinSentences(alertline.TypedLines(r), figureNow(r))
	}
	switch r.Kind {
	case alert.KindAbove:
		return "above " + aht.FormatDuration(r.High)
	case alert.KindBelow:
		return "below " + aht.FormatDuration(r.Low)
	case alert.KindOutside:
		return "outside " + aht.FormatDuration(r.Low) + " to " + aht.FormatDuration(r.High)
	case alert.KindNoCalls:
		return "without calls"
	default:
		return "past its line"
	}
}

// figureNow is the figure that a line which moves stands for, in brackets; empty when r does
// not have it.
func figureNow(r alert.Rule) string {
	switch {
	case r.Low > 0 && r.High > 0:
		return "(now " + aht.FormatDuration(r.Low) + " to " + aht.FormatDuration(r.High) + ")"
	case r.Low > 0 || r.High > 0:
		return "(now " + aht.FormatDuration(max(r.Low, r.High)) + ")"
	default:
		return ""
	}
}

// CrossedLine is PastLine of the alert that s has: by the line it had when it fired, of which
// nothing is known but that it was changed.
func CrossedLine(r alert.Rule, s alert.State, zone *time.Location) string {
	switch {
	case s.LineMovedAt.IsZero() && r.Line.Of == alert.BaseUsual && s.Open():
		return PastLine(r)
	case s.LineMovedAt.IsZero() && r.Line.Of == alert.BaseUsual:
		return alertline.TypedLines(r)
	case s.LineMovedAt.IsZero():
		return PastLine(r)
	}
	return fmt.Sprintf("past its line (changed at %s)", reply.When(s.LineMovedAt, s.Last, zone))
}

// clears says what ends an alert of r: "clears at or under 4m 30s".
func clears(r alert.Rule) string {
	if r.Kind == alert.KindNoCalls {
		return "clears with the first call"
	}
	return "clears " + InsideLine(r)
}

// InsideLine says where the mean has to be for an alert of r to end.
func InsideLine(r alert.Rule) string {
	if r.Relative() && r.ClearLow == 0 && r.ClearHigh == 0 {
		if r.Clear.Of == alert.BaseLine {
			return alertline.TypedOffset(r.Clear) + " the line"
		}
		return "inside " + alertline.TypedOffset(r.Clear)
	}
	switch r.Kind {
	case alert.KindAbove:
		return "at or under " + aht.FormatDuration(r.ClearHigh)
	case alert.KindBelow:
		return "at or over " + aht.FormatDuration(r.ClearLow)
	case alert.KindOutside:
		return "from " + aht.FormatDuration(r.ClearLow) + " to " + aht.FormatDuration(r.ClearHigh)
	case alert.KindNoCalls:
	}
	return "back to having calls"
}

// Condition is PastLine and for how long.
func Condition(r alert.Rule) string {
	if r.For <= 0 {
		return PastLine(r)
	}
	return PastLine(r) + " for " + reply.Lasting(r.For)
}

// Stay says how long something has to last: for a time, or in readings alone.
func Stay(r alert.Rule, d time.Duration) string {
	if d <= 0 {
		return "for " + reply.Plural(r.Readings, "reading")
	}
	return "for " + reply.Lasting(d)
}

// Setting is one part of a rule: the words that set it, and what they mean.
type Setting struct{ Typed, means string }

// Settings are all parts of r that can be changed, but for its lines.
func Settings(r alert.Rule) []Setting {
	out := []Setting{{"for " + grammar.DurationWord(r.For), "fires when it has been " + PastLine(r) + " " + Stay(r, r.For)}}
	if r.Kind == alert.KindNoCalls {
		out = append(out, Setting{fmt.Sprintf("readings %d", r.Readings), "and in at least " + reply.Plural(r.Readings, "reading") + "; the first call ends it"})
	} else {
		out = append(out,
			Setting{fmt.Sprintf("readings %d", r.Readings), "and in at least " + reply.Plural(r.Readings, "reading")},
			Setting{"clear " + alertline.TypedClear(r), "ends when it is " + InsideLine(r)},
			Setting{"clear for " + grammar.DurationWord(r.ClearFor), "and has stayed there " + Stay(r, r.ClearFor)},
			guardSetting(r))
	}
	return append(out, warmUpSetting(r), remindSetting(r), activeSetting(r))
}

func guardSetting(r alert.Rule) Setting {
	if !r.Guard {
		return Setting{"guard off", "fires whether or not that is usual at this hour"}
	}
	return Setting{"guard on", "fires only when that is also unusual for this campaign at this hour"}
}

func warmUpSetting(r alert.Rule) Setting {
	if r.WarmUp <= 0 {
		return Setting{"warmup off", "fires from the first readings of a shift on, though few calls are in them"}
	}
	typed := "warmup " + grammar.DurationWord(r.WarmUp)
	start := reply.Lasting(r.WarmUp) + " from the start of active hours"
	back := reply.Lasting(min(r.WarmUp, alert.ReturnWarmUp)) + " after calls come back"
	if r.Active.IsZero() {
		return Setting{typed, "holds its fire for " + back + "; for " + start + ", if you set any"}
	}
	return Setting{typed, "holds its fire for " + start + ", and for " + back}
}

func remindSetting(r alert.Rule) Setting {
	if r.Remind <= 0 || r.Reminders <= 0 {
		return Setting{"remind off", "no reminders while it fires"}
	}
	return Setting{"remind " + grammar.DurationWord(r.Remind), fmt.Sprintf("reminds every %s while it fires, at most %d times", reply.Lasting(r.Remind), r.Reminders)}
}

func activeSetting(r alert.Rule) Setting {
	if r.Active.IsZero() {
		return Setting{"active always", "tells at any hour"}
	}
	means := "tells in these hours; outside it watches on, and tells at opening"
	if r.Kind == alert.KindNoCalls {
		means = "watches and tells in these hours, and rests outside"
	}
	return Setting{alertline.HoursWords(r.Active), means}
}

// SettingLines lists the settings of r, one a line, behind the word that changes each.
func SettingLines(r alert.Rule) string { return listed(Settings(r)) }

// OtherLines is SettingLines of what r has otherwise than from, but for a time that it has to last: its condition says that.
func OtherLines(from, r alert.Rule) string {
	return listed(slices.DeleteFunc(Other(from, r), func(s Setting) bool { return r.For > 0 && strings.HasPrefix(s.Typed, "for ") }))
}

// Other are the settings that r has otherwise than from.
func Other(from, r alert.Rule) []Setting {
	there := Settings(from)
	return slices.DeleteFunc(Settings(r), func(s Setting) bool {
		return slices.ContainsFunc(there, func(t Setting) bool { return t.Typed == s.Typed })
	})
}

func listed(all []Setting) string {
	var lines []string
	for _, s := range all {
		lines = append(lines, "• "+s.Typed+": "+s.means)
	}
	return strings.Join(lines, "\n")
}

// UsualWords says what is usual for the campaign at this hour; empty when it does not
// count.
func UsualWords(r alert.Rule, usual aht.Band) string {
	switch {
	case usual.Known():
		return fmt.Sprintf("Usual at this hour: %s to %s.", aht.FormatDuration(usual.Low), aht.FormatDuration(usual.High))
	case r.Line.Of == alert.BaseUsual:
		return "Still learning what is usual at this hour, which takes about ten days; until then nothing is judged."
	case r.Guard && r.Kind != alert.KindNoCalls:
		return "Still learning what is usual at this hour, which takes about ten days; until then the line alone counts."
	default:
		return ""
	}
}

// about rounds a time that is an estimate up to five minutes.
func about(t time.Time) time.Time { return t.Add(5*time.Minute - 1).Truncate(5 * time.Minute) }

// LostWords names in a word or two what a line hung on and has no more.
func LostWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "usual not known"
	}
	return "no target"
}

// lacksWords is LostWords as the beginning of a sentence that goes on with “any more” or “yet”.
func lacksWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "what is usual at this hour is not known"
	}
	return "the campaign has no target"
}

// movedWords says that a line has moved with the campaign's target.
func movedWords(s alert.State, r alert.Rule) string {
	return fmt.Sprintf("The campaign's target is %s now, so this alert is judged by a new line: %s, %s.", aht.FormatDuration(s.Goal), PastLine(r), clears(r))
}

// ToldCredit names the channel, where it is one.
func ToldCredit(channel string) []reply.Credit {
	if Personal(channel) {
		return nil
	}
	return []reply.Credit{{Role: reply.RolePlace, ID: channel}}
}

// Personal reports whether a place is a person's direct messages.
func Personal(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

// MeanWords writes a mean; zero is no calls.
func MeanWords(mean time.Duration) string {
	if mean <= 0 {
		return "no calls"
	}
	return aht.FormatDuration(mean)
}

// MutedWords says until when nothing is told; empty when it is not muted.
func MutedWords(s alert.State, now time.Time, zone *time.Location) string {
	if !s.Muted(now) {
		return ""
	}
	return "Muted until " + reply.When(s.MutedUntil, now, zone) + ": it watches on and tells nobody."
}
