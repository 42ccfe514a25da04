package commands

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/alert"
)

// AlertStuck tells who made w, once, why it can't do its work: its place takes no posts, and
// code is Slack's word, or its campaign is not known, [alert.UnknownTarget].
func AlertStuck(w alert.Watch, code string) Reply {
	if code == alert.UnknownTarget {
		return alertUnknown(w)
	}
	r := Reply{Outcome: "notice", Try: []string{tryAlert("edit %d by dm", w.ID), tryAlert("pause %d", w.ID)}, Credits: toldCredit(w.Channel)}
	line := fmt.Sprintf("Alert #%d on %s has something to say, and can't.", w.ID, subject(w.Target))
	return withLines(r, []string{line, PostFault(code, w.Channel), "Until then you can have it told to you, or pause it:"})
}

// alertUnknown is AlertStuck about a campaign that Ozonetel does not know.
func alertUnknown(w alert.Watch) Reply {
	r := Reply{Outcome: "notice", Credits: toldCredit(w.Channel), Try: []string{sameRuleLine(w.Rule), tryAlert("remove %d", w.ID)}}
	next := "To watch another name, and to end this alert:"
	if !personal(w.Channel) {
		next = "To watch another name (type that in the alert's channel), and to end this alert:"
	}
	return withLines(r, []string{
		fmt.Sprintf("Alert #%d can't watch %s: Ozonetel knows no campaign of that name. Was it renamed, removed or misspelt?", w.ID, subject(w.Target)),
		"Until the name is right again it neither fires nor ends. I look once an hour.",
		next,
	})
}

// sameRuleLine is the line that puts r on another campaign.
func sameRuleLine(r alert.Rule) string {
	parts := []string{Name, "alert", "add", "campaign", `"New Name"`, typedLines(r)}
	plain, err := r.Default()
	if err != nil {
		return exampleAlert
	}
	usual := settings(plain)
	for i, s := range settings(r) {
		if s.typed != usual[i].typed {
			parts = append(parts, s.typed)
		}
	}
	return strings.Join(parts, " ")
}

// unknownWords says that the campaign of an alert is not known; empty when it is.
func unknownWords(s alert.State, now time.Time, zone *time.Location) string {
	if s.UnknownSince.IsZero() {
		return ""
	}
	return fmt.Sprintf("Ozonetel knows no campaign of that name since %s. Was it renamed, removed or misspelt? I look once an hour.", when(s.UnknownSince, now, zone))
}
