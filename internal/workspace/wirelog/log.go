// Package wirelog keeps what went over the wires of a simulated workspace and of a simulated Ozonetel account: envelopes,
// acknowledgements, calls and answers, in order, with times, and without secrets. It keeps the newest thousand, and shows
// them to a browser as they come ([Log.Mount]).
package wirelog

import (
	"crypto/rand"
	"sync"
	"time"

	"ahtbot/internal/sim/transport"
)

// What is kept at most.
const (
	maxEntries = 1000
	maxBytes   = 8 << 20
)

// ackWithin is how long Slack waits for an acknowledgement.
const ackWithin = 3 * time.Second

// Log is what is kept. Make it with [New]; its methods may be called from any goroutine, and none waits.
type Log struct {
	mask masker
	run  string // tells this log from one of an earlier process

	mu       sync.Mutex // guards all below
	entries  []*Entry   // oldest first
	bytes    int
	last     int64             // ID given out
	revision int64             // of the newest change
	sent     map[string]*Entry // envelopes that are kept, by their ids
	changed  chan struct{}     // closed with the next change
}

// New returns an empty log that hides these secrets, beside those that can be told from how they look.
func New(secrets ...string) *Log {
	return &Log{mask: newMasker(secrets), run: rand.Text()[:8], sent: map[string]*Entry{}, changed: make(chan struct{})}
}

// Slack hears a request to the workspace; it is a [transport.Heard].
func (l *Log) Slack(r transport.Request) func(transport.Answer) {
	kind, what := ofSlack(r)
	return l.request(kind, what, r)
}

// Upstream hears a request to Ozonetel; it is a [transport.Heard].
func (l *Log) Upstream(r transport.Request) func(transport.Answer) {
	return l.request(Upstream, ofUpstream(r), r)
}

// request keeps a request, and what becomes of it.
func (l *Log) request(kind Kind, what string, r transport.Request) func(transport.Answer) {
	e := &Entry{
		At: r.At, Kind: kind, What: l.mask.text(what), FromApp: true, Pending: true,
		Headers: l.mask.headers(r.Header), Body: l.mask.shown(r.Header.Get("Content-Type"), r.Body),
	}
	l.add(e)
	return func(a transport.Answer) {
		headers, body := l.mask.headers(a.Header), l.mask.shown(a.Header.Get("Content-Type"), a.Body)
		trouble := l.mask.text(troubleOf(kind, a))
		l.change(e, func() {
			e.Pending, e.Took, e.Status, e.Trouble = false, milliseconds(a.After), a.Status, trouble
			e.AnswerHeaders, e.Answer = headers, body
		})
	}
}

// Frame hears a frame of Socket Mode.
func (l *Log) Frame(f transport.Frame) {
	s := readFrame(f)
	e := &Entry{
		At: f.At, Kind: s.kind, What: l.mask.text(s.what), FromApp: f.FromApp, Conn: f.Conn,
		Body: l.mask.shown("application/json", f.Data),
	}
	switch s.kind {
	case Envelope:
		e.Pending, e.envelope = true, s.envelope
		l.add(e)
		time.AfterFunc(ackWithin, func() { l.overdue(e) })
	case Acknowledgement:
		l.acknowledge(e, s.envelope)
	case Socket, Call, ResponseURL, Upstream:
		l.add(e)
	}
}

// acknowledge keeps an acknowledgement, and notes at its envelope how long it took.
func (l *Log) acknowledge(e *Entry, envelope string) {
	l.mu.Lock()
	of := l.sent[envelope]
	if of == nil {
		e.What, e.Trouble = "an envelope that is not known", "unknown envelope"
	} else {
		e.Of, e.What, e.Took = of.ID, of.What, milliseconds(e.At.Sub(of.At))
	}
	l.mu.Unlock()
	l.add(e)
	if of != nil {
		l.change(of, func() { of.Pending, of.Took = false, e.Took })
	}
}

// overdue notes that an envelope was not acknowledged in time.
func (l *Log) overdue(e *Entry) {
	l.mu.Lock()
	waiting := e.Pending
	l.mu.Unlock()
	if waiting {
		l.change(e, func() { e.Pending, e.Trouble = false, "not acknowledged within 3 s" })
	}
}

// add keeps e, and forgets the oldest where there is too much.
func (l *Log) add(e *Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.ID = l.last
	l.entries = append(l.entries, e)
	l.bytes += e.size()
	if e.envelope != "" {
		l.sent[e.envelope] = e
	}
	l.trim()
	l.announce(e)
}

// change alters an entry that may be forgotten already.
func (l *Log) change(e *Entry, alter func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := e.size()
	alter()
	if len(l.entries) == 0 || e.ID < l.entries[0].ID {
		return
	}
	l.bytes += e.size() - before
	l.trim()
	l.announce(e)
}

// trim forgets the oldest until what is left is little enough; mu is held.
func (l *Log) trim() {
	for len(l.entries) > 1 && (len(l.entries) > maxEntries || l.bytes > maxBytes) {
		old := l.entries[0]
		l.entries[0] = nil
		l.entries = l.entries[1:]
		l.bytes -= old.size()
		if l.sent[old.envelope] == old {
			delete(l.sent, old.envelope)
		}
	}
}

// announce wakes who follows the log; mu is held.
func (l *Log) announce(e *Entry) {
	l.revision++
	e.revision = l.revision
	close(l.changed)
	l.changed = make(chan struct{})
}

// Entries returns what is kept and chosen, oldest first.
func (l *Log) Entries(f Filter) []Entry {
	entries, _, _ := l.since(0, f)
	return entries
}

// since returns what was new or changed after a revision, in the order it first came, the newest revision there is, and what is closed when there is a
// newer one.
func (l *Log) since(revision int64, f Filter) ([]Entry, int64, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := []Entry{}
	for _, e := range l.entries {
		if e.revision > revision && f.matches(*e) {
			found = append(found, *e)
		}
	}
	return found, l.revision, l.changed
}

// entry returns the entry with an ID, or false where there is none any more.
func (l *Log) entry(id int64) (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.ID == id {
			return *e, true
		}
	}
	return Entry{}, false
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
