package commands

import (
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/request"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// nearFirst returns e with guesses that differ in their zones in the order of how near
// these are to who asks and to the account.
func (h *Handler) nearFirst(e *request.UsageError, q request.Question) *request.UsageError {
	at := map[string]int{}
	var zones []string
	for i, g := range e.Guesses {
		zone := zoneSaid(g)
		if _, twice := at[zone]; twice || zone == "" {
			return e
		}
		at[zone], zones = i, append(zones, zone)
	}
	var near []string
	if h.People != nil {
		if p, known := h.People.Known(q.User); known {
			near = append(near, p.Zone)
		}
	}
	near = append(near, h.Zone.String())
	sorted := *e
	sorted.Guesses, sorted.Labels = nil, nil
	for _, zone := range digest.Nearest(zones, near...) {
		sorted.Guesses = append(sorted.Guesses, e.Guesses[at[zone]])
		sorted.Labels = append(sorted.Labels, e.Label(at[zone]))
	}
	return &sorted
}

// zoneSaid is the zone that a command about a digest or an alert names; empty for none.
func zoneSaid(c request.Command) string {
	of := func(h *alert.Hours) string {
		if h == nil || h.Zone == nil {
			return ""
		}
		return h.Zone.String()
	}
	switch c := c.(type) {
	case digestline.Add:
		return c.Draft.When.Zone
	case digestline.Edit:
		return c.Draft.When.Zone
	case alertline.Add:
		return of(c.Draft.Active)
	case alertline.Edit:
		return of(c.Draft.Active)
	case alertline.Preview:
		return of(c.Draft.Active)
	default:
		return ""
	}
}
