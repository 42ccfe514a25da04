package ozonetel

import (
	"cmp"
	"math"
	"slices"

	"ahtbot/internal/aht"
)

// class is who a request is for. Everything in people goes before everything in
// background.
type class uint8

const (
	people     class = iota
	background       // digests and polling, which nobody is looking at
)

func (c class) String() string {
	if c == background {
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

// want is one asker's wish for a target's reading.
type want struct {
	class class
	who   string   // a person's id; unused in background
	prio  Priority // unused for people
	at    uint64   // order of the wishes
}

// turn is one place in the line, for as long as a question lasts.
type turn struct {
	seq    uint64     // order of arrival
	target aht.Target // zero for a token call and for the list of campaigns
	list   bool       // the list of campaigns
	again  bool       // has had a slot and needs another: goes before those who had none
	ready  bool       // could send now; a question without a token is not ready
	given  chan grant // one at most at a time
}

func (p *turn) op() string {
	switch {
	case p.list:
		return opCampaigns
	case p.target.IsZero():
		return opToken
	default:
		return opAHT
	}
}

// first reports whether p goes before whoever has not had a slot yet.
func (p *turn) first() bool { return p.again || p.op() == opToken }

// line is who waits and in which order they are served. Its owner guards it.
type line struct {
	turns  []*turn
	wants  map[aht.Target][]*want
	asking map[string]int    // open wishes of each person
	stamps map[string]uint64 // when each person came or was last served: the longest ago is next
	clock  uint64
}

func newLine() line {
	return line{wants: map[aht.Target][]*want{}, asking: map[string]int{}, stamps: map[string]uint64{}}
}

func (l *line) tick() uint64 { l.clock++; return l.clock }

// wish adds a wish for t.
func (l *line) wish(t aht.Target, w *want) {
	w.at = l.tick()
	l.wants[t] = append(l.wants[t], w)
	if w.class == people {
		if l.asking[w.who]++; l.asking[w.who] == 1 {
			l.stamps[w.who] = l.tick()
		}
	}
}

// unwish takes it back.
func (l *line) unwish(t aht.Target, w *want) {
	left := slices.DeleteFunc(l.wants[t], func(x *want) bool { return x == w })
	if l.wants[t] = left; len(left) == 0 {
		delete(l.wants, t)
	}
	if w.class == people {
		if l.asking[w.who]--; l.asking[w.who] == 0 {
			delete(l.asking, w.who)
			delete(l.stamps, w.who)
		}
	}
}

// served moves everybody whose wish p fulfils to the end of the round.
func (l *line) served(p *turn) {
	for _, w := range l.wants[p.target] {
		if w.class == people {
			l.stamps[w.who] = l.tick()
		}
	}
	p.again = true
	l.drop(p)
}

// drop takes p out of the line.
func (l *line) drop(p *turn) {
	if i := slices.Index(l.turns, p); i >= 0 {
		l.turns = slices.Delete(l.turns, i, i+1)
	}
	p.ready = false
}

// classOf is whose p is: what one person wants is a person's, whoever wants it too, and so
// is a token call, which everybody needs.
func (l *line) classOf(p *turn) class {
	wants := l.wants[p.target]
	if p.op() == opToken || slices.ContainsFunc(wants, func(w *want) bool { return w.class == people }) {
		return people
	}
	return background
}

// next is the first of class c that could send now, or nil: the head of order, found
// without ordering the rest.
func (l *line) next(c class) *turn {
	var best *turn
	var rank [3]uint64
	for _, p := range l.turns {
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
func (l *line) rank(p *turn, c class) [3]uint64 {
	switch {
	case p.first():
		return [3]uint64{0, 0, p.seq}
	case c == background:
		return [3]uint64{1, uint64(l.urgency(p)), p.seq}
	}
	first := [3]uint64{1, math.MaxUint64, 0}
	for _, w := range l.wants[p.target] {
		if r := [3]uint64{1, l.stamps[w.who], w.at}; w.class == people && slices.Compare(r[:], first[:]) < 0 {
			first = r
		}
	}
	return first
}

// order lists who waits in class c, next first.
func (l *line) order(c class) []*turn {
	var first, rest []*turn
	for _, p := range l.turns {
		switch {
		case l.classOf(p) != c:
		case p.first():
			first = append(first, p)
		default:
			rest = append(rest, p)
		}
	}
	bySeq := func(a, b *turn) int { return cmp.Compare(a.seq, b.seq) } // of a token call it is zero
	slices.SortFunc(first, bySeq)
	slices.SortFunc(rest, bySeq)
	if c == people {
		return append(first, l.rounds(rest)...)
	}
	slices.SortStableFunc(rest, func(a, b *turn) int { return cmp.Compare(l.urgency(a), l.urgency(b)) })
	return append(first, rest...)
}

// urgency is the priority of the most urgent wish for p.
func (l *line) urgency(p *turn) Priority {
	if p.list {
		return listing
	}
	most := Polling
	for _, w := range l.wants[p.target] {
		most = min(most, w.prio)
	}
	return most
}

// rounds orders turns, oldest first within each person, so that in every round each person
// has one: one who asks for sixty agents does not delay who asks for one. A question wanted
// by several is served when the first of them has a turn.
func (l *line) rounds(turns []*turn) []*turn {
	type wish struct {
		*turn
		at uint64
	}
	own, who := map[string][]wish{}, []string{}
	for _, p := range turns {
		for _, w := range l.wants[p.target] {
			if w.class != people {
				continue
			}
			if own[w.who] == nil {
				who = append(who, w.who)
			}
			own[w.who] = append(own[w.who], wish{p, w.at})
		}
	}
	for _, id := range who {
		slices.SortFunc(own[id], func(a, b wish) int { return cmp.Compare(a.at, b.at) })
	}
	slices.SortFunc(who, func(a, b string) int { return cmp.Compare(l.stamps[a], l.stamps[b]) })
	out, listed := make([]*turn, 0, len(turns)), make(map[*turn]bool, len(turns))
	for len(out) < len(turns) {
		for _, id := range who {
			for len(own[id]) > 0 {
				p := own[id][0].turn
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
