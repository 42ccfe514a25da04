package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// silentFor is how long Slack may send nothing, PINGs included, before a connection is
	// taken for dead; slack-go and Slack's Node library wait as long (slack.md §1.4).
	silentFor = 30 * time.Second
	// helloWithin is how long a new connection may take to say hello.
	helloWithin = 10 * time.Second
	// closeWithin is how long Slack may take to answer our closing frame. It may never
	// (node-slack-sdk, release of @slack/socket-mode 3.2.0).
	closeWithin = time.Second
	// mostRead bounds a frame of Slack's, which sends some of over 100 KB (slack.md §1.3).
	mostRead = 8 << 20
	// mostAck is the size in bytes from which Slack cuts the connection instead of taking an
	// acknowledgement (slack.md §0.5).
	mostAck = 20_480
)

// Why an acknowledgement was not written.
var (
	errLeft    = errors.New("the connection is being closed")
	errTooLate = errors.New("too late for Slack to take it")
	errTooLong = errors.New("longer than Slack takes")
)

// connection is one Socket Mode connection. Slack may say that it will end; it goes on
// bringing envelopes until it does.
type connection struct {
	ws      *websocket.Conn
	greeted chan struct{} // closed once hello was said
	asked   chan struct{} // closed once Slack said that the connection will end
	ended   chan struct{} // closed once nothing more is read
	hello   hello         // set when greeted is closed
	reason  string        // why Slack ends it; set when asked is closed

	mu   sync.Mutex // held while writing
	left bool       // our closing frame is out: nothing may follow it (RFC 6455 §5.5.1)
}

// hello is what Slack says of a new connection.
type hello struct {
	at       time.Time
	lifetime time.Duration // about how long Slack will keep it
	app      string
	count    int // connections of the app, this one included
}

// dialer returns what opens WebSockets. An acknowledgement has to go out in one frame,
// hence the write buffer (slack.md §1.3). A proxy is the business of [Config.Dial].
func (b *Bot) dialer() *websocket.Dialer {
	return &websocket.Dialer{HandshakeTimeout: 10 * time.Second, WriteBufferSize: 32 << 10, NetDialContext: b.Dial}
}

// dial opens the WebSocket at address, which apps.connections.open gave out. Nothing is
// read from it yet.
func (b *Bot) dial(ctx context.Context, address string) (*connection, error) {
	ws, resp, err := b.dialer().DialContext(ctx, address, http.Header{"Origin": {"https://api.slack.com"}})
	if resp != nil {
		_ = resp.Body.Close() // holds nothing after an upgrade, and nothing we want after a refusal
	}
	if err != nil && resp != nil {
		return nil, fmt.Errorf("%w: HTTP %d", err, resp.StatusCode)
	}
	if err != nil {
		return nil, err
	}
	c := &connection{ws: ws, greeted: make(chan struct{}), asked: make(chan struct{}), ended: make(chan struct{})}
	ws.SetReadLimit(mostRead)
	ws.SetPingHandler(func(data string) error {
		c.alive()
		err := ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(ackWithin))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	return c, nil
}

// read hands on what c brings, until c ends. Slack's PINGs are answered on the way.
func (c *connection) read(take func(frame []byte)) {
	defer close(c.ended)
	defer func() { _ = c.ws.Close() }() // ended anyway
	for {
		c.alive()
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		take(frame)
	}
}

// alive gives Slack silentFor to be heard again, unless we are closing.
func (c *connection) alive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.left {
		_ = c.ws.SetReadDeadline(time.Now().Add(silentFor)) // fails when the connection has ended, which reading finds out
	}
}

// acknowledge writes the acknowledgement of envelope, which Slack takes until by; a nil
// payload makes it an empty one. A connection that can't be written to is ended.
func (c *connection) acknowledge(envelope string, payload json.RawMessage, by time.Time) error {
	frame, err := json.Marshal(struct {
		Envelope string          `json:"envelope_id"`
		Payload  json.RawMessage `json:"payload,omitempty"`
	}{envelope, payload})
	if err != nil {
		return err
	}
	if len(frame) >= mostAck {
		return fmt.Errorf("%w: %d bytes", errTooLong, len(frame))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.left:
		return errLeft
	case time.Until(by) <= 0:
		return errTooLate
	}
	_ = c.ws.SetWriteDeadline(by) // gorilla keeps it for the next write
	if err := c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
		_ = c.ws.Close() // half a frame may be out: nothing can follow it
		return err
	}
	return nil
}

// leave says goodbye. What Slack sent before it heard that is still read; then, or when
// Slack does not answer, c ends.
func (c *connection) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left {
		return
	}
	c.left = true
	by := time.Now().Add(closeWithin)
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), by); err != nil {
		_ = c.ws.Close()
		return
	}
	_ = c.ws.SetReadDeadline(by)
}

// is reports whether an event of a connection has happened.
func is(event <-chan struct{}) bool {
	select {
	case <-event:
		return true
	default:
		return false
	}
}
