package ozonesim

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
)

// Raw is an answer given byte for byte.
type Raw struct {
	Status int           // 0 means 200
	Header http.Header   // nil means Content-Type: application/json
	Body   []byte        // empty is an empty body
	Delay  time.Duration // before the answer, on top of Config.Latency
	Hangup bool          // close the connection without answering
}

// scheduled is what one coming request meets: a quirk, or an exact answer.
type scheduled struct {
	quirk quirk.Quirk
	raw   *Raw
}

// schedule are the quirks in force and those to come.
type schedule struct {
	set    map[quirk.Quirk]string // id to form; an empty form: each form in turn
	aht    []scheduled            // the next AHT requests, in order
	tokens []scheduled            // the next generateToken calls
	turns  *formTurns
}

func newSchedule() schedule {
	return schedule{set: map[quirk.Quirk]string{}, turns: &formTurns{n: map[quirk.Quirk]int{}}}
}

// ahtOnly are the quirks that, when Set, leave the other routes alone.
var ahtOnly = []quirk.Quirk{
	quirk.StatusCase, quirk.FailWords, quirk.Errors200, quirk.Errors400, quirk.Errors401, quirk.Limit200, quirk.Limit429Empty, quirk.LimitHTML, quirk.TextVariants,
	quirk.HTML502, quirk.Slow, quirk.Hang, quirk.Reset, quirk.TruncatedJSON, quirk.Empty200,
}

// Set switches quirks on until Clear. Quirks of spelling and of transport touch the AHT
// route only; those of credentials touch every route. It panics on a quirk that
// [quirk.Parse] would refuse.
func (s *Server) Set(q ...quirk.Quirk) {
	mustKnow(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range q {
		s.schedule.set[q.ID()] = q.Form()
	}
}

// Clear switches quirks off, whatever their form; without arguments all of them, and
// forgets what Next, NextRaw and NextToken still have to give.
func (s *Server) Clear(q ...quirk.Quirk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(q) == 0 {
		clear(s.schedule.set)
		s.schedule.aht, s.schedule.tokens = nil, nil
	}
	for _, q := range q {
		delete(s.schedule.set, q.ID())
	}
}

// Next makes the next len(q) AHT requests meet these quirks, one each, in order, on top
// of those that are Set. A quirk about a situation brings it about: for aht-null and the
// rest of its row the window has no calls, and limit quirks refuse the request. Others
// show only where they apply: fail-words on a failure, status-case on a success.
func (s *Server) Next(q ...quirk.Quirk) { s.expect(&s.schedule.aht, q) }

// NextToken is Next for generateToken calls: quirks of transport and of spelling,
// token-exhausted and token-extra-message.
func (s *Server) NextToken(q ...quirk.Quirk) { s.expect(&s.schedule.tokens, q) }

func (s *Server) expect(queue *[]scheduled, quirks []quirk.Quirk) {
	mustKnow(quirks)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range quirks {
		*queue = append(*queue, scheduled{quirk: q})
	}
}

// NextRaw answers the next AHT requests with exactly these, after what earlier calls of
// Next and NextRaw still have to give. The requests count, and take room in the allowance.
func (s *Server) NextRaw(answers ...Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range answers {
		s.schedule.aht = append(s.schedule.aht, scheduled{raw: &raw})
	}
}

func mustKnow(quirks []quirk.Quirk) {
	for _, q := range quirks {
		if _, err := quirk.Parse(string(q)); err != nil {
			panic(fmt.Sprintf("ozonesim: %v", err))
		}
	}
}

// quirksOf returns what the request being answered on path meets; raw is nil unless it is an
// exact answer.
func (s *Server) quirksOf(path string) (requestQuirks, *Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := requestQuirks{on: maps.Clone(s.schedule.set), turns: s.schedule.turns}
	if path != routeAHT {
		for _, q := range ahtOnly {
			delete(t.on, q)
		}
	}
	var next scheduled
	switch path {
	case routeAHT:
		next = pop(&s.schedule.aht)
	case routeToken, routeTokenReports:
		next = pop(&s.schedule.tokens)
	}
	if next.quirk != "" {
		t.forced = next.quirk.ID()
		t.on[t.forced] = next.quirk.Form()
	}
	return t, next.raw
}

func pop(queue *[]scheduled) scheduled {
	if len(*queue) == 0 {
		return scheduled{}
	}
	first := (*queue)[0]
	*queue = (*queue)[1:]
	return first
}

// requestQuirks are the quirks one request meets.
type requestQuirks struct {
	on     map[quirk.Quirk]string
	forced quirk.Quirk // the one that came from Next: it takes precedence and brings its situation about
	turns  *formTurns
}

func (t requestQuirks) has(q quirk.Quirk) bool {
	_, ok := t.on[q]
	return ok
}

// first returns the one of a row of quirks that is on: the forced one, or the first.
func (t requestQuirks) first(row ...quirk.Quirk) quirk.Quirk {
	var found quirk.Quirk
	for _, q := range row {
		if q == t.forced {
			return q
		}
		if found == "" && t.has(q) {
			found = q
		}
	}
	return found
}

// form returns the form q takes in this request. Asked twice, it says the same.
func (t requestQuirks) form(q quirk.Quirk) string {
	form := t.on[q]
	if form == "" {
		form = t.turns.next(q)
		t.on[q] = form
	}
	return form
}

// formTurns lets quirks without a chosen form show their forms one after the other.
type formTurns struct {
	mu sync.Mutex
	n  map[quirk.Quirk]int
}

func (t *formTurns) next(q quirk.Quirk) string {
	forms := q.Forms()
	if len(forms) == 0 {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[q]++
	return forms[(t.n[q]-1)%len(forms)]
}
