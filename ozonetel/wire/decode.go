package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

const (
	maxDepth = 16 // of JSON in an answer; documented answers have 3
	maxTries = 16 // places after a warning where JSON may begin
)

var (
	errDeep     = errors.New("nested too deeply")
	errTrailing = errors.New("more than one value")
)

// object is a JSON object whose keys are compared without case and surrounding spaces. Its
// values are nil, bool, string, json.Number, []any and *object.
type object struct {
	fields      map[string]any
	conflicting map[string]bool // keys given twice with different values: not to be relied on
}

func (o *object) has(key string) bool { _, ok := o.fields[key]; return ok }

// text returns a string or a number as text, and "" for anything else.
func (o *object) text(key string) string {
	switch v := o.fields[key].(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	default:
		return ""
	}
}

// succeeded reports whether the status word means success (ozonetel.md §1A.5).
func (o *object) succeeded() bool {
	if o.conflicting["status"] {
		return false
	}
	if b, ok := o.fields["status"].(bool); ok {
		return b
	}
	switch strings.ToLower(o.text("status")) {
	case "success", "true", "1":
		return true
	default:
		return false
	}
}

// message returns what the upstream says about itself: the message, and where there is
// none what some endpoints say in its place (ozonetel.md §2B).
func (o *object) message() string {
	if o.conflicting["message"] {
		return ""
	}
	for _, key := range []string{"message", "error", "details", "data", "status"} {
		s, ok := o.fields[key].(string)
		if ok && strings.TrimSpace(s) != "" && (key != "message" || !strings.EqualFold(s, "success")) {
			return s
		}
	}
	return ""
}

// token returns the token, at the top or one level down.
func (o *object) token() string {
	if s := o.text("token"); s != "" && !o.conflicting["token"] {
		return s
	}
	for _, key := range payloadKeys {
		if in, ok := o.fields[key].(*object); ok && !in.conflicting["token"] {
			if s := in.text("token"); s != "" {
				return s
			}
		}
	}
	return ""
}

// findObject finds the one JSON object an answer is, through what real servers put around
// it: a byte order mark, PHP warnings before it, a comment after it, an array of one, JSON
// inside a string, quotes doubled.
func findObject(body []byte) (*object, bool) {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n\x00")
	if len(body) == 0 || len(body) > maxAnswer {
		return nil, false
	}
	if v, err := parse(body); err == nil {
		return unwrap(v, 0)
	}
	switch body[0] {
	case '{', '[', '"':
		return parseDoubledQuotes(body)
	}
	for i, tries := 0, 0; tries < maxTries; tries++ {
		n := bytes.IndexByte(body[i:], '{')
		if n < 0 {
			break
		}
		if v, err := parse(body[i+n:]); err == nil {
			if o, ok := v.(*object); ok && (o.has("status") || o.has("token")) {
				return o, true
			}
		}
		i += n + 1
	}
	return nil, false
}

// parseDoubledQuotes reads an object whose every quote is doubled, as the documentation's tables
// print them, perhaps with one more pair around it.
func parseDoubledQuotes(body []byte) (*object, bool) {
	if !bytes.Contains(body, []byte(`""`)) {
		return nil, false
	}
	v, err := parse(bytes.ReplaceAll(bytes.Trim(body, `"`), []byte(`""`), []byte(`"`)))
	if err != nil {
		return nil, false
	}
	o, ok := v.(*object)
	return o, ok
}

// unwrap looks for the object inside an array of one or a string of JSON.
func unwrap(v any, depth int) (*object, bool) {
	if depth > 3 {
		return nil, false
	}
	switch v := v.(type) {
	case *object:
		return v, true
	case []any:
		if len(v) == 1 {
			return unwrap(v[0], depth+1)
		}
	case string:
		if in, ok := parseNested(v); ok {
			return unwrap(in, depth+1)
		}
	}
	return nil, false
}

// parseNested reads JSON that is inside a string.
func parseNested(s string) (any, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[0] != '{' && s[0] != '[' {
		return nil, false
	}
	v, err := parse([]byte(s))
	return v, err == nil
}

// parse reads one JSON value. After it only markup may follow, never more JSON.
func parse(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // ids have 17 digits
	v, err := value(dec, 0)
	if err != nil {
		return nil, err
	}
	rest := bytes.TrimLeft(data[dec.InputOffset():], " \t\r\n\x00")
	if len(rest) > 0 && rest[0] != '<' {
		return nil, errTrailing
	}
	return v, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := tok.(json.Delim)
	switch {
	case !ok:
		return tok, nil
	case depth >= maxDepth:
		return nil, errDeep
	case delim == '[':
		return array(dec, depth)
	case delim == '{':
		return fields(dec, depth)
	default:
		return nil, io.ErrUnexpectedEOF
	}
}

func array(dec *json.Decoder, depth int) (any, error) {
	out := []any{}
	for dec.More() {
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := dec.Token()
	return out, err
}

func fields(dec *json.Decoder, depth int) (any, error) {
	o := &object{fields: make(map[string]any, 4)}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := tok.(string)
		if !ok {
			return nil, io.ErrUnexpectedEOF
		}
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		key = strings.ToLower(strings.TrimSpace(key))
		if old, twice := o.fields[key]; twice && !reflect.DeepEqual(old, v) {
			if o.conflicting == nil {
				o.conflicting = make(map[string]bool)
			}
			o.conflicting[key] = true
		}
		o.fields[key] = v
	}
	_, err := dec.Token()
	return o, err
}

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
