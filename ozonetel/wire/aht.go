package wire

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// maxMean is the longest mean believed. The window is two hours, but a call that ended in
// it may have begun long before.
const maxMean = 1000 * time.Hour

var (
	clockForm  = regexp.MustCompile(`^(?:(\d{1,6}):)?(\d{1,6}):([0-5]?\d)(?:\.\d+)?$`)
	secondForm = regexp.MustCompile(`^\d{1,9}(?:\.\d+)?$`)
)

// AHTCall is the request about t (ozonetel.md §3.1).
func (u *Upstream) AHTCall(t aht.Target) Call {
	body := map[string]string{"userName": u.Username}
	if t.Kind() == aht.KindAgent {
		body["agentId"] = t.Name()
	} else {
		body["campaignName"] = t.Name()
	}
	return u.call(fault.OpAHT, u.Method, "aht", body, t)
}

// ClassifyAHT turns an answer about t into a mean, zero for no calls, or an error.
func (u *Upstream) ClassifyAHT(t aht.Target, ans Answer) (time.Duration, *fault.Error) {
	return classify(u, fault.OpAHT, t, ans, func(o *object) (time.Duration, fault.Reason) { return parseMean(o, t) })
}

// parseMean returns t's mean from a successful answer, zero for no calls, or why there is
// none.
func parseMean(o *object, t aht.Target) (time.Duration, fault.Reason) {
	p := payload{keys: rowKeys}
	p.gather(o, 0)
	switch row, reason := p.choose(t); {
	case reason != "":
		return 0, reason
	case row == nil:
		return 0, "" // an empty list
	case row.conflicting["aht"]:
		return 0, fault.NoFigure
	default:
		mean, ok := parseDuration(row.fields["aht"])
		if !ok {
			return 0, fault.NoFigure
		}
		return mean, ""
	}
}

var rowKeys = []string{"aht", "agentid", "agentname", "campaignid", "campaignname"}

// choose picks the row that answers for t. A row that names t wins. Without one, the only
// row with an AHT is taken if it names nobody else. Anything else is not passed off as t's.
// A nil row without a reason is an empty list.
func (p *payload) choose(t aht.Target) (*object, fault.Reason) {
	var ours, nameless []*object
	others := 0
	for _, row := range p.rows {
		switch ownerOf(row, t) {
		case ownerAsked:
			ours = append(ours, row)
		case ownerOther:
			others++
		case ownerUnknown:
			nameless = append(nameless, row)
		}
	}
	switch {
	case len(ours) == 1 && (ours[0].has("aht") || len(nameless) == 0):
		return ours[0], ""
	case len(ours) > 0:
		return onlyAHT(append(ours, nameless...))
	case others > 0:
		return nil, fault.OtherTarget
	case len(nameless) > 0:
		return onlyAHT(nameless)
	case p.empty:
		return nil, ""
	default:
		return nil, fault.NoFigure
	}
}

// onlyAHT returns the row with an AHT if there is exactly one, and the only row if none
// has one and there is just one.
func onlyAHT(rows []*object) (*object, fault.Reason) {
	switch with := slices.DeleteFunc(slices.Clone(rows), func(row *object) bool { return !row.has("aht") }); {
	case len(with) == 1:
		return with[0], ""
	case len(with) == 0 && len(rows) == 1:
		return rows[0], ""
	default:
		return nil, fault.NoFigure
	}
}

type owner uint8

const (
	ownerUnknown owner = iota
	ownerAsked
	ownerOther
)

// ownerOf says whom a row is about. Only what can be compared counts: an agent's display
// name, and an all-digit id of the upstream's own beside a name of ours, tell nothing.
func ownerOf(row *object, t aht.Target) owner {
	id, name := row.text("agentid"), row.text("agentname")
	otherID, otherName := row.text("campaignid"), row.text("campaignname")
	agent := t.Kind() == aht.KindAgent
	if !agent {
		id, name, otherID, otherName = otherID, otherName, id, name
	}
	switch {
	case row.conflicting["agentid"] || row.conflicting["agentname"] || row.conflicting["campaignid"] || row.conflicting["campaignname"]:
		return ownerOther
	case sameName(id, t.Name()) || sameName(name, t.Name()):
		return ownerAsked
	case agent && id != "" && (!allDigits(id) || allDigits(t.Name())):
		return ownerOther
	case !agent && name != "":
		return ownerOther
	case id == "" && name == "" && (otherID != "" || otherName != ""):
		return ownerOther
	default:
		return ownerUnknown
	}
}

// sameName compares names as the upstream may write them back.
func sameName(a, b string) bool {
	if a == "" {
		return false
	}
	tidy := func(s string) string { return strings.Join(strings.Fields(html.UnescapeString(s)), " ") }
	return strings.EqualFold(a, b) || strings.EqualFold(tidy(a), tidy(b))
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// parseDuration reads an AHT: HH:MM:SS with any number of hours, MM:SS, or seconds, as text or as
// a number. Nothing, null and zero are zero: no calls (ozonetel.md §1A.7).
func parseDuration(v any) (time.Duration, bool) {
	var s string
	switch v := v.(type) {
	case nil:
		return 0, true
	case string:
		s = strings.TrimSpace(v)
	case json.Number:
		s = v.String()
	default:
		return 0, false
	}
	switch strings.ToLower(s) {
	case "", "null", "n/a", "na", "-", "--":
		return 0, true
	}
	seconds := 0.0
	if m := clockForm.FindStringSubmatch(s); m != nil {
		for _, part := range m[1:] {
			n, _ := strconv.Atoi(part) // digits only, or empty for no hours
			seconds = seconds*60 + float64(n)
		}
	} else if secondForm.MatchString(s) {
		seconds, _ = strconv.ParseFloat(s, 64)
	} else {
		return 0, false
	}
	if seconds > maxMean.Seconds() {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second), true
}
