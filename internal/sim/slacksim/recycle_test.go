package slacksim_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// slack.md §1.4: a warning, about ten seconds, the end; the warning may not come.
func TestARefreshComesWithAndWithoutNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		a := connect(t, w)
		began := time.Now()
		w.Refresh(true)
		if f := a.next(); f["reason"] != "warning" || time.Since(began) != 0 {
			t.Errorf("after %v: %v", time.Since(began), f)
		}
		w.Type("U1", "C1", "/aht help")
		a.ack(a.next()["envelope_id"], "") // still of use
		if f := a.next(); f["reason"] != "refresh_requested" || time.Since(began) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), f)
		}
		if err := wait(t, w.Type("U1", "C1", "/aht help")); !errors.Is(err, slacksim.ErrNoConnection) {
			t.Errorf("a command after the request: %v", err)
		}
		a.ends()
		if d := time.Since(began); d != 20*time.Second {
			t.Errorf("the connection ended after %v", d)
		}
		a, b := connect(t, w), connect(t, w)
		w.RefreshNewest(false)
		if f := b.next(); f["reason"] != "refresh_requested" {
			t.Errorf("without notice: %v", f)
		}
		w.Type("U1", "C1", "/aht help")
		a.ack(a.next()["envelope_id"], "")
		if n := len(w.Counts().Refreshed); n != 2 {
			t.Errorf("%d refreshes counted", n)
		}
	})
}

// slack.md §1.2: hello says about how long a connection will be kept.
func TestLinksAreRecycledAtTheEndOfTheirLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{Lifetime: time.Hour})
		for range 20 {
			a := connect(t, w)
			began := time.Now()
			if debug, _ := a.hello["debug_info"].(map[string]any); debug["approximate_connection_time"] != 3600.0 {
				t.Errorf("hello = %v", a.hello)
			}
			time.Sleep(56 * time.Minute)
			if len(a.frames) > 0 {
				t.Fatalf("asked to go before %v", time.Since(began))
			}
			a.next()
			if d := time.Since(began); d < 57*time.Minute || d > 63*time.Minute {
				t.Errorf("asked to go after %v", d)
			}
			a.ends()
		}
		left := connect(t, w)
		_ = left.ws.Close() // a connection that has gone is not recycled
		time.Sleep(2 * time.Hour)
		if n := len(w.Counts().Refreshed); n != 20 {
			t.Errorf("%d connections recycled", n)
		}
	})
}

func TestEverythingIsOnItsWayForTheLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lag = 50 * time.Millisecond
		w := start(t, slacksim.Config{Lag: lag, Settling: time.Second})
		began := time.Now()
		a := connect(t, w)
		if d := time.Since(began); d != 3*lag { // the ticket, the upgrade, hello
			t.Errorf("connected after %v", d)
		}
		if err := wait(t, w.Type("U1", "C1", "/aht help")); !errors.Is(err, slacksim.ErrNoConnection) {
			t.Errorf("a command before the connection has settled: %v", err)
		}
		time.Sleep(time.Second)
		typed := time.Now()
		d := w.Type("U1", "C1", "/aht help")
		id := a.next()["envelope_id"]
		if took := time.Since(typed); took != lag {
			t.Errorf("an envelope took %v", took)
		}
		a.ack(id, "")
		if d.AckAfter() != lag || w.Counts().MostConnections != 1 || len(w.Counts().Joined) != 1 || w.Counts().Joined[0].Sub(began) != 2*lag {
			t.Errorf("acknowledged after %v; connections opened at %v", d.AckAfter(), w.Counts().Joined)
		}
		w.Type("U1", "C1", "/aht help") // under way when the line is cut
		w.Cut()
		a.ends()
		if len(a.frames) != 0 {
			t.Error("a frame arrived over a line that was cut")
		}
	})
}

// ends waits until the connection has ended.
func (c *client) ends() {
	c.t.Helper()
	if err := <-c.gone; err == nil {
		c.t.Error("the connection ended without an error")
	}
}
