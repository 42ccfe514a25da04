package blocks

import (
	"context"
	"maps"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// digestForms is a handler with digest 3 of U1, in whose place c puts another.
func digestForms(t *testing.T, c ...func(*digestShelf, *commands.Handler)) *commands.Handler {
	t.Helper()
	h := scene{person: request.Person{Zone: "Asia/Kolkata"}}.handler(t, request.Access{Admins: []string{"U9"}})
	s := &digestShelf{t: t, d: standingDigest(t), room: 40}
	h.Digests, h.Places, h.Names = s, s, seenNames{"Collections – North", "Collections – South", "Sales Outbound"}
	for _, change := range c {
		change(s, h)
	}
	return h
}

// completed is the window that line opens, once what it changes was looked up, with set filled in.
func completed(t *testing.T, h *commands.Handler, line string, set form.Values) (form.View, form.Filled) {
	t.Helper()
	v := h.OpenForm(press(line))
	v, err := h.FillForm(t.Context(), press(line), form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: valuesIn(v)})
	if err != nil {
		t.Fatal(err)
	}
	in := form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: valuesIn(v)}
	maps.Copy(in.Values, set)
	return v, in
}

// valuesIn is what stands in the fields of v.
func valuesIn(v form.View) form.Values {
	out := form.Values{}
	for _, p := range v.Parts {
		if p.Field != nil {
			out[p.Field.Name] = p.Field.Value
		}
	}
	return out
}

// digestViews are the windows of digests.
func digestViews(t *testing.T) map[string]form.View {
	t.Helper()
	out := map[string]form.View{}
	shown := func(name, line string, c ...func(*digestShelf, *commands.Handler)) {
		out["view-digest-"+name], _ = completed(t, digestForms(t, c...), line, nil)
	}
	sent := func(name, line string, set form.Values, c ...func(*digestShelf, *commands.Handler)) {
		h := digestForms(t, c...)
		_, in := completed(t, h, line, set)
		outcome, _ := h.SubmitForm(t.Context(), press(line), in)
		out["view-digest-"+name] = outcome.Next
	}
	const add = `digest add campaign "Sales Outbound"`
	out["view-digest-opened"] = digestForms(t).OpenForm(press("digest add"))
	out["view-digest-looked-up"] = digestForms(t).OpenForm(press("digest edit 3"))
	shown("new", "digest add")
	shown("filled", `digest add campaign "Collections – North", "Sales Outbound" last friday at 9:15 tz new york except 25 Dec as chart name "Friday"`)
	shown("understood", `digest add campaign "Sales Outbound" at 25:00 tz IST`)
	shown("group", `digest add group "Sales" mon,wed,fri at 9`)
	shown("cron", `digest add campaign "Sales Outbound" cron "0 9 * * 1-5"`)
	shown("edit", "digest edit 3")
	shown("edit-theirs", "digest edit 3", func(s *digestShelf, _ *commands.Handler) { s.d.By = "U2" })
	shown("edit-none", "digest edit 8")
	shown("edit-asked", "digest edit 3 daily at 9 only off-target")
	sent("zone", add, form.Values{"more": {"tz IST"}})
	sent("days", add, form.Values{"days": {"weekdays", "sat"}})
	sent("times", add, form.Values{"times": {"9:00", "every 2h from 9:00 to 19:00"}})
	sent("never", add, form.Values{"more": {"until 2026-11-01"}})
	sent("unseen", add, form.Values{"campaign": {form.CampaignValue("Colections – North")}})
	sent("no-place", add, nil, func(s *digestShelf, _ *commands.Handler) {
		s.post = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	})
	sent("person", add, form.Values{"place": {"U2"}})
	sent("made", add, nil)
	sent("saved", "digest edit 3", form.Values{"shown": {"table"}})
	sent("changed", "digest edit 3", form.Values{"name": {"Mine"}}, func(s *digestShelf, h *commands.Handler) { h.Digests = &moved{digestShelf: s} })
	sent("removed", "digest edit 3", form.Values{"name": {"Mine"}}, func(s *digestShelf, h *commands.Handler) { h.Digests = &moved{digestShelf: s, gone: true} })
	h := digestForms(t)
	_, in := completed(t, h, add, form.Values{"name": {"Kept"}})
	out["view-digest-old-form"] = older(t, h, "digest", in.Values)
	return out
}

// moved is a shelf whose digest somebody changes, or removes, after it was looked up.
type moved struct {
	*digestShelf
	gone bool
	once int
}

func (s *moved) Digest(ctx context.Context, id int64) (digest.Digest, bool, error) {
	if s.once++; s.once == 2 {
		s.d.Order.Name = "Theirs"
		if s.gone {
			s.d.Removed = noon
		}
	}
	return s.digestShelf.Digest(ctx, id)
}
