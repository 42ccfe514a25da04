package commands

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// meant is what a campaign that somebody named is taken for.
type meant struct {
	target  aht.Target   // the one named, or the one known that is spelled a little differently
	strange bool         // there are names to compare with, and none is this one
	closest []aht.Target // of a strange one, at most three
}

// meant compares t with the names known. What is not a campaign is meant as it is.
func (h *Desk) meant(t aht.Target) meant {
	m := meant{target: t}
	if h.Names == nil || t.Kind() != aht.KindCampaign {
		return m
	}
	got := recognise(t.Name(), h.Names)
	if same, err := aht.NewTarget(aht.KindCampaign, got.Name); err == nil {
		m.target = same
	}
	for _, name := range got.Closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			m.closest = append(m.closest, near)
		}
	}
	all, _ := h.Names.Campaigns()
	m.strange = !got.Known && len(all) > 0
	return m
}

// taken says which campaign a name was taken for; empty when for the one it names.
func (m meant) taken(asked aht.Target) string {
	if m.target == asked {
		return ""
	}
	return fmt.Sprintf("I took “%s” for %s, as the account writes it.", short(asked.Name()), subject(m.target))
}

// closestWords leads to the lines to copy of withClosest, if there are any.
func closestWords(m meant) string {
	if len(m.closest) == 0 {
		return "Copy it from CloudAgent: spaces, underscores and capitals count."
	}
	return "Closest to it:"
}

// offer adds to why Ozonetel refused the campaigns it may have been asked about instead.
func (h *Desk) offer(r Reply, err error, t aht.Target, q Question) Reply {
	ue, ok := errors.AsType[upstreamError](err)
	if !ok || ue.ErrorReason() != "bad-campaign" {
		return r
	}
	m := h.meant(t)
	near := m.closest
	if m.target != t {
		near = []aht.Target{m.target}
	}
	if len(near) == 0 {
		return r
	}
	r.Lines, r.Try = []string{r.Lines[0], "Spaces, underscores and capitals count. Closest to it:"}, nil
	for _, c := range near {
		r.Try = append(r.Try, Line(Show{c}))
		r.Buttons = append(r.Buttons, Button{Action: ActionAsk, Label: "Ask " + short(subject(c)), Value: encode(c, nil)})
	}
	return h.withSource(r, q)
}

// withClosest adds to r what do is for each of the campaigns closest to a strange one, as
// lines to copy and as buttons.
func (h *Desk) withClosest(r Reply, m meant, label string, do func(aht.Target) Command, q Question) Reply {
	r.Public = false
	for _, near := range m.closest {
		c := do(near)
		r.Try = append(r.Try, Line(c))
		r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: label + " " + short(subject(near)), Value: typedLine(c)})
	}
	return h.withSource(r, q)
}

// withSource adds where the names come from, and how old they are, and words r anew.
func (h *Desk) withSource(r Reply, q Question) Reply {
	from := h.source(q)
	r.Note = joinNonEmpty("\n", r.Note, from)
	parts := append([]string{r.Lines[0], from}, r.Lines[1:]...)
	r.Text = joinSentences(append(parts, tryText(r.Try))...)
	return r
}

// source says where the names known come from.
func (h *Desk) source(q Question) string {
	_, listed := h.Names.Campaigns()
	if listed.IsZero() {
		return "Names come from earlier answers, so a new one may be missing."
	}
	return "Names come from the account's list, " + listAge(q.At.Sub(listed)) + ", and from earlier answers."
}

// listAge says how old the account's list is.
func listAge(age time.Duration) string {
	switch {
	case age < 2*time.Hour:
		return aged(age)
	case age < 48*time.Hour:
		return fmt.Sprintf("read %d h ago", int(age.Hours()))
	default:
		return fmt.Sprintf("read %d days ago", int(age.Hours()/24))
	}
}

// shorter takes the last word off the name of a campaign that nobody knows, if a campaign
// is known by the words before it.
func (h *Desk) shorter(t aht.Target) (before aht.Target, last string, ok bool) {
	at := strings.LastIndexByte(t.Name(), ' ')
	if at < 0 || !h.meant(t).strange {
		return aht.Target{}, "", false
	}
	before, err := aht.NewTarget(t.Kind(), t.Name()[:at])
	m := h.meant(before)
	return m.target, t.Name()[at+1:], err == nil && !m.strange
}

// mostSame is how many campaigns are offered that a name may be.
const mostSame = 4
