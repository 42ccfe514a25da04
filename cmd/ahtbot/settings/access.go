package settings

import (
	"regexp"
	"slices"
	"strings"

	"ahtbot/commands/request"
)

// access is who may see what, by ADMINS, AGENT_READERS and OWN_FIGURE.
func (f *faults) access(admins, readers, ownFigure string) request.Access {
	a := request.Access{Admins: f.ids("ADMINS", admins)}
	switch word := strings.ToLower(strings.TrimSpace(ownFigure)); word {
	case "on":
	case "off":
		a.NotOwn = true
	default:
		f.add("OWN_FIGURE", "%q is none: use on or off", ownFigure)
	}
	switch word := strings.ToLower(strings.TrimSpace(readers)); word {
	case "everyone":
	case "admins":
		a.Restricted = true
		if len(a.Admins) == 0 {
			f.add("AGENT_READERS", "is admins, but ADMINS names nobody: list their Slack ids in ADMINS")
		}
	default:
		a.Restricted, a.Readers = true, f.ids("AGENT_READERS", readers)
		if len(a.Readers) == 0 {
			f.add("AGENT_READERS", "names nobody: use everyone, admins, or a list of Slack ids")
		}
	}
	return a
}

var slackID = regexp.MustCompile(`^[UWS][A-Z0-9]{1,30}$`)

// ids splits a list of Slack ids of people (U…, W…) and user groups (S…).
func (f *faults) ids(name, list string) []string {
	var out []string
	for _, id := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if !slackID.MatchString(id) {
			f.add(name, "%q is no Slack id: open the person's profile, ⋮, Copy member ID (U…); a user group's id begins with S", id)
			continue
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
