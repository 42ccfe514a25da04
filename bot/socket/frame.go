package socket

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
)

// frame is what Slack sends over a connection: hello, disconnect, or an envelope
// (slack.md §1.2).
type frame struct {
	Type     string          `json:"type"`
	Envelope string          `json:"envelope_id"`
	Accepts  bool            `json:"accepts_response_payload"`
	Payload  json.RawMessage `json:"payload"`

	Reason     string `json:"reason"` // of a disconnect
	Count      int    `json:"num_connections"`
	Connection struct {
		App string `json:"app_id"`
	} `json:"connection_info"`
	Debug struct {
		Lifetime float64 `json:"approximate_connection_time"` // seconds
	} `json:"debug_info"`
}

// handleFrame deals with one frame.
func (s *Connections) handleFrame(ctx context.Context, c *connection, data []byte) {
	read, f := time.Now(), frame{}
	err := json.Unmarshal(data, &f)
	switch f.Type {
	case "hello": // whatever else of it can't be read
		s.noteHello(ctx, c, f)
	case "disconnect":
		s.noteDisconnect(c, f.Reason)
	default:
		s.handle(&Envelope{
			ID: f.Envelope, Type: f.Type, Accepts: f.Accepts, Payload: f.Payload, Read: read, Size: len(data), Err: err,
			connection: c, other: s.other,
		})
	}
}

// usualLifetime is taken where hello names none that can be (slack.md §1.2).
const usualLifetime = time.Hour

// noteHello notes what hello says.
func (s *Connections) noteHello(ctx context.Context, c *connection, f frame) {
	if happened(c.greeted) {
		return
	}
	c.hello = hello{at: time.Now(), lifetime: time.Duration(f.Debug.Lifetime * float64(time.Second))}
	if c.hello.lifetime < time.Minute {
		c.hello.lifetime = usualLifetime
	}
	s.app.Store(f.Connection.App)
	s.total.Store(int64(f.Count))
	s.Observe("hello")
	s.Log.InfoContext(ctx, "connected to slack", "connections", f.Count, "app", f.Connection.App)
	close(c.greeted)
}

// reasons are the reasons Slack gives (slack.md §1.4).
var reasons = []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"}

// noteDisconnect notes that Slack ends a connection, and why. A warning may be followed by the
// request itself (bolt-js issue 1061).
func (s *Connections) noteDisconnect(c *connection, reason string) {
	if !slices.Contains(reasons, reason) {
		reason = "unknown"
	}
	s.Observe("disconnect_" + reason)
	if reason == "link_disabled" {
		s.Fail(webapi.Fatal(slack.SlackErrorResponse{Err: reason}))
	}
	if !happened(c.ending) {
		c.reason = reason
		close(c.ending)
	}
}

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
