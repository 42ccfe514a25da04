package wirelog

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/transport"
)

// serve returns the address of a page that has nothing but the log.
func serve(t *testing.T, l *Log, w *slacksim.Workspace) string {
	t.Helper()
	mux := http.NewServeMux()
	l.Mount(mux, w)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// event is one Server-Sent Event.
type event struct {
	id, kind string
	entry    Entry
}

// follow opens the stream of events.
func follow(t *testing.T, url, lastID string) <-chan event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("Content-Type %q", got)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	events := make(chan event)
	go func() {
		defer close(events)
		read(ctx, resp.Body, events)
	}()
	return events
}

// read hands on the events of a stream until it ends.
func read(ctx context.Context, stream io.Reader, events chan<- event) {
	var e event
	for lines := bufio.NewScanner(stream); lines.Scan(); {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "id":
			e.id = value
		case "event":
			e.kind = value
		case "data":
			_ = json.Unmarshal([]byte(value), &e.entry) // an empty one is no entry
		case "":
			select {
			case events <- e:
			case <-ctx.Done():
				return
			}
			e = event{}
		}
	}
}

// next returns the next event.
func next(t *testing.T, events <-chan event) event {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("no event came")
	}
	return event{}
}

func TestTheLogIsFollowed(t *testing.T) {
	l := New()
	l.Slack(call("auth.test", ""))(transport.Answer{Status: 200})
	url := serve(t, l, nil)
	events := follow(t, url+"/wire", "")
	if e := next(t, events); e.kind != "reset" {
		t.Fatalf("first came %+v", e)
	}
	if e := next(t, events); e.kind != "entry" || e.entry.What != "auth.test" || e.entry.Pending {
		t.Fatalf("of what was there came %+v", e)
	}
	answered := l.Slack(call("users.info", ""))
	asked := next(t, events)
	if asked.entry.What != "users.info" || !asked.entry.Pending {
		t.Fatalf("of a new call came %+v", asked)
	}
	answered(transport.Answer{Status: 429})
	if e := next(t, events); e.entry.ID != asked.entry.ID || e.entry.Pending || e.entry.Trouble != "HTTP 429" {
		t.Fatalf("of its answer came %+v", e)
	}

	// who was cut off goes on where it was; another process's browser begins anew
	if e := next(t, follow(t, url+"/wire", asked.id)); e.kind != "entry" || e.entry.Status != 429 {
		t.Errorf("after %s came %+v", asked.id, e)
	}
	for _, other := range []string{"ABCDEFGH-1", "nonsense"} {
		if e := next(t, follow(t, url+"/wire", other)); e.kind != "reset" {
			t.Errorf("after %s came %+v", other, e)
		}
	}

	// a filter chooses of what comes as well
	chosen := follow(t, url+"/wire?kind=upstream,envelope&text=sales", "")
	if e := next(t, chosen); e.kind != "reset" {
		t.Fatalf("first came %+v", e)
	}
	l.Slack(call("sales.list", ""))
	l.Upstream(transport.Request{Method: "GET", Body: []byte(`{"campaignName":"Sales Outbound"}`)})
	if e := next(t, chosen); e.entry.Kind != Upstream {
		t.Errorf("chosen was %+v", e)
	}
}

func TestTheLogIsReadAtOnce(t *testing.T) {
	l := New()
	url := serve(t, l, nil)
	read := func(query string) string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/wire"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		return strings.TrimSpace(string(body))
	}
	if got := read(""); got != "[]" {
		t.Errorf("an empty log is %s", got)
	}
	l.Slack(call("auth.test", `{"text":"<b>"}`))
	l.Slack(call("users.info", ""))
	if got := read("?text=auth"); !strings.Contains(got, `"what":"auth.test"`) || !strings.Contains(got, `{"text":"\u003cb\u003e"}`) || strings.Contains(got, "users.info") {
		t.Errorf("read %s", got)
	}
}

func TestAnEnvelopeIsDeliveredAgain(t *testing.T) {
	l, w := watched(t)
	url := serve(t, l, w)
	replay := func(kind, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/wire/replay", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode, string(text)
	}
	a := connect(t, w)
	asked := w.Type("U1", "C1", "/aht agent 42")
	a.acknowledge()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := asked.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	got := make(chan map[string]any, 1)
	go func() {
		frame := a.read()
		got <- frame
		_ = a.ws.WriteJSON(map[string]any{"envelope_id": frame["envelope_id"]})
	}()
	envelopes := Filter{Kinds: []Kind{Envelope}}
	id, _ := json.Marshal(map[string]int64{"id": l.Entries(envelopes)[0].ID})
	if status, said := replay("application/json; charset=utf-8", string(id)); status != http.StatusOK || !strings.Contains(said, "Delivered again, and acknowledged.") {
		t.Errorf("replay answers %d %s", status, said)
	}
	frame := <-got
	payload, _ := frame["payload"].(map[string]any)
	if payload["trigger_id"] != asked.TriggerID || frame["envelope_id"] == asked.EnvelopeID {
		t.Errorf("delivered again was %v", frame)
	}
	if n := len(l.Entries(envelopes)); n != 2 {
		t.Errorf("%d envelopes are in the log", n)
	}

	for _, c := range []struct {
		kind, body string
		status     int
		says       string
	}{
		{"application/json", `{"id":1}`, http.StatusBadRequest, "Only an envelope"},
		{"application/json", `{"id":999}`, http.StatusNotFound, "Choose a newer one"},
		{"application/json", `nonsense`, http.StatusBadRequest, "Which envelope"},
		{"text/plain", string(id), http.StatusBadRequest, "Which envelope"},
	} {
		if status, said := replay(c.kind, c.body); status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%s %s is answered %d %s", c.kind, c.body, status, said)
		}
	}
	_ = a.ws.Close()
	for ctx.Err() == nil && w.Connections() > 0 {
		time.Sleep(time.Millisecond)
	}
	if status, said := replay("application/json", string(id)); status != http.StatusConflict || !strings.Contains(said, "No app is connected") {
		t.Errorf("with nobody connected it is answered %d %s", status, said)
	}
}
