//go:build postgres

package postgres_test

import (
	"context"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/store"
)

// counter is a proxy that counts how often the client speaks and then waits.
type counter struct {
	mu    sync.Mutex
	trips int
}

// between starts c in front of the server of databaseURL and returns the URL through it.
func (c *counter) between(t *testing.T, databaseURL string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	behind := u.Host
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", behind)
			if err != nil {
				_ = client.Close()
				continue
			}
			c.join(client, server)
		}
	}()
	u.Host = l.Addr().String()
	query := u.Query()
	query.Set("sslmode", "disable") // what is counted is the protocol's
	u.RawQuery = query.Encode()
	return u.String()
}

// join passes everything on. A trip begins when the client speaks for the first time, or
// after the server has.
func (c *counter) join(client, server net.Conn) {
	var mu sync.Mutex
	asked := false
	pass := func(to, from net.Conn, fromClient bool) {
		defer func() { _, _ = to.Close(), from.Close() }()
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			if n > 0 {
				mu.Lock()
				if fromClient && !asked {
					c.mu.Lock()
					c.trips++
					c.mu.Unlock()
				}
				asked = fromClient
				mu.Unlock()
			}
			if _, failed := to.Write(buf[:n]); failed != nil || err != nil {
				return
			}
		}
	}
	go pass(server, client, true)
	go pass(client, server, false)
}

// of returns how many trips do makes.
func (c *counter) of(t *testing.T, do func() error) int {
	t.Helper()
	read := func() int { c.mu.Lock(); defer c.mu.Unlock(); return c.trips }
	before := read()
	if err := do(); err != nil {
		t.Error(err)
	}
	return read() - before
}

// warm waits until the connections that are kept are there.
func warm(t *testing.T, name string) {
	t.Helper()
	db := admin(t)
	for range 600 {
		var n int
		if err := db.QueryRowContext(t.Context(), "select count(*) from pg_stat_activity where application_name = $1 and state = 'idle'", name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n >= 4 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the pool does not open the connections it keeps")
}

// A third of a second a trip is what the store must bear, so no call may take more than six.
func TestNoCallMakesMoreTripsThanItMust(t *testing.T) {
	databaseURL, name := fresh(t)
	var c counter
	s, who := open(t, c.between(t, databaseURL)), target(t)
	warm(t, name)
	ctx, now := t.Context(), time.Now()
	var (
		d   store.DigestRow
		run store.RunRow
		err error
	)
	for _, call := range []struct {
		what string
		most int
		do   func() error
	}{
		{"Resize of a new ledger", 7, func() error { return s.Resize(ctx, 2, true) }}, // in three calls
		{"Resize at a start", 2, func() error { return s.Resize(ctx, 2, true) }},
		{"Take", 1, func() error { _, _, err := s.Take(ctx, "a", false, 0, time.Minute); return err }},
		{"Settle", 1, func() error { return s.Settle(ctx, 0, "a", time.Minute) }},
		{"Take of a full ledger", 2, func() error { _, _, err := s.Take(ctx, "b", false, 1, time.Minute); return err }},
		{"Used", 1, func() error { _, _, err := s.Used(ctx); return err }},
		{"Clock", 1, func() error { _, err := s.Clock(ctx); return err }},
		{"Opening", 1, func() error { _, err := s.Opening(ctx); return err }},
		{"HoldAll", 3, func() error { return s.HoldAll(ctx, time.Minute) }},
		{"LoadToken", 2, func() error { _, _, _, _, err := s.LoadToken(ctx, "x"); return err }},
		{"LeaseToken", 6, func() error { _, _, err := s.LeaseToken(ctx, "x", "a", 0, 9, time.Minute); return err }},
		{"StoreToken", 1, func() error { _, err := s.StoreToken(ctx, "x", "a", 0, []byte("t"), now); return err }},
		{"ReleaseToken", 4, func() error { return s.ReleaseToken(ctx, "x", "a", 1, true) }},
		{"KeepReading, the first", 3, func() error { return s.KeepReading(ctx, who, time.Second, now, now) }},
		{"KeepReading", 1, func() error { return s.KeepReading(ctx, who, time.Second, now, now.Add(time.Second)) }},
		{"LatestReading", 1, func() error { _, _, err := s.LatestReading(ctx, who); return err }},
		{"Claim", 1, func() error { _, _, err := s.Claim(ctx, "k", "a", time.Minute); return err }},
		{"Claim of another's", 2, func() error { _, _, err := s.Claim(ctx, "k", "b", time.Minute); return err }},
		{"Unclaim", 1, func() error { return s.Unclaim(ctx, "k", "a") }},
		{"FirstDelivery", 1, func() error { _, err := s.FirstDelivery(ctx, "d", time.Minute); return err }},
		{"AddDigest", 4, func() error {
			d, err = s.AddDigest(ctx, store.DigestRow{NextSlot: "x", NextAt: now}, "made")
			return err
		}},
		{"DueDigests", 1, func() error { _, err := s.DueDigests(ctx, now, 9); return err }},
		{"ChangeDigest", 4, func() error { d, _, err = s.ChangeDigest(ctx, d, now, "U1", "edited"); return err }},
		{"PlanSlots", 4, func() error {
			_, err := s.PlanSlots(ctx, store.SlotPlan{Digest: d.ID, Version: d.Version, Was: "x", Runs: []store.RunRow{{Slot: "x", At: now}}})
			return err
		}},
		{"OpenRuns", 1, func() error { _, err := s.OpenRuns(ctx, 9); return err }},
		{"ClaimRun", 1, func() error { run, _, err = s.ClaimRun(ctx, d.ID, "x", "a", time.Minute); return err }},
		{"KeepRun", 1, func() error { _, err := s.KeepRun(ctx, run, time.Minute, false); return err }},
		{"KeepRun that names", 4, func() error { _, err := s.KeepRun(ctx, run, time.Minute, true); return err }},
		{"Heartbeat that sweeps", 9, func() error { _, _, err := s.Heartbeat(ctx, "p"); return err }}, // in six calls
		{"Heartbeat", 3, func() error { _, _, err := s.Heartbeat(ctx, "p"); return err }},
		{"Ping", 1, func() error { return s.Ping(ctx) }},
		{"Goodbye", 1, func() error { return s.Goodbye(ctx, "p") }},
		{"Forget", 4, func() error { _, err := s.Forget(ctx, who); return err }},
	} {
		if got := c.of(t, call.do); got > call.most {
			t.Errorf("%s: %d round trips, at most %d", call.what, got, call.most)
		} else {
			t.Logf("%s: %d", call.what, got)
		}
	}
	time.Sleep(1100 * time.Millisecond) // long enough for a ping, if there were one
	if got := c.of(t, func() error { _, _, err := s.Used(ctx); return err }); got > 1 {
		t.Errorf("Used after a pause: %d round trips, want 1", got)
	}
}
