package commands

import (
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// nearFirst returns e with guesses that differ in their zones in the order of how near
// these are to who asks and to the account.
func (h *Handler) nearFirst(e *UsageError, q Question) *UsageError {
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
		sorted.Labels = append(sorted.Labels, e.label(at[zone]))
	}
	return &sorted
}

// zoneSaid is the zone that a command about a digest or an alert names; empty for none.
func zoneSaid(c Command) string {
	of := func(h *alert.Hours) string {
		if h == nil || h.Zone == nil {
			return ""
		}
		return h.Zone.String()
	}
	switch c := c.(type) {
	case AddDigest:
		return c.Draft.When.Zone
	case EditDigest:
		return c.Draft.When.Zone
	case AddAlert:
		return of(c.Draft.Active)
	case EditAlert:
		return of(c.Draft.Active)
	case PreviewAlert:
		return of(c.Draft.Active)
	default:
		return ""
	}
}
