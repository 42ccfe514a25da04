package digest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// ZoneError is for text that names no zone, or that may mean several.
type ZoneError struct {
	Text string
	// Zones are the IANA names of those that Text may mean, the likeliest first: of an
	// abbreviation such as IST or an offset such as UTC+2. Nil when it names no zone at all.
	Zones  []string
	Offset bool // Text is an offset from UTC
}

func (e *ZoneError) Error() string {
	if len(e.Zones) > 0 {
		return fmt.Sprintf("%q stands for several time zones: %s", e.Text, strings.Join(e.Zones, ", "))
	}
	return fmt.Sprintf("unknown time zone %q", e.Text)
}

// loadedZones caches zones: loading one reads a file, and every slot needs one.
var loadedZones sync.Map // string → *time.Location

// loadZone returns the zone with an IANA name. The local zone of the machine is refused: a
// digest must not change when its host does. Errors are a [*ZoneError].
func loadZone(name string) (*time.Location, error) {
	known, _ := loadedZones.Load(name)
	if zone, ok := known.(*time.Location); ok {
		return zone, nil
	}
	top, _, _ := strings.Cut(name, "/")
	switch strings.ToLower(top) {
	case "", "local", "localtime", "posix", "right", "posixrules":
		return nil, &ZoneError{Text: name}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, &ZoneError{Text: name}
	}
	loadedZones.Store(name, zone)
	return zone, nil
}

// cities are cities and regions after which no zone is named, and former names of some
// zones.
var cities = map[string]string{
	"abu dhabi": "Asia/Dubai", "ahmedabad": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "bengaluru": "Asia/Kolkata", "bhopal": "Asia/Kolkata",
	"bombay": "Asia/Kolkata", "boston": "America/New_York", "calcutta": "Asia/Kolkata", "chandigarh": "Asia/Kolkata", "chennai": "Asia/Kolkata",
	"coimbatore": "Asia/Kolkata", "dallas": "America/Chicago", "delhi": "Asia/Kolkata", "gurgaon": "Asia/Kolkata", "gurugram": "Asia/Kolkata",
	"hyderabad": "Asia/Kolkata", "india": "Asia/Kolkata", "indore": "Asia/Kolkata", "jaipur": "Asia/Kolkata", "katmandu": "Asia/Kathmandu",
	"kochi": "Asia/Kolkata", "lucknow": "Asia/Kolkata", "madras": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "mysuru": "Asia/Kolkata",
	"nagpur": "Asia/Kolkata", "new delhi": "Asia/Kolkata", "noida": "Asia/Kolkata", "pune": "Asia/Kolkata", "san francisco": "America/Los_Angeles",
	"seattle": "America/Los_Angeles", "surat": "Asia/Kolkata", "visakhapatnam": "Asia/Kolkata", "washington": "America/New_York",
	"india standard time": "Asia/Kolkata", "indian standard time": "Asia/Kolkata", "eastern time": "America/New_York", "central time": "America/Chicago",
	"mountain time": "America/Denver", "pacific time": "America/Los_Angeles", "london time": "Europe/London",
	"asia/calcutta": "Asia/Kolkata", "asia/katmandu": "Asia/Kathmandu", "utc": "UTC", "gmt": "UTC", "z": "UTC",
}

// regions are the prefixes under which the zone of a city is looked for, in this order.
var regions = []string{
	"Asia", "Europe", "America", "Australia", "Africa", "Pacific", "Atlantic", "Indian", "Antarctica", "Arctic",
	"America/Argentina", "America/Indiana", "America/Kentucky", "America/North_Dakota",
}

// FindZone returns the IANA name of the zone that a person means by said: its name or a
// city, in any letter case ("asia/kolkata", "Bengaluru"), or an abbreviation or offset of one
// zone alone ("SGT", "+05:45"). Errors are a [*ZoneError].
func FindZone(said string) (string, error) {
	said = strings.Join(strings.FieldsFunc(said, func(r rune) bool { return r == '_' || unicode.IsSpace(r) }), " ")
	folded := strings.ToLower(said)
	if home, ok := cities[folded]; ok {
		return home, nil
	}
	meant, offset := abbreviations[folded], false
	if meant == nil {
		meant, offset = zonesForOffset(folded)
	}
	switch {
	case len(meant) == 1:
		return meant[0], nil
	case len(meant) > 1:
		return "", &ZoneError{Text: said, Zones: slices.Clone(meant), Offset: offset}
	}
	if utf8.RuneCountInString(said) > 40 || said == "" {
		return "", &ZoneError{Text: said}
	}
	for _, name := range []string{strings.ReplaceAll(said, " ", "_"), zoneCase(folded)} {
		if strings.Contains(name, "/") {
			if _, err := loadZone(name); err == nil {
				return name, nil
			}
		}
	}
	if !strings.Contains(folded, "/") {
		for _, region := range regions {
			name := region + "/" + zoneCase(folded)
			if _, err := loadZone(name); err == nil {
				return name, nil
			}
		}
	}
	return "", &ZoneError{Text: said}
}

var (
	wordStart  = regexp.MustCompile(`(^|[/_-])\pL`)
	smallWords = strings.NewReplacer("_Of_", "_of_", "_Es_", "_es_", "-Au-", "-au-")
)

// zoneCase writes a name as the zone database does: "new york" is New_York, "dar es salaam"
// is Dar_es_Salaam, "port-au-prince" is Port-au-Prince.
func zoneCase(folded string) string {
	return smallWords.Replace(wordStart.ReplaceAllStringFunc(strings.ReplaceAll(folded, " ", "_"), strings.ToUpper))
}
