package workspace

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// What bounds the tabs of a browser gone mad, and one that does not read.
const (
	mostTabs  = 100
	mostAhead = 256              // changes that wait for one tab
	patience  = 10 * time.Second // for one write
	heartbeat = 20 * time.Second
)

// tabs are the streams that are open.
type tabs struct {
	mu   sync.Mutex
	open map[*tab]struct{}
}

// tab is one stream: what it has not been told yet. A tab that falls behind is dropped: it connects again and asks for the state.
type tab struct {
	ahead chan slacksim.Change
	late  chan struct{} // closed when it is dropped
}

// add opens a stream; nil: there are too many.
func (t *tabs) add() *tab {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.open) >= mostTabs {
		return nil
	}
	if t.open == nil {
		t.open = map[*tab]struct{}{}
	}
	one := &tab{ahead: make(chan slacksim.Change, mostAhead), late: make(chan struct{})}
	t.open[one] = struct{}{}
	return one
}

func (t *tabs) remove(one *tab) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, one)
}

// tell queues a change for every tab and waits for none.
func (t *tabs) tell(c slacksim.Change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for one := range t.open {
		select {
		case one.ahead <- c:
		default:
			close(one.late)
			delete(t.open, one)
		}
	}
}

// serveEvents tells a tab what happens. The first event, hello, has it ask for the state, which holds all that happened before; what
// comes after it may be in the state already, and says how things stand and not what is to be added.
func (p *Page) serveEvents(rw http.ResponseWriter, r *http.Request) {
	who, ok := p.who(rw, r.URL.Query().Get("as"))
	if !ok {
		return
	}
	one := p.tabs.add()
	if one == nil {
		refuse(rw, http.StatusServiceUnavailable, "Too many tabs are open. Close some and reload this one.")
		return
	}
	defer p.tabs.remove(one)
	rw.Header().Set("Content-Type", "text/event-stream")
	s := stream{rw: rw, control: http.NewResponseController(rw)}
	if s.send("hello", map[string]string{"me": who.ID}) != nil {
		return
	}
	p.follow(r, s, one, who)
}

// follow writes what happens into a stream until one side ends it.
func (p *Page) follow(r *http.Request, s stream, one *tab, who members.Person) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case c := <-one.ahead:
			if name, what := p.told(who, c); name != "" {
				err = s.send(name, what)
			}
		case <-beat.C:
			err = s.send("beat", struct{}{})
		case <-one.late:
			return
		case <-p.closed:
			return
		case <-r.Context().Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// told is a change as an event for one person; no name: it is nothing to them.
func (p *Page) told(who members.Person, c slacksim.Change) (name string, what any) {
	switch c.Kind {
	case "view":
		if c.User == who.ID {
			return "screen", p.screen(who)
		}
	case "failed":
		if c.User == who.ID {
			return "toast", toast{Kind: "failed", Text: c.Text}
		}
	case "violation":
		return "toast", toast{Kind: "violation", Text: c.Text}
	default:
		if m := c.Message; (m.EphemeralFor == "" || m.EphemeralFor == who.ID) && p.isIn(who.ID, m.Channel) {
			return "message", p.news(who, m)
		}
	}
	return "", nil
}

// toast is a word that passes.
type toast struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// news is a message, and how many hang from the one it hangs from.
func (p *Page) news(who members.Person, m slacksim.Message) any {
	out := struct {
		message
		ThreadReplies int `json:"threadReplies,omitempty"`
	}{message: p.message(who, m, 0)}
	count := replies(p.cfg.Slack.Seen(who.ID, m.Channel))
	out.Replies = count[m.TS]
	if out.Thread != "" {
		out.ThreadReplies = count[out.Thread]
	}
	return out
}

// stream is the browser's end of a tab.
type stream struct {
	rw      http.ResponseWriter
	control *http.ResponseController
}

// send writes one event. A browser that does not take it in time is as good as gone.
func (s stream) send(name string, what any) error {
	data, err := json.Marshal(what)
	if err != nil {
		return err
	}
	if err := s.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.rw, "event: %s\ndata: %s\n\n", name, data); err != nil {
		return err
	}
	return s.control.Flush()
}
