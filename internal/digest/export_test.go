package digest

import "strings"

// NamedZones are all zones that an error or a country names.
func NamedZones() map[string]bool {
	all := map[string]bool{}
	for _, zones := range abbreviations {
		for _, z := range zones {
			all[z] = true
		}
	}
	for _, c := range countries {
		for z := range strings.FieldsSeq(c.zones) {
			all[z] = true
		}
	}
	return all
}
