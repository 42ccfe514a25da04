package slacksim

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/transport"
)

const (
	maxLinks     = 10      // connections of one app (slack.md §1.5)
	maxFrame     = 20_480  // bytes; a client frame this long or longer is refused (slack.md §1.3)
	readLimit    = 4 << 20 // bytes; only so that a client gone mad cannot fill memory
	pingEvery    = 10 * time.Second
	writeTimeout = 10 * time.Second
	lifetime     = time.Hour // what hello announces unless told otherwise (slack.md §1.2)
)

// link is one Socket Mode connection.
type link struct {
	w    *Workspace
	ws   *websocket.Conn
	done chan struct{}
	end  sync.Once
	wake chan struct{} // buffer of one: out has something
	half atomic.Bool   // open as far as the client can tell, but nothing moves
	bye  atomic.Bool   // a closing frame is queued or sent
	quit chan struct{} // closed when the writer has ended

	mu  sync.Mutex
	out []frame

	// guarded by w.mu
	settled  time.Time // takes envelopes from then on
	retiring bool      // told to go; takes envelopes only when no other link can
	closing  bool      // takes none
}

// frame is a text frame to send, or, with a code, the closing frame.
type frame struct {
	data []byte
	code int
	text string
	due  time.Time // when it arrives
}

// serveLink takes a WebSocket whose ticket apps.connections.open gave out (slack.md §1.1).
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	w.withFaults("link", rw, r, func(rw http.ResponseWriter) {
		ticket := r.URL.Query().Get("ticket")
		w.mu.Lock()
		ok := w.tickets[ticket]
		if delete(w.tickets, ticket); !ok {
			w.violate("WebSocket ticket unknown or already used (slack.md §1.1)")
		}
		w.mu.Unlock()
		if !ok {
			http.Error(rw, "invalid ticket", http.StatusForbidden)
			return
		}
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		ws, err := up.Upgrade(rw, r, nil)
		if err != nil {
			w.log.WarnContext(r.Context(), "upgrade failed", "err", err)
			return
		}
		w.run(r.Context(), ws)
	})
}

// run serves one connection until it ends.
func (w *Workspace) run(ctx context.Context, ws *websocket.Conn) {
	l := &link{w: w, ws: ws, done: make(chan struct{}), wake: make(chan struct{}, 1), quit: make(chan struct{})}
	ws.SetReadLimit(readLimit)
	ws.SetCloseHandler(func(code int, _ string) error {
		w.mu.Lock()
		l.closing = true // nothing more is sent to a client that goes
		w.mu.Unlock()
		l.close(code, "")
		return nil
	})
	ws.SetPingHandler(func(data string) error {
		if !l.half.Load() {
			_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTimeout)) // a dead link ends by itself
		}
		return nil
	})
	if !w.join(l) {
		l.cut(false)
		return
	}
	w.log.DebugContext(ctx, "link opened")
	l.read()
	if l.bye.Load() && !l.half.Load() {
		<-l.quit // the closing frame goes out before the connection ends
	}
	l.cut(false)
	w.leave(l)
	w.log.DebugContext(ctx, "link ended")
}

// join takes l in and greets it, or sends it away when the app has ten already. It reports
// false when the workspace is closed.
func (w *Workspace) join(l *link) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isClosed {
		return false
	}
	w.wg.Go(l.write)
	n := len(w.links) + 1
	info := map[string]any{"app_id": w.cfg.AppID}
	if n > maxLinks {
		l.closing = true
		l.sendJSON(map[string]any{
			"type": "disconnect", "reason": "too_many_websockets", "num_connections": n,
			"connection_info": info, "debug_info": map[string]any{"host": "applink-sim"},
		})
		l.close(websocket.CloseNormalClosure, "")
		w.violate("connection %d of one app; Slack allows %d (slack.md §1.5)", n, maxLinks)
		return true
	}
	l.settled = time.Now().Add(w.cfg.Settling)
	w.links = append(w.links, l)
	w.linkPeak = max(w.linkPeak, n)
	w.noteJoined(time.Now())
	l.sendJSON(map[string]any{
		"type": "hello", "num_connections": n, "connection_info": info,
		"debug_info": map[string]any{
			"host": "applink-sim", "started": time.Now().UTC().Format("2006-01-02 15:04:05.000"),
			"build_number": 1, "approximate_connection_time": int(cmp.Or(w.cfg.Lifetime, lifetime).Seconds()),
		},
	})
	w.age(l)
	w.linksChanged()
	again := w.redeliver
	w.redeliver = nil
	for _, d := range again {
		w.redo(d)
	}
	return true
}

// leave forgets l. Commands that waited for its acknowledgement are redelivered on the
// next connection if the acknowledgement itself killed it (slack.md §0.5).
func (w *Workspace) leave(l *link) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.links = slices.DeleteFunc(w.links, func(o *link) bool { return o == l })
	w.linksChanged()
}

// linksChanged wakes WaitConnections; mu is held.
func (w *Workspace) linksChanged() {
	for _, c := range w.linkWait {
		close(c)
	}
	w.linkWait = nil
}

// read takes frames until the connection ends.
func (l *link) read() {
	for {
		_, data, err := l.ws.ReadMessage()
		switch {
		case err != nil:
			return
		case l.half.Load() || l.bye.Load():
			continue
		case len(data) >= maxFrame:
			l.w.overlong(l, len(data))
		default:
			l.w.received(l, data)
		}
	}
}

// close ends the link in good order: after what is queued comes the closing frame, and
// the connection ends when the client answers it or 10 s later.
func (l *link) close(code int, text string) {
	if code == websocket.CloseNoStatusReceived {
		code = websocket.CloseNormalClosure
	}
	l.bye.Store(true)
	l.push(frame{code: code, text: text})
}

// cut ends the link at once, without a word; hard resets it where there is TCP.
func (l *link) cut(hard bool) {
	l.end.Do(func() {
		close(l.done)
		if hard {
			transport.Reset(l.ws.NetConn())
			return
		}
		_ = l.ws.NetConn().Close() // nothing to be done about a failed close
	})
}
