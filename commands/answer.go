package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// worth is said with every figure: the upstream gives no call count (ozonetel.md §1A.8).
const worth = "Ozonetel gives no call count, so one long call can move it."

// subject names a target in a sentence: "agent 42", "campaign Sales Outbound".
func subject(t aht.Target) string { return t.Kind().String() + " " + t.Name() }

// window writes the two hours a reading looks back over: "12:05 to 14:05 IST".
func window(r aht.Reading, zone *time.Location) string {
	end := r.At.In(zone)
	return end.Add(-aht.Window).Format("15:04") + " to " + end.Format("15:04 MST")
}

// aged says how old a reading is.
func aged(age time.Duration) string {
	switch {
	case age < 5*time.Second:
		return "read just now"
	case age < 2*time.Minute:
		return fmt.Sprintf("read %d s ago", int(age.Seconds()))
	default:
		return fmt.Sprintf("read %d min ago", int(age.Minutes()))
	}
}

// Figure is the answer to a question about a target.
func (h Answers) Figure(r aht.Reading, q Question) Reply {
	age := r.Age(q.At)
	reply := reading(r, h.Zone)
	if goal := h.against(r); goal != "" {
		reply.Lines = append(reply.Lines, goal)
		reply.Text = joinSentences(strings.TrimSuffix(reply.Text, ".")+".", goal)
	}
	if change := h.change(r); change != "" {
		reply.Lines = append(reply.Lines, change)
		reply.Text = joinSentences(strings.TrimSuffix(reply.Text, ".")+".", change)
	}
	reply.Note = joinNonEmpty("\n", upperFirst(aged(age))+".", reply.Note)
	reply.Buttons = []Button{{Action: ActionRefresh, Label: "Refresh", Value: encode(r.Target, nil)}}
	if r.Target.Kind() == aht.KindCampaign && q.Channel && !q.Open {
		reply.Buttons = append(reply.Buttons, shareButton(r))
	}
	reply.Public = q.Open && r.Target.Kind() == aht.KindCampaign
	return reply
}

// change compares r with the newest reading at least a window older: two that are closer
// share calls, and a change between them says nothing (product.md §B5).
func (h Answers) change(r aht.Reading) string {
	past, ok := h.Memory.Before(r.Target, r.At.Add(-aht.Window))
	if !ok || past.NoCalls() || r.NoCalls() || r.At.Sub(past.At) > comparable {
		return ""
	}
	was := fmt.Sprintf("%s from %s", aht.FormatDuration(past.Mean), window(past, h.Zone))
	switch d := r.Mean - past.Mean; {
	case d > 0:
		return fmt.Sprintf("Up %s: it was %s.", aht.FormatDuration(d), was)
	case d < 0:
		return fmt.Sprintf("Down %s: it was %s.", aht.FormatDuration(-d), was)
	default:
		return fmt.Sprintf("No change: it was %s.", was)
	}
}

// comparable is how far back a change looks: within a shift, not to another day.
const comparable = 12 * time.Hour

// Instead puts the last reading, with its age, in front of an explanation why there is no
// new one.
func (h Answers) Instead(why Reply, t aht.Target, q Question) Reply {
	last, ok := h.Memory.Latest(t)
	if !ok || why.Outcome == "refused" || why.Outcome == "stopping" || last.Age(q.At) > comparable {
		return why
	}
	r := h.Figure(last, q)
	r.Outcome = why.Outcome
	r.Text = joinSentences("Last reading, "+aged(last.Age(q.At))+": "+strings.TrimSuffix(r.Text, ".")+".", why.Text)
	age := max(1, int(last.Age(q.At).Minutes()))
	r.Lines = append([]string{fmt.Sprintf("This is the last reading, %d min old.", age)}, append(r.Lines, why.Lines...)...)
	r.Note, r.Public = joinNonEmpty("\n", worth, why.Note), false
	return r
}

// reading words the figure itself, or that there is none, and what it is worth.
func reading(r aht.Reading, zone *time.Location) Reply {
	end := r.At.In(zone).Format("15:04 MST")
	if r.NoCalls() {
		return Reply{
			Outcome: "no_calls",
			Text:    fmt.Sprintf("No AHT for %s: no outbound call ended in the last 2 h to %s. That is not zero, there is nothing to average.", subject(r.Target), end),
			Title:   "No calls",
			Lines:   []string{fmt.Sprintf("No outbound call of %s ended from %s. There is nothing to average: the AHT is unknown, not zero.", subject(r.Target), window(r, zone))},
		}
	}
	mean := aht.FormatDuration(r.Mean)
	return Reply{
		Outcome: "figure",
		Text:    fmt.Sprintf("AHT for %s: %s (outbound calls, last 2 h to %s)", subject(r.Target), mean, end),
		Title:   mean,
		Lines:   []string{fmt.Sprintf("Average handling time of %s, outbound calls from %s.", subject(r.Target), window(r, zone))},
		Note:    worth,
	}
}

func shareButton(r aht.Reading) Button {
	return Button{
		Action: ActionShare, Label: "Share in channel", Value: encode(r.Target, &r),
		Confirm: &Confirm{
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
func (h Answers) shared(r aht.Reading, q Question) Reply {
	if r.Age(q.At) > tooOld {
		line := "That figure is more than an hour old, so I did not share it. Press Refresh, then share the new one."
		return Reply{Outcome: "too_old", Text: line, Lines: []string{line}}
	}
	reply := reading(r, h.Zone)
	reply.Outcome, reply.Credits, reply.Public = "shared", []Credit{{Role: RoleShared, ID: q.User}}, true
	return reply
}

// Waits says why a question is not sent yet and when it will be, about: others are ahead, or
// something else has used the account up and nothing is sent for usedUp. why is the sentence
// that says what holds them up; empty: Ozonetel's limit. The person behind ref can give up.
func Waits(why string, place int, wait, usedUp time.Duration, ref string) Reply {
	turn := fmt.Sprintf("others are ahead: place %d, about %s", place, roughly(wait))
	if place <= 1 {
		turn = "yours is next, in about " + roughly(wait)
	}
	if why == "" {
		why, turn = "Ozonetel allows this account only so many requests a minute, and "+turn+".", ""
	} else {
		turn = upperFirst(turn) + "."
	}
	r := slowReply(joinSentences(why, turn, "The figure follows here."))
	if usedUp > 0 {
		r = slowReply("Something else uses this Ozonetel account and has used up its requests of this minute. " +
			"I ask again in about " + roughly(max(wait, usedUp)) + " by myself, and the figure follows here.")
	}
	r.Buttons = []Button{{Action: ActionCancel, Label: "Cancel", Value: ref}}
	return r
}

// Cancelled takes the place of a notice whose question was given up.
func Cancelled() Reply { return cancelReply("Cancelled. Nothing was asked of Ozonetel.") }

// TooLate is Cancelled where there was nothing left to give up.
func TooLate() Reply {
	return cancelReply("Too late to cancel: the answer has come or is on its way.")
}

// Cancelling is Cancelled where another process has the question, if any has.
func Cancelling() Reply {
	return cancelReply("Cancelling: if the answer is not on its way yet, it is given up in a few seconds.")
}

func cancelReply(line string) Reply {
	return Reply{Outcome: "cancelled", Text: line, Lines: []string{line}}
}

func slowReply(line string) Reply {
	return Reply{Outcome: "delayed", Text: line, Lines: []string{line}}
}

// ShareUnsure is the private reply when Slack did not say whether it showed what was to
// be shared.
func ShareUnsure() Reply {
	line := "Slack did not say whether the channel got the figure. Look there before you share it again."
	return Reply{Outcome: "unsure", Text: line, Lines: []string{line}}
}

// roughly writes a wait so that nobody counts on the second.
func roughly(d time.Duration) string {
	switch s := int(d.Round(time.Second) / time.Second); {
	case s < 2:
		return "2 s"
	case s < 100:
		return fmt.Sprintf("%d s", s)
	default:
		return fmt.Sprintf("%d min", (s+59)/60)
	}
}

// Busy is the reply when more questions are in the works than the process can carry.
func Busy() Reply {
	line := "Too many questions are in the works at this moment, so I can't take yours. Try again in a minute."
	return Reply{Outcome: "busy", Text: line, Lines: []string{line}}
}

// Stopping is the reply to a question that arrives or is cut short while ahtbot restarts.
func Stopping() Reply {
	line := "ahtbot is restarting and could not finish this. Ask again in a minute."
	return Reply{Outcome: "stopping", Text: line, Lines: []string{line}}
}

// Broken is the apology when something went wrong on our side; ref finds it in the log.
func Broken(ref string) Reply {
	line := "Something went wrong on my side, sorry. Try once more; if it happens again, tell whoever runs ahtbot: reference " + ref + "."
	return Reply{Outcome: "broken", Text: line, Lines: []string{line}}
}

// Unreachable is the reply when Slack gave no usable address for a later answer.
func Unreachable() Reply {
	line := "Slack gave me no address to answer to, so I did not ask. Type the command again."
	return Reply{Outcome: "no_address", Text: line, Lines: []string{line}}
}

// AfterShare is what the private answer becomes once its reading was shared.
func (h Answers) AfterShare(reading aht.Reading, q Question) Reply {
	r := h.Figure(reading, q)
	r.Buttons = r.Buttons[:1]
	r.Note = joinNonEmpty("\n", r.Note, "You shared this in the channel.")
	return r
}

// Sentence is a reading in one line, for a terminal.
func Sentence(r aht.Reading, zone *time.Location) string {
	return reading(r, zone).Text
}

// Answers answers what is asked about one campaign or agent, and keeps targets.
type Answers struct{ *Desk }

// Do does cmd when it is one of these, and asks nothing upstream. A line that turns out not to be one
// command gives a [*UsageError].
func (h Answers) Do(ctx context.Context, cmd Command, q Question) (r Reply, err error, done bool) {
	switch cmd := cmd.(type) {
	case Trend:
		r, err = h.trend(ctx, cmd, q)
	case SetGoal:
		r, err = h.setGoal(ctx, cmd, q)
	case ClearGoal:
		r, err = h.dropGoal(ctx, cmd, q)
	case undoGoal:
		r, err = h.undo(ctx, cmd, q)
	default:
		return Reply{}, nil, false
	}
	return r, err, true
}

// Known answers cmd from memory, if that can; it never blocks.
func (h Answers) Known(cmd Command, q Question) (r Reply, known bool, usage *UsageError) {
	switch cmd := cmd.(type) {
	case ShowGoal:
		r, usage = h.goals(cmd, q)
		return r, true, usage
	case share:
		return h.shared(cmd.reading, q), true, nil
	case Show:
		limit := h.MaxAge
		if q.Action == ActionRefresh {
			limit = min(limit, RefreshAfter)
		}
		if r, ok := h.Memory.Latest(cmd.Target); ok && r.Age(q.At) < limit {
			return h.Figure(r, q), true, nil
		}
	}
	return Reply{}, false, nil
}
