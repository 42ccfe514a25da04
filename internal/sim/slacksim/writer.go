package slacksim

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// write is the one writer: frames in order, a PING now and then, without which clients
// take the link for dead after 30 s (slack.md §1.4).
func (l *link) write() {
	defer close(l.quit)
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-ping.C:
			if l.half.Load() {
				continue
			}
			if err := l.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)); err != nil {
				l.cut(false)
				return
			}
		case <-l.wake:
			if !l.flush() {
				return
			}
		}
	}
}

// flush sends what is queued; it reports false when the link is finished.
func (l *link) flush() bool {
	l.mu.Lock()
	out := l.out
	l.out = nil
	l.mu.Unlock()
	for _, f := range out {
		if wait := time.Until(f.due); wait > 0 && !l.rest(wait) {
			return false
		}
		deadline := time.Now().Add(writeTimeout)
		switch {
		case l.half.Load():
			continue
		case f.code != 0:
			_ = l.ws.SetReadDeadline(deadline)                                                                    // the client's own closing frame ends the link sooner
			_ = l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.code, f.text), deadline) // closing anyway
			return false
		}
		_ = l.ws.SetWriteDeadline(deadline) // cannot fail before the write does
		if err := l.ws.WriteMessage(websocket.TextMessage, f.data); err != nil {
			l.cut(false)
			return false
		}
	}
	return true
}

// rest lets a frame be on its way; it reports false when the link ends first.
func (l *link) rest(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-l.done:
		return false
	}
}

func (l *link) push(f frame) {
	f.due = time.Now().Add(l.w.cfg.Lag)
	l.mu.Lock()
	l.out = append(l.out, f)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *link) sendJSON(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("slacksim: %v", err)) // our own maps of strings and numbers
	}
	l.push(frame{data: data})
}
