package commands

import (
	"errors"
	"fmt"

	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// takeZone goes past a zone: an IANA name, a city of up to three words, letters or an
// offset.
func (r *reader) takeZone() (string, *wrong) {
	begin := r.at
	if r.peek(0).quoted {
		r.at++
		zone, err := digest.FindZone(r.words[begin].text)
		return zone, r.badZone(begin, err)
	}
	if n, zone, err := r.zoneAt(begin); n > 0 {
		r.at += n
		return zone, r.badZone(begin, err)
	}
	said := r.bare()
	_, err := digest.FindZone(said)
	return "", r.badZone(begin, err)
}

// zoneAt returns the zone that the words from the i-th on name, and how many words that is;
// none when they name none. The error is a [*digest.ZoneError] that has the zones they may
// mean.
func (r *reader) zoneAt(i int) (n int, zone string, err error) {
	for n := min(3, len(r.words)-i); n > 0; n-- {
		said := ""
		for _, w := range r.words[i : i+n] {
			if w.quoted || w.comma() {
				said = ""
				break
			}
			said = joinSentences(said, w.text)
		}
		zone, err := digest.FindZone(said)
		if ze, bad := errors.AsType[*digest.ZoneError](err); said != "" && (!bad || len(ze.Zones) > 0) {
			return n, zone, err
		}
	}
	return 0, "", nil
}

// badZone words the error of FindZone; nil for nil.
func (r *reader) badZone(begin int, err error) *wrong {
	ze, ok := errors.AsType[*digest.ZoneError](err)
	switch {
	case !ok:
		return nil
	case len(ze.Zones) > 0:
		e := r.fault(begin, fmt.Sprintf("“%s” stands for several time zones. Which one is meant?", ze.Said), ze.Zones...)
		if ze.Offset {
			e.say = fmt.Sprintf("“%s” is an offset, and a zone may have another in half a year. Which zone is meant?", ze.Said)
		}
		for _, zone := range ze.Zones {
			e.labels = append(e.labels, zoneLabel(zone))
		}
		return e
	case ze.Said == "":
		return r.lacks("The time zone is missing. Name a city or a zone:", "Asia/Kolkata")
	default:
		return r.fault(begin, fmt.Sprintf("I don't know the time zone %s. Name a city or a zone:", r.said(begin)), "Asia/Kolkata", "America/New_York")
	}
}

// zoneLabel names a zone on a button.
func zoneLabel(zone string) string {
	if country := digest.Country(zone); country != "" {
		return zone + ", " + country
	}
	return zone
}

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
