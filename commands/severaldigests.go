package commands

import (
	"context"
	"strings"

	"ahtbot/internal/digest"
)

// digestsOf are the digests that all means.
func (h DigestRoom) digestsOf(ctx context.Context, q Question) (ids []int64, err error) {
	all, err := h.Digests.All(ctx)
	for _, d := range all {
		if direct(q) && d.By == q.User || !direct(q) && d.Channel == q.Place {
			ids = append(ids, d.ID)
		}
	}
	return ids, err
}

// digestOne is what is to become of one digest.
func (h DigestRoom) digestOne(ctx context.Context, c Several, id int64, q Question) (one, error) {
	d, ok, err := h.Digests.Digest(ctx, id)
	gone, restores := !d.Removed.IsZero(), c.Verb == "restore"
	o := one{id: id}
	if err != nil || !ok || gone && q.At.Sub(d.Removed) > undoFor {
		o.fate = fateMissing
		return o, err
	}
	o.name = listed(d) + ", " + whenWords(d.Order.Rule)
	no, err := h.mayChangeDigest(ctx, d, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.fate = fateRemoved
	case no != nil:
		o.fate = fateForeign
	default:
		h.digestDeed(&o, d, c, q)
	}
	return o, nil
}

// digestDeed notes what does c to a digest, or why that can't be.
func (h DigestRoom) digestDeed(o *one, was digest.Digest, c Several, q Question) {
	now, no := was, (*Reply)(nil)
	switch c.Verb {
	case "remove":
		now = removedDigest(was, q)
	case "restore":
		now = h.restoredDigest(was, q)
	case "pause":
		now, no = h.pausedDigest(was, c.Until, q)
	case "resume":
		now, no = h.resumedDigest(was, q)
	}
	if o.fate = fateDone; no != nil {
		o.fate, o.why = fateRefused, firstSentence(no.Lines[0])
		return
	}
	if sameDigest(was, now) {
		o.fate = fateAlready
		return
	}
	o.do = func(ctx context.Context) error {
		_, no, err := h.keepDigest(ctx, was, now, verbDone[c.Verb], q)
		if err == nil && no != nil {
			return ErrChanged
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
