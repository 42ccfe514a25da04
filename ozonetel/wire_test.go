package ozonetel_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/fault"
)

// A server that reads a request on a kept connection and hangs up: everything that arrives
// took a turn, and a fresh connection is never asked twice.
func TestNothingIsReplayedUncounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up hangUpServer
		sim := newSim(nil)
		r := newRig(t, sim, func(c *ozonetel.Config) { c.Auth, c.Dial = ozonetel.BasicAuth, up.dial })
		ask(t.Context(), t, r, agent(t, "42"))
		up.hangUpNext(1)
		ask(t.Context(), t, r, agent(t, "42")) // a kept connection: asked once more
		if got, used := up.arrived(), r.Status().Used60; got != 3 || used != 3 {
			t.Errorf("%d arrived, %d counted; want 3", got, used)
		}
		up.hangUpNext(5)
		_, err := r.Ask(t.Context(), agent(t, "42"))
		expect(t, err, fault.Unreachable, fault.HungUp)
		if got, used := up.arrived(), r.Status().Used60; got != 5 || used != 5 {
			t.Errorf("%d arrived, %d counted; want 5", got, used)
		}
		_, err = r.Ask(t.Context(), agent(t, "42")) // a new connection: once
		expect(t, err, fault.Unreachable, fault.HungUp)
		if got, used := up.arrived(), r.Status().Used60; got != 6 || used != 6 {
			t.Errorf("%d arrived, %d counted; want 6", got, used)
		}
		if got, want := r.outcomes(), "aht:ok aht:unreachable aht:ok aht:unreachable aht:unreachable aht:unreachable"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		r.stop()
	})
}

// hangUpServer answers HTTP over pipes, or reads the request and closes the connection.
type hangUpServer struct {
	mu    sync.Mutex
	count int
	hang  int
	old   bool // hang up on every connection that was used before
}

func (s *hangUpServer) arrived() int { s.mu.Lock(); defer s.mu.Unlock(); return s.count }

func (s *hangUpServer) hangUpNext(n int) { s.mu.Lock(); defer s.mu.Unlock(); s.hang = n }

func (s *hangUpServer) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	go s.serve(far)
	return near, nil
}

func (s *hangUpServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for used := false; ; used = true {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		s.mu.Lock()
		s.count++
		s.hang--
		hang := s.hang >= 0 || s.old && used
		s.mu.Unlock()
		if hang {
			return
		}
		time.Sleep(100 * time.Millisecond) // so that several questions need several connections
		const body = `{"status":"success","message":{"AHT":"00:02:37"}}`
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 49\r\n\r\n"+body)
	}
}

// All kept connections are as old: one that was stale is not followed by another.
func TestOneStaleConnectionEndsItsSiblings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up hangUpServer
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Auth, c.Dial = ozonetel.BasicAuth, up.dial })
		var wg sync.WaitGroup
		for _, name := range []string{"42", "43", "44"} {
			wg.Go(func() { ask(t.Context(), t, r, agent(t, name)) })
		}
		wg.Wait()
		up.mu.Lock()
		up.old = true
		up.mu.Unlock()
		ask(t.Context(), t, r, agent(t, "42"))
		if n := up.arrived(); n != 5 {
			t.Errorf("%d arrived, want 5", n)
		}
		r.stop()
	})
}

func TestGarbageInsteadOfHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  string
		class  fault.Class
		reason fault.Reason
	}{
		"another protocol": {"220 mail.example.test " + testKey + " ready\r\n\r\n", fault.Unreadable, fault.NotJSON},
		"half a header":    {"HTTP/1.1 200 OK\r\nContent-", fault.Unreadable, fault.NotJSON},
		"bad length":       {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", fault.Unreadable, fault.NotJSON},
		"endless header":   {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20), fault.Unreadable, fault.NotJSON},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), func(cfg *ozonetel.Config) {
					cfg.Auth = ozonetel.BasicAuth
					cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
						near, far := net.Pipe()
						go func() {
							defer func() { _ = far.Close() }()
							req, err := http.ReadRequest(bufio.NewReader(far))
							if err == nil {
								_, _ = io.Copy(io.Discard, req.Body)
								_, _ = io.WriteString(far, c.bytes)
							}
						}()
						return near, nil
					}
				})
				defer r.stop()
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := failure(t, err, c.class, c.reason); strings.Contains(e.Error(), testKey) {
					t.Errorf("echoes the key: %v", e)
				}
			})
		})
	}
}

// The ordinary dialer, over real sockets.
func TestOverTCP(t *testing.T) {
	sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
	defer func() { _ = sim.Close() }()
	base, err := sim.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open := func(address string) *rig {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return newRig(t, sim, func(c *ozonetel.Config) { c.Auth, c.Dial, c.BaseURL = ozonetel.BasicAuth, nil, u })
	}
	r := open(base)
	defer r.Close()
	for range 2 {
		ask(t.Context(), t, r, agent(t, "42"))
	}
	sim.Next(quirk.Reset, quirk.Reset)
	_, err = r.Ask(t.Context(), agent(t, "42"))
	expect(t, err, fault.Unreachable, fault.HungUp)
	if got, used := sim.Counts().Requests, r.Status().Used60; got != used {
		t.Errorf("%d arrived, %d counted", got, used)
	}
	tls := open("https" + strings.TrimPrefix(base, "http"))
	defer tls.Close()
	_, err = tls.Ask(t.Context(), agent(t, "42"))
	expect(t, err, fault.Unreachable, fault.ConnectFailed)
	if err := sim.Close(); err != nil {
		t.Error(err)
	}
	_, err = r.Ask(t.Context(), agent(t, "42"))
	if e := failure(t, err, fault.Unreachable, fault.ConnectFailed); !errors.Is(e, syscall.ECONNREFUSED) {
		t.Errorf("cause is lost: %v", e)
	}
}
