package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

// The ledger's user of the model: a request is sent within sendBy of the moment before its
// take or not at all, and answered or given up timeout after that.
const (
	sendBy  = 2_000
	timeout = 12_900
	rest    = 60_100
	hold    = sendBy + timeout + rest
	slots   = 6
	begin   = 1_795_348_800_000
)

// world is the truth: time at the upstream, which never steps, beside the machine's clock,
// which does. All in milliseconds.
type world struct {
	now, clock int64 // the clock shows now + clock
}

func (w *world) wall() int64 { return w.now + w.clock }

// call is a request in flight.
type call struct {
	slot     int
	holder   string
	answered int64 // when the answer comes, if it does
}

type ledgerModel struct {
	world
	store    store.Store
	takes    int
	inFlight []call
	arrived  []int64
}

// start is what a process does first. The file stays open: that a slot outlives a process is
// shown by processes.
func (m *ledgerModel) start(t *testing.T, fresh bool) {
	t.Helper()
	if err := m.store.Resize(t.Context(), slots, fresh); err != nil {
		t.Fatal(err)
	}
}

func newLedgerModel(t *testing.T, s store.Store, now int64) *ledgerModel {
	t.Helper()
	m := &ledgerModel{store: s, world: world{now: now}}
	sqlite.SetClock(t, s, m.wall)
	m.start(t, true)
	return m
}

// take takes a slot and draws the request's fate.
func (m *ledgerModel) take(t *testing.T, r *rapid.T) {
	t.Helper()
	m.takes++
	me := fmt.Sprint("call ", m.takes)
	slot, wait, err := m.store.Take(t.Context(), me, rapid.Bool().Draw(r, "early"), rapid.IntRange(0, 3).Draw(r, "spare"), hold*time.Millisecond)
	if err != nil {
		r.Fatal(err)
	}
	if slot < 0 {
		if wait < time.Millisecond || wait > hold*time.Millisecond {
			r.Fatalf("wait %v", wait)
		}
		return
	}
	if rapid.IntRange(0, 9).Draw(r, "stopped before sending") == 0 {
		return // for 90 s, say: the deadline is checked before writing
	}
	sent := m.now + rapid.Int64Range(0, sendBy).Draw(r, "sent after")
	arrived := sent + rapid.Int64Range(0, timeout).Draw(r, "arrived after")
	m.arrived = append(m.arrived, arrived)
	if answered := arrived + rapid.Int64Range(0, timeout).Draw(r, "answered after"); answered <= sent+timeout {
		m.inFlight = append(m.inFlight, call{slot, me, answered})
	}
}

// pass lets d go by; answers that come in it are settled when they come.
func (m *ledgerModel) pass(t *testing.T, r *rapid.T, d int64) {
	t.Helper()
	end := m.now + d
	slices.SortFunc(m.inFlight, func(a, b call) int { return int(a.answered - b.answered) })
	for len(m.inFlight) > 0 && m.inFlight[0].answered <= end {
		c := m.inFlight[0]
		m.inFlight = m.inFlight[1:]
		m.now = c.answered
		if err := m.store.Settle(t.Context(), c.slot, c.holder, rest*time.Millisecond); err != nil {
			r.Fatal(err)
		}
	}
	m.now = end
}

func (m *ledgerModel) check(r *rapid.T) {
	if most := busiest(m.arrived, 60_000); most > slots {
		r.Fatalf("%d requests arrived within 60 s, %d allowed: %v", most, slots, m.arrived)
	}
}

// busiest returns the largest number of times in any window.
func busiest(times []int64, window int64) int {
	times = slices.Sorted(slices.Values(times))
	most, first := 0, 0
	for i, at := range times {
		for at-times[first] >= window {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestNoMinuteSeesMoreRequestsThanSlots(t *testing.T) {
	s, runs := open(t, filepath.Join(t.TempDir(), "ahtbot.db")), int64(0)
	rapid.Check(t, func(r *rapid.T) {
		runs++ // each run a day later, when all slots are free
		m := newLedgerModel(t, s, begin+runs*86_400_000)
		r.Repeat(map[string]func(*rapid.T){
			"take": func(r *rapid.T) { m.take(t, r) },
			"burst": func(r *rapid.T) {
				for range slots {
					m.take(t, r)
				}
			},
			"pass":      func(r *rapid.T) { m.pass(t, r, rapid.Int64Range(1, 20_000).Draw(r, "ms")) },
			"pass long": func(r *rapid.T) { m.pass(t, r, rapid.Int64Range(rest-50, rest+50).Draw(r, "ms")) },
			"crash": func(*rapid.T) {
				m.inFlight = nil
				m.start(t, false)
			},
			"step of the clock": func(r *rapid.T) {
				m.clock += rapid.Int64Range(-5_000, 5_000).Draw(r, "ms")
				if err := m.store.HoldAll(t.Context(), hold*time.Millisecond); err != nil {
					r.Fatal(err)
				}
			},
			"refused upstream": func(r *rapid.T) {
				if err := m.store.HoldAll(t.Context(), time.Minute); err != nil {
					r.Fatal(err)
				}
			},
			"resize": func(r *rapid.T) {
				if err := m.store.Resize(t.Context(), rapid.IntRange(1, slots).Draw(r, "slots"), true); err != nil {
					r.Fatal(err)
				}
			},
			"": m.check,
		})
	})
}

// What shows that the model can fail at all: a rest a second too short is found out.
func TestTheModelFindsAShortRest(t *testing.T) {
	m := newLedgerModel(t, open(t, filepath.Join(t.TempDir(), "ahtbot.db")), begin)
	for m.now < begin+3*60_000 {
		slot, _, err := m.store.Take(t.Context(), "a", false, 0, hold*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if slot >= 0 {
			m.arrived = append(m.arrived, m.now)
			if err := m.store.Settle(t.Context(), slot, "a", 59*time.Second); err != nil {
				t.Fatal(err)
			}
		}
		m.now += 500
	}
	if most := busiest(m.arrived, 60_000); most <= slots {
		t.Errorf("%d requests at most in a minute with a rest of 59 s: the check has no teeth", most)
	}
}
