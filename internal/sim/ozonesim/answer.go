package ozonesim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ahtbot/internal/sim/ozonesim/quirk"
)

const (
	jsonType = "application/json"
	htmlType = "text/html; charset=UTF-8"
)

// pair is one key of a JSON object, and object keeps their order: the wire has one.
type pair struct {
	key   string
	value any
}

type object []pair

// MarshalJSON keeps the order of the keys, which are our own and plain.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, p := range o {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := json.Marshal(p.value)
		if err != nil {
			return nil, err
		}
		b = append(append(strconv.AppendQuote(b, p.key), ':'), value...)
	}
	return append(b, '}'), nil
}

// jsonOf writes a body: strings, numbers, booleans, nulls and raw messages only.
func jsonOf(o object) []byte {
	b, _ := json.Marshal(o)
	return b
}

// answer is what the account says, before quirks of spelling.
type answer struct {
	status int // HTTP
	body   object
	class  class
}

// class is what an answer is about, which decides the quirks that reach it.
type class uint8

const (
	success class = iota
	failure       // of the request or of credentials
	limited       // the allowance is used up
)

func succeeded(body object) answer { return answer{http.StatusOK, body, success} }

// failed is an error of the request (§3.1): HTTP 200.
func failed(text string) answer {
	return answer{http.StatusOK, object{{"status", "error"}, {"message", text}}, failure}
}

// denied is an error of credentials (§1B): HTTP 401.
func denied(text string) answer {
	return answer{http.StatusUnauthorized, object{{"status", "false"}, {"message", text}, {"data", nil}}, failure}
}

// unreadable is §1B's answer to a body that is not JSON; the HTTP code is unknown.
func unreadable() answer {
	return answer{http.StatusOK, object{{"status", "false"}, {"message", "Invalid Json Pass Valid Json"}}, failure}
}

func overLimit(text string) answer {
	return answer{http.StatusTooManyRequests, object{{"status", "error"}, {"message", text}}, limited}
}

// send spells the answer as the quirks want it, and writes it.
func (q *question) send(a answer) {
	contentType := jsonType
	if a.class == limited {
		switch q.quirks.first(quirk.Limit200, quirk.Limit429Empty, quirk.LimitHTML) {
		case quirk.Limit200:
			a.status = http.StatusOK
		case quirk.Limit429Empty:
			q.w.WriteHeader(a.status)
			return
		case quirk.LimitHTML:
			q.page(a.status, htmlType, "<html><body><h1>429 Too Many Requests</h1></body></html>\n")
			return
		}
	}
	a.body = slices.Clone(a.body) // some bodies are shared
	q.statusQuirks(&a)
	if q.quirks.has(quirk.TextVariants) {
		q.textQuirks(&a)
	}
	b := jsonOf(a.body)
	if q.quirks.has(quirk.TextVariants) {
		b, contentType = q.byteQuirks(b, contentType)
	}
	q.w.Header().Set("Content-Type", contentType)
	if q.quirks.has(quirk.TruncatedJSON) {
		if q.quirks.form(quirk.TruncatedJSON) == "cut" {
			q.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		}
		b = b[:len(b)/2]
	}
	q.w.WriteHeader(a.status)
	_, _ = q.w.Write(b)
}

// page is an answer of the web server rather than of the account.
func (q *question) page(status int, contentType, text string) {
	q.w.Header().Set("Content-Type", contentType)
	q.w.WriteHeader(status)
	_, _ = q.w.Write([]byte(text))
}

func (q *question) plainStatus(status int) {
	q.page(status, "text/plain", http.StatusText(status)+"\n")
}

// statusQuirks is §1C rows 5 to 7.
func (q *question) statusQuirks(a *answer) {
	if a.class == success && q.quirks.has(quirk.StatusCase) {
		a.body.set("status", literal(q.quirks.form(quirk.StatusCase)))
	}
	if a.class == success {
		return
	}
	if q.quirks.has(quirk.FailWords) {
		switch form := q.quirks.form(quirk.FailWords); form {
		case "text":
			a.body = object{{"status", a.body.get("message")}}
		case "no-message":
			a.body = object{{"status", a.body.get("status")}}
		default:
			a.body.set("status", literal(form))
		}
	}
	code := q.quirks.first(quirk.Errors200, quirk.Errors400, quirk.Errors401)
	if a.class == failure && code != "" {
		a.status, _ = strconv.Atoi(strings.TrimPrefix(string(code), "errors-"))
	}
}

// literal reads a form: JSON where it is JSON, and a bare word otherwise.
func literal(form string) any {
	if json.Valid([]byte(form)) {
		return json.RawMessage(form)
	}
	return form
}

// textQuirks is the part of §1C row 20 that changes a text.
func (q *question) textQuirks(a *answer) {
	text, ok := a.body.get("message").(string)
	if !ok {
		return
	}
	switch q.quirks.form(quirk.TextVariants) {
	case "max-limit":
		text = strings.Replace(text, "max limit", "Max limit", 1)
	case "be-newline":
		text = strings.Replace(text, "be empty", "be\nempty", 1)
	case "be-joined":
		text = strings.Replace(text, "be empty", "beempty", 1)
	}
	a.body.set("message", text)
}

// byteQuirks is the part of §1C row 20 around the JSON.
func (q *question) byteQuirks(b []byte, contentType string) ([]byte, string) {
	switch q.quirks.form(quirk.TextVariants) {
	case "doubled-quotes":
		return bytes.ReplaceAll(b, []byte(`"`), []byte(`""`)), contentType
	case "text-html":
		return b, htmlType
	case "bom":
		return append([]byte("\ufeff"), b...), contentType
	case "php-warning":
		warning := "<br />\n<b>Warning</b>:  Undefined index: mode in <b>AHT.php</b> on line <b>12</b><br />\n"
		return append([]byte(warning), b...), htmlType
	}
	return b, contentType
}

func (o object) get(key string) any {
	for _, p := range o {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

func (o object) set(key string, value any) {
	for i := range o {
		if o[i].key == key {
			o[i].value = value
		}
	}
}
