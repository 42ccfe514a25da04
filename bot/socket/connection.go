package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// silenceTimeout is how long Slack may send nothing, PINGs included, before a connection is
	// taken for dead; slack-go and Slack's Node library wait as long (slack.md §1.4).
	silenceTimeout = 30 * time.Second
	helloTimeout   = 10 * time.Second // for a new connection to say hello
	ackTimeout     = 3 * time.Second  // that Slack waits for an acknowledgement (slack.md §1.3)
	// closeTimeout is how long Slack may take to answer our closing frame. It may never
	// (node-slack-sdk, release of @slack/socket-mode 3.2.0).
	closeTimeout = time.Second
	maxRead      = 8 << 20 // bytes of a frame of Slack's, which sends some of over 100 KB (slack.md §1.3)
	maxAck       = 20_480  // bytes of an acknowledgement for which Slack cuts the connection (slack.md §0.5)
)

// Why an acknowledgement was not written.
var (
	errClosing = errors.New("the connection is being closed")
	errTooLate = errors.New("too late for Slack to take it")
	errTooLong = errors.New("longer than Slack takes")
)

// connection is one Socket Mode connection. It goes on bringing envelopes when Slack has said that
// it will end, until it does.
type connection struct {
	ws      *websocket.Conn
	greeted chan struct{} // closed once hello was said
	ending  chan struct{} // closed once Slack said that the connection will end
	ended   chan struct{} // closed once nothing more is read
	hello   hello         // set when greeted is closed
	reason  string        // why Slack ends it; set when ending is closed

	mu     sync.Mutex // held while writing
	closed bool       // our closing frame is out: nothing may follow it (RFC 6455 §5.5.1)
}

// hello is when Slack greeted a new connection, and what it said of it.
type hello struct {
	at       time.Time
	lifetime time.Duration // about how long Slack will keep it
}

// dial opens the WebSocket at address, which apps.connections.open gave out. An acknowledgement has
// to go out in one frame, hence the write buffer (slack.md §1.3).
func dial(ctx context.Context, address string, through func(ctx context.Context, network, addr string) (net.Conn, error)) (*connection, error) {
	dialer := &websocket.Dialer{HandshakeTimeout: 10 * time.Second, WriteBufferSize: 32 << 10, NetDialContext: through}
	ws, resp, err := dialer.DialContext(ctx, address, http.Header{"Origin": {"https://api.slack.com"}})
	if resp != nil {
		_ = resp.Body.Close() // holds nothing after an upgrade, and nothing we want after a refusal
	}
	if err != nil && resp != nil {
		return nil, fmt.Errorf("%w: HTTP %d", err, resp.StatusCode)
	}
	if err != nil {
		return nil, err
	}
	c := &connection{ws: ws, greeted: make(chan struct{}), ending: make(chan struct{}), ended: make(chan struct{})}
	ws.SetReadLimit(maxRead)
	ws.SetPingHandler(func(data string) error {
		c.extend()
		err := ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(ackTimeout))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	return c, nil
}

// read hands on what c brings, until c ends. Slack's PINGs are answered on the way.
func (c *connection) read(take func(data []byte)) {
	defer close(c.ended)
	defer func() { _ = c.ws.Close() }() // ended anyway
	for {
		c.extend()
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		take(data)
	}
}

// Why a connection that was opened is of no use.
var (
	errTooMany = errors.New("slack has too many connections of this app")
	errEnded   = errors.New("slack ended the connection instead of saying hello")
	errNoHello = errors.New("slack said no hello")
)

// awaitHello waits until c has said hello. It ends c if that does not come.
func (c *connection) awaitHello() error {
	select {
	case <-c.greeted:
		return nil
	case <-c.ending:
		if happened(c.greeted) {
			return nil
		}
		c.close()
		if c.reason == "too_many_websockets" {
			return errTooMany
		}
		return errEnded
	case <-c.ended:
	case <-time.After(helloTimeout):
		c.close()
	}
	return errNoHello
}

// extend gives Slack silenceTimeout to be heard again, unless we are closing.
func (c *connection) extend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		_ = c.ws.SetReadDeadline(time.Now().Add(silenceTimeout)) // fails when the connection has ended, which reading finds out
	}
}

// acknowledge writes the acknowledgement of envelope, which Slack takes until by; a nil
// payload makes it an empty one. A connection that can't be written to is ended.
func (c *connection) acknowledge(envelope string, payload json.RawMessage, by time.Time) error {
	data, err := json.Marshal(struct {
		Envelope string          `json:"envelope_id"`
		Payload  json.RawMessage `json:"payload,omitempty"`
	}{envelope, payload})
	if err != nil {
		return err
	}
	if len(data) >= maxAck {
		return fmt.Errorf("%w: %d bytes", errTooLong, len(data))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return errClosing
	case time.Until(by) <= 0:
		return errTooLate
	}
	_ = c.ws.SetWriteDeadline(by) // gorilla keeps it for the next write
	if err := c.ws.WriteMessage(websocket.TextMessage, data); err != nil {
		_ = c.ws.Close() // half a frame may be out: nothing can follow it
		return err
	}
	return nil
}

// close sends the closing frame. What Slack sent before it heard that is still read; then c ends.
func (c *connection) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	by := time.Now().Add(closeTimeout)
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), by); err != nil {
		_ = c.ws.Close()
		return
	}
	_ = c.ws.SetReadDeadline(by)
}

// happened reports whether an event of a connection has happened: its channel is closed.
func happened(event <-chan struct{}) bool {
	select {
	case <-event:
		return true
	default:
		return false
	}
}
