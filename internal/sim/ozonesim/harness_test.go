package ozonesim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
)

// site is one simulated account and a plain net/http client that talks to it.
type site struct {
	*testing.T
	sim   *ozonesim.Server
	http  *http.Client
	base  string
	token string
}

// reply is an answer as it came; err is a transport error.
type reply struct {
	code   int
	header http.Header
	body   string
	err    error
}

// bubble runs f against a server over pipes, in fake time that starts at 05:30 IST.
func bubble(t *testing.T, cfg ozonesim.Config, f func(*site)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := ozonesim.New(cfg)
		transport := &http.Transport{DialContext: sim.Dial}
		s := &site{T: t, sim: sim, http: &http.Client{Transport: transport}, base: "http://ozone.test"}
		defer func() { // also after Fatal: a bubble must be empty at its end
			transport.CloseIdleConnections()
			if err := sim.Close(); err != nil {
				t.Error("Close:", err)
			}
		}()
		f(s)
	})
}

// ask sends a request with a JSON body and these headers.
func (s *site) ask(method, path string, headers map[string]string, body any) reply {
	s.Helper()
	return s.askWith(s.Context(), method, path, headers, body)
}

func (s *site) askWith(ctx context.Context, method, path string, headers map[string]string, body any) reply {
	s.Helper()
	b, err := json.Marshal(body)
	if text, ok := body.(string); ok {
		b, err = []byte(text), nil
	}
	if err != nil {
		s.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(b))
	if err != nil {
		s.Fatal(err)
	}
	req.GetBody = nil // no silent replay
	req.Header.Set("Content-Type", "application/json")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(got), err}
}

const (
	ahtPath   = "/ca_apis/aht"
	tokenPath = "/ca_apis/CAToken/generateToken"
)

// newToken generates a token and keeps it for later requests.
func (s *site) newToken() reply {
	s.Helper()
	r := s.ask(http.MethodPost, tokenPath, map[string]string{"apiKey": "demo-key"}, map[string]string{"userName": "demo_user"})
	var got struct{ Token string }
	_ = json.Unmarshal([]byte(r.body), &got)
	if got.Token != "" {
		s.token = got.Token
	}
	return r
}

// bearer is the headers of token mode; it makes a token when there is none.
func (s *site) bearer() map[string]string {
	s.Helper()
	if s.token == "" {
		s.newToken()
	}
	return map[string]string{"Authorization": "Bearer " + s.token}
}

var key = map[string]string{"apiKey": "demo-key"}

// named is an AHT body: userName and one or more pairs.
func named(pairs ...string) map[string]string {
	body := map[string]string{"userName": "demo_user"}
	for i := 0; i < len(pairs); i += 2 {
		body[pairs[i]] = pairs[i+1]
	}
	return body
}

// aht asks in the documented way: GET, JSON body, token.
func (s *site) aht(pairs ...string) reply {
	s.Helper()
	return s.ask(http.MethodGet, ahtPath, s.bearer(), named(pairs...))
}

// post asks for a side route's rows in the documented way.
func (s *site) side(method, path string, pairs ...string) reply {
	s.Helper()
	return s.ask(method, path, s.bearer(), named(pairs...))
}

// want checks the code and, exactly, the body.
func (s *site) want(r reply, code int, body string) {
	s.Helper()
	if r.err != nil || r.code != code || r.body != body {
		s.Errorf("got %d %q, %v\nwant %d %q", r.code, r.body, r.err, code, body)
	}
}

// wantText checks the code and that the body has text in it.
func (s *site) wantText(r reply, code int, text string) {
	s.Helper()
	if r.err != nil || r.code != code || !strings.Contains(r.body, text) {
		s.Errorf("got %d %.400q, %v\nwant %d with %q", r.code, r.body, r.err, code, text)
	}
}

// with returns headers plus more of them.
func with(headers map[string]string, more ...string) map[string]string {
	all := maps.Clone(headers)
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

func hms(s *site, d time.Duration) string {
	s.Helper()
	return time.Time{}.Add(d).Format(time.TimeOnly)
}
