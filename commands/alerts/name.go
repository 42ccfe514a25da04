package alerts

import (
	"fmt"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// campaign is the campaign that t is taken for, and what to say about that. A name that
// nobody has seen is asked back about, unless the person is sure; line makes the line with
// another name.
func (h Handler) campaign(t aht.Target, sure bool, line func(aht.Target) request.Command) (taken aht.Target, took string, no *reply.Reply) {
	seen := request.Recognise(t.Name(), h.Names)
	meant, err := aht.NewTarget(aht.KindCampaign, seen.Name)
	switch {
	case err != nil || seen.Known && meant == t:
		return t, "", nil
	case seen.Known:
		return meant, fmt.Sprintf("I took “%s” for %s, as the account writes it.", reply.Short(t.Name()), reply.Subject(meant)), nil
	case sure:
		return t, "", nil
	}
	r := h.unseen(t, seen.Closest, line)
	return t, "", &r
}

// unseen asks back about a campaign that nobody has seen.
func (h Handler) unseen(t aht.Target, closest []string, line func(aht.Target) request.Command) reply.Reply {
	r := alertReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was done yet.", reply.Short(t.Name())))
	r.Outcome = "unseen"
	for _, name := range closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: name, Value: request.ButtonValue(line(near))})
		}
	}
	next := "If it is new, say so:"
	if len(r.Buttons) > 0 {
		next = "Did you mean one of these?"
	}
	r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionSure, Label: "It is new, go on", Value: request.ButtonValue(line(t))})
	note := "I know names from past answers only, so it may be right."
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		note = "The account's own list is of " + listed.In(h.Zone).Format("2 Jan 15:04 MST") + "."
	}
	return reply.WithLines(r, append(r.Lines, next), note)
}
