package digests

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// change does what a line asks that changes one digest without a word about what it is to be.
func (h Handler) change(ctx context.Context, c standing.Command, id int64, q request.Question) (reply.Reply, error) {
	find := h.own
	if c.Verb == "restore" {
		find = h.ownRemoved
	}
	was, no, err := find(ctx, id, q)
	if no != nil {
		return *no, err
	}
	if c.Verb == "resume" && !was.Paused && !was.Next.At.IsZero() {
		return digestReply(fmt.Sprintf("%s is not paused.", digestpost.DigestName(was)), h.nextRunsWords(was, q.At)), nil
	}
	d, no := h.after(was, c, q)
	if no != nil {
		return *no, nil
	}
	d, no, err = h.keep(ctx, was, d, standing.VerbDone[c.Verb], q)
	if no != nil {
		return *no, err
	}
	return h.changed(was, d, c.Verb, q), nil
}

// after is was once c is done to it, or why that can't be.
func (h Handler) after(was digest.Digest, c standing.Command, q request.Question) (digest.Digest, *reply.Reply) {
	switch c.Verb {
	case "pause":
		return h.paused(was, c.Until, q)
	case "resume":
		return h.resumed(was, q)
	case "remove":
		was.Removed, was.Next = q.At, digest.Slot{}
	default:
		was.Removed = time.Time{}
		was.Next = h.slotOf(was, q.At)
	}
	return was, nil
}

// changed says what a verb has made of a digest, and offers what takes it back.
func (h Handler) changed(was, d digest.Digest, verb string, q request.Question) reply.Reply {
	line, next, back, label := digestpost.DigestName(d), h.nextRunsWords(d, q.At), "", ""
	switch verb {
	case "pause":
		line, next, back, label = line+" is paused.", "Nothing comes until somebody resumes it.", "resume", "Resume"
		if !d.Until.IsZero() {
			next = fmt.Sprintf("It starts again by itself: %s.", digestpost.RunsWords(h.upcomingRuns(d, q.At), q.At, d.Order.Rule.Zone()))
		}
	case "resume":
		line, back, label = line+" runs again.", "pause", "Pause"
		if was.Why != "" {
			line += " It is yours now."
		}
	case "remove":
		line, back, label = line+" is removed; nothing more of it is posted.", "restore", "Undo"
		next = fmt.Sprintf("Undo brings it back for ten minutes, until %s.", q.At.Add(undoFor).In(h.Zone).Format("15:04 MST"))
	default:
		return digestReply(line+" is back.", next)
	}
	r := digestReply(line, next)
	r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: label, Value: digestline.AboutDigestValue(back, d.ID)}}
	return r
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

// ownRemoved is the digest that was removed in the last ten minutes, for who wants it back.
func (h Handler) ownRemoved(ctx context.Context, id int64, q request.Question) (digest.Digest, *reply.Reply, error) {
	d, ok, err := h.Digests.Digest(ctx, id)
	switch {
	case err != nil:
		return d, new(digestAway()), err
	case !ok, !d.Removed.IsZero() && q.At.Sub(d.Removed) > undoFor:
		return d, digestRefusal(fmt.Sprintf("Digest %d can't be brought back: it was removed more than ten minutes ago, or there never was one. Set it up again:", id),
			request.CommandWord+` digest add campaign "Sales Outbound" weekdays at 11:00, 13:00, 15:00`), nil
	case d.Removed.IsZero():
		return d, new(digestReply(fmt.Sprintf("%s is there, so there is nothing to undo.", digestpost.DigestName(d)), h.nextRunsWords(d, q.At))), nil
	}
	no, err := h.mayChangeIt(ctx, d, q)
	return d, no, err
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

// all are the digests that all means.
func (h Handler) all(ctx context.Context, q request.Question) (ids []int64, err error) {
	all, err := h.Digests.All(ctx)
	for _, d := range all {
		if standing.Direct(q) && d.By == q.User || !standing.Direct(q) && d.Channel == q.Place {
			ids = append(ids, d.ID)
		}
	}
	return ids, err
}

// find is what is to become of one digest.
func (h Handler) find(ctx context.Context, c standing.Command, id int64, q request.Question) (standing.One, error) {
	d, ok, err := h.Digests.Digest(ctx, id)
	gone, restores := !d.Removed.IsZero(), c.Verb == "restore"
	o := standing.One{ID: id}
	if err != nil || !ok || gone && q.At.Sub(d.Removed) > undoFor {
		o.Result = standing.ResultMissing
		return o, err
	}
	o.Name = listed(d) + ", " + digestpost.WhenWords(d.Order.Rule)
	no, err := h.mayChangeIt(ctx, d, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.Result = standing.ResultRemoved
	case no != nil:
		o.Result = standing.ResultForeign
	default:
		h.deed(&o, d, c, q)
	}
	return o, nil
}

// deed notes what does c to a digest, or why that can't be.
func (h Handler) deed(o *standing.One, was digest.Digest, c standing.Command, q request.Question) {
	now, no := h.after(was, c, q)
	if o.Result = standing.ResultDone; no != nil {
		o.Result, o.Why = standing.ResultRefused, firstSentence(no.Lines[0])
		return
	}
	if sameDigest(was, now) {
		o.Result = standing.ResultAlready
		return
	}
	o.Do = func(ctx context.Context) error {
		_, no, err := h.keep(ctx, was, now, standing.VerbDone[c.Verb], q)
		if err == nil && no != nil {
			return request.ErrChanged
		}
		return err
	}
}

// sameDigest reports whether a change of a digest changes nothing.
func sameDigest(was, now digest.Digest) bool {
	now.PausedBy = was.PausedBy
	return sameButNext(was, now) && was.Next.At.IsZero() == now.Next.At.IsZero()
}

// firstSentence is the beginning of a reason, without the way out behind it.
func firstSentence(s string) string {
	s, _, _ = strings.Cut(s, ". ")
	return strings.TrimSuffix(s, ".")
}
