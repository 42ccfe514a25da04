package wirelog

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxShown is how many bytes of a body are kept.
const maxShown = 64 << 10

// shown is a body as it is kept: JSON as it went, a form as an object, anything else as a string; without secrets.
func (m masker) shown(contentType string, body []byte) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	text := string(body)
	if kind, _, _ := mime.ParseMediaType(contentType); kind == "application/x-www-form-urlencoded" {
		text = formAsJSON(text)
	}
	text = m.text(text)
	if len(text) > maxShown {
		cut := maxShown
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = fmt.Sprintf("%s… (%d bytes in all)", text[:cut], len(text))
	}
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	quoted, _ := json.Marshal(text) // a string always does
	return quoted
}

// formAsJSON writes a form as an object, in the order of its fields; a field that holds JSON is written as that.
func formAsJSON(form string) string {
	var out strings.Builder
	out.WriteByte('{')
	for i, pair := range strings.Split(form, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if i > 0 {
			out.WriteByte(',')
		}
		name, _ := json.Marshal(unescaped(key)) // a string always does
		out.Write(name)
		out.WriteByte(':')
		value = unescaped(value)
		if nested := strings.TrimLeft(value, " \n\r\t"); strings.HasPrefix(nested, "{") || strings.HasPrefix(nested, "[") {
			if json.Valid([]byte(nested)) {
				out.WriteString(nested)
				continue
			}
		}
		text, _ := json.Marshal(value) // a string always does
		out.Write(text)
	}
	out.WriteByte('}')
	return out.String()
}

// unescaped reads a part of a form; one that is no such thing stays as it is.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// worthShowing are the headers that say something about a request or an answer.
var worthShowing = []string{"Accept", "Apikey", "Authorization", "Content-Type", "Retry-After", "Upgrade", "User-Agent", "X-Oauth-Scopes"}

// headers are those worth showing, without secrets.
func (m masker) headers(h http.Header) map[string]string {
	kept := map[string]string{}
	for _, name := range worthShowing {
		value := h.Get(name)
		switch {
		case value == "":
			continue
		case name == "Apikey":
			value = m.mark(value)
		case name == "Authorization":
			kind, secret, spaced := strings.Cut(value, " ")
			if value = m.mark(value); spaced {
				value = kind + " " + m.mark(secret)
			}
		}
		kept[name] = m.text(value)
	}
	return kept
}
