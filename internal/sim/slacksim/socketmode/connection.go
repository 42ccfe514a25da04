package socketmode

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/transport"
)

// MaxFrame is the size in bytes from which on a client's frame is refused (slack.md §1.3).
const MaxFrame = 20_480

const (
	readLimit    = 4 << 20 // bytes; only so that a client gone mad cannot fill memory
	pingEvery    = 10 * time.Second
	writeTimeout = 10 * time.Second
)

// Conn is one Socket Mode connection.
type Conn struct {
	ws      *websocket.Conn
	number  int                   // counted from 1
	moved   func(transport.Frame) // hears each text frame; nil: nobody does
	lag     time.Duration
	ended   chan struct{}
	end     sync.Once
	wake    chan struct{} // buffer of one: queue has something
	silent  atomic.Bool   // open as far as the client can tell, but nothing moves
	leaving atomic.Bool   // a closing frame is queued or sent
	written chan struct{} // closed when the writer has ended

	mu    sync.Mutex
	queue []frame

	// guarded by Server.mu
	settled  time.Time // takes envelopes from then on
	retiring bool      // told to go; takes envelopes only when no other connection can
	closing  bool      // takes none
}

// frame is a text frame to send, or, with a code, the closing frame.
type frame struct {
	data []byte
	code int
	text string
	due  time.Time // when it arrives
}

// Send has a text frame with v as JSON go to the client, after what waits already. It does not
// wait, and panics when v does not marshal: whoever made v is wrong.
func (c *Conn) Send(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("slacksim: frame does not marshal: %v", err))
	}
	c.SendRaw(data)
}

// SendRaw has a text frame go to the client byte for byte. It does not wait.
func (c *Conn) SendRaw(data []byte) { c.push(frame{data: data}) }

func (c *Conn) push(f frame) {
	f.due = time.Now().Add(c.lag)
	c.mu.Lock()
	c.queue = append(c.queue, f)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close ends the connection in good order: after what is queued comes the closing frame, and
// the connection ends when the client answers it or 10 s later.
func (c *Conn) close(code int, text string) {
	if code == websocket.CloseNoStatusReceived {
		code = websocket.CloseNormalClosure
	}
	c.leaving.Store(true)
	c.push(frame{code: code, text: text})
}

// cut ends the connection at once, without a word; hard resets it where there is TCP.
func (c *Conn) cut(hard bool) {
	c.end.Do(func() {
		close(c.ended)
		if hard {
			transport.Reset(c.ws.NetConn())
			return
		}
		_ = c.ws.NetConn().Close() // nothing to be done about a failed close
	})
}

// read gives the frames of the client to take, and the size of one that is too long to
// tooLong, until the connection ends.
func (c *Conn) read(take func(data []byte), tooLong func(size int)) {
	for {
		_, data, err := c.ws.ReadMessage()
		switch {
		case err != nil:
			return
		case c.silent.Load() || c.leaving.Load():
			continue
		}
		c.tell(data, true)
		if len(data) >= MaxFrame {
			tooLong(len(data))
		} else {
			take(data)
		}
	}
}

// write is the one writer: frames in order, a PING now and then, without which clients
// take the connection for dead after 30 s (slack.md §1.4).
func (c *Conn) write() {
	defer close(c.written)
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-c.ended:
			return
		case <-ping.C:
			if c.silent.Load() {
				continue
			}
			if err := c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)); err != nil {
				c.cut(false)
				return
			}
		case <-c.wake:
			if !c.flush() {
				return
			}
		}
	}
}

// flush sends what is queued; it reports false when the connection is finished.
func (c *Conn) flush() bool {
	c.mu.Lock()
	queue := c.queue
	c.queue = nil
	c.mu.Unlock()
	for _, f := range queue {
		if wait := time.Until(f.due); wait > 0 && !c.delay(wait) {
			return false
		}
		deadline := time.Now().Add(writeTimeout)
		switch {
		case c.silent.Load():
			continue
		case f.code != 0:
			_ = c.ws.SetReadDeadline(deadline)                                                                    // the client's own closing frame ends the connection sooner
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.code, f.text), deadline) // closing anyway
			return false
		}
		c.tell(f.data, false)               // before the answer to it can come
		_ = c.ws.SetWriteDeadline(deadline) // cannot fail before the write does
		if err := c.ws.WriteMessage(websocket.TextMessage, f.data); err != nil {
			c.cut(false)
			return false
		}
	}
	return true
}

// tell has who wants to know hear of a text frame.
func (c *Conn) tell(data []byte, fromApp bool) {
	if c.moved != nil {
		c.moved(transport.Frame{At: time.Now(), Conn: c.number, FromApp: fromApp, Data: data})
	}
}

// delay lets a frame be on its way; it reports false when the connection ends first.
func (c *Conn) delay(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.ended:
		return false
	}
}
