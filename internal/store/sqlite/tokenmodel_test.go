package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

const (
	perHour  = 9
	leaseFor = 60 * time.Second
)

// renewal is what a process believes while it renews.
type renewal struct {
	holder string
	gen    int64
	token  string // what the upstream gave; empty if it was not asked yet
	until  int64  // the lease's end, true time
}

type tokenModel struct {
	world
	store     store.Store
	processes []*renewal // nil while idle
	leases    int
	issued    []int64 // when the upstream issued a token, true time
	gen       int64
	stored    string
}

func (m *tokenModel) lease(t *testing.T, r *rapid.T) {
	t.Helper()
	p := rapid.IntRange(0, len(m.processes)-1).Draw(r, "process")
	gen := m.gen - rapid.Int64Range(0, min(1, m.gen)).Draw(r, "behind")
	m.leases++
	me := fmt.Sprint("renewal ", m.leases)
	got, wait, err := m.store.LeaseToken(t.Context(), "a", me, gen, perHour, leaseFor)
	if err != nil {
		r.Fatal(err)
	}
	switch {
	case got && gen != m.gen:
		r.Fatalf("leased generation %d, the newest is %d", gen, m.gen)
	case !got && gen != m.gen && wait != 0:
		r.Fatalf("wait %v for an old generation", wait)
	case !got && gen == m.gen && (wait <= 0 || wait > time.Hour):
		r.Fatalf("wait %v", wait)
	case got:
		for _, other := range m.processes {
			if other != nil && other.gen == gen && other.until-m.now > 11_000 { // steps are of 5 s
				r.Fatalf("%s has the lease for %d ms still", other.holder, other.until-m.now)
			}
		}
		m.processes[p] = &renewal{holder: me, gen: gen, until: m.now + leaseFor.Milliseconds()}
	}
}

// proceed takes one renewal a step further: ask the upstream, then store.
func (m *tokenModel) proceed(t *testing.T, r *rapid.T) {
	t.Helper()
	p := rapid.IntRange(0, len(m.processes)-1).Draw(r, "process")
	w := m.processes[p]
	switch {
	case w == nil:
	case w.token == "" && m.now < w.until-50_000: // asks at once or not at all
		m.issued = append(m.issued, m.now)
		w.token = fmt.Sprint("token ", len(m.issued))
	case w.token == "":
		if err := m.store.ReleaseToken(t.Context(), "a", w.holder, w.gen, true); err != nil {
			r.Fatal(err)
		}
		m.processes[p] = nil
	default:
		ok, err := m.store.StoreToken(t.Context(), "a", w.holder, w.gen, []byte(w.token), time.UnixMilli(m.now))
		if err != nil {
			r.Fatal(err)
		}
		if ok && w.gen != m.gen {
			r.Fatalf("generation %d stored twice", w.gen)
		}
		if ok {
			m.gen, m.stored = w.gen+1, w.token
		}
		m.processes[p] = nil
	}
}

func (m *tokenModel) check(t *testing.T, r *rapid.T) {
	t.Helper()
	gen, sealed, _, _, err := m.store.LoadToken(t.Context(), "a")
	if err != nil {
		r.Fatal(err)
	}
	if gen != m.gen || string(sealed) != m.stored {
		r.Fatalf("generation %d %q, want %d %q", gen, sealed, m.gen, m.stored)
	}
	// The clock is never more than 5 s off the truth, either way: twice that, over an hour.
	// A token is asked for within 10 s of its log line.
	if most := busiest(m.issued, time.Hour.Milliseconds()-20_000); most > perHour {
		r.Fatalf("%d tokens issued within the hour", most)
	}
}

func TestNoHourSeesMoreTokensThanAllowed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "ahtbot.db"))
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++ // each run a day later, so that the one before is forgotten
		m := &tokenModel{store: s, processes: make([]*renewal, 3), world: world{now: begin + int64(runs)*86_400_000}}
		sqlite.SetClock(t, s, m.wall)
		m.gen, m.stored = m.left(t, r)
		r.Repeat(map[string]func(*rapid.T){
			"lease":     func(r *rapid.T) { m.lease(t, r) },
			"proceed":   func(r *rapid.T) { m.proceed(t, r) },
			"proceed 2": func(r *rapid.T) { m.proceed(t, r) },
			"proceed 3": func(r *rapid.T) { m.proceed(t, r) },
			"pass":      func(r *rapid.T) { m.now += rapid.Int64Range(1, 9_000).Draw(r, "ms") },
			"pass long": func(r *rapid.T) { m.now += rapid.Int64Range(60_000, 1_200_000).Draw(r, "ms") },
			"crash": func(r *rapid.T) {
				m.processes[rapid.IntRange(0, len(m.processes)-1).Draw(r, "process")] = nil
			},
			"step of the clock": func(r *rapid.T) { m.clock = rapid.SampledFrom([]int64{-5_000, 0, 5_000}).Draw(r, "off") },
			"":                  func(r *rapid.T) { m.check(t, r) },
		})
	})
}

// left returns what the run before has left.
func (m *tokenModel) left(t *testing.T, r *rapid.T) (int64, string) {
	t.Helper()
	gen, sealed, _, issued, err := m.store.LoadToken(t.Context(), "a")
	if err != nil || len(issued) > 0 {
		r.Fatal(issued, err)
	}
	return gen, string(sealed)
}
