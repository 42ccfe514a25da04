package wirelog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/transport"
)

// watched returns a log, and a workspace whose wires it keeps.
func watched(t *testing.T) (*Log, *slacksim.Workspace) {
	t.Helper()
	l := New()
	w := slacksim.New(slacksim.Config{Requests: l.Slack, Frames: l.Frame})
	t.Cleanup(func() { _ = w.Close() })
	return l, w
}

// app is an app written by hand.
type app struct {
	t  *testing.T
	w  *slacksim.Workspace
	hc *http.Client
	ws *websocket.Conn
}

// connect opens a connection as an app does, and reads its hello.
func connect(t *testing.T, w *slacksim.Workspace) app {
	t.Helper()
	a := app{t: t, w: w, hc: &http.Client{Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}}
	opened := a.post(w.APIURL()+"apps.connections.open", "xapp-1-A0DEMO-demo", "application/x-www-form-urlencoded", "")
	url, _ := opened["url"].(string)
	ws, resp, err := (&websocket.Dialer{NetDialContext: w.Dial}).DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatalf("%v, having been told %v", err, opened)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	a.ws = ws
	a.read()
	return a
}

// post asks the workspace for something, and returns what it answers, if that is JSON.
func (a app) post(url, token, kind, body string) map[string]any {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := a.hc.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&out) // a response_url answers in plain text
	return out
}

func (a app) read() map[string]any {
	a.t.Helper()
	var frame map[string]any
	if err := a.ws.ReadJSON(&frame); err != nil {
		a.t.Fatal(err)
	}
	return frame
}

// acknowledge reads an envelope and acknowledges it.
func (a app) acknowledge() {
	a.t.Helper()
	if err := a.ws.WriteJSON(map[string]any{"envelope_id": a.read()["envelope_id"]}); err != nil {
		a.t.Fatal(err)
	}
}

// lines are the kinds of what is kept, with what each is in a line.
func lines(entries []Entry) string {
	var out strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&out, "%s: %s", e.Kind, marks.ReplaceAllString(e.What, "•"))
		if e.Pending {
			out.WriteString(", pending")
		}
		if e.Trouble != "" {
			out.WriteString(", " + e.Trouble)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func TestWhatGoesOverTheWiresIsKeptInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := watched(t)
		a := connect(t, w)
		asked := w.Type("U1", "C1", "/aht agent 42")
		time.Sleep(40 * time.Millisecond)
		a.acknowledge()
		a.post(asked.ResponseURL, "", "application/json", `{"text":"one moment"}`)
		a.post(w.APIURL()+"chat.postMessage", "xoxb-demo", "application/x-www-form-urlencoded", "channel=C1&text=4m+32s")
		a.post(w.APIURL()+"chat.postMessage", "xoxb-demo", "application/json", `{"channel":"C1","blocks":[{"type":"nonsense"}]}`)
		w.OpenHome("U1")
		synctest.Wait()
		const want = `call: apps.connections.open
socket: GET /link
socket: hello
envelope: slash_commands /aht agent 42
acknowledgement: slash_commands /aht agent 42
response_url: POST /commands/•
call: chat.postMessage
call: chat.postMessage, invalid_blocks
envelope: events_api app_home_opened, pending
`
		kept := l.Entries(Filter{})
		if got := lines(kept); got != want {
			t.Fatalf("kept\n%swant\n%s", got, want)
		}
		envelope, ack, post := kept[3], kept[4], kept[6]
		if ack.Of != envelope.ID || ack.Took != 40 || envelope.Took != 40 || envelope.Conn != 1 || envelope.FromApp || !ack.FromApp {
			t.Errorf("the envelope is %+v\nthe acknowledgement %+v", envelope, ack)
		}
		if string(post.Body) != `{"channel":"C1","text":"4m 32s"}` || post.Status != 200 || !strings.Contains(string(post.Answer), `"ok":true`) {
			t.Errorf("the call is %+v, body %s, answer %s", post, post.Body, post.Answer)
		}
		if kept[1].Status != http.StatusSwitchingProtocols {
			t.Errorf("the WebSocket's opening has status %d", kept[1].Status)
		}
		everything, _ := json.Marshal(kept)
		for _, secret := range []string{"xoxb-demo", "xapp-1", asked.TriggerID, strings.TrimPrefix(asked.ResponseURL, w.APIURL()), `"ticket=[A-Z]`} {
			if strings.Contains(string(everything), secret) {
				t.Errorf("%s is in the log", secret)
			}
		}
	})
}

func TestAnEnvelopeNobodyAcknowledgesIsMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := watched(t)
		a := connect(t, w)
		w.Type("U1", "C1", "/aht")
		time.Sleep(2900 * time.Millisecond)
		envelopes := Filter{Kinds: []Kind{Envelope, Acknowledgement}}
		if got := lines(l.Entries(envelopes)); got != "envelope: slash_commands /aht, pending\n" {
			t.Errorf("after 2.9 s: %s", got)
		}
		time.Sleep(200 * time.Millisecond)
		const late = "envelope: slash_commands /aht, not acknowledged within 3 s\n"
		if got := lines(l.Entries(envelopes)); got != late {
			t.Errorf("after 3.1 s: %s", got)
		}
		a.acknowledge()
		if err := a.ws.WriteJSON(map[string]any{"envelope_id": "no-such"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		const after = late + "acknowledgement: slash_commands /aht\nacknowledgement: an envelope that is not known, unknown envelope\n"
		if got := lines(l.Entries(envelopes)); got != after {
			t.Errorf("after a late one: %s", got)
		}
	})
}

func TestRequestsToOzonetelAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New("demo-key")
		s := ozonesim.New(ozonesim.Config{Auth: ozonesim.BasicAuth, Latency: time.Second, Requests: l.Upstream})
		defer func() { _ = s.Close() }()
		hc := &http.Client{Transport: &http.Transport{DialContext: s.Dial, DisableKeepAlives: true}}
		ask := func(key, body string) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://ozonetel/ca_apis/aht", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("apiKey", key)
			resp, err := hc.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			ask("demo-key", `{"userName":"demo_user","campaignName":"Sales Outbound"}`)
		}()
		time.Sleep(time.Millisecond)
		if got := lines(l.Entries(Filter{})); got != "upstream: GET /ca_apis/aht, campaign Sales Outbound, pending\n" {
			t.Errorf("while it waits: %s", got)
		}
		<-done
		ask("wrong", `{"userName":"demo_user","agentId":"42"}`)
		const want = "upstream: GET /ca_apis/aht, campaign Sales Outbound\nupstream: GET /ca_apis/aht, agent 42, refused: userName or apiKey is Invalid\n"
		kept := l.Entries(Filter{})
		if got := lines(kept); got != want || kept[0].Took != 1000 {
			t.Errorf("kept, the first after %v ms:\n%s", kept[0].Took, got)
		}
		if everything, _ := json.Marshal(kept); strings.Contains(string(everything), "demo-key") || strings.Contains(string(everything), "wrong") {
			t.Errorf("a key is in %s", everything)
		}
	})
}

func TestFiltersChoose(t *testing.T) {
	l := New()
	l.Slack(call("chat.postMessage", `{"text":"Four Minutes"}`))(transport.Answer{Status: 200, Body: []byte(`{"ok":true,"ts":"77.1"}`)})
	l.Slack(call("users.info", `{"user":"U1"}`))(transport.Answer{})
	l.Upstream(transport.Request{Method: "GET"})(transport.Answer{Status: 502, Body: []byte("<html>")})
	for _, c := range []struct {
		f    Filter
		want string
	}{
		{Filter{Text: "four min"}, "1"},
		{Filter{Text: "77.1"}, "1"},
		{Filter{Text: "USERS"}, "2"},
		{Filter{Text: "no answer"}, "2"},
		{Filter{Kinds: []Kind{Upstream}}, "3"},
		{Filter{Kinds: []Kind{Upstream, Call}, Text: "http 502"}, "3"},
		{Filter{}, "1 2 3"},
		{Filter{Text: "nothing of it"}, ""},
	} {
		var ids []string
		for _, e := range l.Entries(c.f) {
			ids = append(ids, fmt.Sprint(e.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%+v chooses %q, want %q", c.f, got, c.want)
		}
	}
}

// call is a call of the Web API.
func call(method, body string) transport.Request {
	r := transport.Request{Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
	r.URL.Path = "/api/" + method
	return r
}

func TestTheLogIsBounded(t *testing.T) {
	l := New()
	for i := range 3 * maxEntries {
		l.Frame(transport.Frame{Data: fmt.Appendf(nil, `{"type":"slash_commands","envelope_id":"e%d","payload":{}}`, i)})
	}
	kept := l.Entries(Filter{})
	if len(kept) != maxEntries || kept[len(kept)-1].ID != 3*maxEntries || len(l.sent) != maxEntries {
		t.Errorf("%d entries and %d envelopes kept, want the newest %d", len(kept), len(l.sent), maxEntries)
	}
	body := `{"text":"` + strings.Repeat("x", maxShown) + `"}`
	for range 2 * maxBytes / maxShown {
		answered := l.Slack(call("chat.postMessage", body))
		answered(transport.Answer{Status: 200, Body: []byte(body)})
	}
	total := 0
	for _, e := range l.Entries(Filter{}) {
		total += e.size()
	}
	if total > maxBytes || total < maxBytes/2 || total != l.bytes {
		t.Errorf("%d bytes kept, %d counted; want at most %d", total, l.bytes, maxBytes)
	}
	l.overdue(&Entry{ID: 1, Pending: true}) // of an envelope long forgotten
	if total != l.bytes {
		t.Error("what is forgotten still counts")
	}
}
