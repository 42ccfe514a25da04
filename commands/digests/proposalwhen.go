package digests

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// proposeWhen makes the schedule. A whole one takes the place of the old one, but for the zone;
// parts alone change only what they name.
func (h Handler) proposeWhen(ctx context.Context, l *proposal, draft digestline.Draft, all []digest.Digest, q request.Question) *reply.Reply {
	spec := l.Order.Rule.Spec()
	zone := cmp.Or(draft.When.Zone, spec.Zone)
	if zone == "" {
		zone = h.zoneFor(ctx, l, all, q)
	}
	today := todayIn(zone, q.At)
	draft.When = grammar.OnToday(draft.When, today)
	switch {
	case draft.HasWhen:
		l.notes = append(l.notes, goneWords(spec, draft.When, l.Order.Rule.Zone(), q.At)...)
		spec = draft.When
	case draft.When.Every.Hours > 0 && !draft.HasSpan && spec.Every.Hours == 0:
		return digestRefusal("It has no hours to step through yet. Say from when to when:",
			fmt.Sprintf("%s every %dh from 9:00 to 19:00", digestline.AboutDigest("edit", l.ID), draft.When.Every.Hours))
	default:
		spec = revised(spec, draft, today)
	}
	spec.Zone = zone
	if spec.Weeks > 1 && spec.Starting.IsZero() {
		spec.Starting = h.firstDay(spec, q.At, today)
	}
	rule, err := digest.NewRule(spec)
	if err != nil {
		return about(FieldDays, digestRefusal("Those days and times don't go together. Type the whole schedule, like this:", request.CommandWord+" digest add campaign Sales_Outbound weekdays at 9:00, 13:30"))
	}
	l.Order.Rule = rule
	return nil
}

// todayIn is the day it is in a zone, which is known to be one.
func todayIn(zone string, at time.Time) digest.Date {
	if in, err := time.LoadLocation(zone); err == nil {
		at = at.In(in)
	}
	return digest.DateOf(at)
}

// firstDay is the day from which a step of weeks counts when nobody said one: the next on
// which the digest would come every week.
func (h Handler) firstDay(s digest.Spec, now time.Time, today digest.Date) digest.Date {
	s.Weeks = 0
	rule, err := digest.NewRule(s)
	if err != nil {
		return today
	}
	for _, run := range slices.Backward(rule.Upcoming(now, 1, h.Digests.Calendars())) {
		return run.Day
	}
	return today
}

// revised is a schedule with the parts of it that a draft says.
func revised(spec digest.Spec, draft digestline.Draft, today digest.Date) digest.Spec {
	said := draft.When
	if said.Days != 0 || said.Workdays || said.Month != 0 {
		spec.Days, spec.Workdays, spec.Month, spec.Quarter = said.Days, said.Workdays, said.Month, said.Quarter
	}
	weeks := spec.Weeks
	switch {
	case spec.Month != 0 || said.Weeks == 1:
		weeks = 0
	case said.Weeks > 1:
		weeks = said.Weeks
	}
	if weeks != spec.Weeks && spec.Starting.Compare(today) <= 0 { // it was where the old step counted from
		spec.Starting = digest.Date{}
	}
	spec.Weeks = weeks
	if len(said.Times) > 0 {
		spec.Times, spec.Every = said.Times, digest.Every{}
	}
	if said.Every.Hours > 0 {
		spec.Times, spec.Every.Hours = nil, said.Every.Hours
	}
	if draft.HasSpan {
		spec.Every.From, spec.Every.To = said.Every.From, said.Every.To
	}
	spec.Starting, spec.Until = cmp.Or(said.Starting, spec.Starting), cmp.Or(said.Until, spec.Until)
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
	if words := digestpost.BoundWords(gone); words != "" {
		return []string{"Gone with the old schedule: " + words + "."}
	}
	return nil
}

// mostZones is how many zones of other digests an answer names.
const mostZones = 2

// zoneFor returns the zone of a schedule that names none: of who asks, or ahtbot's. It
// notes where that is from, and which others the digests of the channel have.
func (h Handler) zoneFor(ctx context.Context, l *proposal, all []digest.Digest, q request.Question) string {
	zone, from := h.zoneOf(ctx, q)
	l.notes = append(l.notes, fmt.Sprintf("Times are in %s, %s. Another zone: add tz and a city.", zone, from))
	for _, d := range slices.Backward(all) {
		other := d.Order.Rule.Spec().Zone
		if d.Channel != l.Channel || other == zone || slices.Contains(l.zones, other) || len(l.zones) == mostZones {
			continue
		}
		l.zones = append(l.zones, other)
		l.notes = append(l.notes, fmt.Sprintf("Digest %d of the same place is in %s.", d.ID, other))
	}
	return zone
}

// zoneOf is the zone of who asks q, or else ahtbot's, and what that is.
func (h Handler) zoneOf(ctx context.Context, q request.Question) (zone, from string) {
	if p, err := h.Anew(ctx, q.User); err == nil && p.Zone != "" {
		if zone, err := digest.FindZone(p.Zone); err == nil {
			return zone, "your zone in Slack"
		}
	}
	zone = h.Zone.String()
	if found, err := digest.FindZone(zone); err == nil {
		return found, "the zone ahtbot is set to"
	}
	if _, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{0}, Zone: zone}); err != nil {
		zone = "UTC"
	}
	return zone, "the zone ahtbot is set to"
}
