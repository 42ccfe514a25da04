package wirelog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Kind is what went over a wire.
type Kind string

// The kinds there are.
const (
	Envelope        Kind = "envelope"        // from Slack to the app, to be acknowledged
	Acknowledgement Kind = "acknowledgement" // what the app says to one
	Socket          Kind = "socket"          // a connection opened, and what is said of it: hello, disconnect
	Call            Kind = "call"            // of the Web API
	ResponseURL     Kind = "response_url"    // an answer posted to one
	Upstream        Kind = "upstream"        // a request to Ozonetel
)

// Entry is one thing that went over a wire. No secret is in it.
type Entry struct {
	ID      int64     `json:"id"` // in the order they came, from 1
	At      time.Time `json:"at"`
	Kind    Kind      `json:"kind"`
	What    string    `json:"what"` // in a line
	FromApp bool      `json:"from_app"`
	Conn    int       `json:"connection,omitempty"` // of Socket Mode, from 1
	Of      int64     `json:"of,omitempty"`         // of an acknowledgement: the envelope's ID
	Pending bool      `json:"pending,omitempty"`    // the answer, or the acknowledgement, is not there yet
	Took    float64   `json:"took_ms,omitempty"`    // milliseconds until that
	Status  int       `json:"status,omitempty"`     // of HTTP
	Trouble string    `json:"trouble,omitempty"`    // what went wrong; empty: nothing

	Headers       map[string]string `json:"headers,omitempty"`
	Body          json.RawMessage   `json:"body,omitempty"` // JSON as it went, a form as an object, anything else as text
	AnswerHeaders map[string]string `json:"answer_headers,omitempty"`
	Answer        json.RawMessage   `json:"answer,omitempty"`

	revision int64  // when it changed last
	envelope string // of an envelope: its id
}

// size is about how many bytes of memory an entry holds.
func (e *Entry) size() int { return 500 + len(e.What) + len(e.Body) + len(e.Answer) }

// Filter chooses entries. The zero Filter chooses all.
type Filter struct {
	Kinds []Kind // none: all
	Text  string // is somewhere in it, in any case
}

// matches reports whether the filter chooses e.
func (f Filter) matches(e Entry) bool {
	if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, e.Kind) {
		return false
	}
	text := strings.ToLower(f.Text)
	holds := func(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte(text)) }
	return text == "" || strings.Contains(strings.ToLower(e.What+" "+e.Trouble), text) || holds(e.Body) || holds(e.Answer)
}
