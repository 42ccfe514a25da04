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
func (h DigestRoom) pauseDigest(ctx context.Context, c PauseDigest, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, c.ID, q)
	if no != nil {
		return *no, err
	}
	d, no := h.pausedDigest(was, c.Until, q)
	if no != nil {
		return *no, nil
	}
	d, no, err = h.keepDigest(ctx, was, d, "paused", q)
	if no != nil {
		return *no, err
	}
	until := "Nothing comes until somebody resumes it."
	if !d.Until.IsZero() {
		until = fmt.Sprintf("It starts again by itself: %s.", runsWords(h.upcomingRuns(d, q.At), q.At, d.Order.Rule.Zone()))
	}
	return h.movedDigest(d, fmt.Sprintf("%s is paused.", digestName(d)), until, "Resume", "resume"), nil
}

// pausedDigest is d paused until a day, or why that can't be.
func (h DigestRoom) pausedDigest(d digest.Digest, until digest.Date, q Question) (digest.Digest, *Reply) {
	until = until.On(digest.DateOf(q.At.In(d.Order.Rule.Zone())))
	if !until.IsZero() && !beginning(until, d.Order.Rule.Zone()).After(q.At) {
		return d, digestRefusal("That day has come already. Name a later one, or none:", aboutDigest("pause", d.ID))
	}
	d.Paused, d.Until, d.PausedBy, d.Why = true, until, q.User, ""
	if d.Next = h.slotOf(d, q.At); !until.IsZero() && d.Next.At.IsZero() {
		return d, digestRefusal(fmt.Sprintf("From %s on digest %d has no run any more. Pause it without a day, or remove it:", dateWords(until), d.ID), aboutDigest("pause", d.ID), aboutDigest("remove", d.ID))
	}
	return d, nil
}

// movedDigest is the answer to a change that one press undoes.
func (h DigestRoom) movedDigest(d digest.Digest, line, next, label, verb string) Reply {
	r := digestReply(line, next)
	r.Buttons = []Button{{Action: ActionLine, Label: label, Value: aboutDigestValue(verb, d.ID)}}
	return r
}

// resumeDigest starts a digest again. One whose maker has left belongs to who resumes it.
func (h DigestRoom) resumeDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, id, q)
	if no != nil {
		return *no, err
	}
	line := fmt.Sprintf("%s runs again.", digestName(was))
	switch {
	case !was.Paused && !was.Next.At.IsZero():
		return digestReply(fmt.Sprintf("%s is not paused.", digestName(was)), h.nextRunsWords(was, q.At)), nil
	case was.Why != "":
		line += " It is yours now."
	}
	d, no := h.resumedDigest(was, q)
	if no != nil {
		return *no, nil
	}
	d, no, err = h.keepDigest(ctx, was, d, "resumed", q)
	if no != nil {
		return *no, err
	}
	return h.movedDigest(d, line, h.nextRunsWords(d, q.At), "Pause", "pause"), nil
}

// resumedDigest is d running again, or why that can't be. One whose maker has left is of who
// asks then.
func (h DigestRoom) resumedDigest(d digest.Digest, q Question) (digest.Digest, *Reply) {
	if d.Why != "" {
		d.By = q.User
	}
	d.Paused, d.Until, d.PausedBy, d.Why = false, digest.Date{}, "", ""
	if d.Next = h.slotAfter(d, q.At); d.Next.At.IsZero() {
		return d, digestRefusal(fmt.Sprintf("Digest %d has no run to come: its last day is over. Give it new days:", d.ID), aboutDigest("edit", d.ID)+" weekdays at 9:00")
	}
	return d, nil
}

// sendDigest posts a digest now, beside its slots.
func (h DigestRoom) sendDigest(ctx context.Context, id int64, q Question) (Reply, error) {
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
func (h DigestRoom) removeDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	was, no, err := h.ownDigest(ctx, id, q)
	if no != nil {
		return *no, err
	}
	d, no, err := h.keepDigest(ctx, was, removedDigest(was, q), "removed", q)
	if no != nil {
		return *no, err
	}
	return h.movedDigest(d, fmt.Sprintf("%s is removed; nothing more of it is posted.", digestName(d)),
		fmt.Sprintf("Undo brings it back for ten minutes, until %s.", q.At.Add(undoFor).In(h.Zone).Format("15:04 MST")), "Undo", "restore"), nil
}

func removedDigest(d digest.Digest, q Question) digest.Digest {
	d.Removed, d.Next = q.At, digest.Slot{}
	return d
}

// restoredDigest is d as it stood before it was removed.
func (h DigestRoom) restoredDigest(d digest.Digest, q Question) digest.Digest {
	d.Removed = time.Time{}
	d.Next = h.slotOf(d, q.At)
	return d
}

// restoreDigest undoes a removal of the last ten minutes.
func (h DigestRoom) restoreDigest(ctx context.Context, id int64, q Question) (Reply, error) {
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
	d, no, err := h.keepDigest(ctx, was, h.restoredDigest(was, q), "restored", q)
	if no != nil {
		return *no, err
	}
	return digestReply(fmt.Sprintf("%s is back.", digestName(d)), h.nextRunsWords(d, q.At)), nil
}
