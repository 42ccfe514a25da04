package form

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
)

// Version is of the forms as they are now. A form of another is refused, with what was filled in put into a new one.
const Version = 1

// Meta is what a View carries through Slack and back (Slack: private_metadata, at most 3,000 characters). Any process can
// serve a View by it: it holds no secret, and who presses is judged anew. Names of fields are never changed.
type Meta struct {
	Version int    `json:"v"`
	Once    string `json:"o,omitempty"` // names this form, so that submitting it twice makes one
	ID      int64  `json:"i,omitempty"` // of the alert or digest that is changed; 0: a new one
	Stands  int64  `json:"s,omitempty"` // its version when the form was filled; another means that somebody changed it
	Place   string `json:"p,omitempty"` // where the person stood: a channel or direct message; empty: Home, or nowhere
	Line    string `json:"l,omitempty"` // what was understood when it was opened, of which the fields were made
	Page    int    `json:"n,omitempty"` // of Home, from 0
}

// ErrVersion is a form of another version of ahtbot.
var ErrVersion = errors.New("form of another version")

// MostMeta is the longest Meta Slack carries, in characters (slack.md §3).
const MostMeta = 3000

// Begin returns a Meta for a new form, with a name of its own.
func Begin(place string) Meta {
	return Meta{Version: Version, Once: strings.ToLower(rand.Text()[:16]), Place: place}
}

// Encode writes m. A line too long to be carried is left out.
func (m Meta) Encode() string {
	b, _ := json.Marshal(m) // strings and integers only: cannot fail
	if len([]rune(string(b))) > MostMeta {
		m.Line = ""
		b, _ = json.Marshal(m)
	}
	return string(b)
}

// DecodeMeta reads what Encode wrote. The error is ErrVersion where another version wrote it, with as much as could be read.
func DecodeMeta(s string) (Meta, error) {
	var m Meta
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		return Meta{}, ErrVersion
	}
	if m.Version != Version {
		return m, ErrVersion
	}
	return m, nil
}
