package grammar

import (
	"errors"
	"fmt"

	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
)

// TakeZone goes past a zone: an IANA name, a city of up to three words, letters or an
// offset.
func (r *Reader) TakeZone() (string, *LineError) {
	begin := r.At
	if r.Peek(0).Quoted {
		r.At++
		zone, err := digest.FindZone(r.Words[begin].Text)
		return zone, r.BadZone(begin, err)
	}
	if n, zone, err := r.ZoneAt(begin); n > 0 {
		r.At += n
		return zone, r.BadZone(begin, err)
	}
	said := r.bare()
	_, err := digest.FindZone(said)
	return "", r.BadZone(begin, err)
}

// ZoneAt returns the zone that the words from the i-th on name, and how many words that is;
// none when they name none. The error is a [*digest.ZoneError] that has the zones they may
// mean.
func (r *Reader) ZoneAt(i int) (n int, zone string, err error) {
	for n := min(3, len(r.Words)-i); n > 0; n-- {
		said := ""
		for _, w := range r.Words[i : i+n] {
			if w.Quoted || w.Comma() {
				said = ""
				break
			}
			said = reply.JoinSentences(said, w.Text)
		}
		zone, err := digest.FindZone(said)
		if ze, bad := errors.AsType[*digest.ZoneError](err); said != "" && (!bad || len(ze.Zones) > 0) {
			return n, zone, err
		}
	}
	return 0, "", nil
}

// BadZone words the error of FindZone; nil for nil.
func (r *Reader) BadZone(begin int, err error) *LineError {
	ze, ok := errors.AsType[*digest.ZoneError](err)
	switch {
	case !ok:
		return nil
	case len(ze.Zones) > 0:
		e := r.Fault(begin, fmt.Sprintf("“%s” stands for several time zones. Which one is meant?", ze.Text), ze.Zones...)
		if ze.Offset {
			e.Say = fmt.Sprintf("“%s” is an offset, and a zone may have another in half a year. Which zone is meant?", ze.Text)
		}
		for _, zone := range ze.Zones {
			e.Labels = append(e.Labels, zoneLabel(zone))
		}
		return e
	case ze.Text == "":
		return r.Lacks("The time zone is missing. Name a city or a zone:", "Asia/Kolkata")
	default:
		return r.Fault(begin, fmt.Sprintf("I don't know the time zone %s. Name a city or a zone:", r.Said(begin)), "Asia/Kolkata", "America/New_York")
	}
}

// zoneLabel names a zone on a button.
func zoneLabel(zone string) string {
	if country := digest.Country(zone); country != "" {
		return zone + ", " + country
	}
	return zone
}
