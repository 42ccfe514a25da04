package digests

import (
	"context"
	"encoding/binary"
	"fmt"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// FieldDays is the field of a digest's days in its form; the others that refusals name have their names in package form.
const FieldDays = "days"

// Owned returns the digest id that stands, for who wants to change it, or the Reply that it can't be changed.
func (h Handler) Owned(ctx context.Context, id int64, q request.Question) (digest.Digest, *reply.Reply, error) {
	if h.Digests == nil {
		return digest.Digest{}, new(reply.OneLine("off", notSwitchedOn)), nil
	}
	return h.own(ctx, id, q)
}

// Mark stands for all of d that people change; it stays the same when d only goes on to its next slot. It is never 0.
func Mark(d digest.Digest) int64 {
	sum := sumOf(d)
	return int64(binary.BigEndian.Uint64(sum[:8])>>1 | 1)
}

// whileOpen says to who filled in a form that somebody else changed the digest meanwhile.
func whileOpen(id int64) reply.Reply {
	r := *digestRefusal(fmt.Sprintf("Somebody changed digest %d while this form was open, so nothing was done. What you filled in is still here. To see the change:", id), digestline.AboutDigest("show", id))
	r.Outcome = "changed"
	r.Buttons = []reply.Button{{Action: reply.ActionForm, Label: "Load how it stands now", Value: digestline.AboutDigestValue("edit", id)}}
	return r
}

// Foreseen says what an Add or an Edit would do, or what a digest does that is shown: what comes when, and what it costs; or
// why it would be refused. It changes nothing.
func (h Handler) Foreseen(ctx context.Context, cmd request.Command, q request.Question) ([]string, error) {
	if h.Digests == nil {
		return []string{notSwitchedOn}, nil
	}
	all, err := h.Digests.All(ctx)
	if err != nil {
		return nil, err
	}
	d, draft, no, err := h.meant(ctx, cmd, q)
	if no != nil {
		return no.Lines[:1], err
	}
	if d.ID == 0 && draft.In == (grammar.Place{}) && q.Place == "" {
		q.Place = anyChannel
	}
	same := func(digestline.Draft) request.Command { return cmd }
	l, no := h.propose(ctx, d, draft, all, same, q)
	if no != nil {
		return no.Lines[:1], nil
	}
	p, no, err := h.planned(ctx, l, all, same, draft, q)
	if no != nil || err != nil {
		return orAway(no).Lines[:1], err
	}
	l.Next = h.slotOf(l.Digest, q.At)
	lines := []string{whatComes(l.Digest) + ".", h.nextRunsWords(l.Digest, q.At)}
	return append(append(lines, p.words()...), l.notes...), nil
}

// anyChannel stands for a place that is not chosen yet: the same comes in every one.
const anyChannel = "C"

// meant is the digest that cmd is about, or a new one, and what is to become of it.
func (h Handler) meant(ctx context.Context, cmd request.Command, q request.Question) (d digest.Digest, draft digestline.Draft, no *reply.Reply, err error) {
	switch cmd := cmd.(type) {
	case digestline.Add:
		return digest.Digest{By: q.User, Made: q.At}, cmd.Draft, nil, nil
	case digestline.Edit:
		d, no, err = h.digest(ctx, cmd.ID)
		return d, cmd.Draft, no, err
	case standing.Command:
		id, _ := cmd.Alone()
		d, no, err = h.digest(ctx, id)
		return d, draft, no, err
	default:
		return d, draft, digestRefusal("That line does something else."), nil
	}
}

// Asked is d with what draft asks to change of it, as it is where that does not go together.
func (h Handler) Asked(ctx context.Context, d digest.Digest, draft digestline.Draft, q request.Question) digest.Digest {
	q.Action = reply.ActionSure // nobody is asked back about names before the form is sent
	l, no := h.propose(ctx, d, draft, nil, func(draft digestline.Draft) request.Command { return digestline.Edit{ID: d.ID, Draft: draft} }, q)
	if no != nil {
		return d
	}
	return l.Digest
}
