package allowance

import (
	"cmp"
	"slices"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// Class is who a request is for. People go before background work. The zero
// Class is People.
type Class uint8

// The two classes.
const (
	People     Class = iota
	Background       // digests and polling, which nobody is looking at
)

// String returns the class as metrics name it.
func (c Class) String() string {
	if c == Background {
		return "background"
	}
	return "person"
}

// Priority orders background questions; the zero Priority goes first.
type Priority uint8

// The priorities of background work.
const (
	DigestSlot Priority = iota // a digest that is due
	Polling                    // readings for later
	listing                    // the list of campaigns, which nobody's figure depends on
)

// Asker is one who wants a target's reading.
type Asker struct {
	Class    Class
	Who      string   // a person's id; unused in background
	Priority Priority // unused for people
	at       uint64   // order of arrival
}

// Entry is one question, token call or list in the queue. It lasts as long as that does, and
// is in the queue while it waits for a slot.
type Entry struct {
	seq     uint64     // order of arrival
	target  aht.Target // zero for a token call and for the list of campaigns
	list    bool       // the list of campaigns
	served  bool       // has had a slot and needs another: goes before those who had none
	ready   bool       // could send now; a question without a token is not ready
	granted chan Grant // one at most at a time
}

// op is which operation p is for.
func (p *Entry) op() string {
	switch {
	case p.list:
		return fault.OpCampaigns
	case p.target.IsZero():
		return fault.OpToken
	default:
		return fault.OpAHT
	}
}

// first reports whether p goes before whoever has not had a slot yet.
func (p *Entry) first() bool { return p.served || p.op() == fault.OpToken }

// queue is who waits and in which order they are served. Its owner guards it.
type queue struct {
	entries  []*Entry
	askers   map[aht.Target][]*Asker
	asking   map[string]int    // how many readings each person wants
	servedAt map[string]uint64 // when each person came or was last served: the longest ago is next
	clock    uint64
}

// tick returns the next number of the queue's order.
func (q *queue) tick() uint64 { q.clock++; return q.clock }

// addAsker notes that w wants t's reading.
func (q *queue) addAsker(t aht.Target, w *Asker) {
	w.at = q.tick()
	q.askers[t] = append(q.askers[t], w)
	if w.Class == People {
		if q.asking[w.Who]++; q.asking[w.Who] == 1 {
			q.servedAt[w.Who] = q.tick()
		}
	}
}

// removeAsker takes that back.
func (q *queue) removeAsker(t aht.Target, w *Asker) {
	left := slices.DeleteFunc(q.askers[t], func(x *Asker) bool { return x == w })
	if q.askers[t] = left; len(left) == 0 {
		delete(q.askers, t)
	}
	if w.Class == People {
		if q.asking[w.Who]--; q.asking[w.Who] == 0 {
			delete(q.asking, w.Who)
			delete(q.servedAt, w.Who)
		}
	}
}

// served moves everybody who wants p to the end of the round.
func (q *queue) served(p *Entry) {
	for _, w := range q.askers[p.target] {
		if w.Class == People {
			q.servedAt[w.Who] = q.tick()
		}
	}
	p.served = true
	q.drop(p)
}

// drop takes p out of the queue.
func (q *queue) drop(p *Entry) {
	if i := slices.Index(q.entries, p); i >= 0 {
		q.entries = slices.Delete(q.entries, i, i+1)
	}
	p.ready = false
}

// classOf is whose p is: what one person wants is a person's, whoever wants it too, and so
// is a token call, which everybody needs.
func (q *queue) classOf(p *Entry) Class {
	wants := q.askers[p.target]
	if p.op() == fault.OpToken || slices.ContainsFunc(wants, func(w *Asker) bool { return w.Class == People }) {
		return People
	}
	return Background
}

// ready reports whether anybody of class c could send now.
func (q *queue) ready(c Class) bool {
	return slices.ContainsFunc(q.entries, func(p *Entry) bool { return p.ready && q.classOf(p) == c })
}

// next is the first of class c that could send now, or nil.
func (q *queue) next(c Class) *Entry {
	ready := slices.DeleteFunc(slices.Clone(q.entries), func(p *Entry) bool { return !p.ready })
	if waiting := q.order(c, ready); len(waiting) > 0 {
		return waiting[0]
	}
	return nil
}

// order lists the entries of class c, next first: those who had a slot before, then people in
// rounds or the most urgent work, then in the order of arrival.
func (q *queue) order(c Class, entries []*Entry) []*Entry {
	var first, rest []*Entry
	for _, p := range entries {
		switch {
		case q.classOf(p) != c:
		case p.first():
			first = append(first, p)
		default:
			rest = append(rest, p)
		}
	}
	bySeq := func(a, b *Entry) int { return cmp.Compare(a.seq, b.seq) } // of a token call it is zero
	slices.SortFunc(first, bySeq)
	slices.SortFunc(rest, bySeq)
	if c == People {
		return append(first, q.rounds(rest)...)
	}
	slices.SortStableFunc(rest, func(a, b *Entry) int { return cmp.Compare(q.urgency(a), q.urgency(b)) })
	return append(first, rest...)
}

// urgency is the priority of the most urgent asker of p.
func (q *queue) urgency(p *Entry) Priority {
	if p.list {
		return listing
	}
	most := Polling
	for _, w := range q.askers[p.target] {
		most = min(most, w.Priority)
	}
	return most
}

// rounds orders turns, oldest first within each person, so that in every round each person
// has one: one who asks for sixty agents does not delay who asks for one. A question wanted
// by several is served when the first of them has a turn.
func (q *queue) rounds(turns []*Entry) []*Entry {
	type wish struct {
		*Entry
		at uint64
	}
	own, who := map[string][]wish{}, []string{}
	for _, p := range turns {
		for _, w := range q.askers[p.target] {
			if w.Class != People {
				continue
			}
			if own[w.Who] == nil {
				who = append(who, w.Who)
			}
			own[w.Who] = append(own[w.Who], wish{p, w.at})
		}
	}
	for _, id := range who {
		slices.SortFunc(own[id], func(a, b wish) int { return cmp.Compare(a.at, b.at) })
	}
	slices.SortFunc(who, func(a, b string) int { return cmp.Compare(q.servedAt[a], q.servedAt[b]) })
	out, listed := make([]*Entry, 0, len(turns)), make(map[*Entry]bool, len(turns))
	for len(out) < len(turns) {
		for _, id := range who {
			for len(own[id]) > 0 {
				p := own[id][0].Entry
				own[id] = own[id][1:]
				if !listed[p] {
					listed[p] = true
					out = append(out, p)
					break
				}
			}
		}
	}
	return out
}
