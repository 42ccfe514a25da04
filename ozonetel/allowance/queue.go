package allowance

import (
	"cmp"
	"math"
	"slices"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// Class is who a request is for. Everything in people goes before everything in
// background.
type Class uint8

// The two classes.
const (
	People     Class = iota
	Background       // digests and polling, which nobody is looking at
)

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

// Asker is one asker's wish for a target's reading.
type Asker struct {
	Class    Class
	Who      string   // a person's id; unused in background
	Priority Priority // unused for people
	at       uint64   // order of the wishes
}

// Entry is one place in the line, for as long as a question lasts.
type Entry struct {
	seq     uint64     // order of arrival
	target  aht.Target // zero for a token call and for the list of campaigns
	list    bool       // the list of campaigns
	served  bool       // has had a slot and needs another: goes before those who had none
	ready   bool       // could send now; a question without a token is not ready
	granted chan Grant // one at most at a time
}

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
	asking   map[string]int    // open wishes of each person
	servedAt map[string]uint64 // when each person came or was last served: the longest ago is next
	clock    uint64
}

func newQueue() queue {
	return queue{askers: map[aht.Target][]*Asker{}, asking: map[string]int{}, servedAt: map[string]uint64{}}
}

func (l *queue) tick() uint64 { l.clock++; return l.clock }

// addAsker adds a wish for t.
func (l *queue) addAsker(t aht.Target, w *Asker) {
	w.at = l.tick()
	l.askers[t] = append(l.askers[t], w)
	if w.Class == People {
		if l.asking[w.Who]++; l.asking[w.Who] == 1 {
			l.servedAt[w.Who] = l.tick()
		}
	}
}

// removeAsker takes it back.
func (l *queue) removeAsker(t aht.Target, w *Asker) {
	left := slices.DeleteFunc(l.askers[t], func(x *Asker) bool { return x == w })
	if l.askers[t] = left; len(left) == 0 {
		delete(l.askers, t)
	}
	if w.Class == People {
		if l.asking[w.Who]--; l.asking[w.Who] == 0 {
			delete(l.asking, w.Who)
			delete(l.servedAt, w.Who)
		}
	}
}

// served moves everybody whose wish p fulfils to the end of the round.
func (l *queue) served(p *Entry) {
	for _, w := range l.askers[p.target] {
		if w.Class == People {
			l.servedAt[w.Who] = l.tick()
		}
	}
	p.served = true
	l.drop(p)
}

// drop takes p out of the line.
func (l *queue) drop(p *Entry) {
	if i := slices.Index(l.entries, p); i >= 0 {
		l.entries = slices.Delete(l.entries, i, i+1)
	}
	p.ready = false
}

// classOf is whose p is: what one person wants is a person's, whoever wants it too, and so
// is a token call, which everybody needs.
func (l *queue) classOf(p *Entry) Class {
	wants := l.askers[p.target]
	if p.op() == fault.OpToken || slices.ContainsFunc(wants, func(w *Asker) bool { return w.Class == People }) {
		return People
	}
	return Background
}

// next is the first of class c that could send now, or nil: the head of order, found
// without ordering the rest.
func (l *queue) next(c Class) *Entry {
	var best *Entry
	var rank [3]uint64
	for _, p := range l.entries {
		if !p.ready || l.classOf(p) != c {
			continue
		}
		if r := l.rank(p, c); best == nil || slices.Compare(r[:], rank[:]) < 0 {
			best, rank = p, r
		}
	}
	return best
}

// rank is lower for who goes before others: those who had a slot before, then the person
// last served the longest ago, or the most urgent work, then the order of arrival.
func (l *queue) rank(p *Entry, c Class) [3]uint64 {
	switch {
	case p.first():
		return [3]uint64{0, 0, p.seq}
	case c == Background:
		return [3]uint64{1, uint64(l.urgency(p)), p.seq}
	}
	first := [3]uint64{1, math.MaxUint64, 0}
	for _, w := range l.askers[p.target] {
		if r := [3]uint64{1, l.servedAt[w.Who], w.at}; w.Class == People && slices.Compare(r[:], first[:]) < 0 {
			first = r
		}
	}
	return first
}

// order lists who waits in class c, next first.
func (l *queue) order(c Class) []*Entry {
	var first, rest []*Entry
	for _, p := range l.entries {
		switch {
		case l.classOf(p) != c:
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
		return append(first, l.rounds(rest)...)
	}
	slices.SortStableFunc(rest, func(a, b *Entry) int { return cmp.Compare(l.urgency(a), l.urgency(b)) })
	return append(first, rest...)
}

// urgency is the priority of the most urgent wish for p.
func (l *queue) urgency(p *Entry) Priority {
	if p.list {
		return listing
	}
	most := Polling
	for _, w := range l.askers[p.target] {
		most = min(most, w.Priority)
	}
	return most
}

// rounds orders turns, oldest first within each person, so that in every round each person
// has one: one who asks for sixty agents does not delay who asks for one. A question wanted
// by several is served when the first of them has a turn.
func (l *queue) rounds(turns []*Entry) []*Entry {
	type wish struct {
		*Entry
		at uint64
	}
	own, who := map[string][]wish{}, []string{}
	for _, p := range turns {
		for _, w := range l.askers[p.target] {
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
	slices.SortFunc(who, func(a, b string) int { return cmp.Compare(l.servedAt[a], l.servedAt[b]) })
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
