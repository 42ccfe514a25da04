package ozonesim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
)

// §1C: every quirk shows by itself, and clearing it brings §1B back.
func TestEveryQuirkShowsAndCanBeCleared(t *testing.T) {
	for _, q := range quirk.All() {
		t.Run(string(q), func(t *testing.T) {
			check, ok := quirkTests[q]
			if !ok {
				t.Fatal("no test for this quirk")
			}
			if !strings.HasPrefix(q.Doc(), "§1C row ") && q != quirk.Limit {
				t.Errorf("Doc %q cites no row", q.Doc())
			}
			bubble(t, ozonesim.Config{}, func(s *site) {
				s.bearer()
				s.sim.Set(q)
				check(s)
				s.sim.Clear(q)
				time.Sleep(time.Hour)
				s.newToken()
				s.want(s.aht("agentId", "42"), 200, `{"status":"success","message":`+payload42(s)+`}`)
				s.want(s.aht("agentId", "7"), 200, strings.Replace(
					`{"status":"success","message":{"AgentID":"7","AgentName":"NAME","AHT":"00:00:00"}}`, "NAME", nameOf(s, "7"), 1))
			})
		})
	}
	if len(quirkTests) != len(quirk.All()) {
		t.Error("tests of quirks that do not exist")
	}
}

// nameOf asks agentDetails.
func nameOf(s *site, id string) string {
	s.Helper()
	r := s.side(http.MethodPost, "/ca_apis/agentDetails", "agentId", id)
	var got struct{ Message []struct{ AgentName string } }
	if err := json.Unmarshal([]byte(r.body), &got); err != nil || len(got.Message) != 1 {
		s.Fatalf("agentDetails: %+v", r)
	}
	return got.Message[0].AgentName
}

func truth(s *site, kind aht.Kind, name string) string {
	s.Helper()
	mean, calls, known := s.sim.AHTOf(kind, name, time.Now())
	if !known || calls == 0 {
		s.Errorf("%v %s: %d calls, known %v", kind, name, calls, known)
	}
	return hms(s, mean)
}

// payload42 is the payload of agent 42, as §1B writes it.
func payload42(s *site) string {
	s.Helper()
	return fmt.Sprintf(`{"AgentID":"42","AgentName":"Asha Testwala","AHT":"%s"}`, truth(s, aht.KindAgent, "42"))
}

// errorsAs checks the HTTP code of one error of the request and one of credentials.
func errorsAs(code int) func(*site) {
	return func(s *site) {
		s.Helper()
		s.want(s.aht("agentId", "x"), code, `{"status":"error","message":"agentId is Invalid"}`)
		s.want(s.ask(http.MethodGet, ahtPath, nil, named()), code,
			`{"status":"false","message":"Missing userName or apiKey","data":null}`)
	}
}

// noCalls checks the answer about an agent without a call, and, by Next, about any other.
func noCalls(q quirk.Quirk, after, answer string) func(*site) {
	return func(s *site) {
		s.Helper()
		fill := func(id, name string) string {
			if answer != "" {
				return answer
			}
			return fmt.Sprintf(`{"status":"success","message":{"AgentID":"%s","AgentName":"%s"%s}}`, id, name, after)
		}
		s.want(s.aht("agentId", "7"), 200, fill("7", nameOf(s, "7")))
		s.wantText(s.aht("agentId", "42"), 200, truth(s, aht.KindAgent, "42")) // it has calls
		s.sim.Next(q)
		s.want(s.aht("agentId", "42"), 200, fill("42", "Asha Testwala"))
	}
}

// limitAs checks a refusal that Next brings about, and one at the 51st request.
func limitAs(q quirk.Quirk, code int, body, contentType string) func(*site) {
	return func(s *site) {
		s.Helper()
		s.wantText(s.aht("agentId", "42"), 200, "success")
		s.sim.Next(q)
		s.want(s.aht("agentId", "42"), code, body)
		for range 49 {
			s.aht("agentId", "42")
		}
		r := s.aht("agentId", "42")
		s.want(r, code, body)
		if got := r.header.Get("Content-Type"); got != contentType {
			s.Errorf("Content-Type %q, want %q", got, contentType)
		}
		if c := s.sim.Counts(); c.Refused != 2 {
			s.Errorf("Refused = %d, want 2", c.Refused)
		}
	}
}

const limitText = `{"status":"error","message":"max limit exceeded"}`

// basicWith checks an account that takes the key only.
func basicWith(text string) func(*site) {
	return func(s *site) {
		s.Helper()
		s.newToken() // generateToken works all the same
		s.want(s.aht("agentId", "42"), 401, `{"status":"false","message":"`+text+`","data":null}`)
		s.wantText(s.ask(http.MethodGet, ahtPath, key, named("agentId", "42")), 200, "success")
	}
}
