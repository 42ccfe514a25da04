package wire

import (
	"regexp"
	"slices"
	"strings"
)

// payloadKeys are where an answer carries its rows (ozonetel.md §1A.6).
var payloadKeys = []string{"message", "details", "data"}

// textForm is a field of a row that is written as text.
var textForm = regexp.MustCompile(`(?i)["']?\b(AHT|AgentID|AgentName|CampaignID|CampaignName)\b["']?\s*[:=]\s*["']?([^"',;}]*)`)

// payload is what an answer holds besides its status.
type payload struct {
	keys  []string // one of them makes an object a row
	rows  []*object
	empty bool // there was a list, with nothing in it
}

func (p *payload) gather(v any, depth int) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case *object:
		if slices.ContainsFunc(p.keys, v.has) {
			p.rows = append(p.rows, v)
			return
		}
		for _, key := range payloadKeys {
			p.gather(v.fields[key], depth+1)
		}
	case []any:
		p.empty = p.empty || len(v) == 0
		for _, in := range v {
			p.gather(in, depth+1)
		}
	case string:
		if in, ok := parseNested(v); ok {
			p.gather(in, depth+1)
		} else if row := textRow(v); row != nil {
			p.rows = append(p.rows, row)
		}
	}
}

// textRow reads a payload given as plain text: a bare duration, or `AHT: 00:02:37` with or
// without names beside it.
func textRow(s string) *object {
	s = strings.TrimSpace(s)
	if clockForm.MatchString(s) {
		return &object{fields: map[string]any{"aht": s}}
	}
	if len(s) > 4<<10 {
		return nil
	}
	row := &object{fields: make(map[string]any), conflicting: make(map[string]bool)}
	for _, m := range textForm.FindAllStringSubmatch(s, 10) {
		key, val := strings.ToLower(m[1]), strings.TrimSpace(m[2])
		row.conflicting[key] = row.has(key) && row.fields[key] != val
		row.fields[key] = val
	}
	if !row.has("aht") {
		return nil
	}
	return row
}
