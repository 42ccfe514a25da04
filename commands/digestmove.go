package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/digest"
)

// pauseDigest stops a digest until a day, whose first slot it then has next, or until
// somebody resumes it.
func (h *Handler) pauseDigest(ctx context.Context, c PauseDigest, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, c.ID, q)
	if no != nil {
		return *no, err
	}
	d := was
	if !c.Until.IsZero() && !beginning(c.Until, d.Order.When.Zone()).After(q.At) {
		return *digestRefusal("That day has come already. Name a later one, or none:", aboutDigest("pause", c.ID)), nil
	}
	d.Paused, d.Until, d.PausedBy, d.Why = true, c.Until, q.User, ""
	if d.Next = h.slotOf(d, q.At); !d.Until.IsZero() && d.Next.At.IsZero() {
		return *digestRefusal(fmt.Sprintf("From %s on digest %d has no run any more. Pause it without a day, or remove it:", dateWords(c.Until), c.ID), aboutDigest("pause", c.ID), aboutDigest("remove", c.ID)), nil
	}
	d, no, err = h.keepDigest(ctx, was, d, "paused", q)
	if no != nil {
		return *no, err
	}
	until := "Nothing comes until somebody resumes it."
	if !d.Until.IsZero() {
		until = fmt.Sprintf("It starts again by itself: %s.", runsWords(h.upcomingRuns(d, q.At), q.At, d.Order.When.Zone()))
	}
	return h.movedDigest(d, fmt.Sprintf("%s is paused.", digestName(d)), until, "Resume", "resume"), nil
}

// movedDigest is the answer to a change that one press undoes.
func (h *Handler) movedDigest(d digest.Digest, line, next, label, verb string) Reply {
	r := digestReply(line, next)
	r.Buttons = []Button{{Action: ActionLine, Label: label, Value: aboutDigestValue(verb, d.ID)}}
	return r
}

// resumeDigest starts a digest again. One whose maker has left belongs to who resumes it.
func (h *Handler) resumeDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, id, q)
	if no != nil {
		return *no, err
	}
	d, line := was, fmt.Sprintf("%s runs again.", digestName(was))
	switch {
	case !was.Paused && !was.Next.At.IsZero():
		return digestReply(fmt.Sprintf("%s is not paused.", digestName(was)), h.nextRunsWords(was, q.At)), nil
	case was.Why != "":
		d.By = q.User
		line += " It is yours now."
	}
	d.Paused, d.Until, d.PausedBy, d.Why = false, digest.Date{}, "", ""
	if d.Next = h.slotAfter(d, q.At); d.Next.At.IsZero() {
		return *digestRefusal(fmt.Sprintf("Digest %d has no run to come: its last day is over. Give it new days:", id), aboutDigest("edit", id)+" weekdays at 9:00"), nil
	}
	d, no, err = h.keepDigest(ctx, was, d, "resumed", q)
	if no != nil {
		return *no, err
	}
	return h.movedDigest(d, line, h.nextRunsWords(d, q.At), "Pause", "pause"), nil
}

// sendDigest posts a digest now, beside its slots.
func (h *Handler) sendDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	d, no, err := h.ownDigest(ctx, id, q)
	if no != nil {
		return *no, err
	}
	err = h.Digests.Send(ctx, d, q.User)
	if place, ok := errors.AsType[*PlaceError](err); ok {
		return *digestRefusal(joinSentences(fmt.Sprintf("Digest %d was not posted.", id), PostFault(place.Code, place.Channel))), err
	}
	if err != nil {
		if _, upstream := errors.AsType[upstreamError](err); upstream {
			return h.digestUnread(err, q), err
		}
		r := digestReply(fmt.Sprintf("I can't say whether digest %d was posted: Slack or the store does not answer. Look into the channel before you send it again.", id))
		r.Outcome = "unsure"
		return r, err
	}
	_, _, err = h.keepDigest(ctx, d, d, "sent", q) // for the record: the post stands, whatever becomes of it
	r := digestReply(fmt.Sprintf("%s is posted %s.", digestName(d), digestPlaceWords(d, Place{}, q)), h.nextRunsWords(d, q.At))
	r.Credits = digestPlaceCredit(d, q)
	return r, err
}

// removeDigest takes a digest away, and offers to bring it back.
func (h *Handler) removeDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, id, q)
	if no != nil {
		return *no, err
	}
	d := was
	d.Removed, d.Next = q.At, digest.Slot{}
	d, no, err = h.keepDigest(ctx, was, d, "removed", q)
	if no != nil {
		return *no, err
	}
	return h.movedDigest(d, fmt.Sprintf("%s is removed; nothing more of it is posted.", digestName(d)),
		fmt.Sprintf("Undo brings it back for ten minutes, until %s.", q.At.Add(undoFor).In(h.Zone).Format("15:04 MST")), "Undo", "restore"), nil
}

// restoreDigest undoes a removal of the last ten minutes.
func (h *Handler) restoreDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	was, ok, err := h.Digests.Digest(ctx, id)
	switch {
	case err != nil:
		return digestAway(), err
	case !ok, !was.Removed.IsZero() && q.At.Sub(was.Removed) > undoFor:
		return *digestRefusal(fmt.Sprintf("Digest %d can't be brought back: it was removed more than ten minutes ago, or there never was one. Set it up again:", id),
			Name+` digest add campaign "Sales Outbound" weekdays at 11:00, 13:00, 15:00`), nil
	case was.Removed.IsZero():
		return digestReply(fmt.Sprintf("%s is there, so there is nothing to undo.", digestName(was)), h.nextRunsWords(was, q.At)), nil
	}
	if no, err := h.mayChangeDigest(ctx, was, q); no != nil {
		return *no, err
	}
	d := was
	d.Removed = time.Time{}
	d.Next = h.slotOf(d, q.At)
	d, no, err := h.keepDigest(ctx, was, d, "restored", q)
	if no != nil {
		return *no, err
	}
	return digestReply(fmt.Sprintf("%s is back.", digestName(d)), h.nextRunsWords(d, q.At)), nil
}
