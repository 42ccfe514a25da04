package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// maxWaiting is how many of those waiting are listed one by one.
const maxWaiting = 5

func statusReply(h request.Health, at time.Time, zone *time.Location) reply.Reply {
	lines := []string{slackLine(h, at, zone), usedLine(h), waitingLine(h.Waiting)}
	lines = append(lines, heldLine(h), signInLine(h))
	if !h.LastReading.IsZero() {
		lines = append(lines, "Last reading: "+reply.Clock(h.LastReading, at, zone)+".")
	}
	lines = append(lines, pollingLine(h.Polling), storeLine(h))
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	return reply.Reply{
		Outcome: "status", Lines: lines, Note: "ahtbot " + h.Version,
		Text: reply.JoinSentences(append(slices.Clone(lines), "ahtbot "+h.Version+".")...),
	}
}

// heldLine says why not everything is sent: a refusal for the limit, or a new database.
func heldLine(h request.Health) string {
	switch {
	case h.Held > 0 && h.Patient:
		return fmt.Sprintf("Something else has used up this account's requests: nothing is sent for about %s, then who waits is answered.", reply.Roughly(h.Held))
	case h.Held > 0:
		return fmt.Sprintf("Ozonetel said the limit is reached: nothing is sent for about %s.", reply.Roughly(h.Held))
	case h.Opening > 0:
		return fmt.Sprintf("The database or the allowance is new: people are answered, background work begins in about %s.", reply.Roughly(h.Opening))
	default:
		return ""
	}
}

func usedLine(h request.Health) string {
	by := ""
	if h.Processes > 1 {
		by = fmt.Sprintf(" by the one of %d processes that answers you", h.Processes)
	}
	line := fmt.Sprintf("Last 60 seconds: %d of %d requests used%s, %d refused by Ozonetel.", h.Used, h.Allowance, by, h.Refused)
	if h.Background > 0 {
		line += fmt.Sprintf(" %d of them in the background.", h.Background)
	}
	switch {
	case h.Usable > 0 && h.Usable < h.Allowance:
		line += fmt.Sprintf(" At most %d just now: %s.", h.Usable, h.Why)
	case h.Why != "" && h.Held == 0:
		line += fmt.Sprintf(" Nothing is sent for about a minute: %s.", h.Why)
	}
	return line
}

func signInLine(h request.Health) string {
	switch {
	case h.AuthRefused && h.AuthRest > 0:
		return "Ozonetel does not accept ahtbot's sign-in: whoever runs it should run ahtbot doctor. It is tried again in about " + reply.Roughly(h.AuthRest) + "."
	case h.AuthRefused:
		return "Ozonetel does not accept ahtbot's sign-in: whoever runs it should run ahtbot doctor. It is tried again with the next question."
	case h.TokenAge <= 0:
		return ""
	default:
		return fmt.Sprintf("Signed in to Ozonetel %s ago, %s this hour of at most nine.", reply.InMinutes(h.TokenAge), reply.Plural(h.TokensThisHour, "sign-in"))
	}
}

// pollingLine says how watched campaigns are read, what one costs, and whether the plan is
// kept.
func pollingLine(p request.Polling) string {
	if p.Targets == 0 {
		return ""
	}
	line := fmt.Sprintf("Watching %s for alerts and digests: each is read every %s, which costs %s requests a minute each, %s of %d together.",
		reply.Plural(p.Targets, "campaign"), aht.FormatDuration(p.Interval), perMinute(1, p.Interval), perMinute(p.Targets, p.Interval), p.Room)
	if p.Interval > p.Asked {
		line += fmt.Sprintf(" With fewer campaigns it would be every %s.", aht.FormatDuration(p.Asked))
	}
	if p.Reached > 0 {
		line += fmt.Sprintf(" Lately it was every %s.", aht.FormatDuration(p.Reached))
	}
	return line
}

// perMinute writes how many requests a minute it takes to ask n questions every interval.
func perMinute(n int, every time.Duration) string {
	rate := float64(n) / every.Minutes()
	if rate < 0.1 {
		return fmt.Sprintf("%.2f", rate)
	}
	return fmt.Sprintf("%.1f", rate)
}

func storeLine(h request.Health) string {
	switch {
	case h.Store == "":
		return ""
	case h.Degraded || h.StoreCause != "":
		why := reply.StoreCauses[h.StoreCause]
		if why != "" {
			why = " (" + why + ")"
		}
		line := fmt.Sprintf("Store: %s can't keep anything just now%s, so fewer requests are sent and nothing can be changed.", h.Store, why)
		if h.Unkept > 0 {
			line += fmt.Sprintf(" To be kept when it is back: %s.", reply.Plural(h.Unkept, "reading"))
		}
		return reply.JoinSentences(line, lostLine(h))
	case h.NotKept > 0:
		return reply.JoinSentences("Store: "+h.Store+".", lostLine(h))
	default:
		return "Store: " + h.Store + "."
	}
}

// lostLine says how many readings were lost; empty when none was.
func lostLine(h request.Health) string {
	if h.NotKept == 0 {
		return ""
	}
	return fmt.Sprintf("%s could not be kept.", reply.UpperFirst(reply.Plural(h.NotKept, "reading")))
}

// withCosts adds to a status, for admins, what cost most requests today.
func (h *Handler) withCosts(ctx context.Context, r reply.Reply, q request.Question) reply.Reply {
	if r.Outcome != "status" || h.Costs == nil || !h.Access.Admin(q.User) {
		return r
	}
	var list []string
	for _, c := range h.Costs(ctx) {
		list = append(list, fmt.Sprintf("%s (%d)", reply.Subject(c.Target), c.Asked))
	}
	if len(list) > 0 {
		line := "Most requests today: " + strings.Join(list, ", ") + "."
		r.Lines = append(r.Lines, line)
		r.Text = reply.JoinSentences(r.Text, line)
	}
	return r
}

func slackLine(h request.Health, at time.Time, zone *time.Location) string {
	if h.Connections == 0 {
		return "Slack: reconnecting."
	}
	return fmt.Sprintf("Slack: connected since %s (%s).", reply.Clock(h.Since, at, zone), reply.Plural(h.Connections, "connection"))
}

// waitingLine says who is waiting without naming a person.
func waitingLine(ws []request.Waiting) string {
	if len(ws) == 0 {
		return "Waiting: nobody."
	}
	people, list := 0, []string{}
	for i, w := range ws {
		people += max(1, w.Askers)
		if i < maxWaiting {
			list = append(list, fmt.Sprintf("%s (place %d, about %s)", unnamed(w.Target), w.Place, reply.Roughly(w.For)))
		}
	}
	if more := len(ws) - maxWaiting; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	verb := "people"
	if people == 1 {
		verb = "person"
	}
	return fmt.Sprintf("Waiting: %d %s, for %s.", people, verb, strings.Join(list, "; "))
}

// unnamed names a target to others than who asked: never an agent's id.
func unnamed(t aht.Target) string {
	if t.Kind() == aht.KindAgent {
		return "an agent"
	}
	return reply.Subject(t)
}

// Typed is [request.Command].
func (Status) Typed(grammar.Writer) string { return request.CommandWord + " status" }

// Effect is [request.Command].
func (Status) Effect() request.Effect { return request.EffectNone }

// Label is [request.Command].
func (Status) Label() string { return "Status" }
