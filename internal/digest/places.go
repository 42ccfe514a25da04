package digest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// abbreviations are what people type instead of the name of a zone, and the zones they may
// mean, the likeliest first. Some abbreviations belong to several zones; others to a zone
// for half of the year and to its neighbour all year.
var abbreviations = map[string][]string{
	"ist": {"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"},
	"est": {"America/New_York", "America/Toronto", "America/Panama", "America/Jamaica"}, "edt": {"America/New_York", "America/Toronto"}, "et": {"America/New_York"},
	"cst": {"America/Chicago", "Asia/Shanghai", "America/Mexico_City", "America/Winnipeg"}, "cdt": {"America/Chicago", "America/Winnipeg"}, "ct": {"America/Chicago"},
	"mst": {"America/Denver", "America/Phoenix", "America/Edmonton"}, "mdt": {"America/Denver", "America/Edmonton"}, "mt": {"America/Denver"},
	"pst": {"America/Los_Angeles", "Asia/Manila", "America/Vancouver"}, "pdt": {"America/Los_Angeles", "America/Vancouver"}, "pt": {"America/Los_Angeles"},
	"ast": {"Asia/Riyadh", "America/Halifax", "America/Puerto_Rico"}, "adt": {"America/Halifax"}, "akst": {"America/Anchorage"}, "akdt": {"America/Anchorage"},
	"hst": {"Pacific/Honolulu"}, "nst": {"America/St_Johns", "Asia/Kathmandu"}, "brt": {"America/Sao_Paulo"},
	"bst": {"Europe/London", "Asia/Dhaka"}, "wet": {"Europe/Lisbon", "Atlantic/Canary"}, "west": {"Europe/Lisbon", "Atlantic/Canary"},
	"cet":  {"Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Warsaw", "Europe/Amsterdam"},
	"cest": {"Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Warsaw", "Europe/Amsterdam"},
	"eet":  {"Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo"}, "eest": {"Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo"},
	"msk": {"Europe/Moscow"}, "gst": {"Asia/Dubai"}, "pkt": {"Asia/Karachi"}, "npt": {"Asia/Kathmandu"}, "slst": {"Asia/Colombo"},
	"sgt": {"Asia/Singapore"}, "sst": {"Asia/Singapore", "Pacific/Pago_Pago"}, "myt": {"Asia/Kuala_Lumpur"}, "pht": {"Asia/Manila"}, "wib": {"Asia/Jakarta"},
	"ict": {"Asia/Bangkok", "Asia/Ho_Chi_Minh"}, "hkt": {"Asia/Hong_Kong"}, "jst": {"Asia/Tokyo"}, "kst": {"Asia/Seoul"},
	"aest": {"Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"}, "aedt": {"Australia/Sydney", "Australia/Melbourne"},
	"acst": {"Australia/Adelaide", "Australia/Darwin"}, "acdt": {"Australia/Adelaide"}, "awst": {"Australia/Perth"},
	"nzst": {"Pacific/Auckland"}, "nzdt": {"Pacific/Auckland"}, "sast": {"Africa/Johannesburg"}, "eat": {"Africa/Nairobi"}, "wat": {"Africa/Lagos"},
}

// countries are those in which accounts and their contact centres are, with the zones of
// each, the likeliest first. They decide which zones are offered for an offset, and in
// which order.
var countries = []struct{ name, zones string }{
	{"India", "Asia/Kolkata"},
	{"the US", "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage Pacific/Honolulu America/Puerto_Rico"},
	{"the UK", "Europe/London"},
	{"the UAE", "Asia/Dubai"},
	{"the Philippines", "Asia/Manila"},
	{"Singapore", "Asia/Singapore"},
	{"Sri Lanka", "Asia/Colombo"},
	{"Bangladesh", "Asia/Dhaka"},
	{"Nepal", "Asia/Kathmandu"},
	{"Pakistan", "Asia/Karachi"},
	{"Saudi Arabia", "Asia/Riyadh"},
	{"South Africa", "Africa/Johannesburg"},
	{"Australia", "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Adelaide Australia/Darwin Australia/Perth Australia/Lord_Howe Australia/Eucla"},
	{"Canada", "America/Toronto America/Winnipeg America/Edmonton America/Vancouver America/Halifax America/St_Johns"},
	{"Ireland", "Europe/Dublin"},
	{"Germany", "Europe/Berlin"},
	{"France", "Europe/Paris"},
	{"Spain", "Europe/Madrid Atlantic/Canary"},
	{"Italy", "Europe/Rome"},
	{"the Netherlands", "Europe/Amsterdam"},
	{"Poland", "Europe/Warsaw"},
	{"Portugal", "Europe/Lisbon Atlantic/Azores"},
	{"Greece", "Europe/Athens"},
	{"Romania", "Europe/Bucharest"},
	{"Finland", "Europe/Helsinki"},
	{"Ukraine", "Europe/Kyiv"},
	{"Turkey", "Europe/Istanbul"},
	{"Russia", "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Asia/Vladivostok"},
	{"Israel", "Asia/Jerusalem"},
	{"Egypt", "Africa/Cairo"},
	{"Kenya", "Africa/Nairobi"},
	{"Nigeria", "Africa/Lagos"},
	{"Ghana", "Africa/Accra"},
	{"Mauritius", "Indian/Mauritius"},
	{"the Maldives", "Indian/Maldives"},
	{"Iran", "Asia/Tehran"},
	{"Afghanistan", "Asia/Kabul"},
	{"Uzbekistan", "Asia/Tashkent"},
	{"Myanmar", "Asia/Yangon"},
	{"Thailand", "Asia/Bangkok"},
	{"Vietnam", "Asia/Ho_Chi_Minh"},
	{"Indonesia", "Asia/Jakarta Asia/Makassar"},
	{"Malaysia", "Asia/Kuala_Lumpur"},
	{"Hong Kong", "Asia/Hong_Kong"},
	{"China", "Asia/Shanghai"},
	{"Japan", "Asia/Tokyo"},
	{"South Korea", "Asia/Seoul"},
	{"New Zealand", "Pacific/Auckland Pacific/Chatham"},
	{"Fiji", "Pacific/Fiji"},
	{"Mexico", "America/Mexico_City"},
	{"Jamaica", "America/Jamaica"},
	{"Panama", "America/Panama"},
	{"Colombia", "America/Bogota"},
	{"Chile", "America/Santiago"},
	{"Brazil", "America/Sao_Paulo America/Noronha"},
	{"Argentina", "America/Argentina/Buenos_Aires"},
	{"French Polynesia", "Pacific/Marquesas"},
	{"Samoa", "Pacific/Apia Pacific/Pago_Pago"},
	{"Kiribati", "Pacific/Kiritimati"},
}

// Country returns the country of a zone, as in the sentence "in the UK"; empty when it is
// not known.
func Country(zone string) string {
	for _, c := range countries {
		if slices.Contains(strings.Fields(c.zones), zone) {
			return c.name
		}
	}
	return ""
}

// Nearest sorts zones: first those that are one of near or lie in the same country as one,
// in the order of near. The others follow in their order.
func Nearest(zones []string, near ...string) []string {
	var order []string
	for _, n := range near {
		if home, err := FindZone(n); err == nil {
			order = append(order, home, Country(home))
		}
	}
	rank := func(zone string) int {
		for i, o := range order {
			if o == zone || o != "" && o == Country(zone) {
				return i
			}
		}
		return len(order)
	}
	zones = slices.Clone(zones)
	slices.SortStableFunc(zones, func(a, b string) int { return rank(a) - rank(b) })
	return zones
}

var offsetForm = regexp.MustCompile(`^(utc|gmt)? ?([+-]|\x{2212}|\x{2013})? ?(\d{1,2})(?:[:.]?(\d{2})|\.(5))?(?: ?(?:h|hrs?|hours?))?$`)

// zonesForOffset returns the zones with an offset written as utc+2, gmt +5:30, +0530 or -8:
// first those that have it all year. Offset zero is UTC itself. The result is false when
// said is no offset.
func zonesForOffset(said string) (zones []string, ok bool) {
	m := offsetForm.FindStringSubmatch(said)
	if m == nil || m[1]+m[2] == "" {
		return nil, false
	}
	hours, _ := strconv.Atoi(m[3])   // two digits
	minutes, _ := strconv.Atoi(m[4]) // two digits or empty
	if m[5] != "" {
		minutes = 30
	}
	offset := hours*60 + minutes
	if m[2] != "" && m[2] != "+" {
		offset = -offset
	}
	if offset == 0 {
		return []string{"UTC"}, true
	}
	return zonesByOffset()[offset], true
}

// zonesByOffset maps minutes ahead of UTC to the zones of countries, as of the year 2026:
// later changes of law are not known.
var zonesByOffset = sync.OnceValue(func() map[int][]string {
	always, half := map[int][]string{}, map[int][]string{}
	for _, c := range countries {
		for name := range strings.FieldsSeq(c.zones) {
			zone, err := loadZone(name)
			if err != nil {
				continue // the machine has an older zone database
			}
			_, winter := time.Date(2026, 1, 15, 12, 0, 0, 0, zone).Zone()
			_, summer := time.Date(2026, 7, 15, 12, 0, 0, 0, zone).Zone()
			if winter == summer {
				always[winter/60] = append(always[winter/60], name)
				continue
			}
			half[winter/60], half[summer/60] = append(half[winter/60], name), append(half[summer/60], name)
		}
	}
	for offset, zones := range half {
		always[offset] = append(always[offset], zones...)
	}
	return always
})
