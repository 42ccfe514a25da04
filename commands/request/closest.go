package request

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// Meant is what a campaign that somebody named is taken for.
type Meant struct {
	Target  aht.Target   // the one named, or the one known that is spelled a little differently
	Strange bool         // there are names to compare with, and none is this one
	Closest []aht.Target // of a strange one, at most three
}

// Meant compares t with the names known. What is not a campaign is meant as it is.
func (h *Base) Meant(t aht.Target) Meant {
	m := Meant{Target: t}
	if h.Names == nil || t.Kind() != aht.KindCampaign {
		return m
	}
	got := Recognise(t.Name(), h.Names)
	if same, err := aht.NewTarget(aht.KindCampaign, got.Name); err == nil {
		m.Target = same
	}
	for _, name := range got.Closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			m.Closest = append(m.Closest, near)
		}
	}
	all, _ := h.Names.Campaigns()
	m.Strange = !got.Known && len(all) > 0
	return m
}

// Taken says which campaign a name was taken for; empty when for the one it names.
func (m Meant) Taken(asked aht.Target) string {
	if m.Target == asked {
		return ""
	}
	return fmt.Sprintf("I took “%s” for %s, as the account writes it.", reply.Short(asked.Name()), reply.Subject(m.Target))
}

// ClosestWords leads to the lines to copy of WithClosest, if there are any.
func ClosestWords(m Meant) string {
	if len(m.Closest) == 0 {
		return "Copy it from CloudAgent: spaces, underscores and capitals count."
	}
	return "Closest to it:"
}

// Offer adds to why Ozonetel refused the campaigns it may have been asked about instead.
func (h *Base) Offer(r reply.Reply, err error, t aht.Target, q Question) reply.Reply {
	ue, ok := errors.AsType[UpstreamError](err)
	if !ok || ue.ErrorReason() != "bad-campaign" {
		return r
	}
	m := h.Meant(t)
	near := m.Closest
	if m.Target != t {
		near = []aht.Target{m.Target}
	}
	if len(near) == 0 {
		return r
	}
	r.Lines, r.Try = []string{r.Lines[0], "Spaces, underscores and capitals count. Closest to it:"}, nil
	for _, c := range near {
		r.Try = append(r.Try, Line(Show{c}))
		r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionAsk, Label: "Ask " + reply.Short(reply.Subject(c)), Value: Encode(c, nil)})
	}
	return h.withSource(r, q)
}

// WithClosest adds to r what do is for each of the campaigns closest to a strange one, as
// lines to copy and as buttons.
func (h *Base) WithClosest(r reply.Reply, m Meant, label string, do func(aht.Target) Command, q Question) reply.Reply {
	r.Public = false
	for _, near := range m.Closest {
		c := do(near)
		r.Try = append(r.Try, Line(c))
		r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: label + " " + reply.Short(reply.Subject(near)), Value: ButtonValue(c)})
	}
	return h.withSource(r, q)
}

// withSource adds where the names come from, and how old they are, and words r anew.
func (h *Base) withSource(r reply.Reply, q Question) reply.Reply {
	from := h.Source(q)
	r.Note = reply.JoinNonEmpty("\n", r.Note, from)
	parts := append([]string{r.Lines[0], from}, r.Lines[1:]...)
	r.Text = reply.JoinSentences(append(parts, reply.TryText(r.Try))...)
	return r
}

// Source says where the names known come from.
func (h *Base) Source(q Question) string {
	_, listed := h.Names.Campaigns()
	if listed.IsZero() {
		return "Names come from earlier answers, so a new one may be missing."
	}
	return "Names come from the account's list, " + listAge(q.At.Sub(listed)) + ", and from earlier answers."
}

// listAge says how old the account's list is.
func listAge(age time.Duration) string {
	if age < 2*time.Hour {
		return reply.Aged(age)
	}
	return "read " + reply.AgoWords(age)
}

// Shorter takes the last word off the name of a campaign that nobody knows, if a campaign
// is known by the words before it.
func (h *Base) Shorter(t aht.Target) (before aht.Target, last string, ok bool) {
	at := strings.LastIndexByte(t.Name(), ' ')
	if at < 0 || !h.Meant(t).Strange {
		return aht.Target{}, "", false
	}
	before, err := aht.NewTarget(t.Kind(), t.Name()[:at])
	m := h.Meant(before)
	return m.Target, t.Name()[at+1:], err == nil && !m.Strange
}

// MostSame is how many campaigns are offered that a name may be.
const MostSame = 4

// Recognise says what a typed name of a campaign is taken for: itself when it is known;
// else the one known name that differs only in case or width, or else also in spaces,
// underscores and dashes; else unknown, with the closest names, best first. Nil names are
// nothing to compare with: every name is known. The same names give the same answer.
func Recognise(name string, names Names) Recognised {
	if names == nil {
		return Recognised{Name: name, Known: true}
	}
	all, _ := names.Campaigns()
	if same := grammar.SameNames(name, all); len(same) == 1 {
		return Recognised{Name: same[0], Known: true}
	}
	if w, ok := names.(Wanting); ok {
		w.Want()
	}
	return Recognised{Name: name, Closest: grammar.NewFolded(name).Closest(all)}
}
