package answers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Figure is the answer to a question about a target.
func (h Handler) Figure(r aht.Reading, q request.Question) reply.Reply {
	age := r.Age(q.At)
	answer := Reading(r, h.Zone)
	for _, more := range []string{h.against(r), h.change(r)} {
		if more != "" {
			answer.Lines = append(answer.Lines, more)
			answer.Text = reply.JoinSentences(strings.TrimSuffix(answer.Text, ".")+".", more)
		}
	}
	answer.Note = reply.JoinNonEmpty("\n", reply.UpperFirst(reply.Aged(age))+".", answer.Note)
	answer.Buttons = []reply.Button{{Action: reply.ActionRefresh, Label: "Refresh", Value: request.Encode(r.Target, nil)}}
	if r.Target.Kind() == aht.KindCampaign && q.Channel && !q.Open {
		answer.Buttons = append(answer.Buttons, shareButton(r))
	}
	answer.Public = q.Open && r.Target.Kind() == aht.KindCampaign
	if r.Target.Kind() == aht.KindCampaign && !answer.Public {
		answer.Buttons = h.AppendForm(answer.Buttons, "Watch this", "alert add campaign "+grammar.ToParse.Name(r.Target.Name()))
	}
	return answer
}

// change compares r with the newest reading at least a window older: two that are closer
// share calls, and a change between them says nothing (product.md §B5).
func (h Handler) change(r aht.Reading) string {
	past, ok := h.Memory.Before(r.Target, r.At.Add(-aht.Window))
	if !ok || past.NoCalls() || r.NoCalls() || r.At.Sub(past.At) > Comparable {
		return ""
	}
	was := fmt.Sprintf("%s from %s", aht.FormatDuration(past.Mean), reply.Window(past, h.Zone))
	switch d := r.Mean - past.Mean; {
	case d > 0:
		return fmt.Sprintf("Up %s: it was %s.", aht.FormatDuration(d), was)
	case d < 0:
		return fmt.Sprintf("Down %s: it was %s.", aht.FormatDuration(-d), was)
	default:
		return fmt.Sprintf("No change: it was %s.", was)
	}
}

// Comparable is how far back a change looks: within a shift, not to another day.
const Comparable = 12 * time.Hour

// Instead puts the last reading, with its age, in front of an explanation why there is no
// new one.
func (h Handler) Instead(why reply.Reply, t aht.Target, q request.Question) reply.Reply {
	last, ok := h.Memory.Latest(t)
	if !ok || why.Outcome == "refused" || why.Outcome == "stopping" || last.Age(q.At) > Comparable {
		return why
	}
	r := h.Figure(last, q)
	r.Outcome = why.Outcome
	r.Text = reply.JoinSentences("Last reading, "+reply.Aged(last.Age(q.At))+": "+strings.TrimSuffix(r.Text, ".")+".", why.Text)
	age := max(1, int(last.Age(q.At).Minutes()))
	r.Lines = append([]string{fmt.Sprintf("This is the last reading, %d min old.", age)}, append(r.Lines, why.Lines...)...)
	r.Note, r.Public = reply.JoinNonEmpty("\n", reply.Worth, why.Note), false
	return r
}

// Reading words the figure itself, or that there is none, and what it is worth.
func Reading(r aht.Reading, zone *time.Location) reply.Reply {
	end := r.At.In(zone).Format("15:04 MST")
	if r.NoCalls() {
		return reply.Reply{
			Outcome: "no_calls",
			Text:    fmt.Sprintf("No AHT for %s: no outbound call ended in the last 2 h to %s. That is not zero, there is nothing to average.", reply.Subject(r.Target), end),
			Title:   "No calls",
			Lines:   []string{fmt.Sprintf("No outbound call of %s ended from %s. There is nothing to average: the AHT is unknown, not zero.", reply.Subject(r.Target), reply.Window(r, zone))},
		}
	}
	mean := aht.FormatDuration(r.Mean)
	return reply.Reply{
		Outcome: "figure",
		Text:    fmt.Sprintf("AHT for %s: %s (outbound calls, last 2 h to %s)", reply.Subject(r.Target), mean, end),
		Title:   mean,
		Lines:   []string{fmt.Sprintf("Average handling time of %s, outbound calls from %s.", reply.Subject(r.Target), reply.Window(r, zone))},
		Note:    reply.Worth,
	}
}

func shareButton(r aht.Reading) reply.Button {
	return reply.Button{
		Action: reply.ActionShare, Label: "Share in channel", Value: request.Encode(r.Target, &r),
		Confirm: &reply.Confirm{
			Title: "Share this figure?",
			Text:  "Everybody in this channel will see it, with your name as the one who shared it.",
			Yes:   "Share", No: "Keep it private",
		},
	}
}

// tooOld is the age from which a reading is refreshed before it is shared: a channel takes
// a figure for today's.
const tooOld = time.Hour

// shared is the message everybody in the channel sees.
func (h Handler) shared(r aht.Reading, q request.Question) reply.Reply {
	if r.Age(q.At) > tooOld {
		return reply.OneLine("too_old", "That figure is more than an hour old, so I did not share it. Press Refresh, then share the new one.")
	}
	answer := Reading(r, h.Zone)
	answer.Outcome, answer.Credits, answer.Public = "shared", []reply.Credit{{Role: reply.RoleShared, ID: q.User}}, true
	return answer
}

// AfterShare is what the private answer becomes once its reading was shared.
func (h Handler) AfterShare(reading aht.Reading, q request.Question) reply.Reply {
	r := h.Figure(reading, q)
	r.Buttons = slices.DeleteFunc(r.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionShare })
	r.Note = reply.JoinNonEmpty("\n", r.Note, "You shared this in the channel.")
	return r
}
