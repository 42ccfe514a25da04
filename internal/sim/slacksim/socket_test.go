package slacksim_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/socketmode"
)

// slack.md §1.1: a ticket is good for one connection.
func TestTicketIsOfOneUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		address := app.ticket()
		app.dial(address)
		d := websocket.Dialer{NetDialContext: w.Dial}
		ws, resp, err := d.DialContext(t.Context(), address, nil)
		if err == nil {
			_ = ws.Close() // not wanted
			t.Fatal("second use of a ticket was let in")
		}
		_ = resp.Body.Close() // the status is enough
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("second use: %s", resp.Status)
		}
		wantViolation(t, w, "ticket unknown or already used")
	})
}

// slack.md §1.2: what hello says; §1.5: ten connections of one app.
func TestEleventhConnectionIsSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		for i := range 10 {
			app := connect(t, w)
			info, _ := app.hello["connection_info"].(map[string]any)
			debug, _ := app.hello["debug_info"].(map[string]any)
			if app.hello["type"] != "hello" || app.hello["num_connections"] != float64(i+1) ||
				info["app_id"] != "A0DEMO" || debug["approximate_connection_time"] != 3600.0 {
				t.Errorf("hello %d = %v", i+1, app.hello)
			}
		}
		app := connect(t, w)
		if app.hello["type"] != "disconnect" || app.hello["reason"] != socketmode.TooManyWebsockets {
			t.Errorf("eleventh connection: %v", app.hello)
		}
		if err := <-app.gone; !websocket.IsCloseError(err, websocket.CloseNormalClosure) || w.Connections() != 10 {
			t.Errorf("eleventh connection ended with %v, %d are open", err, w.Connections())
		}
		wantViolation(t, w, "connection 11")
	})
}

// slack.md §1.5: one envelope goes to one connection, in turn.
func TestEnvelopesGoRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		a, b := connect(t, w), connect(t, w)
		for range 6 {
			w.Type("U1", "C1", "/aht help")
		}
		synctest.Wait()
		if len(a.frames) != 3 || len(b.frames) != 3 {
			t.Errorf("%d and %d envelopes, want 3 and 3", len(a.frames), len(b.frames))
		}
	})
}

// slack.md §1.4: the reasons, and what becomes of the connection.
func TestEachDisconnectReasonEndsItsLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		a, b := connect(t, w), connect(t, w)
		w.Disconnect(socketmode.Warning)
		if f := a.next(); f["type"] != "disconnect" || f["reason"] != "warning" {
			t.Errorf("a got %v", f)
		}
		w.Type("U1", "C1", "/aht help")
		b.next()
		w.Disconnect(socketmode.RefreshRequested)
		if f := b.next(); f["reason"] != "refresh_requested" {
			t.Errorf("b got %v", f)
		}
		w.Type("U1", "C1", "/aht help")
		a.next() // after a warning a connection still serves when no other can
		if err := <-a.gone; !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("a ended with %v", err)
		}
		if err := <-b.gone; !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("b ended with %v", err)
		}
		synctest.Wait()
		if w.Connections() != 0 {
			t.Errorf("%d connections open", w.Connections())
		}
		a, b = connect(t, w), connect(t, w)
		w.Disconnect(socketmode.LinkDisabled)
		if a.next()["reason"] != "link_disabled" || b.next()["reason"] != "link_disabled" {
			t.Error("link_disabled goes to every connection")
		}
	})
}

// slack.md §1.4: a half-open connection gets no PINGs and loses what is sent on it.
func TestHalfOpenLinkIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		time.Sleep(31 * time.Second)
		if pings := app.pings.Load(); pings != 3 {
			t.Errorf("%d PINGs in 31 s, want 3", pings)
		}
		w.HalfOpen()
		d := w.Type("U1", "C1", "/aht help")
		if err := wait(t, d); !errors.Is(err, slacksim.ErrTimeout) {
			t.Errorf("Wait = %v", err)
		}
		app.ack(d.EnvelopeID, "")
		time.Sleep(time.Minute)
		if pings := app.pings.Load(); pings != 3 || len(app.frames) != 0 || d.AckAfter() != 0 || w.Connections() != 1 {
			t.Errorf("%d PINGs, %d frames, acknowledged after %v, %d connections", pings, len(app.frames), d.AckAfter(), w.Connections())
		}
		_ = app.ws.Close() // as a client does that gives up
		synctest.Wait()
		if w.Connections() != 0 {
			t.Error("the connection stays after the client gave up")
		}
	})
}

// slack.md §1.4: connections can end without a frame.
func TestCutEndsTheLinkWithoutAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		w.Cut()
		var closed *websocket.CloseError
		if err := <-app.gone; errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure {
			t.Errorf("connection ended with %v", err)
		}
	})
}

// slack.md §0.1: apps.connections.open allows about 50 calls a minute.
func TestStormOfOpensIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		for range 50 {
			app.ticket()
		}
		status, _, err := app.post(w.APIURL()+"apps.connections.open", "application/json", "xapp-1-A0DEMO-demo", "")
		if err != nil || status != http.StatusTooManyRequests || w.Counts().Opens != 51 || w.Counts().OpensPerMinute != 51 {
			t.Errorf("call 51: %d, %v; %d opens, %d a minute", status, err, w.Counts().Opens, w.Counts().OpensPerMinute)
		}
		time.Sleep(time.Minute)
		app.ticket()
	})
}
