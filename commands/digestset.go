package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// addDigest keeps a digest without a slot, tells its channel, and then gives it its first
// slot. A crash in between leaves one that never runs: the list says so, and resume starts
// it.
func (h DigestRoom) addDigest(ctx context.Context, c AddDigest, q Question) (Reply, error) {
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	l, no := h.layDigest(ctx, digest.Digest{By: q.User, Made: q.At}, c.Draft, all, func(d DigestDraft) Command { return AddDigest{d} }, q)
	if no != nil {
		return *no, nil
	}
	if n := countIn(all, l.Channel); n >= mostDigests {
		return *digestRefusal(fmt.Sprintf("%s has %d digests already, and more than that nobody reads. Remove one first:", upperFirst(strings.TrimPrefix(digestPlaceWords(l.Digest, l.in, q), "in ")), n), Name+" digest list"), nil
	}
	p, no, err := h.plannedDigest(ctx, l, all, func(d DigestDraft) Command { return AddDigest{d} }, c.Draft, q)
	if no != nil || err != nil {
		return orAway(no), err
	}
	added, err := h.Digests.Add(ctx, l.Digest)
	if err != nil {
		return digestUnkept(err), err
	}
	l.Digest = added
	l.Next = h.slotAfter(added, q.At)
	if no, err := h.announceDigest(ctx, l, q); no != nil {
		return h.takenBack(ctx, added, *no, err, q)
	}
	kept, no, err := h.keepDigest(ctx, added, l.Digest, "made", q)
	if no != nil && storeCause(err) != "" { // the channel was told, so what is missing has to be said
		return h.neverStarted(added, err), err
	}
	if no != nil {
		return *no, err
	}
	l.Digest = kept
	r := h.understoodDigest(digestName(kept)+" is set up", l, p, q)
	r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: "Undo", Value: aboutDigestValue("remove", l.ID)})
	return r, nil
}

// neverStarted is for a digest whose channel was told and whose first slot could not be kept.
func (h DigestRoom) neverStarted(d digest.Digest, err error) Reply {
	line := fmt.Sprintf("%s, so %s stands in the list and does not run yet. When that is mended, start it:", cantKeep(storeCause(err)), digestName(d))
	r := *digestRefusal(line, aboutDigest("resume", d.ID))
	r.Outcome = "store_away"
	return r
}

// orAway is the Reply, or that the store does not answer.
func orAway(no *Reply) Reply {
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

// plannedDigest is planDigest, and refuses a digest that would never run or show nothing.
func (h DigestRoom) plannedDigest(ctx context.Context, l laid, all []digest.Digest, cmd func(DigestDraft) Command, draft DigestDraft, q Question) (digestPlan, *Reply, error) {
	p, no, err := h.planDigest(ctx, l.Digest, all, q)
	switch {
	case no != nil || err != nil:
		return p, no, err
	case h.slotAfter(l.Digest, q.At) == digest.Slot{}:
		return p, digestRefusal(fmt.Sprintf("It would never run: %s has no day to come. Choose other days.", whenWords(l.Order.Rule))), nil
	case p.all > 0 || q.sure() || isNothing(draft.What):
		return p, nil, nil
	}
	line := "No campaign has an alert yet, so there is nothing to show now. What gets one later will be shown."
	if group := l.Order.Selection.Group; group != "" {
		line = fmt.Sprintf("I know no campaign that begins with “%s”. Those that come later will be shown. %s", short(group), h.knownFrom())
	}
	ask := Reply{Outcome: "unseen", Lines: []string{line, "Nothing was changed yet."}}
	ask.Buttons = appendLine(nil, ActionSure, "Do it anyway", cmd(draft))
	ask.Text = joinSentences(ask.Lines...)
	return p, &ask, nil
}

// knownFrom is namesFrom where names may not be known at all.
func (h DigestRoom) knownFrom() string {
	if h.Names == nil {
		return ""
	}
	return h.namesFrom()
}

// announceDigest tells the channel of a digest who has it posted there, and so finds out whether
// it takes posts, as the direct message of two people does not.
func (h DigestRoom) announceDigest(ctx context.Context, l laid, q Question) (*Reply, error) {
	line := fmt.Sprintf("%s is posted here from now on: %s, %s (%s).", digestName(l.Digest), whatWords(l.Order.Selection), whenWords(l.Order.Rule), l.Order.Rule.Spec().Zone)
	next := h.nextRunsWords(l.Digest, q.At)
	note := "To see, change or stop it: " + aboutDigest("show", l.ID)
	credits := []Credit{{Role: RoleSetUp, ID: l.By}}
	if l.By != q.User {
		credits = append(credits, Credit{Role: RoleChanged, ID: q.User})
	}
	err := h.Places.Announce(ctx, l.Channel, Reply{
		Outcome: "digest", Public: true, Lines: []string{line, next}, Note: note, Text: joinSentences(line, next, note),
		Credits: credits, Buttons: []Button{tryButton(ShowDigest{l.ID})},
	})
	if place, ok := errors.AsType[*PlaceError](err); ok {
		return digestRefusal(joinSentences(PostFault(place.Code, place.Channel), "Nothing was changed.")), err
	}
	if err != nil {
		r := digestReply("Slack does not say whether it took the line that tells the channel, so nothing was changed. Try again in a minute; if such a line stands there already, it does not count.")
		r.Outcome = "slack_away"
		return &r, err
	}
	return nil, nil //nolint:nilnil // no refusal and no error is that it stands there
}

// takenBack removes a digest whose channel was not told; why says so.
func (h DigestRoom) takenBack(ctx context.Context, d digest.Digest, why Reply, cause error, q Question) (Reply, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), takeBack)
	defer stop()
	d.Removed = q.At
	if _, err := h.Digests.Change(ctx, d, q.User, "removed"); err != nil {
		line := fmt.Sprintf("Digest %d is left in the list without any run. To take it away: %s", d.ID, aboutDigest("remove", d.ID))
		why.Lines, why.Text = append(why.Lines, line), joinSentences(why.Text, line)
		return why, errors.Join(cause, err)
	}
	return why, cause
}

// takeBack is how long taking back may last when the question itself has been given up.
const takeBack = 5 * time.Second

// editDigest changes what a draft says, and tells a channel that the digest is new to.
func (h DigestRoom) editDigest(ctx context.Context, c EditDigest, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, c.ID, q)
	if no != nil {
		return *no, err
	}
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	cmd := func(d DigestDraft) Command { return EditDigest{c.ID, d} }
	l, no := h.layDigest(ctx, was, c.Draft, all, cmd, q)
	if no != nil {
		return *no, nil
	}
	if sameButNext(was, l.Digest) {
		return h.understoodDigest(digestName(was)+" is like that already, so nothing was changed", l, digestPlan{}, q), nil
	}
	p, no, err := h.plannedDigest(ctx, l, all, cmd, c.Draft, q)
	if no != nil || err != nil {
		return orAway(no), err
	}
	l.Next = h.slotOf(l.Digest, q.At)
	if l.Channel != was.Channel {
		if countIn(all, l.Channel) >= mostDigests {
			return *digestRefusal(fmt.Sprintf("That channel has %d digests already, and more than that nobody reads.", mostDigests), Name+" digest list all"), nil
		}
		if no, err := h.announceDigest(ctx, l, q); no != nil {
			return *no, err
		}
	}
	kept, no, err := h.keepDigest(ctx, was, l.Digest, "edited", q)
	if no != nil {
		return *no, err
	}
	l.Digest = kept
	r := h.understoodDigest(digestName(kept)+" is changed", l, p, q)
	r.Buttons = append(r.Buttons, undoButton(was, kept)...)
	return r, nil
}

// slotOf is the slot d, which may be paused, has next.
func (h DigestRoom) slotOf(d digest.Digest, now time.Time) digest.Slot {
	switch {
	case !d.Paused:
		return h.slotAfter(d, now)
	case d.Until.IsZero():
		return digest.Slot{}
	default:
		return h.slotAfter(d, later(now, beginning(d.Until, d.Order.Rule.Zone())))
	}
}

// understoodDigest is the answer to an add or an edit: what was understood, when it comes, what
// it costs.
func (h DigestRoom) understoodDigest(head string, l laid, p digestPlan, q Question) Reply {
	lines := append([]string{digestSentence(l.Digest, l.in, q), h.nextRunsWords(l.Digest, q.At)}, p.words()...)
	more, buttons := l.choices()
	lines = append(append(lines, more...), l.notes...)
	for _, name := range unknownCalendars(l.Order.Rule, h.Digests.Calendars()) {
		if name == digest.AllCalendars {
			lines = append(lines, "No holidays are set here, so no day is left out for one.")
		} else {
			lines = append(lines, fmt.Sprintf("I know no calendar “%s”, so no day is left out for it.", short(name)))
		}
	}
	r := Reply{
		Outcome: "digest", Title: head, Lines: lines, Credits: digestPlaceCredit(l.Digest, q), Buttons: buttons,
		Try: []string{aboutDigest("run", l.ID), aboutDigest("remove", l.ID)},
	}
	r.Note = "run shows you what it would look like now; nobody else sees that. To change it: " + aboutDigest("edit", l.ID) + " and what changes."
	r.Text = joinSentences(append([]string{head + "."}, lines...)...)
	return r
}
