package ozonetel_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/token"
)

// spoilt is a token row that somebody changes at rest.
type spoilt struct {
	token.MemoryRow
	spoil func(sealed []byte) []byte
	last  []byte
}

func (s *spoilt) LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error) {
	gen, sealed, expires, issued, err = s.MemoryRow.LoadToken(ctx, account)
	if s.last = sealed; s.spoil != nil && sealed != nil {
		sealed = s.spoil(sealed)
	}
	return gen, sealed, expires, issued, err
}

// A row that cannot be opened counts as no token, and as the issues it has.
func TestSealedTokenOpensForItsAccountOnly(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func([]byte) []byte
		change func(*ozonetel.Config)
		tokens int
	}{
		"untouched":   {nil, nil, 1},
		"one bit":     {func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, nil, 2},
		"nonce":       {func(b []byte) []byte { b[0] ^= 1; return b }, nil, 2},
		"cut":         {func(b []byte) []byte { return b[:10] }, nil, 2},
		"empty":       {func([]byte) []byte { return []byte{} }, nil, 2},
		"plain":       {func([]byte) []byte { return []byte("a.token.of-mine") }, nil, 2},
		"longer":      {func(b []byte) []byte { return append(b, 0) }, nil, 2},
		"another key": {nil, func(c *ozonetel.Config) { c.APIKey = "another" }, 1 + 1},
		"another URL": {nil, func(c *ozonetel.Config) { c.BaseURL = &url.URL{Scheme: "http", Host: "127.0.0.1"} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				row := new(spoilt)
				sim := newSim(nil)
				with := func(cfg *ozonetel.Config) { cfg.Tokens = row }
				r := newRig(t, sim, with)
				ask(t.Context(), t, r, agent(t, "42"))
				r.Close()
				row.spoil = c.spoil
				r = newRig(t, sim, func(cfg *ozonetel.Config) {
					with(cfg)
					if c.change != nil {
						c.change(cfg)
					}
				})
				_, _ = r.Ask(t.Context(), agent(t, "42"))
				if n := sim.Counts().Tokens; n != c.tokens {
					t.Errorf("%d token calls, want %d", n, c.tokens)
				}
				r.stop()
			})
		})
	}
}

func TestTokenAtRestIsNotReadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		row := new(spoilt)
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Tokens = row })
		ask(t.Context(), t, r, agent(t, "42"))
		r.Close()
		again := newRig(t, r.sim, func(c *ozonetel.Config) { c.Tokens = row })
		if err := again.Login(t.Context()); err != nil {
			t.Error(err)
		}
		if len(row.last) < 100 || strings.Contains(string(row.last), "eyJ") {
			t.Errorf("row of %d bytes", len(row.last))
		}
		again.stop()
	})
}

// A crash during a token call must not lose the issue it may have made, and the next
// process waits for the lease before it makes another.
func TestIssueIsLoggedBeforeItIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		row := new(token.MemoryRow)
		sim := newSim(nil)
		with := func(c *ozonetel.Config) { c.Tokens = deadEnd{row} }
		r := newRig(t, sim, with)
		sim.NextToken(quirk.Hang)
		go func() { _ = r.Login(t.Context()) }()
		time.Sleep(5 * time.Second)
		if s := r.Status(); s.TokensThisHour != 1 {
			t.Errorf("%d issues known during the call", s.TokensThisHour)
		}
		r.Close() // deadEnd: like a crash, it releases nothing
		next := newRig(t, sim, with)
		start := time.Now()
		ask(t.Context(), t, next, agent(t, "42"))
		if took := time.Since(start); took < 14*time.Second || took > 16*time.Second {
			t.Errorf("took %v, want the lease's end", took)
		}
		if s := next.Status(); s.TokensThisHour != 2 {
			t.Errorf("%d issues known, want the lost one too", s.TokensThisHour)
		}
		next.stop()
	})
}

// deadEnd is the row of a process that dies before it can release the lease.
type deadEnd struct{ token.Row }

func (deadEnd) ReleaseToken(context.Context, string, string, int64, bool) error { return nil }

// Three processes start at once: one issues, the others wait for it.
func TestProcessesWaitForTheOneThatIssues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Latency = 3 * time.Second })
		rigs := twins(t, sim, 3)
		done := make(chan error, len(rigs))
		for _, r := range rigs {
			go func() { done <- r.Login(t.Context()) }()
		}
		start := time.Now()
		for range rigs {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took > 4*time.Second || sim.Counts().Tokens != 1 {
			t.Errorf("%d tokens in %v", sim.Counts().Tokens, took)
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}
