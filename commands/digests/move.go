package digests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// pause stops a digest until a day, whose first slot it then has next, or until
// somebody resumes it.
func (h Handler) pause(ctx context.Context, c digestline.Pause, q request.Question) (reply.Reply, error) {
	was, no, err := h.own(ctx, c.ID, q)
	if no != nil {
		return *no, err
	}
	d, no := h.paused(was, c.Until, q)
	if no != nil {
		return *no, nil
	}
	d, no, err = h.keep(ctx, was, d, "paused", q)
	if no != nil {
		return *no, err
	}
	until := "Nothing comes until somebody resumes it."
	if !d.Until.IsZero() {
		until = fmt.Sprintf("It starts again by itself: %s.", digestpost.RunsWords(h.upcomingRuns(d, q.At), q.At, d.Order.Rule.Zone()))
	}
	return h.moved(d, fmt.Sprintf("%s is paused.", digestpost.DigestName(d)), until, "Resume", "resume"), nil
}

// paused is d paused until a day, or why that can't be.
func (h Handler) paused(d digest.Digest, until digest.Date, q request.Question) (digest.Digest, *reply.Reply) {
	until = until.On(digest.DateOf(q.At.In(d.Order.Rule.Zone())))
	if !until.IsZero() && !beginning(until, d.Order.Rule.Zone()).After(q.At) {
		return d, digestRefusal("That day has come already. Name a later one, or none:", digestline.AboutDigest("pause", d.ID))
	}
	d.Paused, d.Until, d.PausedBy, d.Why = true, until, q.User, ""
	if d.Next = h.slotOf(d, q.At); !until.IsZero() && d.Next.At.IsZero() {
		return d, digestRefusal(fmt.Sprintf("From %s on digest %d has no run any more. Pause it without a day, or remove it:", grammar.DateWords(until), d.ID), digestline.AboutDigest("pause", d.ID), digestline.AboutDigest("remove", d.ID))
	}
	return d, nil
}

// moved is the answer to a change that one press undoes.
func (h Handler) moved(d digest.Digest, line, next, label, verb string) reply.Reply {
	r := digestReply(line, next)
	r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: label, Value: digestline.AboutDigestValue(verb, d.ID)}}
	return r
}

// resume starts a digest again. One whose maker has left belongs to who resumes it.
func (h Handler) resume(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	was, no, err := h.own(ctx, id, q)
	if no != nil {
		return *no, err
	}
	line := fmt.Sprintf("%s runs again.", digestpost.DigestName(was))
	switch {
	case !was.Paused && !was.Next.At.IsZero():
		return digestReply(fmt.Sprintf("%s is not paused.", digestpost.DigestName(was)), h.nextRunsWords(was, q.At)), nil
	case was.Why != "":
		line += " It is yours now."
	}
	d, no := h.resumed(was, q)
	if no != nil {
		return *no, nil
	}
	d, no, err = h.keep(ctx, was, d, "resumed", q)
	if no != nil {
		return *no, err
	}
	return h.moved(d, line, h.nextRunsWords(d, q.At), "Pause", "pause"), nil
}

// resumed is d running again, or why that can't be. One whose maker has left is of who
// asks then.
func (h Handler) resumed(d digest.Digest, q request.Question) (digest.Digest, *reply.Reply) {
	if d.Why != "" {
		d.By = q.User
	}
	d.Paused, d.Until, d.PausedBy, d.Why = false, digest.Date{}, "", ""
	if d.Next = h.slotAfter(d, q.At); d.Next.At.IsZero() {
		return d, digestRefusal(fmt.Sprintf("Digest %d has no run to come: its last day is over. Give it new days:", d.ID), digestline.AboutDigest("edit", d.ID)+" weekdays at 9:00")
	}
	return d, nil
}

// send posts a digest now, beside its slots.
func (h Handler) send(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	d, no, err := h.own(ctx, id, q)
	if no != nil {
		return *no, err
	}
	err = h.Digests.Send(ctx, d, q.User)
	if place, ok := errors.AsType[*request.PlaceError](err); ok {
		return *digestRefusal(reply.JoinSentences(fmt.Sprintf("Digest %d was not posted.", id), reply.PostFault(place.Code, place.Channel))), err
	}
	if err != nil {
		if _, upstream := errors.AsType[request.UpstreamError](err); upstream {
			return h.unread(err, q), err
		}
		r := digestReply(fmt.Sprintf("I can't say whether digest %d was posted: Slack or the store does not answer. Look into the channel before you send it again.", id))
		r.Outcome = "unsure"
		return r, err
	}
	_, _, err = h.keep(ctx, d, d, "sent", q) // for the record: the post stands, whatever becomes of it
	r := digestReply(fmt.Sprintf("%s is posted %s.", digestpost.DigestName(d), digestPlaceWords(d, grammar.Place{}, q)), h.nextRunsWords(d, q.At))
	r.Credits = digestpost.DigestPlaceCredit(d, q)
	return r, err
}

// remove takes a digest away, and offers to bring it back.
func (h Handler) remove(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	was, no, err := h.own(ctx, id, q)
	if no != nil {
		return *no, err
	}
	d, no, err := h.keep(ctx, was, removedDigest(was, q), "removed", q)
	if no != nil {
		return *no, err
	}
	return h.moved(d, fmt.Sprintf("%s is removed; nothing more of it is posted.", digestpost.DigestName(d)),
		fmt.Sprintf("Undo brings it back for ten minutes, until %s.", q.At.Add(undoFor).In(h.Zone).Format("15:04 MST")), "Undo", "restore"), nil
}

func removedDigest(d digest.Digest, q request.Question) digest.Digest {
	d.Removed, d.Next = q.At, digest.Slot{}
	return d
}

// restored is d as it stood before it was removed.
func (h Handler) restored(d digest.Digest, q request.Question) digest.Digest {
	d.Removed = time.Time{}
	d.Next = h.slotOf(d, q.At)
	return d
}

// restore undoes a removal of the last ten minutes.
func (h Handler) restore(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	was, ok, err := h.Digests.Digest(ctx, id)
	switch {
	case err != nil:
		return digestAway(), err
	case !ok, !was.Removed.IsZero() && q.At.Sub(was.Removed) > undoFor:
		return *digestRefusal(fmt.Sprintf("Digest %d can't be brought back: it was removed more than ten minutes ago, or there never was one. Set it up again:", id),
			request.CommandWord+` digest add campaign "Sales Outbound" weekdays at 11:00, 13:00, 15:00`), nil
	case was.Removed.IsZero():
		return digestReply(fmt.Sprintf("%s is there, so there is nothing to undo.", digestpost.DigestName(was)), h.nextRunsWords(was, q.At)), nil
	}
	if no, err := h.mayChangeIt(ctx, was, q); no != nil {
		return *no, err
	}
	d, no, err := h.keep(ctx, was, h.restored(was, q), "restored", q)
	if no != nil {
		return *no, err
	}
	return digestReply(fmt.Sprintf("%s is back.", digestpost.DigestName(d)), h.nextRunsWords(d, q.At)), nil
}
