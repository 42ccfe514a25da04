package slacksim_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// slack.md §2.1: the fields of a command.
func TestACommandHasItsDocumentedFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.TypeRaw("U1", "DU1", "/aht", "agent <x>")
		env := app.next()
		p, _ := env["payload"].(map[string]any)
		for k, want := range map[string]string{
			"team_id": "T0DEMO", "channel_id": "DU1", "channel_name": "directmessage", "user_id": "U1", "user_name": "asha",
			"command": "/aht", "text": "agent <x>", "response_url": d.ResponseURL, "trigger_id": d.TriggerID,
			"api_app_id": "A0DEMO", "is_enterprise_install": "false",
		} {
			if p[k] != want {
				t.Errorf("%s = %v, want %q", k, p[k], want)
			}
		}
		if env["accepts_response_payload"] != true || !strings.HasPrefix(d.ResponseURL, "http://localhost/commands/T0DEMO/") {
			t.Errorf("envelope %v", env)
		}
		foreign := w.CommandPayload("U1", "C1", "/aht", "help")
		foreign["team_id"] = "T9"
		d = w.SendEnvelope(slacksim.SlashCommands, foreign, true)
		p, _ = app.next()["payload"].(map[string]any)
		if status, _ := app.respond(d.ResponseURL, `{"text":"no"}`); p["team_id"] != "T9" || status != 200 || len(d.Answers()) != 1 {
			t.Errorf("another team's command: %v, answered %d", p, status)
		}
	})
}

// slack.md §0.6: the same trigger_id and response_url in a new envelope.
func TestARedeliveryIsTheSameCommandInANewEnvelope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], `{"text":"one"}`)
		again := w.Redeliver(d)
		env := app.next()
		if env["envelope_id"] == d.EnvelopeID || again.TriggerID != d.TriggerID || again.Root != d {
			t.Errorf("redelivered %v", env)
		}
		app.ack(env["envelope_id"], `{"text":"one"}`)
		if len(d.Answers()) != 2 || len(again.Answers()) != 2 {
			t.Errorf("%d answers", len(d.Answers()))
		}
	})
}

func TestWaitMessageSeesPresentAndFutureOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		changes, stop := w.Subscribe()
		defer stop()
		has := func(text string) func(slacksim.Message) bool {
			return func(m slacksim.Message) bool { return m.Text == text }
		}
		ts, _ := app.do("chat.postMessage", "channel", "C1", "text", "a")["ts"].(string)
		if m, err := w.WaitMessage(t.Context(), has("a")); err != nil || m.TS != ts {
			t.Errorf("present: %v, %v", m, err)
		}
		go func() {
			time.Sleep(time.Hour)
			app.do("chat.update", "channel", "C1", "ts", ts, "text", "b")
			app.do("chat.delete", "channel", "C1", "ts", ts)
		}()
		if m, err := w.WaitMessage(t.Context(), has("b")); err != nil || m.Edited != 1 {
			t.Errorf("future: %v, %v", m, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := w.WaitMessage(ctx, has("c")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("never: %v", err)
		}
		for _, want := range []string{"new", "edited", "deleted"} {
			if c := <-changes; c.Kind != want {
				t.Errorf("change %+v, want %s", c, want)
			}
		}
		stop()
		if _, open := <-changes; open || w.Seen("U1", "C1") != nil || len(w.All()) != 1 {
			t.Errorf("after the end: open %v, %v seen", open, w.Seen("U1", "C1"))
		}
	})
}

func TestKeepForgetsTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{Keep: 10})
		app := connect(t, w)
		var first *slacksim.Delivery
		for i := range 100 {
			d := w.Type("U1", "C1", "/aht help")
			if i == 0 {
				first = d
			}
			app.ack(app.next()["envelope_id"], `{"text":"x"}`)
			time.Sleep(7 * time.Second)
		}
		if n := len(w.All()); n < 10 || n > 20 {
			t.Errorf("%d messages kept", n)
		}
		if status, _ := app.respond(first.ResponseURL, `{"text":"x"}`); status != 404 || w.Acked(first.EnvelopeID) {
			t.Errorf("the first command is remembered: %d", status)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht help")
		w.DM("U2", "hello")
		w.Fail("auth.test", slacksim.Fault{Hang: true})
		go func() { _, _, _ = app.post(w.APIURL()+"auth.test", "application/json", "xoxb-demo", "") }()
		synctest.Wait()
		if err := w.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
		if err := wait(t, d); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Wait = %v", err)
		}
		if _, err := w.Dial(t.Context(), "tcp", "localhost:80"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Dial = %v", err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("second Close = %v", err)
		}
	})
}
