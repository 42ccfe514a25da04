package digests

import (
	"context"
	"strings"

	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

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
