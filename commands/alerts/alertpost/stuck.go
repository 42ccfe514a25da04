package alertpost

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/alert"
)

// Stuck tells who made w, once, why it can't do its work: its place takes no posts, and
// code is Slack's word, or its campaign is not known, [alert.UnknownTarget].
func Stuck(w alert.Watch, code string) reply.Reply {
	if code == alert.UnknownTarget {
		return alertUnknown(w)
	}
	r := reply.Reply{Outcome: "notice", Try: []string{alertline.TryAlert("edit %d by dm", w.ID), alertline.TryAlert("pause %d", w.ID)}, Credits: ToldCredit(w.Channel)}
	line := fmt.Sprintf("Alert #%d on %s has something to say, and can't.", w.ID, reply.Subject(w.Target))
	return reply.WithLines(r, []string{line, reply.PostFault(code, w.Channel), "Until then you can have it told to you, or pause it:"})
}

// alertUnknown is Stuck about a campaign that Ozonetel does not know.
func alertUnknown(w alert.Watch) reply.Reply {
	r := reply.Reply{Outcome: "notice", Credits: ToldCredit(w.Channel), Try: []string{sameRuleLine(w.Rule), alertline.TryAlert("remove %d", w.ID)}}
	next := "To watch another name, and to end this alert:"
	if !Personal(w.Channel) {
		next = "To watch another name (type that in the alert's channel), and to end this alert:"
	}
	return reply.WithLines(r, []string{
		fmt.Sprintf("Alert #%d can't watch %s: Ozonetel knows no campaign of that name. Was it renamed, removed or misspelt?", w.ID, reply.Subject(w.Target)),
		"Until the name is right again it neither fires nor ends. I look once an hour.",
		next,
	})
}

// sameRuleLine is the line that puts r on another campaign.
func sameRuleLine(r alert.Rule) string {
	words, ok := ruleWords(r)
	if !ok {
		return alertline.ExampleAlert
	}
	return alertline.TryAlert("add campaign %s %s", `"New Name"`, words)
}

// ruleWords are the words of a line that r is made by; false where no line makes it.
func ruleWords(r alert.Rule) (string, bool) {
	parts := []string{alertline.TypedLines(r)}
	plain, err := r.Default()
	if err != nil {
		return "", false
	}
	usual := Settings(plain)
	for i, s := range Settings(r) {
		if s.Typed != usual[i].Typed {
			parts = append(parts, s.Typed)
		}
	}
	return strings.Join(parts, " "), true
}

// PreviewLine is the line, without the command word, that says when w would have fired; empty where no line says it: there are names
// that none can spell.
func PreviewLine(w alert.Watch) string {
	words, ok := ruleWords(w.Rule)
	rest := fmt.Sprintf("campaign %s %s", grammar.ToParse.Name(w.Target.Name()), words)
	read, left := alertline.Understood(grammar.Normalise(rest))
	line := "alert preview " + rest
	if !ok || read.Target != w.Target || len(left) > 0 || len([]rune(line)) > request.MaxLine {
		return ""
	}
	return line
}

// UnknownWords says that the campaign of an alert is not known; empty when it is.
func UnknownWords(s alert.State, now time.Time, zone *time.Location) string {
	if s.UnknownSince.IsZero() {
		return ""
	}
	return fmt.Sprintf("Ozonetel knows no campaign of that name since %s. Was it renamed, removed or misspelt? I look once an hour.", reply.When(s.UnknownSince, now, zone))
}
