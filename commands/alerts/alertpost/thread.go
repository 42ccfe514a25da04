package alertpost

import (
	"errors"
	"fmt"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// Turn words one line in the thread of an alert.
func Turn(t alert.Update, zone *time.Location) reply.Reply {
	line, role := turnLine(t, zone)
	if t.Late > 0 {
		line += fmt.Sprintf(" (Told %s late.)", reply.Lasting(t.Late))
	}
	if t.Repeated {
		line += " (Repeated after a restart.)"
	}
	r := reply.Reply{Outcome: "alert", Public: true, Text: line, Lines: []string{line}}
	if role != 0 && t.Person != "" {
		r.Credits = []reply.Credit{{Role: role, ID: t.Person, Quiet: true}}
	}
	if t.Why == alert.Reopened && flapWords(t) != "" {
		r.Buttons = []reply.Button{request.TryButton(alertline.Edit{ID: t.Watch.ID, Draft: alertline.Draft{For: new(calmer(t))}})}
	}
	return r
}

// turnLine is the line, and the role of the person it names.
func turnLine(t alert.Update, zone *time.Location) (string, reply.Role) {
	t.Watch.Rule = t.RuleAsJudged()
	switch {
	case t.Reminder:
		return reminderLine(t, zone), 0
	case t.Action == alert.Acked:
		return "🟠 Acknowledged: no more reminders.", reply.RoleAcknowledged
	case t.Action == alert.Muted:
		return fmt.Sprintf("Muted until %s: nothing is told here until then.", reply.When(t.State.MutedUntil, t.At, zone)), reply.RoleMuted
	case t.Action == alert.Edited:
		return fmt.Sprintf("The rule is now: %s, %s.", Condition(t.Watch.Rule), clears(t.Watch.Rule)), reply.RoleChanged
	case t.Action == alert.Unmuted:
		return "No longer muted.", reply.RoleChanged
	case t.Why == alert.Stopped:
		return "⚪ Stopped " + wasWords(t, zone), reply.RoleStopped
	default:
		return changeLine(t, zone), 0
	}
}

// changeLine words a transition that nobody made.
func changeLine(t alert.Update, zone *time.Location) string {
	s, r := t.State, t.Watch.Rule
	figure, at := MeanWords(s.Mean), reply.When(s.Last, t.At, zone)
	switch t.Why { //nolint:exhaustive // only transitions have a line in the thread
	case alert.Fired:
		return fmt.Sprintf("🔴 Fires: %s at %s, %s since %s.", figure, at, PastLine(r), reply.When(s.CrossedAt, t.At, zone))
	case alert.Reopened:
		return reply.JoinSentences(fmt.Sprintf("🔴 Fires again: %s at %s, %s. The same calls are still in the window, so it is the same alert.", figure, at, PastLine(r)), flapWords(t))
	case alert.Recovering:
		return fmt.Sprintf("🟡 Recovering: %s at %s. It ends if that stays %s %s.", figure, at, InsideLine(r), Stay(r, r.ClearFor))
	case alert.Relapsed:
		return fmt.Sprintf("🔴 Not over yet: %s at %s.", figure, at)
	case alert.Cleared:
		return fmt.Sprintf("✅ %s: %s at %s, %s", clearedWord(r), figure, at, wasWords(t, zone))
	case alert.NoCalls:
		return fmt.Sprintf("⚪ Ended: no outbound call in the two hours to %s, %s That is not a recovery.", at, wasWords(t, zone))
	case alert.LineUnknown:
		return fmt.Sprintf("⚪ Ended: %s any more, %s That is not a recovery.", lacksWords(r), wasWords(t, zone))
	case alert.LineMoved:
		return movedWords(s, r)
	case alert.Stale:
		return reply.JoinSentences(fmt.Sprintf("⚪ No new readings since %s. It neither fires nor ends until one comes.", at), UnknownWords(s, t.At, zone))
	case alert.Fresh:
		return fmt.Sprintf("🔴 Readings are back: %s at %s, and the alert still stands.", figure, at)
	default:
		return fmt.Sprintf("Alert #%d: %s at %s.", t.Watch.ID, figure, at)
	}
}

// flapWords says, once, what makes an alert calmer that fires for the third time.
func flapWords(t alert.Update) string {
	if t.State.Reopens != 2 {
		return ""
	}
	return "That is the third time. To have it wait longer: " + alertline.TryAlert("edit %d for %s", t.Watch.ID, grammar.DurationWord(calmer(t)))
}

// calmer is how long the rule should wait.
func calmer(t alert.Update) time.Duration { return max(2*t.Watch.Rule.For, 30*time.Minute) }

// wasWords says how long an alert stood and how bad it got.
func wasWords(t alert.Update, zone *time.Location) string {
	s := t.State
	out := fmt.Sprintf("after %s (since %s)", reply.Lasting(s.EndedAt.Sub(s.CrossedAt)), reply.When(s.CrossedAt, t.At, zone))
	if s.Peak > 0 {
		out += ", " + aht.FormatDuration(s.Peak) + " at worst"
	}
	return out + "."
}

var ordinals = []string{"first", "second", "third", "fourth", "fifth"}

// reminderLine says that an alert still fires.
func reminderLine(t alert.Update, zone *time.Location) string {
	s, r := t.State, t.Watch.Rule
	which := "one more reminder"
	if n := s.Reminders - 1; n >= 0 && n < len(ordinals) {
		which = ordinals[n] + " reminder"
		if t.Last {
			which = ordinals[n] + " and last reminder"
		}
	} else if t.Last {
		which = "last reminder"
	}
	return fmt.Sprintf("🔴 Still %s since %s: %s at %s. Alert #%d on %s, %s.",
		CrossedLine(r, s, zone), reply.When(s.CrossedAt, t.At, zone), MeanWords(s.Mean), reply.When(s.Last, t.At, zone), t.Watch.ID, t.Watch.Target.Name(), which)
}

// Outage is the one notice when no reading of anything comes, so that every alert
// stands still, and the one when they come again. cause is worded as for a question; one
// that nobody knows, or nil, is not shown.
func Outage(cause error, o alert.Outage, zone *time.Location) reply.Reply {
	r := reply.Reply{Outcome: "notice", Public: true}
	if !o.Until.IsZero() {
		r.Title = "Readings are back"
		return reply.WithLines(r, []string{fmt.Sprintf("Nothing is known of %s to %s: %s without a reading. Alerts fire and end again: %s.",
			reply.When(o.Since, o.Until, zone), reply.Clock(o.Until, o.Until, zone), reply.Lasting(o.Until.Sub(o.Since)), reply.Plural(o.Alerts, "alert"))})
	}
	why := "The operator's log has the reason."
	if ue, ok := errors.AsType[request.UpstreamError](cause); ok {
		why = accountCause(ue)
	}
	r.Title = "⚪ Alerts stand still"
	line := fmt.Sprintf("No reading has come since %s. Until one does, nothing fires and nothing ends: that is %s.", reply.Clock(o.Since, o.Since, zone), reply.Plural(o.Alerts, "alert"))
	return reply.WithLines(r, []string{line, why}, "This is said once. When readings come again, I say that too.")
}

// accountCause is why the account gives no readings, for who can do something about it.
func accountCause(e request.UpstreamError) string {
	switch e.ErrorClass() {
	case "auth":
		return "Ozonetel does not accept ahtbot's sign-in. Whoever runs ahtbot should run ahtbot doctor."
	case "limit":
		if e.ErrorReason() == "store-away" {
			return reply.CantKeep(reply.StoreCause(e)) + ", so I ask Ozonetel less often."
		}
		return "Ozonetel allows this account no more requests. Something else may be using the account."
	case "refused":
		return "Ozonetel refuses the questions ahtbot asks. Whoever runs ahtbot should run ahtbot doctor."
	case "unreachable":
		if r := e.ErrorReason(); r == "store-failed" || r == "redirected" {
			return request.ExplainUnreachable(e)
		}
		return "Ozonetel can't be reached, or does not answer. I keep trying."
	default:
		return "Ozonetel's answers can't be read."
	}
}
