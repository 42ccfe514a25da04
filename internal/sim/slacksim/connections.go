package slacksim

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// The reasons of a disconnect frame (slack.md §1.4); too_many_websockets the workspace
// also sends by itself to an eleventh connection.
const (
	Warning           = "warning"
	RefreshRequested  = "refresh_requested"
	LinkDisabled      = "link_disabled"
	TooManyWebsockets = "too_many_websockets"
)

// grace is how long a link lives after its disconnect frame, if the client does not go by
// itself (slack.md §1.4: about 10 s after a warning).
const grace = 10 * time.Second

// Connections returns how many Socket Mode links are open, half-open ones included.
func (w *Workspace) Connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.links)
}

// MostConnections returns the most links that were open at once.
func (w *Workspace) MostConnections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.linkPeak
}

// Joined returns when the latest links, a thousand at most, were opened, oldest first.
func (w *Workspace) Joined() []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.joined)
}

// noteJoined remembers for Joined that a link was opened; mu is held.
func (w *Workspace) noteJoined(at time.Time) {
	if len(w.joined) >= 2000 {
		w.joined = slices.Clone(w.joined[1000:])
	}
	w.joined = append(w.joined, at)
}

// Opens returns how many times apps.connections.open was called, refused calls included.
func (w *Workspace) Opens() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openCount
}

// OpensPerMinute returns the most calls of apps.connections.open in any 60 s so far; the
// method's allowance is about 50 (slack.md §0.1).
func (w *Workspace) OpensPerMinute() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openPeak
}

// WaitConnections waits until at least n links are open.
func (w *Workspace) WaitConnections(ctx context.Context, n int) error {
	for {
		w.mu.Lock()
		have, c := len(w.links), make(chan struct{})
		w.linkWait = append(w.linkWait, c)
		w.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-c:
		case <-w.closed:
			return ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Disconnect sends a disconnect frame on the oldest link, or on every link for
// [LinkDisabled], and closes it 10 s later. After a [Warning] the link still takes
// envelopes when no other can; after other reasons it takes none.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, l := range w.live() {
		if i == 0 || reason == LinkDisabled {
			w.dismiss(l, reason)
		}
	}
}

// Refresh recycles the oldest link as Slack does (slack.md §1.4): a warning, the request
// ten seconds later, the end ten seconds after that. The warning may not come: without
// notice the request is the first word, and the link takes nothing from then on.
func (w *Workspace) Refresh(notice bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if live := w.live(); len(live) > 0 {
		w.recycle(live[0], notice)
	}
}

// RefreshNewest is [Workspace.Refresh] of the newest link.
func (w *Workspace) RefreshNewest(notice bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if live := w.live(); len(live) > 0 {
		w.recycle(live[len(live)-1], notice)
	}
}

// recycle is Refresh of l; mu is held.
func (w *Workspace) recycle(l *link, notice bool) {
	w.refreshes = append(w.refreshes, time.Now())
	if !notice {
		w.dismiss(l, RefreshRequested)
		return
	}
	l.retiring = true
	l.say(Warning)
	time.AfterFunc(grace, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !l.closing && !w.isClosed {
			w.dismiss(l, RefreshRequested)
		}
	})
}

// age has l recycled at the end of its life, every second time without notice; mu is held.
func (w *Workspace) age(l *link) {
	if w.cfg.Lifetime <= 0 {
		return
	}
	life := w.cfg.Lifetime - w.cfg.Lifetime/20 + rand.N(w.cfg.Lifetime/10)
	t := time.AfterFunc(life, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !l.retiring && !l.closing && !w.isClosed {
			w.recycle(l, len(w.refreshes)%2 == 0)
		}
	})
	w.wg.Go(func() {
		<-l.done
		t.Stop()
	})
}

// Refreshes returns when links were recycled, by [Workspace.Refresh] or at the end of
// [Config.Lifetime].
func (w *Workspace) Refreshes() []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.refreshes)
}

// DisconnectAll is [Workspace.Disconnect] on every link.
func (w *Workspace) DisconnectAll(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.live() {
		w.dismiss(l, reason)
	}
}

// dismiss sends l away; mu is held.
func (w *Workspace) dismiss(l *link, reason string) {
	l.retiring, l.closing = true, reason != Warning
	l.say(reason)
	time.AfterFunc(grace, func() { l.close(websocket.CloseNormalClosure, "") })
}

// say sends a disconnect frame.
func (l *link) say(reason string) {
	msg := map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sim"}}
	if reason == TooManyWebsockets {
		msg["num_connections"] = maxLinks + 1
		msg["connection_info"] = map[string]any{"app_id": l.w.cfg.AppID}
	}
	l.sendJSON(msg)
}

// Cut drops the oldest link without a closing frame.
func (w *Workspace) Cut() {
	if l := w.oldest(); l != nil {
		l.cut(true)
	}
}

// CutAll drops every link without a closing frame.
func (w *Workspace) CutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.links {
		l.cut(true)
	}
}

// HalfOpen silences the oldest link: nothing is sent, PINGs neither, and what arrives is
// thrown away, but it stays open and keeps its turn, so that envelopes are lost on it
// until the client gives up (slack.md §1.4).
func (w *Workspace) HalfOpen() {
	if l := w.oldest(); l != nil {
		l.half.Store(true)
	}
}

// oldest returns the oldest link that still moves and has not been told to go, or nil.
func (w *Workspace) oldest() *link {
	w.mu.Lock()
	defer w.mu.Unlock()
	if live := w.live(); len(live) > 0 {
		return live[0]
	}
	return nil
}

// live returns the links that move and have not been told to go, oldest first; mu is held.
func (w *Workspace) live() []*link {
	var live []*link
	for _, l := range w.links {
		if !l.half.Load() && !l.retiring && !l.closing {
			live = append(live, l)
		}
	}
	return live
}

// pick returns the link whose turn it is, or nil (slack.md §1.5: any one, in turn); mu is
// held.
func (w *Workspace) pick() *link {
	n, now := len(w.links), time.Now()
	for _, retiring := range []bool{false, true} {
		for i := range n {
			at := (w.nextLink + i) % n
			if l := w.links[at]; !l.closing && l.retiring == retiring && !now.Before(l.settled) {
				w.nextLink = at + 1
				return l
			}
		}
	}
	return nil
}
