package alerts

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// figures is the rule of w with the figures that its lines stand for now; without any where
// what they hang on is not known.
func (h Handler) figures(w alert.Watch, usual aht.Band) alert.Rule {
	goal, _ := h.Goals.Goal(w.Target)
	r, _ := w.Rule.At(alert.BaseValues{Goal: goal.Mean, Usual: usual})
	return r
}

// waiting reports whether r, with the figures there are, can't be judged.
func waiting(r alert.Rule) bool { return r.Relative() && r.Low == 0 && r.High == 0 }

// followsWords says what a line moves with; empty for one that does not.
func followsWords(r alert.Rule) string {
	switch {
	case !r.Relative():
		return ""
	case waiting(r) && r.Line.Of == alert.BaseTarget:
		return "The campaign has no target, so nothing is judged until it has."
	case r.Line.Of == alert.BaseTarget:
		return "The line moves with the campaign's target: when somebody changes that, the next reading is judged by the new one."
	default:
		return "The line moves with what is usual at each hour."
	}
}

// waitsWords says what an alert waits for that can't be judged.
func (h Handler) waitsWords(w alert.Watch) string {
	goal, _ := h.Goals.Goal(w.Target)
	switch {
	case w.Rule.Line.Of == alert.BaseUsual:
		return "It waits until it is known what is usual at this hour, which takes about ten days of readings. Until then it never fires."
	case goal.Mean > 0:
		return fmt.Sprintf("The target of %s leaves its line at no time at all, so it never fires.", aht.FormatDuration(goal.Mean))
	default:
		return "It waits for a target, and never fires without one."
	}
}

// appendTarget appends what sets the target that w waits for, if it waits for one.
func (h Handler) appendTarget(buttons []reply.Button, w alert.Watch) []reply.Button {
	if goal, _ := h.Goals.Goal(w.Target); w.Rule.Line.Of != alert.BaseTarget || goal.Mean > 0 {
		return buttons
	}
	return h.AppendForm(buttons, "Set a target", strings.TrimPrefix(request.GoalLine(w.Target, ""), request.CommandWord+" "))
}

// exampleMean is a target in examples.
const exampleMean = 4*time.Minute + 30*time.Second
