package socket_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
)

func two(_ *bottest.Stage, c *bot.Config) { c.Connections = 2 }

func TestTwoConnectionsLeaveNoGap(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(10 * time.Second)
		if n := s.Connections(); n != 2 {
			t.Fatalf("%d connections", n)
		}
		for range 20 {
			s.Disconnect("refresh_requested")
			s.Type("U1", "C1", "/aht help")
			s.Settle(time.Minute)
		}
		if n := len(s.Said("U1", "C1")); n != 20 || s.Observed.Of("slash help") != 20 {
			t.Errorf("%d of 20 answered, %d counted", n, s.Observed.Of("slash help"))
		}
		if n := s.Observed.Of("socket disconnect_refresh_requested"); n != 20 {
			t.Errorf("%d farewells counted", n)
		}
	}, two)
}

func TestTheSecondConnectionWaitsInACrowd(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(10 * time.Minute)
		if n := s.Connections(); n != 8 {
			t.Errorf("%d connections, want the seven others and one", n)
		}
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
	}, two, func(s *bottest.Stage, _ *bot.Config) { crowd(s, 7) })
}

func TestSocketModeSwitchedOffEndsTheRun(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(10 * time.Second)
		s.Disconnect("link_disabled")
		s.Settle(20 * time.Second)
		select {
		case err := <-s.Ended:
			if err == nil || !strings.Contains(err.Error(), "turn it on in the app's settings") {
				t.Errorf("Run = %v", err)
			}
			s.Ended <- nil
		default:
			t.Error("Run goes on")
		}
	}, two)
}

// crowd opens n connections of other processes of the app.
func crowd(s *bottest.Stage, n int) {
	client := &http.Client{Transport: &http.Transport{DialContext: s.Dial, DisableKeepAlives: true}}
	dialer := &websocket.Dialer{NetDialContext: s.Dial}
	for range n {
		req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.APIURL()+"apps.connections.open", nil)
		if err != nil {
			s.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer xapp-1-A0DEMO-demo")
		resp, err := client.Do(req)
		if err != nil {
			s.Fatal(err)
		}
		var answer struct{ URL string }
		err = errors.Join(json.NewDecoder(resp.Body).Decode(&answer), resp.Body.Close())
		if err != nil {
			s.Fatal(err)
		}
		conn, resp, err := dialer.DialContext(s.Context(), answer.URL, nil)
		if err != nil {
			s.Fatal(err)
		}
		_ = resp.Body.Close()
		if _, _, err := conn.ReadMessage(); err != nil { // hello: from here on Slack counts it
			s.Fatal(err)
		}
		go func() {
			for {
				if _, _, err := conn.ReadMessage(); err != nil {
					_ = conn.Close()
					return
				}
			}
		}()
	}
}
