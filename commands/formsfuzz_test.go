package commands_test

import (
	"slices"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// FuzzForms opens every form with a line, and fills what was typed into each of its fields: nothing panics, a window has its parts,
// and what is in its fields when it comes back refused is what was filled in.
func FuzzForms(f *testing.F) {
	var seeds []string
	for i, line := range mistakes(f, "") {
		if i%20 == 0 {
			seeds = append(seeds, line)
		}
	}
	for _, line := range append(seeds, `campaign "Sales" soon`, "agent 42", `add campaign "Sales" above 5m`, "edit 7 for", "\xff", `"`) {
		for which := range formNames {
			f.Add(uint8(which), line, line)
		}
	}
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Names = commandstest.Floor
	f.Fuzz(func(t *testing.T, which uint8, line, typed string) {
		q := commandstest.Ask("")
		q.Action, q.Value, q.Place = reply.ActionForm, formNames[int(which)%len(formNames)]+" "+line, "C1"
		opened := h.OpenForm(q)
		if opened.Title == "" || len(opened.Parts) == 0 {
			t.Fatalf("%q opens nothing", q.Value)
		}
		if opened.Meta.ID != 0 { // is filled from the store
			return
		}
		in := form.Filled{Form: opened.Form, Meta: opened.Meta.Encode(), Values: form.Values{}}
		for _, p := range opened.Parts {
			if f := p.Field; f != nil && f.Kind == form.Text {
				in.Values[f.Name] = []string{typed}
			} else if f != nil {
				in.Values[f.Name] = f.Value
			}
		}
		for _, p := range refusedWith(t, h, q, in).Parts {
			if p.Field != nil && !slices.Equal(p.Field.Value, in.Values[p.Field.Name]) {
				t.Fatalf("%s: %q became %q in %s", in.Form, in.Values[p.Field.Name], p.Field.Value, p.Field.Name)
			}
		}
	})
}

var formNames = []string{"ask", "target", "alert", "digest"}

// refusedWith is what takes the place of a form of another version, which does nothing.
func refusedWith(t *testing.T, h *commands.Handler, q request.Question, in form.Filled) form.View {
	t.Helper()
	shown, err := h.FillForm(t.Context(), q, in)
	if err != nil || len(shown.Parts) == 0 {
		t.Fatalf("%+v is shown as %+v, %v", in, shown, err)
	}
	m, _ := form.DecodeMeta(in.Meta)
	m.Version++
	in.Meta = m.Encode()
	got, err := h.SubmitForm(t.Context(), q, in)
	if err != nil || got.Next.Form != in.Form {
		t.Fatalf("%+v, %v", got, err)
	}
	return got.Next
}
