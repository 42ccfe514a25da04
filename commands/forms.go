package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// OpenForm returns the window that q opens: a button with [reply.ActionForm], whose value is the line that it begins with.
// It reads memory only and never blocks, since Slack opens a window within three seconds of a press. What it leaves out is
// added by [Handler.FillForm] where it says that it is partial.
func (h *Handler) OpenForm(q request.Question) form.View {
	no, known := h.refusedForm(q)
	if no != nil {
		return *no
	}
	name, line := grammar.SplitWord(grammar.Normalise(q.Value))
	f, ok := h.forms[strings.ToLower(name)]
	if !ok {
		return h.menu(form.Begin(q.Place))
	}
	m := form.Begin(q.Place)
	m.Line = q.Value
	if !known { // a form may show what stands, and only members see that
		return oneMoment(f, m, "I look up who you are.")
	}
	var v form.Values
	if v, m.ID = f.Read(line, q); m.ID != 0 {
		return oneMoment(f, m, "I look up how it stands.")
	}
	view := form.WithNames(h.Base, f.Draw(v, m, q))
	view.Partial = true
	return view
}

// oneMoment stands for a form whose fields are still to come.
func oneMoment(f form.Form, m form.Meta, line string) form.View {
	return form.View{Form: f.Name(), Title: "One moment", Meta: m, Partial: true, Parts: []form.Part{{Lines: []string{line}}}}
}

// refusedForm is what somebody who may not see figures is shown in the place of a form; known is false where it is not known
// from memory who they are.
func (h *Handler) refusedForm(q request.Question) (no *form.View, known bool) {
	p, known := h.People.Known(q.User)
	if !known && !q.Outside {
		return nil, false
	}
	v, refusal := h.Access.Judge(q.Person(p), aht.Target{})
	if v != request.Refused {
		return nil, true
	}
	told := form.Told("Not for guests", refusal)
	return &told, true
}

// FillForm returns in as it is to be shown now: with the fields of what it changes as that stands, what it would do, and the
// line that would do the same. It serves a form that was just opened, and one whose fields change. The error is for the
// operator's log; the View says what a person needs to know.
func (h *Handler) FillForm(ctx context.Context, q request.Question, in form.Filled) (form.View, error) {
	if no, err := h.permit(ctx, q, aht.Target{}); err != nil {
		return form.Told("Try again", request.StrangerReply(q.Ref)), err
	} else if no != nil {
		return form.Told("Not for guests", *no), nil
	}
	f, m, old := h.formOf(in)
	if f == nil {
		return *old, nil
	}
	q.Place = m.Place
	v := in.Values
	if m.ID == 0 && len(v) == 0 { // it has no fields yet
		_, line := grammar.SplitWord(grammar.Normalise(m.Line))
		v, m.ID = f.Read(line, q)
	}
	if m.ID != 0 && m.Stands == 0 {
		var no *reply.Reply
		var err error
		if v, m, no, err = f.Stands(ctx, m, q); no != nil {
			return form.Told("Not changed", *no), err
		} else if err != nil {
			return form.Told("Try again", request.Explain(err, aht.Target{}, q.Ref)), err
		}
	}
	return h.shown(ctx, f, v, m, q)
}

// formOf returns the form that in is of, and what came with it; without one, what to show in its place.
func (h *Handler) formOf(in form.Filled) (form.Form, form.Meta, *form.View) {
	m, err := form.DecodeMeta(in.Meta)
	f, ok := h.forms[in.Form]
	switch {
	case !ok:
		old := h.menu(form.Begin(m.Place))
		return nil, m, &old
	case err != nil:
		return f, m, nil
	default:
		return f, m, nil
	}
}

// shown draws a form with what it would do and the line that would do the same.
func (h *Handler) shown(ctx context.Context, f form.Form, v form.Values, m form.Meta, q request.Question) (form.View, error) {
	view := form.WithNames(h.Base, f.Draw(v, m, q))
	cmd, line, err := h.formCommand(f, v, m, q)
	if usage, ok := errors.AsType[*request.UsageError](err); ok && culprit(line, err) == form.FieldMore { // typed, and not just missing yet
		view.Parts = slices.Insert(view.Parts, max(0, atField(view, form.FieldMore)), form.Part{Lines: []string{beside(usageReply(usage))}})
	}
	if err != nil {
		return view, nil //nolint:nilerr // a form that is not filled in yet shows nothing
	}
	parts, err := f.Shown(ctx, cmd, m, q)
	if err != nil {
		parts = []form.Part{{Note: "What it would do can't be shown at this moment. It can be submitted all the same."}}
	}
	view.Parts = append(view.Parts, parts...)
	view.Parts = append(view.Parts, form.Part{Lines: []string{"The line that does the same:"}, Line: request.Readable(cmd)})
	return view, err
}

// formCommand is the command that v says, read as if its line had been typed.
func (h *Handler) formCommand(f form.Form, v form.Values, m form.Meta, q request.Question) (request.Command, *form.Line, error) {
	line := f.Line(v, m, q)
	cmd, err := Parse(line.String())
	if err != nil {
		return nil, line, err
	}
	cmd = request.Plain(cmd)
	if e, ok := f.(form.Exact); ok {
		cmd = e.Exact(cmd, v)
	}
	if c, ok := cmd.(form.Versioned); ok && m.ID != 0 {
		cmd = c.AtVersion(m.Stands)
	}
	return cmd, line, nil
}

// SubmitForm does what in says, as its line would: the same checks, the same words. What is wrong is told beside the field
// that it is about. The error is for the operator's log.
func (h *Handler) SubmitForm(ctx context.Context, q request.Question, in form.Filled) (form.Outcome, error) {
	f, m, old := h.formOf(in)
	if f == nil {
		return form.Outcome{Next: *old}, nil
	}
	q.Place, q.Once = m.Place, m.Once
	if m.Version != form.Version {
		return h.refused(f, in.Values, m, q, reply.OneLine("old_form", "ahtbot was renewed since this form was opened. What you filled in is kept: look it over and send it again.")), nil
	}
	cmd, line, err := h.formCommand(f, in.Values, m, q)
	if usage, ok := errors.AsType[*request.UsageError](err); ok {
		r := usageReply(usage)
		if utf8.RuneCountInString(line.String()) > request.MaxLine { // nobody typed it, so nobody is shown another to type
			r = reply.OneLine("usage", "That is more than I can take at once. Choose fewer, or write less.")
		}
		r.Field = culprit(line, err)
		return h.refused(f, in.Values, m, q, r), nil
	} else if err != nil {
		return h.refused(f, in.Values, m, q, request.Explain(err, aht.Target{}, q.Ref)), err
	}
	r, err := h.do(ctx, understood{Command: cmd}, q)
	if formDone(r) {
		return form.Outcome{Next: form.Told(doneTitle(r), r)}, err
	}
	if r.Outcome == "no_place" && m.ID != 0 {
		m = takenBack(ctx, f, m, q)
	}
	return h.refused(f, in.Values, m, q, r), err
}

// takenBack is m for what stands again as it did, at a later version, since a place took no posts. Where it does not, or that
// can't be found out, it stays: the next submission says that somebody changed it.
func takenBack(ctx context.Context, f form.Form, m form.Meta, q request.Question) form.Meta {
	if _, now, no, err := f.Stands(ctx, m, q); no == nil && err == nil && now.Line == m.Line {
		return now
	}
	return m
}

// formDone reports whether r says that what a form asked is done, or was already.
func formDone(r reply.Reply) bool {
	return r.Field == "" && slices.Contains([]string{"alert", "digest", "goal", "figure", "no_calls", "again"}, r.Outcome)
}

// doneTitle is what stands over what became of a form.
func doneTitle(r reply.Reply) string {
	if r.Figure() {
		return "How long calls take"
	}
	return "Done"
}

// refused is a form as it was filled in, with why nothing came of it: at the field that it is about, or above all of them. It
// gets a new name, since the old one may have been used up; a place that takes no posts surely did so, and with a mistake told
// by Slack the form would keep it. A question back has buttons, which no mistake told by Slack has:
// it stands in the form alone.
func (h *Handler) refused(f form.Form, v form.Values, m form.Meta, q request.Question, why reply.Reply) form.Outcome {
	m.Version, m.Once = form.Version, form.Begin("").Once
	next := form.WithNames(h.Base, f.Draw(v, m, q))
	at := atField(next, why.Field)
	next.Parts = slices.Insert(next.Parts, max(0, at), form.Part{Reply: &why})
	o := form.Outcome{Next: next}
	asks := slices.ContainsFunc(why.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionSure })
	if at >= 0 && !asks && why.Outcome != "no_place" {
		o.Errors = map[string]string{why.Field: beside(why)}
	}
	return o
}

// atField is where the field stands in v; -1 where it does not.
func atField(v form.View, name string) int {
	return slices.IndexFunc(v.Parts, func(p form.Part) bool { return p.Field != nil && p.Field.Name == name })
}

// beside is what is said beside a field: what is wrong, and the way out.
func beside(why reply.Reply) string {
	return reply.JoinSentences(append(slices.Clone(why.Lines), firstOf(why.Try))...)
}

func firstOf(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// culprit is the field whose words make line unreadable: without them the line is read, or else something other is wrong with
// it. Of several the last one counts, since the first ones say what the others are about. It is empty where no single field does.
func culprit(line *form.Line, fault error) string {
	other := ""
	for _, field := range slices.Backward(line.Fields()) {
		_, err := Parse(line.Without(field))
		if err == nil {
			return field
		}
		if other == "" && usageWords(err) != usageWords(fault) {
			other = field
		}
	}
	return other
}

// usageWords is what is wrong with a line, to compare.
func usageWords(err error) string {
	if usage, ok := errors.AsType[*request.UsageError](err); ok {
		return faultLine(usage)
	}
	return ""
}
