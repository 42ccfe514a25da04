package bot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"ahtbot/bot/directory"
	"ahtbot/bot/socket"
	"ahtbot/commands"
	"ahtbot/commands/request"
	"ahtbot/internal/store"
)

// FuzzEnvelope has an envelope hold anything at all: nothing may panic.
func FuzzEnvelope(f *testing.F) {
	for kind, seeds := range map[string][]string{
		"slash_commands": {`{"command":"/aht","text":"help"}`, `[]`, ``},
		"interactive": {
			`{"type":"block_actions","actions":[{"action_id":"aht_line","value":"help"}]}`, `null`,
			`{"type":"block_actions","actions":[{"action_id":"aht_form","value":"target"}],"view":{"type":"modal","id":"V1"}}`,
			`{"type":"block_actions","actions":[{"action_id":"field_campaign"}],"view":{"type":"home","private_metadata":"{\"n\":2}"}}`,
			`{"type":"view_submission","view":{"type":"modal","callback_id":"target","state":{"values":{"target":{"field_target":{"value":"5m"}}}}}}`,
			`{"type":"block_suggestion","action_id":"field_campaign","value":"sal"}`, `{"type":"shortcut","callback_id":"aht_menu"}`, `{"type":"view_closed"}`,
		},
		"events_api": {`{"type":"event_callback","event":{"type":"app_mention","text":"x"}}`, `{"type":"event_callback","event":{"type":"app_home_opened","tab":"home"}}`, `{}`},
		"hello":      {`7`},
	} {
		for _, payload := range seeds {
			f.Add(kind, payload)
		}
	}
	f.Fuzz(func(t *testing.T, kind, payload string) {
		var said bytes.Buffer
		b := alone(t, &said)
		b.stopping.Store(true) // nothing is begun
		b.receive(t.Context(), &socket.Envelope{ID: "1", Type: kind, Accepts: true, Payload: []byte(payload), Read: time.Now()})
		for range cap(b.replies) { // until nothing is on its way
			b.replies <- struct{}{}
		}
		if strings.Contains(said.String(), "panic") {
			t.Errorf("%s %q: %s", kind, payload, said.String())
		}
	})
}

// alone is a bot that does not reach Slack; it logs to said.
func alone(t *testing.T, said *bytes.Buffer) *Bot {
	t.Helper()
	people := new(directory.Directory)
	b, err := New(Config{
		AppToken: "xapp", BotToken: "xoxb", APIURL: "http://127.0.0.1:1/", Handler: theHandler(people), People: people,
		Log:  slog.New(slog.NewTextHandler(said, nil)),
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// theHandler answers for people, and knows no reading.
func theHandler(people request.People) *commands.Handler {
	return commands.NewHandler(request.Config{
		Memory: new(store.Recent), People: people, Health: func() request.Health { return request.Health{} }, MaxAge: time.Minute, Zone: time.UTC,
	})
}
