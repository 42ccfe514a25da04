package bench

import (
	"log/slog"
	"net/url"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
)

// perMinute is the allowance of the simulated account, and of every real one.
const perMinute = 50

// account is a simulated account and a client of it, joined by pipes inside a synctest
// bubble, where an hour passes in moments. The ledger is in memory: what a database adds
// has benchmarks of its own.
type account struct {
	client *ozonetel.Client
	sim    *ozonesim.Server
	recent *store.Recent
	watch  *Stopwatch
}

// newAccount returns an account nobody has used for a minute, and a client that is signed
// in. The answers come after these delays in turn; there must be enough.
func newAccount(t *testing.T, delays []time.Duration) *account {
	t.Helper()
	a := &account{sim: ozonesim.New(ozonesim.Config{}), recent: new(store.Recent), watch: NewStopwatch()}
	answers := make([]ozonesim.Raw, len(delays))
	for i, d := range delays {
		// Without a name it fits whatever target was asked about.
		answers[i] = ozonesim.Raw{Body: []byte(`{"status":"success","message":{"AHT":"00:04:32"}}`), Delay: d}
	}
	a.sim.NextRaw(answers...)
	var err error
	a.client, err = ozonetel.New(ozonetel.Config{
		BaseURL: &url.URL{Scheme: "http", Host: "localhost"}, APIKey: "demo-key", Username: "demo_user",
		PerMinute: perMinute, Ledger: allowance.NewMemoryLedger(perMinute, 0), Dial: a.sim.Dial, Log: slog.New(a.watch),
		Keep: func(r aht.Reading, _ time.Time) error { a.recent.Keep(r); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.client.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// stop ends both, and reports what arrived at the account. More than the allowance in any
// 60 s by its own clock is a failure whatever the machine.
func (a *account) stop(t *testing.T) ozonesim.Counts {
	t.Helper()
	a.client.Close()
	if err := a.sim.Close(); err != nil {
		t.Error(err)
	}
	n := a.sim.Counts()
	if n.MaxAllIn60s > perMinute || n.Refused > 0 {
		t.Errorf("%d requests in 60 s with %d allowed, %d refused", n.MaxAllIn60s, perMinute, n.Refused)
	}
	return n
}

// newTarget is aht.NewTarget for names that are right.
func newTarget(t *testing.T, k aht.Kind, name string) aht.Target {
	t.Helper()
	target, err := aht.NewTarget(k, name)
	if err != nil {
		t.Fatal(err)
	}
	return target
}
