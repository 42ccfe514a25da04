package slacksim_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/slacksim"
)

// BenchmarkCommand is one command over a loopback socket: typed, acknowledged with an
// answer, shown. The load test needs 500 a second.
func BenchmarkCommand(b *testing.B) {
	w := slacksim.New(slacksim.Config{Keep: 1000})
	defer func() { _ = w.Close() }() // measured, not tested
	if _, err := w.Listen(b.Context()); err != nil {
		b.Fatal(err)
	}
	ws := benchLink(b, w)
	defer func() { _ = ws.Close() }() // closed by the workspace as well
	b.ReportAllocs()
	for b.Loop() {
		d := w.Type("U1", "C1", "/aht agent 42")
		var env struct {
			EnvelopeID string `json:"envelope_id"`
		}
		if err := ws.ReadJSON(&env); err != nil {
			b.Fatal(err)
		}
		if err := ws.WriteJSON(map[string]any{"envelope_id": env.EnvelopeID, "payload": map[string]any{"text": "4m 32s"}}); err != nil {
			b.Fatal(err)
		}
		if _, err := d.WaitAnswer(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func benchLink(b *testing.B, w *slacksim.Workspace) *websocket.Conn {
	b.Helper()
	address := socketAddress(b, w)
	ws, resp, err := websocket.DefaultDialer.DialContext(b.Context(), address, nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	if _, _, err := ws.ReadMessage(); err != nil { // hello
		b.Fatal(err)
	}
	return ws
}

func socketAddress(b *testing.B, w *slacksim.Workspace) string {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, w.APIURL()+"apps.connections.open", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer xapp-1-A0DEMO-demo")
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := hc.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // read to its end
	var got struct{ URL string }
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		b.Fatal(err)
	}
	return got.URL
}
