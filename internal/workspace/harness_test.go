package workspace_test

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/sim/transport"
	"ahtbot/internal/workspace"
)

// stage is a page of a workspace with an app written by hand, all over pipes: call it in a bubble.
type stage struct {
	t     *testing.T
	slack *slacksim.Workspace
	page  *workspace.Page
	front *transport.Server
	hc    *http.Client
	api   *http.Client
	// answer is what the app acknowledges an envelope with; "": nothing; "no": not at all.
	answer func(envelope map[string]any) string
}

func play(t *testing.T, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		slack := slacksim.New(slacksim.Config{Log: log, NoPostLimit: true})
		slack.AddPerson(members.Person{ID: "U4", Name: "Devi <b>", Guest: true})
		page := workspace.New(workspace.Config{
			Slack: slack, Log: log, People: []workspace.Role{{ID: "U1", Title: "Supervisor"}, {ID: "U2", Title: "Agent"}, {ID: "U4", Title: "Guest"}},
			App: workspace.App{Commands: []workspace.Command{{Name: "/aht", Hint: "help"}}, Shortcuts: []workspace.Shortcut{{ID: "menu", Name: "Menu"}}},
		})
		s := &stage{t: t, slack: slack, page: page, front: transport.NewServer(page, log), answer: func(map[string]any) string { return "" }}
		s.hc = &http.Client{Transport: &http.Transport{DialContext: s.front.Dial, DisableKeepAlives: true}}
		s.api = &http.Client{Transport: &http.Transport{DialContext: slack.Dial, DisableKeepAlives: true}}
		defer func() {
			page.Close()
			_ = s.front.Close()
			if err := slack.Close(); err != nil {
				t.Error(err)
			}
		}()
		s.connect()
		f(s)
	})
}

// connect has the app connect by Socket Mode.
func (s *stage) connect() {
	s.t.Helper()
	address, _ := s.call("xapp-1-A0DEMO-demo", "apps.connections.open")["url"].(string)
	ws, resp, err := (&websocket.Dialer{NetDialContext: s.slack.Dial}).DialContext(s.t.Context(), address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	go func() {
		for {
			var e map[string]any
			if ws.ReadJSON(&e) != nil {
				return
			}
			if e["envelope_id"] == nil {
				continue
			}
			switch payload := s.answer(e); payload {
			case "no":
			case "":
				_ = ws.WriteJSON(map[string]any{"envelope_id": e["envelope_id"]})
			default:
				_ = ws.WriteJSON(map[string]any{"envelope_id": e["envelope_id"], "payload": json.RawMessage(payload)})
			}
		}
	}()
	if err := s.slack.WaitConnections(s.t.Context(), 1); err != nil {
		s.t.Fatal(err)
	}
}

// call calls a method of the Web API; args are names and values in turn.
func (s *stage) call(token, method string, args ...string) map[string]any {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	req, _ := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://slack/api/"+method, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := s.api.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// bot calls a method as the app's bot, which Slack has to take.
func (s *stage) bot(method string, args ...string) map[string]any {
	s.t.Helper()
	out := s.call("xoxb-demo", method, args...)
	if out["ok"] != true {
		s.t.Fatalf("%s: %v", method, out)
	}
	return out
}

// get asks the page as a browser does.
func (s *stage) get(path string, headers ...string) (status int, body string, h http.Header) {
	s.t.Helper()
	return s.ask(http.MethodGet, path, "", headers...)
}

func (s *stage) ask(method, path, body string, headers ...string) (int, string, http.Header) {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(s.t.Context(), method, "http://127.0.0.1:8765"+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(all), resp.Header
}

// do does something on the page, waits until all is quiet, and returns the answer.
func (s *stage) do(deed string) (status int, body string) {
	s.t.Helper()
	status, body, _ = s.ask(http.MethodPost, "/do", deed, "Content-Type", "application/json")
	synctest.Wait()
	return status, body
}

// must is do of what can be done.
func (s *stage) must(deed string) string {
	s.t.Helper()
	status, body := s.do(deed)
	if status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", deed, status, body)
	}
	return body
}

// seen is what a person sees.
type seen struct {
	Messages []struct {
		TS, HTML, Name string
		Private        bool
		Replies        int
		Thread         string
	}
	Channels []struct {
		ID   string
		More bool
	}
	Home   string
	Window *struct{ ID, HTML string }
}

func (s *stage) sees(as string) seen {
	s.t.Helper()
	var out seen
	_, body, _ := s.get("/state?as=" + as)
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		s.t.Fatalf("%v: %s", err, body)
	}
	return out
}

// event is one that a tab was told.
type event struct{ name, data string }

// tab opens a stream; events come until it ends.
func (s *stage) tab(as string) (events <-chan event, body io.Closer) {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://127.0.0.1:8765/events?as="+as, http.NoBody)
	resp, err := s.hc.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	out := make(chan event, 4096)
	go func() {
		defer close(out)
		var e event
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				out <- e
			}
		}
	}()
	return out, resp.Body
}

// next is the next event that is no heartbeat.
func (s *stage) next(events <-chan event) event {
	s.t.Helper()
	for e := range events {
		if e.name != "beat" {
			return e
		}
	}
	s.t.Fatal("the stream has ended")
	return event{}
}
