package ozonesim_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
)

func TestListenServesALoopbackPort(t *testing.T) {
	sim := ozonesim.New(ozonesim.Config{})
	base, err := sim.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	s := &site{T: t, sim: sim, http: &http.Client{Transport: transport}, base: base}
	s.wantText(s.aht("agentId", "42"), 200, `"AgentID":"42"`)
	for _, q := range []quirk.Quirk{quirk.Reset, quirk.TruncatedJSON.As("cut")} {
		sim.Next(q)
		if r := s.aht("agentId", "42"); r.err == nil {
			t.Errorf("%s over TCP: %+v", q, r)
		}
	}
	s.wantText(s.aht("agentId", "42"), 200, "success")
	for range 2 {
		if err := sim.Close(); err != nil {
			t.Error("Close:", err)
		}
	}
	if r := s.aht("agentId", "42"); r.err == nil {
		t.Errorf("answered after Close: %+v", r)
	}
}

func TestCloseEndsWhatHangs(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.bearer()
		s.sim.Next(quirk.Hang, quirk.Slow, quirk.Hang)
		s.sim.NextRaw(ozonesim.Raw{Delay: time.Hour})
		var asking sync.WaitGroup
		start := time.Now()
		for range 4 {
			asking.Go(func() {
				if r := s.aht("agentId", "42"); r.err == nil {
					t.Errorf("answered: %+v", r)
				}
			})
		}
		synctest.Wait()
		if c := s.sim.Counts(); c.InFlight != 4 {
			t.Errorf("counts %+v", c)
		}
		if err := s.sim.Close(); err != nil {
			t.Error("Close:", err)
		}
		if c := s.sim.Counts(); c.InFlight != 0 {
			t.Errorf("Close left %d in flight", c.InFlight)
		}
		asking.Wait()
		if time.Since(start) != 0 {
			t.Errorf("Close took %v", time.Since(start))
		}
		if _, err := s.sim.Dial(s.Context(), "tcp", "x:80"); err == nil {
			t.Error("Dial works after Close")
		}
	})
}

func TestInFlightIsCountedPerTarget(t *testing.T) {
	bubble(t, ozonesim.Config{Latency: 3 * time.Second}, func(s *site) {
		s.bearer()
		start := time.Now()
		var asking sync.WaitGroup
		for _, id := range []string{"42", "42", "42", "7", "Agent07"} {
			asking.Go(func() { s.wantText(s.aht("agentId", id), 200, "success") })
		}
		asking.Wait()
		if c := s.sim.Counts(); c.MaxInFlightPerTarget != 3 || c.InFlight != 0 {
			t.Errorf("counts %+v", c)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v, want the latency", took)
		}
	})
}

func TestOrdersAreMetInOrderThenForgotten(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.bearer()
		s.sim.Set(quirk.MsgArray)
		s.sim.Next(quirk.Empty200, quirk.Limit200)
		s.sim.NextRaw(
			ozonesim.Raw{Status: 418, Header: http.Header{"Retry-After": {"5"}}, Body: []byte("tea"), Delay: time.Minute},
			ozonesim.Raw{Hangup: true},
			ozonesim.Raw{Body: []byte("{}")},
		)
		s.sim.Next(quirk.MsgString)
		s.want(s.aht("agentId", "42"), 200, "")
		s.want(s.aht("agentId", "42"), 200, limitText)
		start := time.Now()
		r := s.aht("agentId", "42")
		if s.want(r, 418, "tea"); r.header.Get("Retry-After") != "5" || time.Since(start) != time.Minute {
			t.Errorf("%+v after %v", r, time.Since(start))
		}
		if r := s.aht("agentId", "42"); r.err == nil {
			t.Errorf("answered: %+v", r)
		}
		if r := s.aht("agentId", "42"); r.body != "{}" || r.code != 200 || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("%+v", r)
		}
		s.wantText(s.aht("agentId", "42"), 200, `"message":"00:`) // Next goes before Set
		s.wantText(s.aht("agentId", "42"), 200, `"message":[{`)
		s.sim.Next(quirk.HTML502)
		s.sim.Clear()
		s.wantText(s.aht("agentId", "42"), 200, `"message":{`)
	})
}

func TestTokenCallsMeetTheirOwnOrders(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.sim.Set(quirk.HTML502)
		s.wantText(s.newToken(), 200, "token") // Set transport quirks are the AHT route's
		s.sim.NextToken(quirk.HTML502, quirk.TokenExhausted.As("200"), quirk.Reset)
		s.wantText(s.newToken(), 502, "Bad Gateway")
		s.wantText(s.newToken(), 200, "max limit exceeded")
		if r := s.newToken(); r.err == nil {
			t.Errorf("answered: %+v", r)
		}
		s.wantText(s.newToken(), 200, "token")
	})
}

// A request that fails for its token took room all the same, one with a wrong method did not.
func TestWhatTakesRoomInTheAllowance(t *testing.T) {
	bubble(t, ozonesim.Config{Allowance: 2}, func(s *site) {
		s.wantText(s.ask(http.MethodGet, ahtPath, nil, named()), 401, "Missing")
		s.want(s.ask(http.MethodPost, ahtPath, nil, named()), 405, "Method Not Allowed\n")
		s.sim.NextRaw(ozonesim.Raw{})
		s.want(s.aht("agentId", "42"), 200, "")
		s.want(s.aht("agentId", "42"), 429, limitText)
		if c := s.sim.Counts(); c.AHT != 4 || c.MaxIn60s != 4 || c.Refused != 1 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestSetTakesOnlyQuirksThatExist(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Set takes a quirk that does not exist")
		}
	}()
	ozonesim.New(ozonesim.Config{}).Set("html-503")
}

func TestTheLogNamesNobody(t *testing.T) {
	var log bytes.Buffer
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	bubble(t, ozonesim.Config{Log: slog.New(slog.NewTextHandler(&log, level))}, func(s *site) {
		s.aht("agentId", "asha.k@example.com")
		s.ask(http.MethodGet, "/secret-demo-key?userName=demo_user&apiKey=demo-key", key, named())
	})
	if !strings.Contains(log.String(), "/ca_apis/aht") {
		t.Errorf("log %s", &log)
	}
	for _, secret := range []string{"asha", "demo-key", "demo_user", "ey"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, &log)
		}
	}
}

// It is an http.Handler without a network of its own, too.
func TestServesAsAHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := ozonesim.New(ozonesim.Config{})
		defer func() { _ = sim.Close() }()
		client, server := net.Pipe()
		front := &http.Server{Handler: sim}
		go func() { _ = front.Serve(&oneConn{conn: server, done: make(chan struct{})}) }()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
		s := &site{T: t, sim: sim, http: &http.Client{Transport: transport}, base: "http://front.test"}
		s.wantText(s.aht("agentId", "42"), 200, "success")
		transport.CloseIdleConnections()
		if err := front.Close(); err != nil {
			t.Error(err)
		}
	})
}

// oneConn accepts one connection.
type oneConn struct {
	conn net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.done
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { close(l.done); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }
