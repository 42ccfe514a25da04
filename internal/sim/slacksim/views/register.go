// Package views is the windows and Home tabs of one workspace: modals in their stacks, what people fill into them, and what of
// an app's wishes Slack refuses (slack.md §3, §4.6). It has no lock: whoever holds a Register guards it.
package views

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// mostStacked is how many views a modal holds (slack.md §3).
const mostStacked = 3

// Register holds every view that is open. Make it with [New].
type Register struct {
	byID   map[string]*View
	stacks map[string][]*View // of a person, the one on their screen last
	homes  map[string]*View   // by person
	serial int
}

// New returns a register of nothing.
func New() *Register {
	return &Register{byID: map[string]*View{}, stacks: map[string][]*View{}, homes: map[string]*View{}}
}

// Get returns an open view by its id; nil if there is none.
func (r *Register) Get(id string) *View { return r.byID[id] }

// Home returns a person's Home tab; nil if none was published.
func (r *Register) Home(user string) *View { return r.homes[user] }

// Top returns the modal on a person's screen; nil if there is none.
func (r *Register) Top(user string) *View {
	if s := r.stacks[user]; len(s) > 0 {
		return s[len(s)-1]
	}
	return nil
}

// head is what a view says of itself.
type head struct {
	Type       string `json:"type"`
	ExternalID string `json:"external_id"`
}

// refusal is why Slack does not take a body of a kind into v, which is nil for a new view: an error word, or "" (Slack: views.open,
// views.update).
func (r *Register) refusal(v *View, kind string, body []byte) string {
	var h head
	_ = json.Unmarshal(body, &h) // it passed blockkit.ValidateView
	if h.Type != kind {
		return "invalid_arguments the view is not of type " + kind
	}
	if utf8.RuneCountInString(h.ExternalID) > 255 {
		return "invalid_arguments external_id has over 255 characters"
	}
	if other := r.external(h.ExternalID); other != nil && other != v {
		return "duplicate_external_id"
	}
	return ""
}

// external returns the open view with an external_id.
func (r *Register) external(id string) *View {
	for _, v := range r.byID {
		if id != "" && v.Text("external_id") == id {
			return v
		}
	}
	return nil
}

// add makes a view of body.
func (r *Register) add(v *View, body []byte) *View {
	r.serial++
	v.ID = fmt.Sprintf("V%07d", r.serial)
	if v.root == "" {
		v.root = v.ID
	}
	v.write(body)
	r.byID[v.ID] = v
	return v
}

// Open shows a person a new modal, over one that is open, which is gone then: Slack says nothing of two. channel is where the
// person is.
func (r *Register) Open(user, channel string, body []byte) (*View, string) {
	if bad := r.refusal(nil, "modal", body); bad != "" {
		return nil, bad
	}
	r.Clear(user)
	v := r.add(&View{User: user, channel: channel}, body)
	v.startHere()
	r.stacks[user] = []*View{v}
	return v, ""
}

// Push shows a person a new view over on, which is in a modal of theirs.
func (r *Register) Push(on *View, body []byte) (*View, string) {
	if bad := r.refusal(nil, "modal", body); bad != "" {
		return nil, bad
	}
	if len(r.stacks[on.User]) >= mostStacked {
		return nil, "push_limit_reached"
	}
	v := r.add(&View{User: on.User, channel: on.channel, root: on.root, previous: on.ID}, body)
	v.startHere()
	r.stacks[on.User] = append(r.stacks[on.User], v)
	return v, ""
}

// Find returns the view with an id or an external_id; it wants exactly one of them (Slack: views.update).
func (r *Register) Find(id, externalID string) (*View, string) {
	if (id == "") == (externalID == "") {
		return nil, "invalid_arguments exactly one of view_id and external_id is wanted"
	}
	v := r.byID[id]
	if externalID != "" {
		v = r.external(externalID)
	}
	if v == nil {
		return nil, "not_found"
	}
	return v, ""
}

// Update puts new content into v. hash is nil where the app sent none: anything but the newest is a conflict, an empty one too
// (slack.md §4.6).
func (r *Register) Update(v *View, hash *string, body []byte) string {
	kind := "modal"
	if v.Home {
		kind = "home"
	}
	if hash != nil && *hash != v.Hash {
		return "hash_conflict"
	}
	if bad := r.refusal(v, kind, body); bad != "" {
		return bad
	}
	v.write(body)
	return ""
}

// Publish sets a person's Home tab. With a hash there has to be one (slack.md §4.6).
func (r *Register) Publish(user string, hash *string, body []byte) (*View, string) {
	if v := r.homes[user]; v != nil {
		return v, r.Update(v, hash, body)
	}
	if hash != nil {
		return nil, "hash_conflict"
	}
	if bad := r.refusal(nil, "home", body); bad != "" {
		return nil, bad
	}
	r.homes[user] = r.add(&View{User: user, Home: true, channel: "D" + user}, body)
	return r.homes[user], ""
}

// Close takes v off its person's screen, and what is above it.
func (r *Register) Close(v *View) {
	s := r.stacks[v.User]
	i := slices.Index(s, v)
	if i < 0 {
		return
	}
	for _, gone := range s[i:] {
		delete(r.byID, gone.ID)
	}
	r.stacks[v.User] = s[:i]
}

// Clear closes all modals of a person.
func (r *Register) Clear(user string) {
	if s := r.stacks[user]; len(s) > 0 {
		r.Close(s[0])
	}
}

// IsTop reports whether v can be used: it is on its person's screen.
func (r *Register) IsTop(v *View) bool {
	return v.Home && r.homes[v.User] == v || !v.Home && r.Top(v.User) == v
}

// startHere puts the conversation in which v was opened into the selects that ask for it (Slack: default_to_current_conversation,
// to which an initial_conversation is preferred).
func (v *View) startHere() {
	for _, f := range fieldsOf(v.content) {
		if f.element["default_to_current_conversation"] == true && len(v.values[f.key()]) == 0 && v.channel != "" {
			v.values[f.key()] = []Option{{Label: v.channel, Value: v.channel}}
		}
	}
}
