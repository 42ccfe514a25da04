package commands

import (
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// OneMoment is shown while what was submitted takes longer than Slack waits for.
func OneMoment(m form.Meta) form.View {
	return form.View{Form: "told", Title: "One moment", Close: "Close", Meta: m, Parts: []form.Part{{
		Lines: []string{"This takes longer than usual. What came of it is shown here.", "You may close this window: then I write to you."},
	}}}
}

// Answered is the window that r, the answer to what was pressed in one, is shown in.
func Answered(r reply.Reply) form.View { return form.Told("ahtbot", r) }

// NotOpened is said when Slack opened no window for q: the same button once more, or the line that does the same.
func NotOpened(q request.Question) reply.Reply {
	line := strings.TrimSpace(q.Value)
	if line == "" || line == "menu" || line == "ask" {
		line = "help"
	}
	line = request.CommandWord + " " + line
	said := "Slack did not open the form in time. Press again, or type the line."
	return reply.Reply{
		Outcome: "not_opened", Text: reply.JoinSentences(said, line), Lines: []string{said}, Try: []string{line},
		Buttons: []reply.Button{{Action: reply.ActionForm, Label: "Open the form", Value: q.Value}},
	}
}
