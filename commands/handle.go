// Package commands is the language of /aht and what each command does: a line becomes a
// Command, a Command becomes a Reply. Every sentence a person reads is made here. It
// knows nothing of Slack's blocks, of SQL or of HTTP.
package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// Handler answers questions. It is safe for use by many goroutines at once, keeps no
// state between questions, and may answer the same one twice.
type Handler struct {
	*Desk
	answers Answers
	rooms   []room
}

// room does the commands of one package; the third result is false for a command of another.
type room interface {
	Do(ctx context.Context, cmd Command, q Question) (Reply, error, bool)
}

// NewHandler returns a Handler over c, whose fields must be set where they don't say what
// nil means.
func NewHandler(c Config) *Handler {
	if c.Goals == nil {
		c.Goals = noGoals{}
	}
	desk := &Desk{c}
	return &Handler{
		Desk: desk, answers: Answers{desk},
		rooms: []room{Answers{desk}, CampaignLists{desk}, DigestRoom{desk}, AlertRoom{desk}},
	}
}

// Now answers what can be answered from memory: help, mistakes, a fresh reading for a
// person already known. It never blocks, so it may run before the acknowledgement. False
// means the question needs [Handler.Answer].
func (h *Handler) Now(q Question) (Reply, bool) {
	u, err := h.read(q)
	if h.Names != nil && !h.knows(q.User) && (u.unsure || isUnknown(err)) {
		return Reply{}, false // it may be the name of a campaign, which not everybody may read
	}
	if ue, ok := errors.AsType[*UsageError](err); ok {
		return h.familiar(usageReply(h.nearFirst(ue, q)), q), true
	}
	if err != nil {
		return Reply{}, false
	}
	r, ok := h.now(u, q)
	if ok {
		r = u.noted(h.familiar(r, q))
	}
	return r, ok
}

// knows reports whether it is remembered who id is.
func (h *Handler) knows(id string) bool {
	_, known := h.People.Known(id)
	return known
}

func (h *Handler) now(u understood, q Question) (Reply, bool) {
	if help, ok := u.Command.(Help); ok {
		return helpReply(help), true
	}
	p, known := h.People.Known(q.User)
	if !known && !q.Outside {
		return Reply{}, false
	}
	v, no := h.Access.judge(q.person(p), target(u.Command))
	if v == byMembers {
		in, known := h.People.KnownMember(q.User, h.Access.Groups())
		if !known {
			return Reply{}, false
		}
		v = memberVerdict(in)
	}
	if v == refused {
		return no, true
	}
	if _, status := u.Command.(Status); status && h.Costs != nil && h.Access.admin(q.User) {
		return Reply{}, false // admins read figures that have to be fetched
	}
	if _, looking := h.Goals.(Looking); looking && aboutGoals(u.Command) {
		return Reply{}, false // another process may have set one
	}
	if len(u.which) > 0 {
		return u.ask(), true
	}
	return h.known(u.Command, q)
}

func memberVerdict(in bool) verdict {
	if in {
		return allowed
	}
	return refused
}

// MaySee reports whether it is known from memory that who asks q may have its answer.
func (h *Handler) MaySee(q Question) bool {
	p, known := h.People.Known(q.User)
	v, _ := h.Access.judge(q.person(p), Target(q))
	return known && v == allowed
}

// Answer answers q, asking Slack who the person is and Ozonetel for a reading when it has
// to. It always has a Reply: whatever goes wrong is explained. The error is the cause, for
// the operator's log, or nil.
func (h *Handler) Answer(ctx context.Context, q Question) (Reply, error) {
	if r, ok := h.Now(q); ok {
		return r, nil
	}
	var stranger error
	if h.Names != nil && !h.knows(q.User) { // who is not known reads no names
		_, stranger = h.People.Person(ctx, q.User)
	}
	u, err := h.read(q)
	ue, mistake := errors.AsType[*UsageError](err)
	switch {
	case mistake:
		return h.familiar(usageReply(h.nearFirst(ue, q)), q), nil
	case err != nil:
		return unreadButton(err, q.Ref), err
	case stranger != nil:
		return strangerReply(q.Ref), stranger
	}
	r, err := h.do(ctx, u, q)
	return u.noted(h.familiar(r, q)), err
}

// Do does cmd, which is what q says, if who asks may: it is Answer for a question that has
// been read already.
func (h *Handler) Do(ctx context.Context, cmd Command, q Question) (Reply, error) {
	r, err := h.do(ctx, understood{Command: cmd}, q)
	return h.familiar(r, q), err
}

// do does what q is understood to ask, if who asks may.
func (h *Handler) do(ctx context.Context, u understood, q Question) (Reply, error) {
	t := target(u.Command)
	if no, err := h.permit(ctx, q, t); err != nil {
		return strangerReply(q.Ref), err
	} else if no != nil {
		return *no, nil
	}
	h.look(ctx, u.Command)
	if len(u.which) > 0 {
		return u.ask(), nil
	}
	if r, done, err := h.kept(ctx, u.Command, q); done {
		return r, err
	}
	if h.Recall != nil && !t.IsZero() {
		h.Recall(ctx, t)
	}
	if r, ok := h.known(u.Command, q); ok {
		return h.withCosts(ctx, r, q), nil
	}
	reading, err := h.Upstream.Ask(ctx, q.User, t)
	if err != nil {
		return h.answers.Instead(h.offer(Explain(err, t, q.Ref), err, t, q), t, q), err
	}
	return h.answers.Figure(reading, q), nil
}

// kept does cmd when it works on what is kept, and asks nothing upstream; false when it
// does not.
func (h *Handler) kept(ctx context.Context, cmd Command, q Question) (r Reply, done bool, err error) {
	if no, err := h.refuseChange(ctx, cmd); no != nil {
		return *no, true, err
	}
	for _, room := range h.rooms {
		if r, err, done := room.Do(ctx, cmd, q); done {
			if usage, mistake := errors.AsType[*UsageError](err); mistake {
				return usageReply(usage), true, nil
			}
			return r, true, err
		}
	}
	return Reply{}, false, nil
}

// permit asks Slack whatever it takes to decide whether q may be answered. It returns the
// refusal, or nil; the error means that Slack did not say.
func (h *Handler) permit(ctx context.Context, q Question, t aht.Target) (*Reply, error) {
	p, err := h.People.Person(ctx, q.User)
	if err != nil {
		return nil, err
	}
	v, no := h.Access.judge(q.person(p), t)
	if v == byMembers {
		in, err := h.People.Member(ctx, q.User, h.Access.Groups())
		if err != nil {
			return nil, err
		}
		v = memberVerdict(in)
	}
	if v == refused {
		return &no, nil
	}
	return nil, nil //nolint:nilnil // no refusal and no error is what permits
}

// known answers cmd for somebody who may have the answer, without asking anybody.
func (h *Handler) known(cmd Command, q Question) (Reply, bool) {
	switch cmd := cmd.(type) {
	case Help:
		return helpReply(cmd), true
	case Status:
		return statusReply(h.Health(), q.At, h.Zone), true
	}
	r, known, usage := h.answers.Known(cmd, q)
	if usage != nil {
		return usageReply(usage), true
	}
	return r, known
}

// Delay words that the answer takes longer, and why where that is known: the place in the
// queue, or a slow upstream. It says nothing that may not be public.
func (h *Handler) Delay(q Question) Reply {
	u, _ := h.read(q)
	t := target(u.Command)
	if t.IsZero() || !h.MaySee(q) || !isShow(u.Command) {
		return slowReply("This takes longer than usual. The answer follows here.")
	}
	r := slowReply("No answer from Ozonetel yet, it takes longer than usual. The figure follows here as soon as it comes.")
	if place, wait, waiting := h.Upstream.Turn(t); waiting {
		r = Waits(h.slowness(), place, wait, h.usedUp(), q.Ref)
	}
	if last, ok := h.Memory.Latest(t); ok && last.Age(q.At) <= comparable {
		line := fmt.Sprintf("Until then the last one, %s: %s.", aged(last.Age(q.At)), strings.TrimSuffix(reading(last, h.Zone).Text, "."))
		r.Lines, r.Text = append(r.Lines, line), joinSentences(r.Text, line)
	}
	return r
}

func (h *Handler) usedUp() time.Duration {
	if h.UsedUp == nil {
		return 0
	}
	return h.UsedUp()
}

// Refused reports whether q waits because something else has used the account up, which
// whoever was told of another wait must hear as well. It never blocks.
func (h *Handler) Refused(q Question) bool {
	if h.usedUp() <= 0 {
		return false
	}
	_, _, waiting := h.Upstream.Turn(Target(q))
	return waiting
}

// Shared replaces the private answer whose reading was shared.
func (h *Handler) Shared(q Question) Reply {
	_, reading, err := decode(q.Value)
	if err != nil || reading == nil {
		return Broken(q.Ref)
	}
	return h.answers.AfterShare(*reading, q)
}
