package commands_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
)

func TestADigestIsNotChangedNorAnnouncedWhileNothingCanBeKept(t *testing.T) {
	o := newOffice(t, request.Access{})
	for range 3 {
		o.do(digestline.Add{Draft: draft("A")})
	}
	o.do(standing.About("digest", "pause", 2))
	o.do(standing.About("digest", "remove", 3))
	o.Keeps, o.board.said = commandstest.Full, nil
	before := len(o.book.changes[1]) + len(o.book.changes[2]) + len(o.book.changes[3])
	moved := draft("A", "B")
	moved.In = grammar.Place{ID: "C9"}
	for _, cmd := range []request.Command{
		digestline.Add{Draft: draft("B")},
		digestline.Edit{ID: 1, Draft: moved},
		standing.About("digest", "pause", 1),
		standing.About("digest", "resume", 2),
		standing.About("digest", "remove", 1),
		standing.About("digest", "restore", 3),
	} {
		if r := o.do(cmd); r.Outcome != "store_away" || !strings.HasPrefix(r.Text, commandstest.Refusal) || !r.Retry() {
			t.Errorf("%T: %+v", cmd, r)
		}
	}
	for _, cmd := range []request.Command{standing.List{Noun: "digest"}, standing.About("digest", "show", 1), standing.About("digest", "run", 1)} {
		if r := o.do(cmd); r.Outcome == "store_away" {
			t.Errorf("%T: %+v, which only reads", cmd, r)
		}
	}
	if after := len(o.book.changes[1]) + len(o.book.changes[2]) + len(o.book.changes[3]); after != before || len(o.book.digests) != 3 || len(o.board.said) > 0 {
		t.Errorf("%d changes, %d digests, told %+v", after-before, len(o.book.digests), o.board.said)
	}
}

func TestAnAlertIsNotChangedNorAnnouncedWhileNothingCanBeKept(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	for range 3 {
		b.do(t, h, "U1", alertline.Add{Draft: above(t, time.Duration(4+len(b.alerts))*time.Minute)}, false)
	}
	b.do(t, h, "U1", standing.About("alert", "pause", 8), false)
	b.do(t, h, "U1", standing.About("alert", "remove", 9), false)
	b.fires(7, 1)
	h.Keeps, b.announced = commandstest.Full, nil
	before := len(b.changes[7]) + len(b.changes[8]) + len(b.changes[9])
	for _, cmd := range []request.Command{
		alertline.Add{Draft: above(t, 9*time.Minute)},
		alertline.Edit{ID: 7, Draft: above(t, 8*time.Minute)},
		standing.About("alert", "pause", 7),
		standing.About("alert", "resume", 8),
		standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, For: time.Hour},
		standing.About("alert", "remove", 7),
		standing.About("alert", "restore", 9),
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
	for _, cmd := range []request.Command{standing.List{Noun: "alert"}, standing.About("alert", "show", 7)} {
		if r := b.do(t, h, "U1", cmd, false); r.Outcome == "store_away" {
			t.Errorf("%T: %+v, which only reads", cmd, r)
		}
	}
	if after := len(b.changes[7]) + len(b.changes[8]) + len(b.changes[9]); after != before || len(b.alerts) != 3 || len(b.announced) > 0 {
		t.Errorf("%d changes, %d alerts, told %+v", after-before, len(b.alerts), b.announced)
	}
}

func TestAGoalIsNotSetWhileNothingCanBeKept(t *testing.T) {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	h.Keeps = commandstest.Full
	for _, line := range []string{"target campaign Sales 4m", "target campaign Sales clear"} {
		if r, err := h.Answer(t.Context(), commandstest.Ask(line)); !errors.Is(err, commandstest.ErrFull) || !strings.HasPrefix(r.Text, commandstest.Refusal) {
			t.Errorf("%s: %q, %v", line, r.Text, err)
		}
	}
	if r, err := h.Answer(t.Context(), commandstest.Ask("target")); err != nil || r.Outcome == "store_away" {
		t.Errorf("the list: %q, %v", r.Text, err)
	}
}

// The store fills up between the word to the channel and the digest's first slot.
func TestADigestWhoseFirstSlotIsNotKeptSaysHowItIsStarted(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.err = commandstest.ErrFull
	r := o.do(digestline.Add{Draft: draft("A")})
	o.wants(r, "its disk is full", "does not run yet", "/aht digest resume 1")
	o.book.err = nil
	o.wants(o.do(standing.About("digest", "resume", 1)), "runs again")
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
