package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/sim/slacksim/views"
)

// Message is a message as it stood at one moment.
type Message struct {
	Channel      string
	TS           string // unique in the workspace; also orders messages
	ThreadTS     string // empty: not in a thread
	Broadcast    bool   // an answer in a thread that the whole channel sees too
	User         string // author
	EphemeralFor string // the one person who sees it; empty: everybody in the channel
	Text         string
	Blocks       json.RawMessage // nil: none
	Metadata     json.RawMessage // nil: none
	Edited       int             // how many times
	Deleted      bool
	// Via is how it came: "ack", "response_url", "chat.postMessage", "chat.postEphemeral",
	// "typed" for what a person wrote, "slack" for Slack's own error notes.
	Via string
	// For is the first delivery of what it answers, if that is known: it is for
	// acknowledgements and response_urls, not for Web API calls.
	For *Delivery

	w *Workspace // for people's names
}

// Plain returns the message as a person reads it: lines of words, no markup, buttons left
// out. Without blocks it is the top-level text. Nothing is wrapped.
func (m Message) Plain() string { return blockkit.Plain(m.Text, m.Blocks, m.w.nameOf) }

// Buttons returns the message's buttons in reading order.
func (m Message) Buttons() []blockkit.Button { return blockkit.Buttons(m.Blocks) }

// Name is what a person or a channel is called; of one that is not known, its id.
func (w *Workspace) Name(id string) string { return w.nameOf(id) }

// nameOf is Name; of no workspace, its id.
func (w *Workspace) nameOf(id string) string {
	if w == nil {
		return id
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.called(id)
}

// called is nameOf with mu held.
func (w *Workspace) called(id string) string {
	if c := w.dir.Channel(id); c != nil {
		return c.Name
	}
	p, _ := w.dir.Person(id)
	return p.Name
}

// Change is something that happened to a message or to a view, or that somebody is told.
type Change struct {
	// Kind is "new", "edited" or "deleted" of a message; "view" of what User has open, or of their Home tab; "failed" of what User
	// did and the app did not acknowledge; "violation" of what the app did wrong.
	Kind    string
	Message Message // of a message
	User    string  // of a view, or of what failed
	Text    string  // of what failed or is wrong, in words
}

// OfMessage reports whether c says how a message stands now.
func (c Change) OfMessage() bool { return c.Kind == "new" || c.Kind == "edited" }

// entry is where a message lives while it changes.
type entry struct {
	Message
	suggested map[string][]views.Option // by block_id and action_id of an external select, what the app suggested last
}

func (m Message) key() string { return m.Channel + "/" + m.TS }

// timestamp writes microseconds since 1970 as a message timestamp.
func timestamp(micros int64) string { return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6) }

// add gives m its timestamp, keeps and announces it; mu is held.
func (w *Workspace) add(m Message) Message {
	w.lastTS = max(w.lastTS+1, time.Now().UnixMicro())
	m.TS, m.w = timestamp(w.lastTS), w
	e := &entry{Message: m}
	w.msgs = append(w.msgs, e)
	w.msgAt[m.key()] = e
	if w.cfg.Keep > 0 && len(w.msgs) >= 2*w.cfg.Keep {
		cut := len(w.msgs) - w.cfg.Keep
		for _, old := range w.msgs[:cut] {
			delete(w.msgAt, old.key())
		}
		w.msgs = slices.Clone(w.msgs[cut:])
	}
	if m.For != nil {
		m.For.answeredBy(e)
	}
	w.announce("new", m)
	return m
}

// change replaces a message's content; mu is held.
func (w *Workspace) change(e *entry, edit func(*Message)) {
	edit(&e.Message)
	kind := "edited"
	if e.Deleted {
		kind = "deleted"
	} else {
		e.Edited++
	}
	w.announce(kind, e.Message)
}

// noteFromSlack shows the person behind d a note from Slack itself; mu is held.
func (w *Workspace) noteFromSlack(d *Delivery, text string) {
	w.add(Message{Channel: d.channel, User: "USLACKBOT", EphemeralFor: d.user, Text: members.EscapeText(text), Via: "slack", For: d.Root})
}

// sees reports whether a person has m on their screen; mu is held.
func (w *Workspace) sees(user string, m Message) bool {
	if m.EphemeralFor != "" {
		return m.EphemeralFor == user
	}
	c := w.dir.Channel(m.Channel)
	return c == nil || c.Members[user] || !c.Direct && !c.State.Private
}

// Seen returns what a person sees in a channel now, oldest first: deleted messages and
// other people's private ones are left out.
func (w *Workspace) Seen(user, channel string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var seen []Message
	for _, e := range w.msgs {
		if e.Channel == channel && !e.Deleted && w.sees(user, e.Message) {
			seen = append(seen, e.Message)
		}
	}
	return seen
}

// All returns every message ever, oldest first, in its newest state, deleted ones
// included; with [Config.Keep] only the newest.
func (w *Workspace) All() []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return newest(w.msgs)
}

// newest returns messages in their newest state; mu is held.
func newest(entries []*entry) []Message {
	out := make([]Message, len(entries))
	for i, e := range entries {
		out[i] = e.Message
	}
	return out
}

// Answers returns the messages known to answer d or its other deliveries, oldest first, in
// their newest state: from acknowledgements, from the response_url, and Slack's own error
// notes.
func (d *Delivery) Answers() []Message {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	return newest(d.Root.answers)
}

// WaitAnswer waits for the first of [Delivery.Answers].
func (d *Delivery) WaitAnswer(ctx context.Context) (Message, error) {
	select {
	case <-d.Root.answered:
		return d.Answers()[0], nil
	case <-d.w.closed:
		return Message{}, net.ErrClosed
	case <-ctx.Done():
		return Message{}, context.Cause(ctx)
	}
}

// WaitMessage returns the first message, of those here and those to come, new or edited,
// that matches.
func (w *Workspace) WaitMessage(ctx context.Context, match func(Message) bool) (Message, error) {
	w.mu.Lock()
	present := newest(w.msgs)
	s := w.subscribe()
	w.mu.Unlock()
	defer w.unsubscribe(s)
	for _, m := range present {
		if !m.Deleted && match(m) {
			return m, nil
		}
	}
	for {
		select {
		case c, ok := <-s.out:
			switch {
			case !ok:
				return Message{}, net.ErrClosed
			case c.OfMessage() && match(c.Message):
				return c.Message, nil
			}
		case <-ctx.Done():
			return Message{}, context.Cause(ctx)
		}
	}
}

// Subscribe returns every change from now on, in order and however slowly it is read. The
// channel closes after the function is called, or with the workspace.
func (w *Workspace) Subscribe() (<-chan Change, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.subscribe()
	return s.out, func() { w.unsubscribe(s) }
}

// subscription is a queue without a limit, and the goroutine that empties it.
type subscription struct {
	out  chan Change
	wake chan struct{} // buffer of one
	done chan struct{}
	once sync.Once

	pending []Change // guarded by Workspace.mu
}

// subscribe starts a subscription; mu is held.
func (w *Workspace) subscribe() *subscription {
	s := &subscription{out: make(chan Change, 64), wake: make(chan struct{}, 1), done: make(chan struct{})}
	if w.isClosed {
		close(s.out)
		return s
	}
	w.subs[s] = struct{}{}
	w.wg.Go(func() { w.forward(s) })
	return s
}

func (w *Workspace) unsubscribe(s *subscription) {
	w.mu.Lock()
	delete(w.subs, s)
	w.mu.Unlock()
	s.once.Do(func() { close(s.done) })
}

func (w *Workspace) forward(s *subscription) {
	defer close(s.out)
	for {
		w.mu.Lock()
		batch := s.pending
		s.pending = nil
		w.mu.Unlock()
		for _, c := range batch {
			select {
			case s.out <- c:
			case <-s.done:
				return
			case <-w.closed:
				return
			}
		}
		select {
		case <-s.wake:
		case <-s.done:
			return
		case <-w.closed:
			return
		}
	}
}

// announce queues a change of a message for every subscription; mu is held.
func (w *Workspace) announce(kind string, m Message) { w.tell(Change{Kind: kind, Message: m}) }

// tell queues a change for every subscription; mu is held.
func (w *Workspace) tell(c Change) {
	for s := range w.subs {
		s.pending = append(s.pending, c)
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}
