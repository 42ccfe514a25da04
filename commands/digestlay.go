package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// laid is a digest as a line would have it.
type laid struct {
	digest.Digest
	in    Place    // as the line names it
	notes []string // what was taken otherwise than typed, and where the zone is from
}

// layDigest lays what draft says over d. A Reply is why that can't be, or the question back.
func (h *Handler) layDigest(ctx context.Context, d digest.Digest, draft DigestDraft, all []digest.Digest, cmd func(DigestDraft) Command, q Question) (laid, *Reply) {
	l := laid{Digest: d, in: draft.In}
	if d.Channel == "" || draft.In != (Place{}) {
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
		l.Order.What, l.notes = what, notes
	}
	if draft.HasOnly {
		l.Order.Only = draft.Only
	}
	if draft.HasAs {
		l.Order.As = draft.As
	}
	if draft.Name != "" {
		l.Order.Name = draft.Name
	}
	if no := h.layWhen(ctx, &l, draft, all, q); no != nil {
		return l, no
	}
	return l, nil
}

func isNothing(w digest.What) bool { return len(w.Campaigns) == 0 && w.Group == "" && !w.Watched }

// layWhen lays the schedule. A whole one takes the place of the old one, but for the zone;
// parts alone change only what they name.
func (h *Handler) layWhen(ctx context.Context, l *laid, draft DigestDraft, all []digest.Digest, q Question) *Reply {
	spec := l.Order.When.Spec()
	switch {
	case draft.HasWhen:
		l.notes = append(l.notes, goneWords(spec, draft.When, l.Order.When.Zone(), q.At)...)
		zone := spec.Zone
		if spec = draft.When; spec.Zone == "" {
			spec.Zone = zone
		}
	case draft.When.Every.Hours > 0 && !draft.HasSpan && spec.Every.Hours == 0:
		return digestRefusal("It has no hours to step through yet. Say from when to when:",
			fmt.Sprintf("%s every %dh from 9:00 to 19:00", aboutDigest("edit", l.ID), draft.When.Every.Hours))
	default:
		spec = laidOver(spec, draft)
	}
	if spec.Zone == "" {
		var note string
		spec.Zone, note = h.zoneFor(ctx, l.Channel, all, q)
		l.notes = append(l.notes, note)
	}
	rule, err := digest.NewRule(spec)
	if err != nil {
		return digestRefusal("Those days and times don't go together. Type the whole schedule, like this:", Name+" digest add campaign Sales_Outbound weekdays at 9:00, 13:30")
	}
	l.Order.When = rule
	return nil
}

// laidOver is a schedule with the parts of it that a draft says.
func laidOver(spec digest.Spec, draft DigestDraft) digest.Spec {
	said := draft.When
	if said.Days != 0 || said.Workdays || said.Month != 0 {
		spec.Days, spec.Workdays, spec.Month = said.Days, said.Workdays, said.Month
	}
	if len(said.Times) > 0 {
		spec.Times, spec.Every = said.Times, digest.Every{}
	}
	if said.Every.Hours > 0 {
		spec.Times, spec.Every.Hours = nil, said.Every.Hours
	}
	if draft.HasSpan {
		spec.Every.From, spec.Every.To = said.Every.From, said.Every.To
	}
	if said.Zone != "" {
		spec.Zone = said.Zone
	}
	if !said.Starting.IsZero() {
		spec.Starting = said.Starting
	}
	if !said.Until.IsZero() {
		spec.Until = said.Until
	}
	if len(said.Except)+len(said.Holidays) > 0 {
		spec.Except, spec.Holidays = said.Except, said.Holidays
	}
	return spec
}

// goneWords says which bounds of an old schedule its successor has no more.
func goneWords(was, now digest.Spec, zone *time.Location, at time.Time) []string {
	var gone digest.Spec
	if now.Starting.IsZero() && !was.Starting.IsZero() && beginning(was.Starting, zone).After(at) {
		gone.Starting = was.Starting
	}
	if now.Until.IsZero() {
		gone.Until = was.Until
	}
	if len(now.Except)+len(now.Holidays) == 0 {
		gone.Except, gone.Holidays = was.Except, was.Holidays
	}
	if words := boundWords(gone); words != "" {
		return []string{"Gone with the old schedule: " + words + "."}
	}
	return nil
}

// zoneFor returns the zone of a schedule that names none, and where it is from.
func (h *Handler) zoneFor(ctx context.Context, channel string, all []digest.Digest, q Question) (zone, from string) {
	const other = " Another zone: add tz and a city."
	for _, d := range slices.Backward(all) {
		if d.Channel == channel {
			zone = d.Order.When.Spec().Zone
			return zone, fmt.Sprintf("Times are in %s, as in digest %d of the same place.%s", zone, d.ID, other)
		}
	}
	if p, err := h.anew(ctx, q.User); err == nil && p.Zone != "" {
		if zone, err := digest.FindZone(p.Zone); err == nil {
			return zone, fmt.Sprintf("Times are in %s, your zone in Slack.%s", zone, other)
		}
	}
	zone, err := digest.FindZone(h.Zone.String())
	if err != nil {
		zone = "UTC"
	}
	return zone, fmt.Sprintf("Times are in %s, the zone ahtbot is set to.%s", zone, other)
}

// named takes the names of a draft for campaigns: one that is only written otherwise is
// corrected, and one never seen is asked back about, once.
func (h *Handler) named(draft DigestDraft, cmd func(DigestDraft) Command, q Question) (digest.What, []string, *Reply) {
	what := draft.What
	if what.Check() != nil {
		return what, nil, digestRefusal(fmt.Sprintf("A digest shows at most %d campaigns by name, or a group, or all watched ones; one of the three. For example:", digest.MaxCampaigns),
			Name+` digest add campaign "Sales Outbound" daily at 9:00`, Name+" digest add watched daily at 9:00")
	}
	var notes []string
	var unseen []Recognised
	names := make([]string, 0, len(what.Campaigns))
	for _, typed := range what.Campaigns {
		if _, err := aht.NewTarget(aht.KindCampaign, typed); err != nil {
			return what, nil, digestRefusal(fmt.Sprintf("“%s” can't be the name of a campaign. Copy the name from CloudAgent.", short(typed)))
		}
		r := recognise(typed, h.Names)
		if !r.Known {
			unseen = append(unseen, r)
		}
		if r.Name != typed {
			notes = append(notes, fmt.Sprintf("I took “%s” for %s.", short(typed), short(r.Name)))
		}
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	if len(names) > 0 {
		what.Campaigns = names
	}
	if len(unseen) > 0 && !q.sure() {
		draft.What = what
		no := h.askBack(draft, unseen, cmd)
		return what, nil, &no
	}
	return what, notes, nil
}

// askBack asks whether names never seen are meant as they are typed.
func (h *Handler) askBack(draft DigestDraft, unseen []Recognised, cmd func(DigestDraft) Command) Reply {
	r := Reply{Outcome: "unseen"}
	names := make([]string, 0, len(unseen))
	for _, u := range unseen {
		names = append(names, "“"+short(u.Name)+"”")
		for _, closest := range u.Closest {
			label := short(closest)
			if len(unseen) > 1 {
				label = short(u.Name) + " → " + label
			}
			r.Buttons = appendLine(r.Buttons, ActionLine, label, cmd(renamed(draft, u.Name, closest)))
		}
	}
	line := "I have never seen a campaign " + someOf(names, 5) + "."
	if len(names) > 1 {
		line = "I have never seen campaigns " + someOf(names, 5) + "."
	}
	if len(r.Buttons) > 0 {
		line += " Did you mean one of these?"
	}
	how := "Nothing was set up yet. " + h.namesFrom()
	r.Buttons = appendLine(r.Buttons[:min(len(r.Buttons), 20)], ActionSure, "Use it as typed", cmd(draft))
	r.Lines = []string{line, how}
	var closest []string
	for _, u := range unseen {
		closest = append(closest, u.Closest...)
	}
	if len(closest) > 0 {
		line = strings.TrimSuffix(line, "?") + ": " + strings.Join(closest, ", ") + "?"
	}
	r.Text = joinSentences(line, how)
	return r
}

// namesFrom says what the names are compared with.
func (h *Handler) namesFrom() string {
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		return "I compare with the account's list of campaigns of " + listed.In(h.Zone).Format("Mon 2 Jan 15:04 MST") + ", so a newer one may be right."
	}
	return "I know names from past answers only, so a new one may be right."
}

// renamed is draft with one campaign called otherwise.
func renamed(draft DigestDraft, from, to string) DigestDraft {
	draft.What.Campaigns = slices.Clone(draft.What.Campaigns)
	for i, n := range draft.What.Campaigns {
		if n == from {
			draft.What.Campaigns[i] = to
		}
	}
	return draft
}

// appendLine appends a button that runs c, unless its line is longer than one may be.
func appendLine(buttons []Button, action Action, label string, c Command) []Button {
	value := typedLine(c)
	if len([]rune(value)) > MaxLine {
		return buttons
	}
	return append(buttons, Button{Action: action, Label: label, Value: value})
}
