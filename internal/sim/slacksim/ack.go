package slacksim

import (
	"encoding/json"
	"regexp"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/socketmode"
)

// received takes a frame from a client: an acknowledgement, or a mistake (slack.md §1.3).
func (w *Workspace) received(c *socketmode.Conn, data []byte) {
	var ack struct {
		EnvelopeID *string         `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch err := json.Unmarshal(data, &ack); {
	case err != nil:
		w.violate("frame is not JSON: %v (slack.md §1.3)", err)
	case ack.EnvelopeID == nil || *ack.EnvelopeID == "":
		w.violate("acknowledgement without an envelope_id: hello and disconnect take none (slack.md §1.3)")
	default:
		w.ack(c, *ack.EnvelopeID, orNil(ack.Payload))
	}
}

// ack settles the delivery with this envelope id; mu is held.
func (w *Workspace) ack(c *socketmode.Conn, id string, payload []byte) {
	d := w.envelopes[id]
	if _, raw := w.rawAcks[id]; raw {
		w.rawAcks[id] = true
		return
	}
	switch {
	case d == nil:
		w.violate("acknowledgement of an unknown envelope %q (slack.md §1.3)", id)
		return
	case d.acked:
		w.violate("envelope acknowledged twice (slack.md §1.3)")
		return
	case w.cfg.OwnConnectionAcks && d.conn != c:
		w.violate("acknowledgement on another connection (slack.md §1.5)")
		return
	}
	d.acked, d.ackBody, d.ackAfter = true, payload, time.Since(d.sent)
	if d.err != nil {
		w.violate("late acknowledgement of %s after %v (slack.md §1.3)", d.typ, d.ackAfter)
		return
	}
	d.stopTimers()
	close(d.settled)
	switch {
	case payload != nil && !d.accepts:
		w.violate("payload in the acknowledgement of %s, which accepts none (slack.md §1.3)", d.typ)
	case d.Root.heard != nil:
		d.Root.heard(payload, nil)
	case payload != nil && d.typ == SlashCommands:
		w.showAck(d, payload)
	}
}

// showAck turns the payload of the acknowledgement of a command into a message; mu is held.
func (w *Workspace) showAck(d *Delivery, payload []byte) {
	var body reply
	if json.Unmarshal(payload, &body) != nil {
		w.violate("acknowledgement payload is not a message object (slack.md §1.3)")
		return
	}
	if err := w.check("acknowledgement payload", payload, blockkit.MaxPostText); err != "" {
		if w.unsupportedBlock(payload) != "" {
			w.violate("acknowledgement payload with a block nobody said is taken here (slack.md §3)")
		}
		return
	}
	w.answer(d, body, "ack")
}

// overlong notes that a frame on c was too long, which ends it. The command it meant to
// acknowledge counts as not acknowledged and comes again on the next connection (slack.md §0.5).
func (w *Workspace) overlong(c *socketmode.Conn, size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.violate("frame of %d bytes; %d is too long (slack.md §0.5)", size, socketmode.MaxFrame)
	for _, d := range w.order {
		if d.conn == c && !d.acked && d.err == nil && d.typ != EventsAPI {
			d.stopTimers()
			d.err = ErrTimeout
			close(d.settled)
			if d.Root.heard != nil {
				d.Root.heard(nil, d.err)
			}
			w.waiting = append(w.waiting, d)
		}
	}
}

// deliverWaiting sends what waits for a connection.
func (w *Workspace) deliverWaiting() {
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := w.waiting
	w.waiting = nil
	for _, d := range waiting {
		w.resend(d)
	}
}

var envelopeField = regexp.MustCompile(`"envelope_id"\s*:\s*"([^"]*)"`)

// SendRaw sends any frame on the connection whose turn it is. When an envelope id can be made
// out in it, [Workspace.Acked] tells whether it was acknowledged.
func (w *Workspace) SendRaw(data []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.socket.Next()
	if c == nil {
		return ErrNoConnection
	}
	if m := envelopeField.FindSubmatch(data); m != nil {
		w.rawAcks[string(m[1])] = false
	}
	c.SendRaw(data)
	return nil
}

// Acked reports whether an envelope was acknowledged, in time if it has a time.
func (w *Workspace) Acked(envelopeID string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.envelopes[envelopeID]; d != nil {
		return d.acked && d.err == nil
	}
	return w.rawAcks[envelopeID]
}
