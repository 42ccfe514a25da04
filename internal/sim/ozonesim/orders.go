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

// order is what one coming request meets: a quirk, or an exact answer.
type order struct {
	quirk quirk.Quirk
	raw   *Raw
}

// orders are the quirks in force and those to come.
type orders struct {
	set    map[quirk.Quirk]string // id to form; an empty form takes turns
	aht    []order                // the next AHT requests, in order
	tokens []order                // the next generateToken calls
	turns  *turns
}

func newOrders() orders {
	return orders{set: map[quirk.Quirk]string{}, turns: &turns{n: map[quirk.Quirk]int{}}}
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
		s.orders.set[q.ID()] = q.Form()
	}
}

// Clear switches quirks off, whatever their form; without arguments all of them, and
// forgets what Next, NextRaw and NextToken still have to give.
func (s *Server) Clear(q ...quirk.Quirk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(q) == 0 {
		clear(s.orders.set)
		s.orders.aht, s.orders.tokens = nil, nil
	}
	for _, q := range q {
		delete(s.orders.set, q.ID())
	}
}

// Next makes the next len(q) AHT requests meet these quirks, one each, in order, on top
// of those that are Set. A quirk about a situation brings it about: for aht-null and the
// rest of its row the window has no calls, and limit quirks refuse the request. Others
// show only where they apply: fail-words on a failure, status-case on a success.
func (s *Server) Next(q ...quirk.Quirk) {
	mustKnow(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range q {
		s.orders.aht = append(s.orders.aht, order{quirk: q})
	}
}

// NextRaw answers the next AHT requests with exactly these, after what earlier calls of
// Next and NextRaw still have to give. The requests count, and take room in the allowance.
func (s *Server) NextRaw(answers ...Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range answers {
		s.orders.aht = append(s.orders.aht, order{raw: &raw})
	}
}

// NextToken is Next for generateToken calls: quirks of transport and of spelling,
// token-exhausted and token-extra-message.
func (s *Server) NextToken(q ...quirk.Quirk) {
	mustKnow(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range q {
		s.orders.tokens = append(s.orders.tokens, order{quirk: q})
	}
}

func mustKnow(quirks []quirk.Quirk) {
	for _, q := range quirks {
		if _, err := quirk.Parse(string(q)); err != nil {
			panic(fmt.Sprintf("ozonesim: %v", err))
		}
	}
}

// meet returns what the request being answered on path meets; raw is nil unless it is an
// exact answer.
func (s *Server) meet(path string) (traits, *Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := traits{on: maps.Clone(s.orders.set), turns: s.orders.turns}
	var next order
	switch path {
	case routeAHT:
		next = pop(&s.orders.aht)
	case routeToken, routeTokenReports:
		t.drop(ahtOnly)
		next = pop(&s.orders.tokens)
	default:
		t.drop(ahtOnly)
	}
	if next.quirk != "" {
		t.forced = next.quirk.ID()
		t.on[t.forced] = next.quirk.Form()
	}
	return t, next.raw
}

func pop(queue *[]order) order {
	if len(*queue) == 0 {
		return order{}
	}
	first := (*queue)[0]
	*queue = (*queue)[1:]
	return first
}

// traits are the quirks one request meets.
type traits struct {
	on     map[quirk.Quirk]string
	forced quirk.Quirk // the one that came from Next: it takes precedence and brings its situation about
	turns  *turns
}

func (t traits) has(q quirk.Quirk) bool {
	_, ok := t.on[q]
	return ok
}

// first returns the one of a row of quirks that is on: the forced one, or the first.
func (t traits) first(row ...quirk.Quirk) quirk.Quirk {
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
func (t traits) form(q quirk.Quirk) string {
	form := t.on[q]
	if form == "" {
		form = t.turns.next(q)
		t.on[q] = form
	}
	return form
}

func (t traits) drop(row []quirk.Quirk) {
	for _, q := range row {
		delete(t.on, q)
	}
}

// turns lets quirks without a chosen form show their forms one after the other.
type turns struct {
	mu sync.Mutex
	n  map[quirk.Quirk]int
}

func (t *turns) next(q quirk.Quirk) string {
	forms := q.Forms()
	if len(forms) == 0 {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[q]++
	return forms[(t.n[q]-1)%len(forms)]
}
