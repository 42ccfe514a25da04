// Package commands is the language of /aht and what each command does: a line becomes a
// Command, a Command becomes a Reply. Every sentence a person reads is made here. It
// knows nothing of Slack's blocks, of SQL or of HTTP.
package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/commands/answers"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Handler answers questions. It is safe for use by many goroutines at once, keeps no
// state between questions, and may answer the same one twice.
type Handler struct {
	*request.Base
	answers answers.Handler
	people  people.Handler
	found   sync.Map // by asking, of questions under way: the [aht.Target] that somebody named in Slack turned out to be
	rooms   []room
	forms   map[string]form.Form // by name
	index   atomic.Pointer[grammar.Index]
}

// asking is one question of one person.
type asking struct{ user, ref string }

// room does the commands of one package; the second result is false for a command of another.
type room interface {
	Do(ctx context.Context, cmd request.Command, q request.Question) (reply.Reply, bool, error)
}

// NewHandler returns a Handler over c, whose fields must be set where they don't say what
// nil means.
func NewHandler(c request.Config) *Handler {
	if c.Goals == nil {
		c.Goals = noGoals{}
	}
	if c.UsedUp == nil {
		c.UsedUp = func() time.Duration { return 0 }
	}
	if c.Links == nil {
		c.Links = people.None{}
	}
	base := &request.Base{Config: c}
	h := &Handler{Base: base, answers: answers.Handler{Base: base}, people: people.Handler{Base: base}, forms: map[string]form.Form{}}
	for _, r := range table() {
		if r.room != nil {
			h.rooms = append(h.rooms, r.room(base))
		}
		if r.form != nil {
			f := r.form(base)
			h.forms[f.Name()], base.Forms = f, append(base.Forms, f.Name())
		}
	}
	return h
}

// Now answers what can be answered from memory: help, mistakes, a fresh reading for a
// person already known. It never blocks, so it may run before the acknowledgement. False
// means the question needs [Handler.Answer].
func (h *Handler) Now(q request.Question) (reply.Reply, bool) {
	u, err := h.read(q)
	if h.Names != nil && !h.knows(q.User) && (u.unsure || isUnknown(err)) {
		return reply.Reply{}, false // it may be the name of a campaign, which not everybody may read
	}
	if ue, ok := errors.AsType[*request.UsageError](err); ok {
		return h.offering(usageReply(h.nearFirst(ue, q)), q), true
	}
	if err != nil {
		return reply.Reply{}, false
	}
	r, ok := h.now(u, q)
	if ok {
		r = u.noted(h.offering(r, q))
	}
	return r, ok
}

// offering is r, the answer to q, with what it leads to: lines about the account's own campaigns, and the form of a line that
// was not understood.
func (h *Handler) offering(r reply.Reply, q request.Question) reply.Reply {
	return h.withForm(h.ownExamples(r, q), q)
}

// knows reports whether it is remembered who id is.
func (h *Handler) knows(id string) bool {
	_, known := h.People.Known(id)
	return known
}

func (h *Handler) now(u understood, q request.Question) (reply.Reply, bool) {
	if help, ok := u.Command.(request.Help); ok {
		return h.help(help), true
	}
	p, known := h.People.Known(q.User)
	if _, ok := u.Command.(Menu); ok && !known && !q.Outside { // it tells nothing, and what it leads to asks who it is
		return h.menuReply(), true
	}
	if !known && !q.Outside {
		return reply.Reply{}, false
	}
	v, no := h.Access.Judge(q.Person(p), request.About(u.Command))
	if v == request.ByMembers {
		in, known := h.People.KnownMember(q.User, h.Access.Groups())
		if !known {
			return reply.Reply{}, false
		}
		v = request.MemberVerdict(in)
	}
	if v == request.Refused {
		if h.MayBeOwn(q.Person(p), request.About(u.Command)) {
			return reply.Reply{}, false // which agent the person is has to be looked up
		}
		return no, true
	}
	if _, status := u.Command.(Status); status && h.Costs != nil && h.Access.Admin(q.User) {
		return reply.Reply{}, false // admins read figures that have to be fetched
	}
	if _, looking := h.Goals.(request.Looking); looking && aboutGoals(u.Command) {
		return reply.Reply{}, false // another process may have set one
	}
	if len(u.which) > 0 {
		return u.ask(), true
	}
	return h.known(u.Command, q)
}

// MaySee reports whether it is known from memory that who asks q may have its answer.
func (h *Handler) MaySee(q request.Question) bool { return h.maySee(q, Target(q)) }

// maySee is MaySee for an answer about t.
func (h *Handler) maySee(q request.Question, t aht.Target) bool {
	p, known := h.People.Known(q.User)
	v, _ := h.Access.Judge(q.Person(p), t)
	return known && v == request.Allowed
}

// Answer answers q, asking Slack who the person is and Ozonetel for a reading when it has
// to. It always has a Reply: whatever goes wrong is explained. The error is the cause, for
// the operator's log, or nil.
func (h *Handler) Answer(ctx context.Context, q request.Question) (reply.Reply, error) {
	if r, ok := h.Now(q); ok {
		return r, nil
	}
	var stranger error
	if h.Names != nil && !h.knows(q.User) { // who is not known reads no names
		_, stranger = h.People.Person(ctx, q.User)
	}
	u, err := h.read(q)
	ue, mistake := errors.AsType[*request.UsageError](err)
	switch {
	case mistake:
		return h.offering(usageReply(h.nearFirst(ue, q)), q), nil
	case err != nil:
		return unreadButton(err, q.Ref), err
	case stranger != nil:
		return request.StrangerReply(q.Ref), stranger
	}
	r, err := h.do(ctx, u, q)
	return u.noted(h.offering(r, q)), err
}

// Do does cmd, which is what q says, if who asks may: it is Answer for a question that has
// been read already.
func (h *Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (reply.Reply, error) {
	r, err := h.do(ctx, understood{Command: cmd}, q)
	return h.offering(r, q), err
}

// do does what q is understood to ask, if who asks may.
func (h *Handler) do(ctx context.Context, u understood, q request.Question) (reply.Reply, error) {
	t := request.About(u.Command)
	if no, err := h.permit(ctx, q, t); err != nil {
		return request.StrangerReply(q.Ref), err
	} else if no != nil {
		return *no, nil
	}
	h.look(ctx, u.Command)
	if len(u.which) > 0 {
		return u.ask(), nil
	}
	if ask, ok := u.Command.(people.Ask); ok {
		return h.person(ctx, ask, q)
	}
	if r, done, err := h.kept(ctx, u.Command, q); done {
		return r, err
	}
	return h.figure(ctx, u.Command, q)
}

// figure answers cmd, for who may have the answer, from memory or by asking upstream.
func (h *Handler) figure(ctx context.Context, cmd request.Command, q request.Question) (reply.Reply, error) {
	t := request.About(cmd)
	if h.Recall != nil && !t.IsZero() {
		h.Recall(ctx, t)
	}
	if r, ok := h.known(cmd, q); ok {
		return h.withCosts(ctx, r, q), nil
	}
	reading, err := h.Upstream.Ask(ctx, q.User, t)
	if err != nil {
		why := h.Offer(request.Explain(err, t, q.Ref), err, t, q)
		if why.Outcome == "refused" {
			why.Field = t.Kind().String()
		}
		return h.answers.Instead(why, t, q), err
	}
	h.Asked.Add(q.User, t, q.At)
	return h.answers.Figure(reading, q), nil
}

// person answers with the figure of the agent that somebody is, or with how to say which. What the
// rules refuse is not looked up, so that nobody learns who is linked.
func (h *Handler) person(ctx context.Context, ask people.Ask, q request.Question) (reply.Reply, error) {
	p, err := h.Permit(ctx, q, aht.KindAgent)
	if err != nil {
		return request.StrangerReply(q.Ref), err
	}
	if p.No != nil && (!p.Own || !ask.Own(q)) {
		return *p.No, nil
	}
	f, instead, err := h.people.Find(ctx, ask, p.No == nil, q)
	if instead != nil {
		return *instead, err
	}
	h.found.Store(asking{q.User, q.Ref}, f.Agent)
	defer h.found.Delete(asking{q.User, q.Ref})
	r, err := h.figure(ctx, request.Show{Target: f.Agent}, q)
	return h.people.Told(ctx, f, r, err, q)
}

// kept does cmd when it works on what is kept, and asks nothing upstream; false when it
// does not.
func (h *Handler) kept(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	if no, err := h.refuseChange(ctx, cmd); no != nil {
		return *no, true, err
	}
	for _, room := range h.rooms {
		if r, done, err := room.Do(ctx, cmd, q); done {
			if usage, mistake := errors.AsType[*request.UsageError](err); mistake {
				return usageReply(usage), true, nil
			}
			return r, true, err
		}
	}
	return reply.Reply{}, false, nil
}

// permit asks Slack whatever it takes to decide whether q may be answered about t. It returns
// the refusal, or nil; the error means that Slack did not say.
func (h *Handler) permit(ctx context.Context, q request.Question, t aht.Target) (*reply.Reply, error) {
	p, err := h.Permit(ctx, q, t.Kind())
	if p.No != nil && p.Own && h.Owns(ctx, q, t) {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	return p.No, err
}

// known answers cmd for somebody who may have the answer, without asking anybody.
func (h *Handler) known(cmd request.Command, q request.Question) (reply.Reply, bool) {
	switch cmd := cmd.(type) {
	case request.Help:
		return h.help(cmd), true
	case Menu:
		return h.menuReply(), true
	case Status:
		return statusReply(h.Health(), q.At, h.Zone), true
	}
	r, known, usage := h.answers.Known(cmd, q)
	if usage != nil {
		return usageReply(usage), true
	}
	if known && r.Figure() {
		h.Asked.Add(q.User, request.About(cmd), q.At)
	}
	return r, known
}

// Delay words that the answer takes longer, and why where that is known: the place in the
// queue, or a slow upstream. It says nothing that may not be public.
func (h *Handler) Delay(q request.Question) reply.Reply {
	t, ok := h.waitsFor(q)
	if !ok {
		return reply.SlowReply("This takes longer than usual. The answer follows here.")
	}
	r := reply.SlowReply("No answer from Ozonetel yet, it takes longer than usual. The figure follows here as soon as it comes.")
	if place, wait, waiting := h.Upstream.Turn(t); waiting {
		r = reply.Waits(h.slowness(), place, wait, h.UsedUp(), q.Ref)
	}
	if last, ok := h.Memory.Latest(t); ok && last.Age(q.At) <= answers.Comparable {
		line := fmt.Sprintf("Until then the last one, %s: %s.", reply.Aged(last.Age(q.At)), strings.TrimSuffix(answers.Reading(last, h.Zone).Text, "."))
		r.Lines, r.Text = append(r.Lines, line), reply.JoinSentences(r.Text, line)
	}
	return r
}

// Refused reports whether q waits because something else has used the account up, which
// whoever was told of another wait must hear as well. It never blocks.
func (h *Handler) Refused(q request.Question) bool {
	if h.UsedUp() <= 0 {
		return false
	}
	t, _ := h.waitsFor(q)
	_, _, waiting := h.Upstream.Turn(t)
	return waiting
}

// waitsFor returns whose figure q asks for, which alone may have to come from upstream; false where it is not
// known who that is, or whether who asks may see it.
func (h *Handler) waitsFor(q request.Question) (aht.Target, bool) {
	if t, ok := h.found.Load(asking{q.User, q.Ref}); ok {
		t, ok := t.(aht.Target)
		return t, ok
	}
	u, _ := h.read(q)
	show, isShow := u.Command.(request.Show)
	return show.Target, isShow && h.MaySee(q)
}

// Shared replaces the private answer whose reading was shared.
func (h *Handler) Shared(q request.Question) reply.Reply {
	_, reading, err := request.Decode(q.Value)
	if err != nil || reading == nil {
		return reply.Broken(q.Ref)
	}
	return h.answers.AfterShare(*reading, q)
}
