package settings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// zone reads an IANA name, or what people say for one in a line. Letters of several zones
// are refused with the names of these.
func (f *faults) zone(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "Local" {
		return zone
	}
	found, err := digest.FindZone(name)
	if zone, bad := time.LoadLocation(found); err == nil && bad == nil {
		return zone
	}
	if ze, ok := errors.AsType[*digest.ZoneError](err); ok && len(ze.Zones) > 0 {
		f.add("TIMEZONE", "%q stands for several time zones: use one of %s", name, zonesWords(ze.Zones))
	} else {
		f.add("TIMEZONE", "%q is no time zone: use an IANA name such as Asia/Kolkata or Europe/London", name)
	}
	return time.UTC
}

// zonesWords lists the first five zones with their countries.
func zonesWords(zones []string) string {
	var words []string
	for _, zone := range zones[:min(5, len(zones))] {
		words = append(words, fmt.Sprintf("%s (%s)", zone, digest.Country(zone)))
	}
	return strings.Join(words, ", ")
}
