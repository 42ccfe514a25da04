package floor

import (
	"math"
	"math/rand/v2"
	"time"
)

// IST is the wall clock of every report (ozonetel.md §1A.11). India keeps no summer time.
var IST = time.FixedZone("IST", 5*3600+1800)

const daySeconds = 24 * 3600

// Call is one leg of a call. Times and durations are whole seconds; no call spans midnight IST.
type Call struct {
	Start    int64 // Unix seconds
	Ring     int64 // until answered or given up
	Talk     int64 // hold included; 0 when unanswered
	Hold     int64
	Wrap     int64
	Answered bool
	Type     string // Manual, Preview, Progressive, Predictive or Inbound
	Agent    int    // index in Floor.Agents
	Campaign int    // index in Floor.Campaigns
	serial   int    // within the agent's day
}

// End returns when the talking ended, in Unix seconds: EndTime of the CDR.
func (c Call) End() int64 { return c.Start + c.Ring + c.Talk }

// Done returns when the wrap-up ended too, in Unix seconds: WrapUpEndTime of the CDR.
func (c Call) Done() int64 { return c.End() + c.Wrap }

// Handling returns the handling time in seconds (ozonetel.md Part 4).
func (c Call) Handling() int64 { return c.Talk + c.Wrap }

func (c Call) outbound() bool { return c.Type != "Inbound" }

// UCID is unique, and has the 17 digits of the real ones at any date of this century.
func (c Call) UCID() int64 {
	return ((c.Start+1e9)*1000+int64(c.Agent))*10000 + int64(c.serial)
}

// dayKey is one agent's calendar day: days since 1970-01-01 in IST.
type dayKey struct {
	day   int64
	agent int
}

// DayOf returns the calendar day of a moment: days since 1970-01-01, from midnight to midnight IST.
func DayOf(unix int64) int64 { return (unix + 5*3600 + 1800) / daySeconds }

// Midnight returns the Unix second at which a day of [DayOf] begins.
func Midnight(day int64) int64 { return day*daySeconds - 5*3600 - 1800 }

// cachedDays bounds the memory of the floor: about 300 kB a day.
const cachedDays = 6

// Calls returns the calls of an agent, by its index, on one day, oldest first. They depend on
// the seed, the day, the agent and the pace of campaigns only, whatever was asked before.
//
// The floor is kinder than a real one in one way: it never closes. Outside the shift an
// agent still makes about two calls an hour, and one agent of each campaign works around the clock, so
// that a demo at three in the morning has something to show.
func (f *Floor) Calls(day int64, agent int) []Call {
	k := dayKey{day, agent}
	f.mu.Lock()
	defer f.mu.Unlock()
	calls, ok := f.days[k]
	if !ok {
		if len(f.days) >= cachedDays*len(f.Agents) {
			clear(f.days)
		}
		calls = f.makeDay(k)
		f.days[k] = calls
	}
	return calls
}

// State is what an agent is doing, in the words of agentDetails (ozonetel.md §3.4).
type State string

// The states of an agent.
const (
	Ready  State = "READY" // free
	Busy   State = "BUSY"  // ringing or talking
	WrapUp State = "ACW"   // after-call work
)

// StateOf returns what an agent, by its index, does at a moment.
func (f *Floor) StateOf(agent int, at time.Time) State {
	now := at.Unix()
	for _, c := range f.Calls(DayOf(now), agent) {
		switch {
		case c.Start <= now && now < c.End():
			return Busy
		case c.End() <= now && now < c.Done():
			return WrapUp
		}
	}
	return Ready
}

// scramble spreads neighbouring numbers apart, so that neighbouring days are not alike.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (f *Floor) makeDay(k dayKey) []Call {
	m := dayMaker{
		f: f, a: f.Agents[k.agent], index: k.agent,
		rand:       rand.New(rand.NewPCG(f.seed, scramble(uint64(k.day)<<16|uint64(k.agent)))),
		unanswered: maxUnanswered, // who works around the clock has the first call of the day answered
	}
	var calls []Call
	first, last := Midnight(k.day), Midnight(k.day+1)
	for t := first; ; {
		gap, busy := m.gap(t - first)
		t += gap
		if t >= last {
			return calls
		}
		if !busy {
			continue
		}
		c, idle := m.call(t)
		if idle {
			continue
		}
		if c.Done() >= last {
			return calls // nobody works across midnight
		}
		c.serial = len(calls)
		calls = append(calls, c)
		t = c.Done()
	}
}

// maxUnanswered is how many attempts of an agent who works around the clock may go unanswered in
// a row, and longestGap the longest pause of one in seconds: together with maxHandle they keep an answered call
// in every two hours, midnight included.
const (
	maxUnanswered = 3
	longestGap    = 12 * 60
	maxHandle     = 1800
	halfHour      = 1800
)

// dayMaker makes one agent's day.
type dayMaker struct {
	f          *Floor
	a          Agent
	index      int
	rand       *rand.Rand
	unanswered int // attempts since the last answered one
}

// shifts are in seconds of the day IST; the last one runs through midnight.
var shifts = [][2]int64{{9 * 3600, 18 * 3600}, {10 * 3600, 19 * 3600}, {13 * 3600, 22 * 3600}, {21 * 3600, 30 * 3600}}

// rate is attempts an hour of free time at a second of the day: the shape of a shift has
// two humps and a lunch between them.
func (m *dayMaker) rate(second int64) float64 {
	s := shifts[m.a.shift]
	if second < s[0] && s[1] > daySeconds {
		second += daySeconds
	}
	if second < s[0] || second >= s[1] {
		if m.a.aroundTheClock {
			return 8
		}
		return 2
	}
	part := float64(second-s[0]) / float64(s[1]-s[0])
	return 8 + 10*math.Abs(math.Sin(2*math.Pi*part))
}

// gap returns how long the agent is free from a second of the day on, and whether a call
// follows; the rate is asked again at least every half hour.
func (m *dayMaker) gap(second int64) (seconds int64, busy bool) {
	g := 1 + int64(m.rand.ExpFloat64()*3600/m.rate(second))
	if m.a.aroundTheClock {
		return min(g, longestGap), true
	}
	if g > halfHour {
		return halfHour, false
	}
	return g, true
}

// call makes the attempt that starts at t; idle: there is none, for nobody works on that campaign then.
func (m *dayMaker) call(t int64) (c Call, idle bool) {
	c = Call{Start: t, Agent: m.index, Campaign: m.a.Campaigns[m.rand.IntN(len(m.a.Campaigns))]}
	if m.f.paceAt(c.Campaign, t).Idle {
		return Call{}, true
	}
	home := m.f.Campaigns[c.Campaign]
	c.Type = home.outboundType
	if m.a.Inbound || home.Inbound() && !m.a.aroundTheClock && m.rand.Float64() < 0.5 {
		c.Type = "Inbound"
	}
	c.Ring = 4 + m.rand.Int64N(36)
	c.Answered = m.answers(c)
	if !c.Answered {
		m.unanswered++
		if home.outboundType != "Manual" && m.rand.Float64() < 0.08 { // Part 4: 6 to 9 % of them have a wrap
			c.Wrap = 5 + m.rand.Int64N(26)
		}
		return c, false
	}
	m.unanswered = 0
	handle := m.handle(home.mean)
	c.Wrap = 5 + m.rand.Int64N(min(60, handle/2)-4)
	c.Talk = handle - c.Wrap
	if m.rand.Float64() < 0.15 {
		c.Hold = m.rand.Int64N(c.Talk/2 + 1)
	}
	c.Talk = m.f.stretched(c.Campaign, t+c.Ring, c.Talk)
	c.Wrap = m.f.stretched(c.Campaign, c.End(), c.Wrap)
	c.Hold = min(c.Hold, c.Talk)
	return c, false
}

// answers decides whether a person picked up: a third of outbound attempts (Part 4).
func (m *dayMaker) answers(c Call) bool {
	switch p := m.rand.Float64(); {
	case !c.outbound():
		return p < 0.85
	case m.a.aroundTheClock:
		return p < 0.2 || m.unanswered >= maxUnanswered
	default:
		return p < 0.33
	}
}

// handle is a log-normal handle time with a coefficient of variation of one.
func (m *dayMaker) handle(mean float64) int64 {
	const variance = math.Ln2 // of the logarithm: ln(1 + CV²)
	h := mean * math.Exp(m.rand.NormFloat64()*math.Sqrt(variance)-variance/2)
	return min(max(int64(h), 12), maxHandle)
}
