package views

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// View is a modal or a Home tab as it stands, with what a person has filled in.
type View struct {
	ID   string
	User string // whose it is
	Home bool   // a Home tab; else a modal
	Hash string // changes with every change of the app's
	// Body is what the app wrote, with the ids that Slack gives to blocks and elements without one.
	Body json.RawMessage
	// Trouble is what Slack itself says in it, such as that the app did not answer; empty: nothing.
	Trouble string
	// Sending is true from a submission until its answer; nothing can be done meanwhile.
	Sending bool

	channel        string // in which it was opened
	root, previous string // of its stack
	content        map[string]any
	values         map[string][]Option // by Field.key; none for what is empty and untouched
	suggested      map[string][]Option // by Field.key
	errors         map[string]string   // by block_id
}

// write puts new content into v. What is filled in stays in the input whose block_id, action_id and type are the same, and an
// initial value is for what is empty and untouched (Slack: preserving input entry in views; bolt-python #1064, where a new
// initial_value does not take the place of an old one). What was wrong is forgotten.
func (v *View) write(body []byte) {
	v.content = map[string]any{}
	_ = json.Unmarshal(body, &v.content) // it passed blockkit.ValidateView
	giveIDs(v.content)
	v.Body, _ = json.Marshal(v.content) // it came from JSON
	v.Hash = fmt.Sprintf("%d.%s", time.Now().Unix(), strings.ToLower(rand.Text()[:8]))
	v.errors, v.Trouble = nil, ""
	before := v.values
	v.values = map[string][]Option{}
	for _, f := range fieldsOf(v.content) {
		kept, known := before[f.key()]
		if !known || !f.offers(kept) {
			kept = f.initial()
		}
		if known || len(kept) > 0 {
			v.values[f.key()] = kept
		}
	}
}

// offers reports whether all of what was chosen can still be chosen in f. Slack says nothing of options that are gone.
func (f Field) offers(chosen []Option) bool {
	return f.Options == nil || !slices.ContainsFunc(chosen, func(o Option) bool { return !slices.Contains(f.Options, o) })
}

// Fields returns what is to be filled in, as it stands, in reading order.
func (v *View) Fields() []Field {
	out := fieldsOf(v.content)
	for i := range out {
		f := &out[i]
		f.Value, f.Error = slices.Clone(v.values[f.key()]), v.errors[f.BlockID]
		if f.IsExternal() {
			f.Options = slices.Clone(v.suggested[f.key()])
		}
	}
	return out
}

// Field finds a field by its block_id and action_id with a slash between, its block_id, its action_id or its label, in this order.
func (v *View) Field(name string) (Field, bool) {
	all := v.Fields()
	for _, is := range []func(Field) bool{
		func(f Field) bool { return f.BlockID+"/"+f.ActionID == name },
		func(f Field) bool { return f.BlockID == name },
		func(f Field) bool { return f.ActionID == name },
		func(f Field) bool { return strings.EqualFold(f.Label, name) },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], true
		}
	}
	return Field{}, false
}

// Text is a text of the view itself: title, submit or close; empty without one.
func (v *View) Text(part string) string { return textOf(v.content[part]) }

// Flag is a switch of the view itself, such as clear_on_close.
func (v *View) Flag(name string) bool { return v.content[name] == true }

// Channel is the conversation in which v was opened; of a Home tab that with the app.
func (v *View) Channel() string { return v.channel }

// Metadata is the view's private_metadata.
func (v *View) Metadata() string { return textOf(v.content["private_metadata"]) }

// Blocks are the view's blocks.
func (v *View) Blocks() json.RawMessage {
	out, _ := json.Marshal(v.content["blocks"]) // it came from JSON
	return out
}

// JSON is v as methods answer it and payloads carry it, with what is filled in (Slack: view object; examples of views.open).
func (v *View) JSON() map[string]any {
	out := map[string]any{
		"title": nil, "submit": nil, "close": nil, "private_metadata": "", "callback_id": "", "external_id": "",
		"clear_on_close": false, "notify_on_close": false,
	}
	maps.Copy(out, v.content)
	out["id"], out["hash"], out["root_view_id"], out["previous_view_id"] = v.ID, v.Hash, v.root, any(nil)
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	values := map[string]map[string]any{}
	for _, f := range v.Fields() {
		if f.KeepsNothing() {
			continue
		}
		if values[f.BlockID] == nil {
			values[f.BlockID] = map[string]any{}
		}
		values[f.BlockID][f.ActionID] = f.action()
	}
	out["state"] = map[string]any{"values": values}
	return out
}

// Action is what changed, as an entry of a payload's actions says it.
func (f Field) Action(at string) map[string]any {
	out := f.action()
	out["block_id"], out["action_id"], out["action_ts"] = f.BlockID, f.ActionID, at
	if f.Placeholder != "" {
		out["placeholder"] = f.element["placeholder"]
	}
	return out
}
