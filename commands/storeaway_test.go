package commands_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestAnAlertIsNotChangedNorAnnouncedWhileNothingCanBeKept(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	for range 3 {
		b.do(t, h, "U1", alertline.Add{Draft: above(t, time.Duration(4+len(b.alerts))*time.Minute)}, false)
	}
	b.do(t, h, "U1", alertline.Pause{ID: 8}, false)
	b.do(t, h, "U1", alertline.Remove{ID: 9}, false)
	b.fires(7, 1)
	h.Keeps, b.announced = commandstest.Full, nil
	before := len(b.changes[7]) + len(b.changes[8]) + len(b.changes[9])
	for _, cmd := range []request.Command{
		alertline.Add{Draft: above(t, 9*time.Minute)},
		alertline.Edit{ID: 7, Draft: above(t, 8*time.Minute)},
		alertline.Pause{ID: 7},
		alertline.Resume{ID: 8},
		alertline.Mute{ID: 7, For: time.Hour},
		alertline.Remove{ID: 7},
		alertline.Restore{ID: 9},
	} {
		r, err := h.Do(t.Context(), cmd, request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Channel: true})
		if r.Outcome != "store_away" || !strings.HasPrefix(r.Text, commandstest.Refusal) || !errors.Is(err, commandstest.ErrFull) {
			t.Errorf("%T: %+v, %v", cmd, r, err)
		}
	}
	press := request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Action: reply.ActionAck, Value: "7/1", Open: true}
	if r, err := h.Answer(t.Context(), press); r.Public || !strings.HasPrefix(r.Text, commandstest.Refusal) || !errors.Is(err, commandstest.ErrFull) {
		t.Errorf("a button: %+v, %v", r, err)
	}
	for _, cmd := range []request.Command{alertline.List{}, alertline.Show{ID: 7}} {
		if r := b.do(t, h, "U1", cmd, false); r.Outcome == "store_away" {
			t.Errorf("%T: %+v, which only reads", cmd, r)
		}
	}
	if after := len(b.changes[7]) + len(b.changes[8]) + len(b.changes[9]); after != before || len(b.alerts) != 3 || len(b.announced) > 0 {
		t.Errorf("%d changes, %d alerts, told %+v", after-before, len(b.alerts), b.announced)
	}
}

// Who waits is told what holds things up.
func TestWhoWaitsIsToldWhetherItIsTheStore(t *testing.T) {
	w := &waiting{commandstest.World{Remembered: true}}
	h := w.Handler(request.Access{})
	h.Upstream = w
	for _, c := range []struct {
		health request.Health
		want   string
	}{
		{request.Health{}, "Ozonetel allows this account only so many requests a minute, and yours is next"},
		{request.Health{Degraded: true, StoreCause: "read-only-server"}, "My store can't keep anything just now (its server takes no changes), so I ask Ozonetel less often. Yours is next, in about 40 s."},
		{request.Health{Degraded: true}, "My store can't keep anything just now, so I ask Ozonetel less often."},
		{request.Health{StoreCause: "locked"}, "another program has locked it"},
		{request.Health{Back: true}, "has just come back, so I hold back for a minute. Yours is next"},
	} {
		h.Health = func() request.Health { return c.health }
		if r := h.Delay(commandstest.Ask("agent 42")); !strings.Contains(r.Text, c.want) {
			t.Errorf("%+v: told %q, want %q", c.health, r.Text, c.want)
		}
	}
}

// waiting is a world in which everybody is next.
type waiting struct{ commandstest.World }

func (*waiting) Turn(aht.Target) (int, time.Duration, bool) { return 1, 40 * time.Second, true }
