package slacksim

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim/socketmode"
)

// The kinds of envelope (slack.md §1.2).
const (
	SlashCommands = "slash_commands"
	Interactive   = "interactive"
	EventsAPI     = "events_api"
)

// ackWithin is how long a client has to acknowledge an envelope (slack.md §1.3).
const ackWithin = 3 * time.Second

// Why a delivery did not end in an acknowledgement.
var (
	ErrTimeout      = errors.New("slacksim: not acknowledged within 3 s")
	ErrNoConnection = errors.New("slacksim: no Socket Mode connection to deliver on")
	ErrNotCommand   = errors.New("slacksim: the line is not a slash command")
)

// Delivery is one envelope and what became of it. Redeliveries and retries are deliveries
// of their own that share the first one's ids, response_url and answers.
type Delivery struct {
	Root        *Delivery       // the first delivery of this payload, which may be this one
	Payload     json.RawMessage // the JSON inside the envelope
	EnvelopeID  string          // what an acknowledgement must carry; each delivery has its own
	TriggerID   string          // of a command or a press; empty for events
	EventID     string          // of an event; empty for commands and presses
	ResponseURL string          // where answers may be posted; empty for events

	w                   *Workspace
	typ                 string
	accepts             bool // accepts_response_payload
	attempt             int  // retry_attempt
	reason              string
	user, channel, line string

	settled  chan struct{} // acknowledged, timed out or undeliverable
	answered chan struct{} // root only: the first message that answers it

	// guarded by w.mu
	conn     *socketmode.Conn
	sent     time.Time
	acked    bool
	ackAfter time.Duration
	ackBody  []byte
	err      error
	timer    *time.Timer
	answers  []*entry    // root only
	retries  []*Delivery // root only
	shown    bool        // root only: the typed line stands in the channel
	// heard, of the root only, takes what an acknowledgement in time carries, or why there is none; nil: it is a message.
	heard func(payload []byte, err error)
}

// Acked reports whether the envelope was acknowledged in time.
func (d *Delivery) Acked() bool {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	return d.acked && d.err == nil
}

// AckAfter returns how long the acknowledgement took, late ones included; zero if none.
func (d *Delivery) AckAfter() time.Duration {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	return d.ackAfter
}

// AckPayload returns what the acknowledgement carried; nil if nothing.
func (d *Delivery) AckPayload() []byte {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	return d.ackBody
}

// Retries returns the later deliveries of d's payload, oldest first.
func (d *Delivery) Retries() []*Delivery {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	return slices.Clone(d.Root.retries)
}

// Wait waits until the envelope is acknowledged in time, and returns nil; or has timed
// out: [ErrTimeout]; or could not be delivered: [ErrNoConnection].
func (d *Delivery) Wait(ctx context.Context) error {
	select {
	case <-d.settled:
		d.w.mu.Lock()
		defer d.w.mu.Unlock()
		return d.err
	case <-d.w.closed:
		return net.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// newDelivery returns a delivery of payload, not yet sent.
func (w *Workspace) newDelivery(typ string, accepts bool) *Delivery {
	d := &Delivery{
		w: w, typ: typ, accepts: accepts, EnvelopeID: uuid(),
		settled: make(chan struct{}), answered: make(chan struct{}),
	}
	d.Root = d
	return d
}

// repeat returns a new delivery of d's payload; mu is held.
func (d *Delivery) repeat() *Delivery {
	n := d.w.newDelivery(d.typ, d.accepts)
	n.Root, n.Payload = d.Root, d.Payload
	n.TriggerID, n.EventID, n.ResponseURL = d.TriggerID, d.EventID, d.ResponseURL
	n.user, n.channel, n.line = d.user, d.channel, d.line
	d.Root.retries = append(d.Root.retries, n)
	return n
}

// send puts d on a connection and starts its three seconds; mu is held.
func (w *Workspace) send(d *Delivery) {
	d.sent = time.Now()
	w.remember(d)
	if d.conn = w.socket.Next(); d.conn == nil || w.isClosed {
		w.fail(d, ErrNoConnection)
		return
	}
	env := map[string]any{
		"envelope_id": d.EnvelopeID, "type": d.typ, "payload": d.Payload,
		"accepts_response_payload": d.accepts,
	}
	if d.typ == EventsAPI {
		env["retry_attempt"], env["retry_reason"] = d.attempt, d.reason
	}
	d.conn.Send(env)
	d.timer = time.AfterFunc(ackWithin, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !d.acked && d.err == nil && !w.isClosed {
			w.fail(d, ErrTimeout)
		}
	})
}

// remember keeps d for its acknowledgement, and forgets the oldest; mu is held.
func (w *Workspace) remember(d *Delivery) {
	w.envelopes[d.EnvelopeID] = d
	w.order = append(w.order, d)
	cut := len(w.order) / 2
	if w.cfg.Keep == 0 || len(w.order) < 2*w.cfg.Keep || d.sent.Sub(w.order[cut].sent) < time.Minute {
		return
	}
	for _, old := range w.order[:cut] {
		delete(w.envelopes, old.EnvelopeID)
		delete(w.triggers, old.TriggerID)
		delete(w.urls, urlPath(old.ResponseURL))
	}
	w.order = slices.Clone(w.order[cut:])
}

// fail settles d without an acknowledgement: a command's person is told, an event is
// tried again at once, after a minute and after five (slack.md §1.3, §1.5); mu is held.
func (w *Workspace) fail(d *Delivery, err error) {
	d.err = err
	close(d.settled)
	word, reason := "operation_timeout", "timeout"
	if errors.Is(err, ErrNoConnection) {
		word, reason = "dispatch_failed", "connection_failed"
	}
	if d.Root.heard != nil {
		d.Root.heard(nil, err)
	}
	if d.typ != EventsAPI { // of events nobody is told
		w.tell(Change{Kind: "failed", User: d.user, Text: fmt.Sprintf("%s failed with the error %s", d.line, word)})
	}
	switch d.typ {
	case SlashCommands:
		w.noteFromSlack(d, fmt.Sprintf("%s failed with the error %q", d.line, word))
	case EventsAPI:
		waits := []time.Duration{0, time.Minute, 5 * time.Minute}
		if d.attempt >= len(waits) {
			return
		}
		n := d.repeat()
		n.attempt, n.reason = d.attempt+1, reason
		again := func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			if !w.isClosed {
				w.send(n)
			}
		}
		if wait := waits[d.attempt]; wait > 0 {
			n.timer = time.AfterFunc(wait, again)
		} else {
			go again() // a wait of nothing makes no timer (ADR 0002)
		}
	}
}

// Delivery returns the delivery with this envelope id, or nil: there was none, or it is forgotten.
func (w *Workspace) Delivery(envelopeID string) *Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.envelopes[envelopeID]
}

// Redeliver sends d's payload again as Slack does at times: the same trigger_id, event_id
// and response_url in a new envelope (slack.md §0.6).
func (w *Workspace) Redeliver(d *Delivery) *Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.resend(d)
}

// resend is Redeliver with mu held.
func (w *Workspace) resend(d *Delivery) *Delivery {
	n := d.repeat()
	if d.typ == EventsAPI {
		n.attempt, n.reason = d.attempt+1, "timeout"
	}
	w.send(n)
	return n
}

// SendEnvelope delivers any payload: another team's, a malformed one, a type Slack has not
// invented yet. A response_url made by [Workspace.CommandPayload] works as usual.
func (w *Workspace) SendEnvelope(typ string, payload any, acceptsResponse bool) *Delivery {
	d := w.newDelivery(typ, acceptsResponse)
	d.Payload = mustJSON(payload)
	var known struct {
		TriggerID   string `json:"trigger_id"`
		EventID     string `json:"event_id"`
		ResponseURL string `json:"response_url"`
		UserID      string `json:"user_id"`
		ChannelID   string `json:"channel_id"`
		Command     string `json:"command"`
		Text        string `json:"text"`
	}
	_ = json.Unmarshal(d.Payload, &known) // any payload is allowed, these fields are a bonus
	d.TriggerID, d.EventID, d.ResponseURL = known.TriggerID, known.EventID, known.ResponseURL
	d.user, d.channel, d.line = known.UserID, known.ChannelID, strings.TrimSpace(known.Command+" "+known.Text)
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.urls[urlPath(d.ResponseURL)]; u != nil && u.d == nil {
		u.d = d
	}
	w.send(d)
	return d
}

// answeredBy counts a message that is new or changed as an answer to d, a first delivery; mu is
// held.
func (d *Delivery) answeredBy(e *entry) {
	if d.answers = append(d.answers, e); len(d.answers) == 1 {
		close(d.answered)
	}
}

// stopTimers ends what d would still do by itself; mu is held.
func (d *Delivery) stopTimers() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("slacksim: payload does not marshal: %v", err)) // the test that made it is wrong
	}
	return data
}

// uuid returns a random version 4 UUID.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
