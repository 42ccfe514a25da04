package slacksim_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/slacksim"
)

// slack.md §1.3: every envelope within 3 s; a slower command shows operation_timeout.
func TestLateAcknowledgementIsNotTaken(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		err   error
		seen  string
	}{
		{2900 * time.Millisecond, nil, "on it"},
		{3100 * time.Millisecond, slacksim.ErrTimeout, `/aht help failed with the error "operation_timeout"`},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := start(t, slacksim.Config{})
			app := connect(t, w)
			d := w.Type("U1", "C1", "/aht help")
			env := app.next()
			time.Sleep(c.after)
			app.ack(env["envelope_id"], `{"text":"on it"}`)
			if err := wait(t, d); !errors.Is(err, c.err) || d.Acked() != (c.err == nil) || d.AckAfter() != c.after {
				t.Errorf("after %v: Wait = %v, Acked %v, AckAfter %v", c.after, err, d.Acked(), d.AckAfter())
			}
			if got := plain(w, "U1", "C1"); got != c.seen {
				t.Errorf("after %v: U1 sees %q, want %q", c.after, got, c.seen)
			}
			if string(d.AckPayload()) != `{"text":"on it"}` {
				t.Errorf("AckPayload = %s", d.AckPayload())
			}
			if c.err == nil {
				wantNone(t, w)
			} else {
				wantViolation(t, w, "late acknowledgement of slash_commands")
			}
		})
	}
}

// slack.md §0.5 and §1.3: the connection closes with 1009 and the command comes again on
// reconnect.
func TestFrameOf20480BytesEndsTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht help")
		env := app.next()
		frame := `{"envelope_id":"` + d.EnvelopeID + `","payload":{"text":"`
		app.write(frame + strings.Repeat("a", 20_480-len(frame)-3) + `"}}`)
		var closed *websocket.CloseError
		if err := <-app.gone; !errors.As(err, &closed) || closed.Code != 1009 || closed.Text != "Max frame length of 20480 has been exceeded" {
			t.Errorf("connection ended with %v", err)
		}
		if err := wait(t, d); !errors.Is(err, slacksim.ErrTimeout) {
			t.Errorf("Wait = %v", err)
		}
		wantViolation(t, w, "frame of 20480 bytes")

		app = connect(t, w)
		again := app.next()
		was, _ := env["payload"].(map[string]any)
		is, _ := again["payload"].(map[string]any)
		if again["envelope_id"] == env["envelope_id"] || was["trigger_id"] != is["trigger_id"] {
			t.Errorf("redelivered %v after %v", again, env)
		}
		app.write(strings.Replace(frame+strings.Repeat("a", 20_479-len(frame)-3)+`"}}`, d.EnvelopeID, d.Retries()[0].EnvelopeID, 1))
		if !w.Acked(d.Retries()[0].EnvelopeID) || len(d.Answers()) != 1 {
			t.Error("a frame of 20479 bytes was refused")
		}
	})
}

// slack.md §1.3: hello has no envelope id, and must not be acknowledged.
func TestAnAcknowledgementMustBelongToItsEnvelope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		app.write(`{"envelope_id":""}`)
		wantViolation(t, w, "without an envelope_id")
		app.write(`{"envelope_id":"nobody"}`)
		wantViolation(t, w, "unknown envelope")
		app.write(`pong`)
		wantViolation(t, w, "not JSON")

		w.DM("U1", "hello")
		event := app.next()["envelope_id"]
		app.ack(event, `{"text":"no"}`)
		wantViolation(t, w, "payload in the acknowledgement of events_api")
		app.ack(event, "")
		wantViolation(t, w, "acknowledged twice")
		if got := plain(w, "U1", "DU1"); got != "hello" {
			t.Errorf("U1 sees %q", got)
		}
	})
}

// slack.md §1.3: a message in an acknowledgement is private unless it says in_channel, and
// then the typed line shows too (§2.4).
func TestVisibleAcknowledgementShowsTheTypedLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		w.Type("U1", "C1", "/aht campaign A&B")
		app.ack(app.next()["envelope_id"], `{"response_type":"in_channel","text":"4m"}`)
		if got := plain(w, "U2", "C1"); got != "/aht campaign A&B\n4m" {
			t.Errorf("U2 sees %q", got)
		}
		wantNone(t, w)
	})
}

// slack.md §1.5: retries at once, after one minute and after five, the same event in a new
// envelope.
func TestEventsAreRetriedThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Mention("U1", "C1", "agent 42")
		first := app.next()
		start := time.Now()
		for i, after := range []time.Duration{3 * time.Second, 66 * time.Second, 369 * time.Second} {
			env := app.next()
			if at := time.Since(start); at != after || env["retry_attempt"] != float64(i+1) || env["retry_reason"] != "timeout" {
				t.Errorf("retry %v after %v, want after %v", env, at, after)
			}
			p, _ := env["payload"].(map[string]any)
			if p["event_id"] != d.EventID || env["envelope_id"] == first["envelope_id"] {
				t.Errorf("retry carries %v", env)
			}
		}
		time.Sleep(time.Hour)
		if len(app.frames) > 0 || len(d.Retries()) != 3 {
			t.Errorf("%d retries", len(d.Retries()))
		}
	})
}

// slack.md §1.5: without a connection a command fails at once, and an event comes later.
func TestWithoutAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		if err := wait(t, w.Type("U1", "C1", "/aht help")); !errors.Is(err, slacksim.ErrNoConnection) {
			t.Errorf("Wait = %v", err)
		}
		if got := plain(w, "U1", "C1"); !strings.Contains(got, "dispatch_failed") {
			t.Errorf("U1 sees %q", got)
		}
		d := w.DM("U1", "agent 42")
		synctest.Wait()
		app := connect(t, w)
		if env := app.next(); env["retry_attempt"] != 2.0 || d.EventID == "" {
			t.Errorf("first delivery seen is %v", env)
		}
	})
}

// slack.md §0.4: frames that cannot be parsed are to be acknowledged all the same.
func TestRawFramesAreTracked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		if err := w.SendRaw([]byte(`{"envelope_id":"E1","type":"from_the_future","payload":7}`)); err != nil {
			t.Fatal(err)
		}
		if app.next()["type"] != "from_the_future" || w.Acked("E1") {
			t.Error("not delivered, or acknowledged too soon")
		}
		app.ack("E1", "")
		if !w.Acked("E1") {
			t.Error("not acknowledged")
		}
		wantNone(t, w)
	})
}
