package socket

import (
	"encoding/json"
	"errors"
	"time"
)

// Envelope is what Slack sends for us to act on (slack.md §1.2). It has to be acknowledged
// within three seconds. The zero Envelope came over no connection.
type Envelope struct {
	ID      string // empty when it could not be read: there is nothing to acknowledge
	Type    string // slash_commands, interactive, events_api
	Accepts bool   // the acknowledgement may carry a payload
	Payload json.RawMessage
	Read    time.Time
	Size    int   // of the frame, in bytes
	Err     error // why it can't be read; nil when it can

	connection *connection
	other      func(*connection) *connection // another connection on which Slack can be told something, or nil
}

// Acknowledge writes the acknowledgement with a payload; nil makes it an empty one. Where it
// can't go the way e came, beside reports whether there was another connection, over which an
// empty one went then: Slack may not take it there, which is not documented (slack.md §1.5),
// and an answer must not come twice if it does.
func (e *Envelope) Acknowledge(payload json.RawMessage) (beside bool, err error) {
	if e.connection == nil {
		return false, errClosing
	}
	by := e.Read.Add(ackTimeout)
	if err = e.connection.acknowledge(e.ID, payload, by); err == nil {
		return false, nil
	}
	other := e.other(e.connection)
	if other != nil && !errors.Is(err, errTooLate) {
		_ = other.acknowledge(e.ID, nil, by) // no worse than none
	}
	return other != nil, err
}
