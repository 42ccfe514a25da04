package commands

import (
	"fmt"

	"ahtbot/internal/aht"
)

// campaign is the campaign that t is taken for, and what to say about that. A name that
// nobody has seen is asked back about, unless the person is sure; line makes the line with
// another name.
func (h AlertRoom) campaign(t aht.Target, sure bool, line func(aht.Target) Command) (taken aht.Target, took string, no *Reply) {
	seen := recognise(t.Name(), h.Names)
	meant, err := aht.NewTarget(aht.KindCampaign, seen.Name)
	switch {
	case err != nil || seen.Known && meant == t:
		return t, "", nil
	case seen.Known:
		return meant, fmt.Sprintf("I took “%s” for %s, as the account writes it.", short(t.Name()), subject(meant)), nil
	case sure:
		return t, "", nil
	}
	r := h.unseen(t, seen.Closest, line)
	return t, "", &r
}

// unseen asks back about a campaign that nobody has seen.
func (h AlertRoom) unseen(t aht.Target, closest []string, line func(aht.Target) Command) Reply {
	r := alertReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was done yet.", short(t.Name())))
	r.Outcome = "unseen"
	for _, name := range closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: name, Value: typedLine(line(near))})
		}
	}
	next := "If it is new, say so:"
	if len(r.Buttons) > 0 {
		next = "Did you mean one of these?"
	}
	r.Buttons = append(r.Buttons, Button{Action: ActionSure, Label: "It is new, go on", Value: typedLine(line(t))})
	note := "I know names from past answers only, so it may be right."
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		note = "The account's own list is of " + listed.In(h.Zone).Format("2 Jan 15:04 MST") + "."
	}
	return withLines(r, append(r.Lines, next), note)
}
