package blocks

import (
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// control is one thing to press, as it travels through Slack and back.
type control struct {
	action reply.Action
	value  string
}

// controls are all that can be pressed on any golden message, window or Home tab, with one place where it stands.
func controls(t *testing.T) map[control]string {
	t.Helper()
	out := map[control]string{}
	add := func(where string, all []reply.Button) {
		for _, b := range all {
			out[control{b.Action, b.Value}] = where
		}
	}
	for name, m := range replies(t) {
		add(name, commands.Pressable(m.Reply).Buttons)
	}
	for name, v := range views(t) {
		for _, p := range v.Parts {
			add(name, p.Buttons)
			if p.Reply != nil {
				add(name, commands.Pressable(*p.Reply).Buttons)
			}
		}
	}
	return out
}

// locked is a Handler for who may see nothing: whatever is read of a store, asked or changed for them panics.
func locked(w *commandstest.World) *commands.Handler {
	h := w.Handler(request.Access{Admins: []string{"U9"}})
	h.Upstream = struct{ request.Upstream }{}
	h.Memory = struct{ request.Memory }{}
	h.Goals = struct{ request.Goals }{}
	h.Links = struct{ request.Links }{}
	h.Alerts = struct{ request.Alerts }{}
	h.Digests = struct{ request.Digests }{}
	h.Places = struct{ request.Places }{}
	h.Names = commandstest.Names{"Known To Members"}
	h.Watched = func(string) []aht.Target { panic("whom others watch") }
	h.Claim = nil
	return h
}

// TestNoControlServesWhoMaySeeNothing presses all there is, fills in and submits all forms, and looks at Home, as people whom the
// rules refuse: they read the words that a line of theirs is answered with, and nothing is shown, asked or changed.
func TestNoControlServesWhoMaySeeNothing(t *testing.T) {
	pressed, windows := controls(t), views(t)
	if len(pressed) < 200 {
		t.Fatalf("only %d controls", len(pressed))
	}
	for name, who := range map[string]request.Person{"guest": {ID: "U3", Guest: true}, "person of another workspace": {ID: "U4", Outside: true}} {
		for _, known := range []bool{true, false} {
			w := &commandstest.World{Asker: who, Remembered: known}
			s := refused{t, locked(w), name, request.Question{User: who.ID, At: noon, Ref: "abc234", Place: "C1"}, ""}
			s.q.Text = `campaign "Sales Outbound"`
			typed, err := s.Answer(t.Context(), s.q)
			if err != nil || typed.Outcome != "denied" {
				t.Fatalf("%s types a line: %v, %s", name, err, typed.Text)
			}
			s.words = typed.Text
			for c, where := range pressed {
				s.press(c, where)
			}
			for where, v := range windows {
				s.submit(v, where)
			}
			home, err := s.Home(t.Context(), s.q, 0, nil)
			if err != nil {
				t.Error(err)
			}
			s.told("Home", home)
			if w.Asked > 0 {
				t.Errorf("%s: %d questions were asked", name, w.Asked)
			}
		}
	}
}

// refused is somebody whom the rules refuse, with the words of that.
type refused struct {
	*testing.T
	*commands.Handler
	who   string
	q     request.Question
	words string
}

// press is a press of c by hand, as if the button had been in a message for everybody.
func (s refused) press(c control, where string) {
	defer s.caught(where, string(c.action)+" "+c.value)
	q := s.q
	q.Text, q.Action, q.Value = "", c.action, c.value
	switch c.action { //nolint:exhaustive // the others are read as commands
	case reply.ActionForm:
		v := s.OpenForm(q)
		if v.Partial { // who is not known from memory is told a moment later
			if len(valuesIn(v)) > 0 {
				s.Errorf("%s is shown fields of %q at %s", s.who, c.value, where)
			}
			filled, err := s.FillForm(s.Context(), q, form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: valuesIn(v)})
			if v = filled; err != nil {
				s.Error(err)
			}
		}
		s.told(where, v)
		return
	case reply.ActionCancel: // it is for the person's own question, which has its own test
		return
	case reply.ActionHome:
		v, err := s.Home(s.Context(), q, 3, nil)
		if err != nil {
			s.Error(err)
		}
		s.told(where, v)
		return
	case reply.ActionSend:
		q = s.Filled(q, form.Filled{Form: "home", Values: form.Values{form.FieldCampaign: {form.CampaignValue("Sales Outbound")}}})
	}
	r, err := s.Answer(s.Context(), q)
	if r.Outcome != "denied" && r.Outcome != "help" && r.Outcome != "menu" && r.Outcome != "usage" || r.Outcome == "denied" && r.Text != s.words {
		s.Errorf("%s presses %s %q of %s and reads %s %q, %v", s.who, c.action, c.value, where, r.Outcome, r.Text, err)
	}
	s.names(where, r.Text)
}

// submit is a golden window sent with what stands in it, and all that its fields suggest.
func (s refused) submit(v form.View, where string) {
	defer s.caught(where, v.Submit)
	in := form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: valuesIn(v)}
	for _, p := range v.Parts {
		if p.Field != nil {
			if found := s.Suggest(s.q, p.Field.Name, "known"); len(found) > 0 {
				s.Errorf("%s is suggested %v in %s", s.who, found, where)
			}
		}
	}
	if v.Submit == "" {
		return
	}
	shown, err := s.FillForm(s.Context(), s.q, in)
	if err != nil {
		s.Error(err)
	}
	s.told(where, shown)
	out, _ := s.SubmitForm(s.Context(), s.q, in)
	for _, p := range out.Next.Parts {
		if p.Reply != nil && p.Reply.Outcome != "denied" && p.Reply.Outcome != "usage" && p.Reply.Outcome != "old_form" {
			s.Errorf("%s submits %s and reads %s: %s", s.who, where, p.Reply.Outcome, p.Reply.Text)
		}
	}
}

// told holds a window or a Home tab to the words of the refusal, or to the menu, which tells nothing.
func (s refused) told(where string, v form.View) {
	s.Helper()
	if v.Form == "menu" {
		return
	}
	if len(v.Parts) != 1 || v.Parts[0].Reply == nil || v.Parts[0].Reply.Text != s.words {
		s.Errorf("%s is shown %s at %s: %+v", s.who, v.Form, where, v.Parts)
	}
}

// names holds what is said against names that only members may read.
func (s refused) names(where, said string) {
	if strings.Contains(said, "Known To Members") {
		s.Errorf("%s reads a name at %s: %s", s.who, where, said)
	}
}

// caught says what touched something that the person may not.
func (s refused) caught(where, what string) {
	if r := recover(); r != nil {
		s.Errorf("%s reaches the store by %q of %s: %v", s.who, what, where, r)
	}
}
