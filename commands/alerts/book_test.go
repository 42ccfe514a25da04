package alerts_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// alertBook keeps alerts by the rules of commands.Alerts, in memory.
type alertBook struct {
	alerts  map[int64]alert.Standing
	changes map[int64][]request.Change // the newest first
	turns   []alert.Update
	posted  []alert.Card
	now     time.Time
	plan    request.Polling // before anything is added
	watched []aht.Target    // besides those of alerts
	err     error           // what every method answers
	postErr error
	// meanwhile is done once inside the next Amend or Change, before it takes hold.
	meanwhile func()

	announced   []reply.Reply
	announcedIn []string
	placeErr    error
}

func newAlertBook() *alertBook {
	return &alertBook{
		alerts: map[int64]alert.Standing{}, changes: map[int64][]request.Change{}, now: commandstest.Noon,
		plan: request.Polling{Asked: 5 * time.Minute, Interval: 5 * time.Minute, Room: 35, Most: 525},
	}
}

func (b *alertBook) All(context.Context) (all []alert.Standing, err error) {
	for _, id := range slices.Sorted(maps.Keys(b.alerts)) {
		if s := b.alerts[id]; s.Watch.Removed.IsZero() {
			all = append(all, s)
		}
	}
	return all, b.err
}

func (b *alertBook) Alert(_ context.Context, id int64) (alert.Standing, bool, error) {
	s, ok := b.alerts[id]
	return s, ok && (s.Watch.Removed.IsZero() || b.now.Sub(s.Watch.Removed) < 10*time.Minute), b.err
}

func (b *alertBook) Add(_ context.Context, w alert.Watch) (alert.Watch, error) {
	if b.err != nil {
		return w, b.err
	}
	w.ID, w.Version = int64(len(b.alerts)+7), 1
	b.alerts[w.ID] = alert.Standing{Watch: w}
	b.note(w.ID, w.By, "made")
	return w, nil
}

func (b *alertBook) note(id int64, by, did string) {
	b.changes[id] = append([]request.Change{{At: b.now, By: by, Did: did}}, b.changes[id]...)
}

func (b *alertBook) interrupt() {
	if f := b.meanwhile; f != nil {
		b.meanwhile = nil
		f()
	}
}

func (b *alertBook) Change(_ context.Context, w alert.Watch, by, did string) (alert.Watch, error) {
	b.interrupt()
	s, ok := b.alerts[w.ID]
	switch {
	case b.err != nil:
		return w, b.err
	case !ok || s.Watch.Version != w.Version:
		return w, request.ErrChanged
	}
	w.Version++
	s.Watch = w
	b.alerts[w.ID] = s
	b.note(w.ID, by, did)
	return w, nil
}

func (b *alertBook) Amend(_ context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	if b.err != nil {
		return alert.Standing{}, b.err
	}
	change(b.alerts[id]) // it is done again when the alert was judged meanwhile
	b.interrupt()
	s := b.alerts[id]
	st, turn, tell := change(s)
	s.State = st
	b.alerts[id] = s
	b.note(id, by, did)
	if tell {
		b.turns = append(b.turns, turn)
	}
	return s, nil
}

func (b *alertBook) Changes(_ context.Context, id int64, most int) ([]request.Change, error) {
	all := b.changes[id]
	return all[:min(most, len(all))], b.err
}

func (b *alertBook) Post(_ context.Context, c alert.Card) error {
	b.posted = append(b.posted, c)
	return b.postErr
}

func (b *alertBook) Plan(_ context.Context, extra ...aht.Target) (request.Polling, error) {
	all := map[aht.Target]bool{}
	for _, s := range b.alerts {
		if s.Watch.Removed.IsZero() {
			all[s.Watch.Target] = true
		}
	}
	for _, t := range slices.Concat(b.watched, extra) {
		all[t] = true
	}
	p := b.plan
	p.Targets += len(all)
	p.TooMany = p.Targets > p.Most
	return p, b.err
}

func (b *alertBook) Announce(_ context.Context, channel string, r reply.Reply) error {
	b.announced, b.announcedIn = append(b.announced, r), append(b.announcedIn, channel)
	return b.placeErr
}

// watcher is a Handler over b for U1, a member, with no readings kept.
func (b *alertBook) watcher(access request.Access) *commands.Handler {
	w := &commandstest.World{Remembered: true, Asker: request.Person{ID: "U1"}}
	h := w.Handler(access)
	h.Alerts, h.Places = b, b
	return h
}

// do does cmd as who in C1; sure is whether the person was asked back.
func (b *alertBook) do(t *testing.T, h *commands.Handler, who string, cmd request.Command, sure bool) reply.Reply {
	t.Helper()
	q := request.Question{User: who, At: b.now, Place: "C1", Channel: true, Ref: "abc234"}
	if sure {
		q.Action = reply.ActionSure
	}
	r, err := h.Do(t.Context(), cmd, q)
	if b.err == nil && b.placeErr == nil && b.postErr == nil && b.meanwhile == nil && err != nil && r.Outcome != "changed" {
		t.Errorf("%T: %v", cmd, err)
	}
	if r.Text == "" || len(r.Lines) == 0 {
		t.Errorf("%T is answered with nothing: %+v", cmd, r)
	}
	return r
}

// press presses a button of an alert's message as who.
func (b *alertBook) press(t *testing.T, h *commands.Handler, who string, action reply.Action, value string) reply.Reply {
	t.Helper()
	r, err := h.Answer(t.Context(), request.Question{User: who, At: b.now, Place: "C1", Action: action, Value: value, Open: true, Ref: "abc234"})
	if err != nil && b.err == nil {
		t.Errorf("%s %s: %v", action, value, err)
	}
	if r.Public {
		t.Errorf("the answer to %s is for everybody: %+v", action, r)
	}
	return r
}

// pressed presses the button of r with a label, as U1 in C1.
func (b *alertBook) pressed(t *testing.T, h *commands.Handler, r reply.Reply, label string) reply.Reply {
	t.Helper()
	for _, button := range r.Buttons {
		if button.Label == label {
			return b.press(t, h, "U1", button.Action, button.Value)
		}
	}
	t.Errorf("no button %s: %+v", label, r.Buttons)
	return r
}

// above is a draft of a rule on Sales.
func above(t *testing.T, line time.Duration) alertline.Draft {
	t.Helper()
	return alertline.Draft{Target: commandstest.Campaign(t, "Sales"), Kind: alert.KindAbove, High: line}
}

// fires puts the alert in a state as if it fired at noon.
func (b *alertBook) fires(id int64, episode int) {
	s := b.alerts[id]
	s.State = alert.State{
		Phase: alert.PhaseFiring, Episode: episode, Last: commandstest.Noon, Mean: 322 * time.Second, Peak: 340 * time.Second,
		CrossedAt: commandstest.Noon.Add(-30 * time.Minute), FiredAt: commandstest.Noon.Add(-15 * time.Minute), Notified: true, Why: alert.StillFiring,
	}
	b.alerts[id] = s
}
