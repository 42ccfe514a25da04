package home

import (
	"fmt"

	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/digests"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// firing are the alerts that fire, each with what can be done about it. What is above them says so.
func (h Handler) firing(m mine, q request.Question) section {
	return section{"", len(m.firing), func(from, to int) (parts []form.Part) {
		for _, s := range m.firing[from:to] {
			goal, _ := h.Goals.Goal(s.Watch.Target)
			var p form.Part
			p.Lines, p.Credits, p.Buttons = alertpost.Open(alert.Card{Standing: s, Goal: goal}, q.At, h.Zone)
			if s.Watch.By == q.User {
				p.Buttons = h.appendChanges(p.Buttons, standing.NounAlert, s.Watch.ID, false, alertpost.PreviewLine(s.Watch))
			}
			parts = append(parts, p)
		}
		return parts
	}}
}

// linesTogether is how many campaigns are drawn in one block, which holds 2,850 characters.
const linesTogether = 10

// campaigns are the figures, as memory has them. They have the time they were read at rather than an age, which would be wrong as
// soon as nobody publishes Home anew.
func (h Handler) campaigns(m mine, q request.Question) section {
	return section{"Campaigns", len(m.campaigns), func(from, to int) (parts []form.Part) {
		for ; from < to; from += linesTogether {
			var lines []string
			for _, r := range m.campaigns[from:min(from+linesTogether, to)] {
				if !r.Usual.Known() && h.Usual != nil {
					r.Usual = h.Usual(r.Target, q.At)
				}
				lines = append(lines, digestpost.Line(r, q.At, h.Zone))
			}
			parts = append(parts, form.Part{Lines: lines})
		}
		parts[len(parts)-1].Note = "Outbound calls of the two hours before each time (" + q.At.In(h.Zone).Format("MST") + ")."
		return parts
	}}
}

// alerts are those that don't fire.
func (h Handler) alerts(m mine, q request.Question) section {
	room := alerts.Handler{Base: h.Base}
	return section{"Your alerts", len(m.alerts), func(from, to int) (parts []form.Part) {
		for _, s := range m.alerts[from:to] {
			parts = append(parts, h.thing(room.Brief(s, q), s.State.Paused, alertpost.PreviewLine(s.Watch)))
		}
		return parts
	}}
}

func (h Handler) digests(m mine, q request.Question) section {
	room := digests.Handler{Base: h.Base}
	return section{"Your digests", len(m.digests), func(from, to int) (parts []form.Part) {
		for _, d := range m.digests[from:to] {
			run := request.ButtonValue(standing.About(standing.NounDigest, "run", d.ID))
			parts = append(parts, h.thing(room.Brief(d, q), d.Paused, run))
		}
		return parts
	}}
}

// thing is a digest or an alert with what can be done to it.
func (h Handler) thing(b standing.Brief, paused bool, preview string) form.Part {
	return form.Part{
		Lines:   []string{fmt.Sprintf("%s #%d: %s.", reply.UpperFirst(b.Noun), b.ID, b.Says)},
		Buttons: h.appendChanges(nil, b.Noun, b.ID, paused, preview),
	}
}

// appendChanges appends Edit, Pause or Resume, and Preview, of a digest or an alert.
func (h Handler) appendChanges(buttons []reply.Button, noun string, id int64, paused bool, preview string) []reply.Button {
	buttons = h.AppendForm(buttons, "Edit", fmt.Sprintf("%s edit %d", noun, id))
	verb, label := "pause", "Pause"
	if paused {
		verb, label = "resume", "Resume"
	}
	buttons = request.AppendLine(buttons, reply.ActionLine, label, standing.About(noun, verb, id))
	if preview != "" {
		buttons = append(buttons, reply.Button{Action: reply.ActionLine, Label: "Preview", Value: preview})
	}
	return buttons
}
