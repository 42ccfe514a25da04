package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/secret"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

// newAccount is what somebody has who installs ahtbot: an account whose answers take 300 ms,
// used by something else before, and a new database.
type newAccount struct {
	*ozonesim.Server
	client *ozonetel.Client
}

func atTerminal(t *testing.T, f func(*testing.T, newAccount)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		server := ozonesim.New(ozonesim.Config{Latency: 300 * time.Millisecond})
		client, done, err := app.OpenClient(t.Context(), app.Settings{
			BaseURL: &url.URL{Scheme: "http", Host: "localhost"}, APIKey: secret.New("demo-key"), Username: "demo_user", PerMinute: 50,
			Database: secret.New("sqlite://" + file),
		}, app.Options{DialUpstream: server.Dial}, nil, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		f(t, newAccount{server, client})
		done()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// get and doctor say on the terminal that something else has used the account up, and go on
// by themselves.
func TestTheTerminalIsToldOfAStranger(t *testing.T) {
	atTerminal(t, func(t *testing.T, f newAccount) {
		t.Helper()
		f.OtherConsumer(50, time.Second)
		target, err := readTarget("get", []string{"agent", "42"})
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		var reading aht.Reading
		begin := time.Now()
		err = patiently(f.client, target, &said, func() (err error) {
			reading, err = f.client.Ask(t.Context(), "terminal", target)
			return err
		})
		want := "Something else uses this Ozonetel account and has used up its requests of this minute. I ask again in about 60 s by myself, and the figure follows here.\n"
		if err != nil || reading.NoCalls() || said.String() != want {
			t.Errorf("%v, %v; said %q", reading, err, said.String())
		}
		if took := time.Since(begin); took > 62*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// A person at a terminal who waits for a turn is told so once.
func TestTheTerminalIsToldOfAQueue(t *testing.T) {
	atTerminal(t, func(t *testing.T, f newAccount) {
		t.Helper()
		_, _ = f.client.Ask(t.Context(), "U", apptest.Campaign(t, "strange")) // signs in: who waits for that has no place yet
		for i := range 12 {
			go func() {
				_, _ = f.client.Ask(t.Context(), fmt.Sprint("U", i), apptest.Campaign(t, fmt.Sprint("strange ", i)))
			}()
			synctest.Wait()
		}
		var said bytes.Buffer
		err := patiently(f.client, apptest.Campaign(t, "strange 12"), &said, func() error {
			_, err := f.client.Ask(t.Context(), "terminal", apptest.Campaign(t, "strange 12"))
			return err
		})
		if err == nil || strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "others are ahead: place ") {
			t.Errorf("%v; said %q", err, said.String())
		}
	})
}
