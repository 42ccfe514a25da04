package digests

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// add keeps a digest without a slot, tells its channel, and then gives it its first
// slot. A crash in between leaves one that never runs: the list says so, and resume starts
// it.
func (h Handler) add(ctx context.Context, c digestline.Add, q request.Question) (reply.Reply, error) {
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	l, no := h.propose(ctx, digest.Digest{By: q.User, Made: q.At}, c.Draft, all, func(d digestline.Draft) request.Command { return digestline.Add{Draft: d} }, q)
	if no != nil {
		return *no, nil
	}
	if n := countIn(all, l.Channel); n >= mostDigests {
		return *about(form.FieldPlace, digestRefusal(fmt.Sprintf("%s has %d digests already, and more than that nobody reads. Remove one first:", reply.UpperFirst(strings.TrimPrefix(digestPlaceWords(l.Digest, l.in, q), "in ")), n), request.CommandWord+" digest list")), nil
	}
	p, no, err := h.planned(ctx, l, all, func(d digestline.Draft) request.Command { return digestline.Add{Draft: d} }, c.Draft, q)
	if no != nil || err != nil {
		return orAway(no), err
	}
	if no := h.Again(ctx, q); no != nil {
		return *no, nil
	}
	added, err := h.Digests.Add(ctx, l.Digest)
	if err != nil {
		return digestUnkept(err), err
	}
	l.Digest = added
	l.Next = h.slotAfter(added, q.At)
	if no, err := h.announce(ctx, l, q); no != nil {
		return h.takenBack(ctx, added, *no, err, q)
	}
	kept, no, err := h.keep(ctx, added, l.Digest, "made", q)
	if no != nil && reply.StoreCause(err) != "" { // the channel was told, so what is missing has to be said
		return h.neverStarted(added, err), err
	}
	if no != nil {
		return *no, err
	}
	l.Digest = kept
	r := h.understood(digestpost.DigestName(kept)+" is set up", l, p, q)
	r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: "Undo", Value: digestline.AboutDigestValue("remove", l.ID)})
	r.Buttons = h.editButton(ctx, r.Buttons, "Edit", l.Digest, q)
	return r, nil
}

// editButton appends what opens the form of d, for who may change it.
func (h Handler) editButton(ctx context.Context, buttons []reply.Button, label string, d digest.Digest, q request.Question) []reply.Button {
	if no, err := h.mayChangeIt(ctx, d, q); no != nil || err != nil {
		return buttons
	}
	return h.AppendForm(buttons, label, digestline.AboutDigestValue("edit", d.ID))
}

// neverStarted is for a digest whose channel was told and whose first slot could not be kept.
func (h Handler) neverStarted(d digest.Digest, err error) reply.Reply {
	line := fmt.Sprintf("%s, so %s stands in the list and does not run yet. When that is mended, start it:", reply.CantKeep(reply.StoreCause(err)), digestpost.DigestName(d))
	r := *digestRefusal(line, digestline.AboutDigest("resume", d.ID))
	r.Outcome = "store_away"
	return r
}

// orAway is the Reply, or that the store does not answer.
func orAway(no *reply.Reply) reply.Reply {
	if no != nil {
		return *no
	}
	return digestAway()
}

func countIn(all []digest.Digest, channel string) (n int) {
	for _, d := range all {
		if d.Channel == channel {
			n++
		}
	}
	return n
}

// planned is plan, and refuses a digest that would never run or show nothing.
func (h Handler) planned(ctx context.Context, l proposal, all []digest.Digest, cmd func(digestline.Draft) request.Command, draft digestline.Draft, q request.Question) (digestPlan, *reply.Reply, error) {
	p, no, err := h.plan(ctx, l.Digest, all, q)
	switch {
	case no != nil || err != nil:
		return p, no, err
	case h.slotAfter(l.Digest, q.At) == digest.Slot{}:
		return p, about(FieldDays, digestRefusal(fmt.Sprintf("It would never run: %s has no day to come. Choose other days.", digestpost.WhenWords(l.Order.Rule)))), nil
	case p.all > 0 || q.Sure() || isNothing(draft.What):
		return p, nil, nil
	}
	line := "No campaign has an alert yet, so there is nothing to show now. What gets one later will be shown."
	if group := l.Order.Selection.Group; group != "" {
		line = fmt.Sprintf("I know no campaign that begins with “%s”. Those that come later will be shown. %s", reply.Short(group), h.knownFrom())
	}
	ask := reply.Reply{Outcome: "unseen", Lines: []string{line, "Nothing was changed yet."}}
	ask.Buttons = request.AppendLine(nil, reply.ActionSure, "Do it anyway", cmd(draft))
	ask.Text = reply.JoinSentences(ask.Lines...)
	return p, &ask, nil
}

// knownFrom is namesFrom where names may not be known at all.
func (h Handler) knownFrom() string {
	if h.Names == nil {
		return ""
	}
	return h.namesFrom()
}

// announce tells the channel of a digest who has it posted there, and so finds out whether
// it takes posts, as the direct message of two people does not.
func (h Handler) announce(ctx context.Context, l proposal, q request.Question) (*reply.Reply, error) {
	line := fmt.Sprintf("%s is posted here from now on: %s, %s (%s).", digestpost.DigestName(l.Digest), digestpost.WhatWords(l.Order.Selection), digestpost.WhenWords(l.Order.Rule), l.Order.Rule.Spec().Zone)
	next := h.nextRunsWords(l.Digest, q.At)
	note := "To see, change or stop it: " + digestline.AboutDigest("show", l.ID)
	credits := []reply.Credit{{Role: reply.RoleSetUp, ID: l.By}}
	if l.By != q.User {
		credits = append(credits, reply.Credit{Role: reply.RoleChanged, ID: q.User})
	}
	err := h.Places.Announce(ctx, l.Channel, reply.Reply{
		Outcome: "digest", Public: true, Lines: []string{line, next}, Note: note, Text: reply.JoinSentences(line, next, note),
		Credits: credits, Buttons: []reply.Button{request.TryButton(digestline.Show(l.ID))},
	})
	if place, ok := errors.AsType[*request.PlaceError](err); ok {
		no := about(form.FieldPlace, digestRefusal(reply.JoinSentences(reply.PostFault(place.Code, place.Channel), "Nothing was changed.")))
		no.Outcome = "no_place"
		return no, err
	}
	if err != nil {
		r := digestReply("Slack does not say whether it took the line that tells the channel, so nothing was changed. Try again in a minute; if such a line stands there already, it does not count.")
		r.Outcome = "slack_away"
		return &r, err
	}
	return nil, nil //nolint:nilnil // no refusal and no error is that it stands there
}

// takenBack removes a digest whose channel was not told; why says so.
func (h Handler) takenBack(ctx context.Context, d digest.Digest, why reply.Reply, cause error, q request.Question) (reply.Reply, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), takeBack)
	defer stop()
	d.Removed = q.At
	if _, err := h.Digests.Change(ctx, d, q.User, "removed"); err != nil {
		line := fmt.Sprintf("Digest %d is left in the list without any run. To take it away: %s", d.ID, digestline.AboutDigest("remove", d.ID))
		why.Lines, why.Text = append(why.Lines, line), reply.JoinSentences(why.Text, line)
		return why, errors.Join(cause, err)
	}
	return why, cause
}

// takeBack is how long taking back may last when the question itself has been given up.
const takeBack = 5 * time.Second

// edit changes what a draft says, and tells a channel that the digest is new to.
func (h Handler) edit(ctx context.Context, c digestline.Edit, q request.Question) (reply.Reply, error) {
	was, no, err := h.own(ctx, c.ID, q)
	if no != nil {
		return *no, err
	}
	if c.Version != 0 && c.Version != Mark(was) {
		if no := h.Again(ctx, q); no != nil { // it was this very form
			return *no, nil
		}
		return whileOpen(c.ID), nil
	}
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	cmd := func(d digestline.Draft) request.Command { return digestline.Edit{ID: c.ID, Draft: d} }
	l, no := h.propose(ctx, was, c.Draft, all, cmd, q)
	if no != nil {
		return *no, nil
	}
	if sameButNext(was, l.Digest) {
		return h.understood(digestpost.DigestName(was)+" is like that already, so nothing was changed", l, digestPlan{}, q), nil
	}
	p, no, err := h.planned(ctx, l, all, cmd, c.Draft, q)
	if no != nil || err != nil {
		return orAway(no), err
	}
	l.Next = h.slotOf(l.Digest, q.At)
	if l.Channel != was.Channel && countIn(all, l.Channel) >= mostDigests {
		return *about(form.FieldPlace, digestRefusal(fmt.Sprintf("That channel has %d digests already, and more than that nobody reads.", mostDigests), request.CommandWord+" digest list all")), nil
	}
	if no := h.Again(ctx, q); no != nil {
		return *no, nil
	}
	if l.Channel != was.Channel {
		if no, err := h.announce(ctx, l, q); no != nil {
			return *no, err
		}
	}
	kept, no, err := h.keep(ctx, was, l.Digest, "edited", q)
	if no != nil {
		return *no, err
	}
	l.Digest = kept
	r := h.understood(digestpost.DigestName(kept)+" is changed", l, p, q)
	r.Buttons = append(r.Buttons, undoButton(was, kept)...)
	r.Buttons = h.editButton(ctx, r.Buttons, "Edit", l.Digest, q)
	return r, nil
}

// slotOf is the slot d, which may be paused, has next.
func (h Handler) slotOf(d digest.Digest, now time.Time) digest.Slot {
	switch {
	case !d.Paused:
		return h.slotAfter(d, now)
	case d.Until.IsZero():
		return digest.Slot{}
	default:
		return h.slotAfter(d, digestpost.Later(now, beginning(d.Until, d.Order.Rule.Zone())))
	}
}

// understood is the answer to an add or an edit: what was understood, when it comes, what
// it costs.
func (h Handler) understood(head string, l proposal, p digestPlan, q request.Question) reply.Reply {
	lines := append([]string{digestSentence(l.Digest, l.in, q), h.nextRunsWords(l.Digest, q.At)}, p.words()...)
	more, buttons := l.choices()
	lines = append(append(lines, more...), l.notes...)
	for _, name := range digestpost.UnknownCalendars(l.Order.Rule, h.Digests.Calendars()) {
		if name == digest.AllCalendars {
			lines = append(lines, "No holidays are set here, so no day is left out for one.")
		} else {
			lines = append(lines, fmt.Sprintf("I know no calendar “%s”, so no day is left out for it.", reply.Short(name)))
		}
	}
	r := reply.Reply{
		Outcome: "digest", Title: head, Lines: lines, Credits: digestpost.DigestPlaceCredit(l.Digest, q), Buttons: buttons,
		Try: []string{digestline.AboutDigest("run", l.ID), digestline.AboutDigest("remove", l.ID)},
	}
	r.Note = "run shows you what it would look like now; nobody else sees that. To change it: " + digestline.AboutDigest("edit", l.ID) + " and what changes."
	r.Text = reply.JoinSentences(append([]string{head + "."}, lines...)...)
	return r
}
