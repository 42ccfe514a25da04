package views

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrNoField is a field that the view does not have.
var ErrNoField = errors.New("the view has no such field")

// Fill puts chosen into a field of v; nothing empties it. What is typed is one Option, its Value. It fails where a person could
// not do so: nothing like it is offered, or two things are chosen where one may be. tells reports whether the app is told of it
// (Slack: block_actions payload, when it is sent; dispatch_action_config).
func (v *View) Fill(f Field, chosen []Option) (tells bool, err error) {
	if chosen, err = f.Chosen(chosen); err != nil {
		return false, err
	}
	if f.KeepsNothing() {
		return len(chosen) > 0, nil
	}
	before := v.values[f.key()]
	v.values[f.key()] = chosen
	delete(v.errors, f.BlockID) // Slack does not say how long an error stands beside what has changed
	return !slices.Equal(before, chosen) && (f.TellsTyping() || f.dispatches && !f.IsTyped()), nil
}

// Chosen are the options of f that a person means by chosen, or why they cannot choose them.
func (f Field) Chosen(chosen []Option) (out []Option, err error) {
	if len(chosen) > 1 && !f.HasMany() {
		return nil, fmt.Errorf("%s takes one thing", f.Label)
	}
	if most, ok := f.element["max_selected_items"].(float64); ok && len(chosen) > int(most) {
		return nil, fmt.Errorf("%s takes at most %v things", f.Label, most)
	}
	for _, o := range chosen {
		if o, err = f.choose(o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	if f.IsTyped() && len(out) == 1 && out[0].Value == "" {
		out = nil
	}
	return out, nil
}

// TellsTyping reports whether the app is told of each character that is typed into f. Slack does not say whether it waits for a
// pause; here it does not.
func (f Field) TellsTyping() bool { return f.IsTyped() && f.tellsOn("on_character_entered") }

// TellsEnter reports whether the app is told when Enter is pressed in f.
func (f Field) TellsEnter() bool { return f.tellsOn("on_enter_pressed") }

var written = map[string]*regexp.Regexp{
	"timepicker": regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`),
	"datepicker": regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
}

// choose finds the option of f that a person means by o: by its value, else by its label.
func (f Field) choose(o Option) (Option, error) {
	if form := written[f.Type]; form != nil && !form.MatchString(o.Value) {
		return o, fmt.Errorf("%s has no %q", f.Label, o.Value)
	}
	if f.IsTyped() || f.IsConversation() || written[f.Type] != nil {
		return o, nil
	}
	offered := slices.Concat(f.Options, f.Value) // what is in it can be kept
	for _, is := range []func(Option) bool{
		func(e Option) bool { return e.Value == o.Value },
		func(e Option) bool { return strings.EqualFold(e.Label, o.Value) },
	} {
		if i := slices.IndexFunc(offered, is); i >= 0 {
			return offered[i], nil
		}
	}
	return o, fmt.Errorf("%s does not offer %q", f.Label, o.Value)
}

// Suggested keeps what the app suggests in a field, to choose from.
func (v *View) Suggested(f Field, options []Option) {
	if v.suggested == nil {
		v.suggested = map[string][]Option{}
	}
	v.suggested[f.key()] = options
}

// Matching are the options of f that a person who typed text still sees. Slack's own filter is not published: here it is every
// one whose label contains the text.
func (f Field) Matching(text string) []Option {
	return slices.DeleteFunc(slices.Clone(f.Options), func(o Option) bool {
		return !strings.Contains(strings.ToLower(o.Label), strings.ToLower(text))
	})
}

// Incomplete says what keeps a person from submitting v, which their own screen checks; empty: nothing. An input has to be filled in
// unless it is optional, and a text has its min_length and max_length (Slack: input block, plain-text input).
func (v *View) Incomplete() (field, why string) {
	for _, f := range v.Fields() {
		if len(f.Value) == 0 {
			if !f.Optional {
				return f.BlockID, "Please complete this required field."
			}
			continue
		}
		n := float64(utf8.RuneCountInString(f.Value[0].Value))
		least, _ := f.element["min_length"].(float64)
		most, limited := f.element["max_length"].(float64)
		if f.IsTyped() && (n < least || limited && n > most) {
			return f.BlockID, fmt.Sprintf("This entry has %v characters; it can have %v to %v.", n, least, most)
		}
	}
	return "", ""
}

// Refuse says beside fields, by block_id, what is wrong with them.
func (v *View) Refuse(errs map[string]string) { v.errors = errs }

// Errors is what stands beside the fields, by block_id.
func (v *View) Errors() map[string]string {
	out := map[string]string{}
	for _, f := range v.Fields() {
		if f.Error != "" {
			out[f.BlockID] = f.Error
		}
	}
	return out
}
