// Package commands is the language of /aht and what each command does: a line becomes a
// Command, a Command becomes a Reply. Every sentence a person reads is made here. It
// knows nothing of Slack's blocks, of SQL or of HTTP.
package commands

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
)

// RefreshAfter is how old a reading must be for Refresh to ask upstream again; a younger
// one is shown as it is, so that impatient pressing spends no requests.
const RefreshAfter = 10 * time.Second

// Memory is the readings at hand. It never blocks.
type Memory interface {
	Latest(t aht.Target) (aht.Reading, bool)
}

// Upstream asks for a new reading. Its errors are worded by [Explain].
type Upstream interface {
	// Ask may take as long as the account's allowance makes it wait. who is the Slack id of
	// who asks: people are served in turn.
	Ask(ctx context.Context, who string, t aht.Target) (aht.Reading, error)
	// Turn says which place a question has among those waiting to be sent (1 is next) and
	// about how long that takes; false when it is not waiting. It never blocks.
	Turn(t aht.Target) (place int, wait time.Duration, waiting bool)
}

// People says who somebody is.
type People interface {
	// Known answers from memory and never blocks.
	Known(id string) (Person, bool)
	// Person may ask Slack.
	Person(ctx context.Context, id string) (Person, error)
}

// Config is what a Handler works with.
type Config struct {
	Memory   Memory
	Upstream Upstream
	People   People
	Access   Access
	Health   func() Health  // for /aht status; never blocks
	MaxAge   time.Duration  // how old a reading may be and still answer; READING_MAX_AGE
	Zone     *time.Location // in which the window's times are written; TIMEZONE
}

// Handler answers questions. It is safe for use by many goroutines at once, keeps no
// state between questions, and may answer the same one twice.
type Handler struct{ Config }

// NewHandler returns a Handler over c, all of whose fields must be set.
func NewHandler(c Config) *Handler { return &Handler{c} }

// Question is one line typed or one button pressed by one person.
type Question struct {
	User    string // Slack id of who asks
	Outside bool   // the person is of another workspace, as the envelope itself says
	Text    string // the line behind the command word; unused when Action is set
	Action  Action // the button pressed, or empty
	Value   string // the button's value
	At      time.Time
	Ref     string // names this question in the log; shown when something inexplicable happens
	Open    bool   // asked where others read along: answers that may be public are
	Channel bool   // asked in a channel, where a private answer can be shared
}

// Now answers what can be answered from memory: help, mistakes, a fresh reading for a
// person already known. It never blocks, so it may run before the acknowledgement. False
// means the question needs [Handler.Answer].
func (h *Handler) Now(q Question) (Reply, bool) {
	cmd, err := read(q)
	if ue, ok := errors.AsType[*UsageError](err); ok {
		return usageReply(ue), true
	}
	switch cmd := cmd.(type) {
	case Help:
		return helpReply(cmd), true
	case Show, Status, share:
		p, known := h.People.Known(q.User)
		if !known && !q.Outside {
			return Reply{}, false
		}
		if refusal, refused := h.Access.refuse(q.person(p), target(cmd)); refused {
			return refusal, true
		}
		return h.known(cmd, q)
	default:
		return Reply{}, false
	}
}

// Answer answers q, asking Slack who the person is and Ozonetel for a reading when it has
// to. It always has a Reply: whatever goes wrong is explained. The error is the cause, for
// the operator's log, or nil.
func (h *Handler) Answer(ctx context.Context, q Question) (Reply, error) {
	if r, ok := h.Now(q); ok {
		return r, nil
	}
	cmd, err := read(q)
	if err != nil {
		return Explain(err, aht.Target{}, q.Ref), err
	}
	p, err := h.People.Person(ctx, q.User)
	if err != nil {
		return strangerReply(q.Ref), err
	}
	if refusal, refused := h.Access.refuse(q.person(p), target(cmd)); refused {
		return refusal, nil
	}
	if r, ok := h.known(cmd, q); ok {
		return r, nil
	}
	t := target(cmd)
	reading, err := h.Upstream.Ask(ctx, q.User, t)
	if err != nil {
		return Explain(err, t, q.Ref), err
	}
	return h.figure(reading, max(0, reading.Age(q.At)), q), nil
}

// known answers cmd for somebody who may have the answer, without asking anybody.
func (h *Handler) known(cmd Command, q Question) (Reply, bool) {
	switch cmd := cmd.(type) {
	case Status:
		return statusReply(h.Health(), q.At, h.Zone), true
	case share:
		return h.shared(cmd.reading, q), true
	case Show:
		limit := h.MaxAge
		if q.Action == ActionRefresh {
			limit = min(limit, RefreshAfter)
		}
		if r, ok := h.Memory.Latest(cmd.Target); ok && r.Age(q.At) < limit {
			return h.figure(r, r.Age(q.At), q), true
		}
		return Reply{}, false
	case Help:
		return helpReply(cmd), true
	default:
		return Reply{}, false
	}
}

// Delay words that the answer takes longer, and why: the place in the queue, or a slow
// upstream. It says nothing that may not be public.
func (h *Handler) Delay(q Question) Reply {
	cmd, _ := read(q)
	t := target(cmd)
	if t.IsZero() {
		return delayReply(0, 0)
	}
	place, wait, waiting := h.Upstream.Turn(t)
	if !waiting {
		return delayReply(0, 0)
	}
	return delayReply(place, wait)
}

// InOpen reports whether q, asked where everybody reads along, may be answered there: a
// question about a campaign only. An agent's figure, help and mistakes are private.
func (q Question) InOpen() bool { return q.Target().Kind() == aht.KindCampaign }

// Target returns whom q is about; the zero Target when about nobody.
func (q Question) Target() aht.Target {
	cmd, err := read(q)
	if err != nil {
		return aht.Target{}
	}
	return target(cmd)
}

// person is who p is, with what the envelope says on top.
func (q Question) person(p Person) Person {
	p.Outside = p.Outside || q.Outside
	return p
}

// share is the press of "Share in channel": it carries the reading the person saw.
type share struct{ reading aht.Reading }

func (share) command() {}

// read turns a question into a Command: the line, or what the button carries.
func read(q Question) (Command, error) {
	switch q.Action {
	case "":
		return Parse(q.Text)
	case ActionRefresh, ActionAsk:
		t, _, err := decode(q.Value)
		return Show{t}, err
	case ActionShare:
		t, reading, err := decode(q.Value)
		if err == nil && (reading == nil || t.Kind() != aht.KindCampaign) {
			err = errOldButton
		}
		if err != nil {
			return nil, err
		}
		return share{*reading}, nil
	default:
		return nil, errOldButton
	}
}

// target returns whom cmd is about; the zero Target when about nobody.
func target(cmd Command) aht.Target {
	switch cmd := cmd.(type) {
	case Show:
		return cmd.Target
	case share:
		return cmd.reading.Target
	case Help, Status:
		return aht.Target{}
	default:
		return aht.Target{}
	}
}
