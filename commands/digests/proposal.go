package digests

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// proposal is a digest as a line would have it.
type proposal struct {
	digest.Digest
	in    grammar.Place // as the line names it
	notes []string      // what was taken otherwise than typed, and where the zone is from
	zones []string      // that other digests of the channel have, when the zone was not said
}

// propose puts what draft says over d. A Reply is why that can't be, or the question back.
func (h Handler) propose(ctx context.Context, d digest.Digest, draft digestline.Draft, all []digest.Digest, cmd func(digestline.Draft) request.Command, q request.Question) (proposal, *reply.Reply) {
	l := proposal{Digest: d, in: draft.In}
	if d.Channel == "" || draft.In != (grammar.Place{}) {
		channel, no := digestPlace(draft.In, q)
		if no != nil {
			return l, no
		}
		l.Channel = channel
	}
	if !isNothing(draft.What) {
		what, notes, no := h.named(draft, cmd, q)
		if no != nil {
			return l, no
		}
		l.Order.Selection, l.notes = what, notes
	}
	if draft.HasOnly {
		l.Order.Filter = draft.Only
	}
	if draft.HasAs {
		l.Order.View = draft.As
	}
	if l.Order.Name = cmp.Or(draft.Name, l.Order.Name); draft.Nameless {
		l.Order.Name = ""
	}
	if no := h.proposeWhen(ctx, &l, draft, all, q); no != nil {
		return l, no
	}
	return l, nil
}

func isNothing(w digest.Selection) bool { return len(w.Campaigns) == 0 && w.Group == "" && !w.Watched }

// named takes the names of a draft for campaigns: one that is only written otherwise is
// corrected, and one never seen is asked back about, once.
func (h Handler) named(draft digestline.Draft, cmd func(digestline.Draft) request.Command, q request.Question) (digest.Selection, []string, *reply.Reply) {
	what := draft.What
	if what.Check() != nil {
		return what, nil, about(form.FieldCampaign, digestRefusal(fmt.Sprintf("A digest shows at most %d campaigns by name, or a group, or all watched ones; one of the three. For example:", digest.MaxCampaigns),
			request.CommandWord+` digest add campaign "Sales Outbound" daily at 9:00`, request.CommandWord+" digest add watched daily at 9:00"))
	}
	var notes []string
	var unseen []request.Recognised
	names := make([]string, 0, len(what.Campaigns))
	for _, typed := range what.Campaigns {
		if _, err := aht.NewTarget(aht.KindCampaign, typed); err != nil {
			return what, nil, about(form.FieldCampaign, digestRefusal(fmt.Sprintf("“%s” can't be the name of a campaign. Copy the name from CloudAgent.", reply.Short(typed))))
		}
		r := request.Recognise(typed, h.Names)
		if !r.Known {
			unseen = append(unseen, r)
		}
		if r.Name != typed {
			notes = append(notes, fmt.Sprintf("I took “%s” for %s.", reply.Short(typed), reply.Short(r.Name)))
		}
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	if len(names) > 0 {
		what.Campaigns = names
	}
	if len(unseen) > 0 && !q.Sure() {
		draft.What = what
		return what, nil, new(h.askBack(draft, unseen, cmd))
	}
	return what, notes, nil
}

// askBack asks whether names never seen are meant as they are typed.
func (h Handler) askBack(draft digestline.Draft, unseen []request.Recognised, cmd func(digestline.Draft) request.Command) reply.Reply {
	r := reply.Reply{Outcome: "unseen", Field: form.FieldCampaign}
	names := make([]string, 0, len(unseen))
	for _, u := range unseen {
		names = append(names, "“"+reply.Short(u.Name)+"”")
		for _, closest := range u.Closest {
			label := reply.Short(closest)
			if len(unseen) > 1 {
				label = reply.Short(u.Name) + " → " + label
			}
			r.Buttons = request.AppendLine(r.Buttons, reply.ActionLine, label, cmd(renamed(draft, u.Name, closest)))
		}
	}
	line := "I have never seen a campaign " + reply.SomeOf(names, 5) + "."
	if len(names) > 1 {
		line = "I have never seen campaigns " + reply.SomeOf(names, 5) + "."
	}
	if len(r.Buttons) > 0 {
		line += " Did you mean one of these?"
	}
	how := "Nothing was set up yet. " + h.namesFrom()
	r.Buttons = request.AppendLine(r.Buttons[:min(len(r.Buttons), 20)], reply.ActionSure, "Use it as typed", cmd(draft))
	r.Lines = []string{line, how}
	var closest []string
	for _, u := range unseen {
		closest = append(closest, u.Closest...)
	}
	if len(closest) > 0 {
		line = strings.TrimSuffix(line, "?") + ": " + strings.Join(closest, ", ") + "?"
	}
	r.Text = reply.JoinSentences(line, how)
	return r
}

// namesFrom says what the names are compared with.
func (h Handler) namesFrom() string {
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		return "I compare with the account's list of campaigns of " + listed.In(h.Zone).Format("Mon 2 Jan 15:04 MST") + ", so a newer one may be right."
	}
	return "I know names from past answers only, so a new one may be right."
}

// renamed is draft with one campaign called otherwise.
func renamed(draft digestline.Draft, from, to string) digestline.Draft {
	draft.What.Campaigns = slices.Clone(draft.What.Campaigns)
	draft.What.Campaigns[slices.Index(draft.What.Campaigns, from)] = to
	return draft
}
