package commands

import (
	"errors"
	"fmt"

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
		e := r.fault(begin, fmt.Sprintf("“%s” stands for several time zones. Which one is meant?", ze.Text), ze.Zones...)
		if ze.Offset {
			e.say = fmt.Sprintf("“%s” is an offset, and a zone may have another in half a year. Which zone is meant?", ze.Text)
		}
		for _, zone := range ze.Zones {
			e.labels = append(e.labels, zoneLabel(zone))
		}
		return e
	case ze.Text == "":
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
