package commands

import (
	"fmt"
	"strings"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// help lists the language, or tells more about one verb. It is made from the same table the
// parser reads.
func helpReply(h request.Help) reply.Reply {
	if v, ok := lookup(h.Topic); ok {
		return topicReply(v)
	}
	r := reply.Reply{
		Outcome: "help",
		Title:   "Average Handling Time, on request",
		Try:     []string{request.CommandWord + ` campaign "Sales Outbound"`, request.CommandWord + " agent 42", request.CommandWord + " campaigns", request.CommandWord + " help digest", request.CommandWord + " help alert"},
		Note:    "Figures are means over outbound calls of the last two hours. Answers are private unless you share them or ask with a mention. In a direct message or a mention, leave out " + request.CommandWord + ".",
	}
	var does []string
	for _, v := range language() {
		does = append(does, fmt.Sprintf("• %s: %s", v.Line(), v.Does))
	}
	r.Lines = []string{strings.Join(does, "\n"), "How long are calls taking? Press one of these, or copy it and put in your own name:"}
	r.Text = "What you can ask: " + strings.Join(r.Try, ", ")
	return r
}

func topicReply(v request.Verb) reply.Reply {
	r := reply.Reply{Outcome: "help", Title: v.Line(), Lines: append([]string{reply.UpperFirst(v.Does) + "."}, v.More...)}
	for _, e := range v.Examples {
		r.Try = append(r.Try, request.CommandWord+" "+e)
	}
	r.Text = reply.JoinSentences(v.Line()+":", strings.Join(r.Lines, " "), "For example:", strings.Join(r.Try, ", "))
	return r
}

// Home is what the app's Home tab shows to user: the help.
func (h *Handler) Home(user string) reply.Reply {
	return h.familiar(helpReply(request.Help{}), request.Question{User: user})
}
