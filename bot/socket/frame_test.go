package socket

import (
	"encoding/json"
	"log/slog"
	"testing"

	"ahtbot/bot/webapi"
)

// FuzzFrame has a connection that was closed bring anything at all: nothing may panic, and
// only hello and disconnect may change it.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"},"debug_info":{"approximate_connection_time":3600}}`,
		`{"type":"hello","num_connections":"many","debug_info":7}`,
		`{"type":"disconnect","reason":"warning","debug_info":{"host":"applink"}}`,
		`{"type":"disconnect","reason":["a"]}`,
		`{"type":"disconnect","reason":"link_disabled"}`,
		`{"envelope_id":"1","type":"slash_commands","accepts_response_payload":true,"payload":{"command":"/aht","text":"help"}}`,
		`{"envelope_id":{},"type":"slash_commands","payload":[]}`, `[]`, `null`, ``, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := New(Config{Number: 1, Log: slog.New(slog.DiscardHandler), Observe: func(string) {}, Fail: func(*webapi.FatalError) {}})
		s.handle = func(e *Envelope) {
			if _, err := e.Acknowledge(nil); err == nil {
				t.Errorf("%q was acknowledged over a connection that is closed", data)
			}
		}
		c := &connection{greeted: make(chan struct{}), ending: make(chan struct{}), ended: make(chan struct{}), closed: true}
		s.handleFrame(t.Context(), c, data)
		var head struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(data, &head) // a frame of no known type changes nothing
		if changed := changed(c); changed != "" && changed != head.Type {
			t.Errorf("%q took the connection for one with a %s", data, changed)
		}
	})
}

// changed says what c was told by its frame.
func changed(c *connection) string {
	switch {
	case happened(c.greeted):
		return "hello"
	case happened(c.ending):
		return "disconnect"
	}
	return ""
}
