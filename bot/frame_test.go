package bot

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/store"
)

// FuzzFrame has a connection that was closed bring anything at all: nothing may panic, and
// only hello and disconnect may change it.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"},"debug_info":{"approximate_connection_time":3600}}`,
		`{"type":"hello","num_connections":"many","debug_info":7}`,
		`{"type":"disconnect","reason":"warning","debug_info":{"host":"applink"}}`,
		`{"type":"disconnect","reason":["a"]}`,
		`{"envelope_id":"1","type":"slash_commands","accepts_response_payload":true,"payload":{"command":"/aht","text":"help"}}`,
		`{"envelope_id":"1","type":"interactive","payload":{"type":"block_actions","actions":[{"action_id":"aht_line","value":"help"}]}}`,
		`{"envelope_id":"1","type":"events_api","payload":{"type":"event_callback","event":{"type":"app_mention","text":"x"}}}`,
		`{"envelope_id":{},"type":"slash_commands","payload":[]}`, `[]`, `null`, ``, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		people := new(Directory)
		handler := commands.NewHandler(commands.Config{
			Memory: new(store.Recent), People: people, Health: func() commands.Health { return commands.Health{} }, MaxAge: time.Minute, Zone: time.UTC,
		})
		var said bytes.Buffer
		b, err := New(Config{
			AppToken: "xapp", BotToken: "xoxb", APIURL: "http://127.0.0.1:1/", Handler: handler, People: people,
			Log: slog.New(slog.NewTextHandler(&said, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		b.stopping.Store(true) // nothing is begun
		c := &connection{greeted: make(chan struct{}), asked: make(chan struct{}), ended: make(chan struct{}), left: true}
		b.take(t.Context(), c, data)
		if strings.Contains(said.String(), "panic") {
			t.Errorf("%q: %s", data, said.String())
		}
		var head struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(data, &head) // a frame of no known type changes nothing
		if closed := b.changed(c); closed != "" && closed != head.Type {
			t.Errorf("%q took the connection for one with a %s", data, closed)
		}
	})
}

// changed says what c was told by its frame.
func (b *Bot) changed(c *connection) string {
	switch {
	case is(c.greeted):
		return "hello"
	case is(c.asked):
		return "disconnect"
	}
	return ""
}
