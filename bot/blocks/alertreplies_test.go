package blocks

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// alertShelf is two alerts that stand still: U1 made both, the first fires.
type alertShelf struct {
	all      []alert.Standing
	plan     request.Polling
	err      error
	placeErr error
	said     *reply.Reply // the last that was announced
}

func (s *alertShelf) All(context.Context) ([]alert.Standing, error) { return s.all, s.err }

func (s *alertShelf) Alert(_ context.Context, id int64) (alert.Standing, bool, error) {
	for _, one := range s.all {
		if one.Watch.ID == id {
			return one, true, s.err
		}
	}
	return alert.Standing{}, false, s.err
}

func (s *alertShelf) Add(_ context.Context, w alert.Watch) (alert.Watch, error) {
	w.ID = 9
	return w, s.err
}

func (s *alertShelf) Change(_ context.Context, w alert.Watch, _, _ string) (alert.Watch, error) {
	return w, s.err
}

func (s *alertShelf) Amend(ctx context.Context, id int64, _, _ string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	one, _, err := s.Alert(ctx, id)
	one.State, _, _ = change(one)
	return one, err
}

func (s *alertShelf) Changes(context.Context, int64, int) ([]request.Change, error) {
	return []request.Change{
		{At: noon.Add(-5 * time.Minute), By: "U3", Did: "muted"},
		{At: noon.Add(-26 * time.Hour), By: "U2", Did: "resumed"},
		{At: noon.Add(-27 * time.Hour), By: "U2", Did: "edited"},
		{At: noon.Add(-72 * time.Hour), By: "U1", Did: "made"},
	}, s.err
}

func (s *alertShelf) Post(context.Context, alert.Card) error { return s.placeErr }

func (s *alertShelf) Plan(_ context.Context, extra ...aht.Target) (request.Polling, error) {
	p := s.plan
	p.Targets += len(extra)
	p.TooMany = p.Targets > p.Most
	return p, s.err
}

func (s *alertShelf) Announce(_ context.Context, _ string, r reply.Reply) error {
	s.said = &r
	return s.placeErr
}

func (s *alertShelf) Campaigns() ([]string, time.Time) {
	return []string{"Collections North", "Collections South", "Sales Outbound"}, noon.Add(-3 * time.Hour)
}

// collections is a campaign with a name of two words.
func collections(t *testing.T) aht.Target {
	t.Helper()
	return floorCampaign(t, "Collections North")
}

// firing is an alert that fires at noon since half an hour: what most golden files are of.
func firing(t *testing.T, kind alert.Kind) alert.Card {
	t.Helper()
	rule, err := alert.NewRule(kind, 3*time.Minute, 5*time.Minute, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	ago := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	c := alert.Card{
		Standing: alert.Standing{
			Watch: alert.Watch{ID: 7, Version: 2, Target: collections(t), Rule: rule, Channel: "C1", By: "U1", Made: ago(3 * 24 * 60)},
			State: alert.State{
				Phase: alert.PhaseFiring, Episode: 3, Last: noon, Mean: 322 * time.Second, Peak: 340 * time.Second, Why: alert.StillFiring,
				CrossedAt: ago(30), FiredAt: ago(15), Notified: true,
				Usual: aht.Band{Low: 160 * time.Second, High: 200 * time.Second, Median: 180 * time.Second, Spread: 9 * time.Second, Readings: 20},
			},
		},
		Goal: aht.Goal{Target: collections(t), Mean: 4*time.Minute + 30*time.Second},
	}
	for i := range 10 {
		mean := time.Duration(250+8*i) * time.Second
		if i == 2 {
			mean = 0
		}
		c.Course = append(c.Course, aht.Reading{Target: c.Watch.Target, Mean: mean, At: ago(5 * (9 - i))})
	}
	switch kind {
	case alert.KindBelow:
		c.State.Mean, c.State.Peak = 170*time.Second, 160*time.Second
		c.State.Usual.Low, c.State.Usual.High, c.State.Usual.Median = 200*time.Second, 240*time.Second, 220*time.Second
	case alert.KindNoCalls:
		c.State.Mean, c.State.Peak, c.State.Usual = 0, 0, aht.Band{}
	case alert.KindAbove, alert.KindOutside:
	}
	c.Earliest, _ = alert.EarliestClear(c.Watch.Rule, c.State)
	return c
}

// cards are the messages of an alert in every state, and the lines in its thread.
func cards(t *testing.T) map[string]Message {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Message{}
	card := func(name string, kind alert.Kind, change func(*alert.Card)) {
		c := firing(t, kind)
		change(&c)
		out["alert-card-"+name] = Message{Reply: alertpost.Card(c, zone), For: ForAll}
	}
	ended := func(why alert.Reason, mean time.Duration) func(*alert.Card) {
		return func(c *alert.Card) {
			c.State.Phase, c.State.Ended, c.State.EndedAt, c.State.Mean = alert.PhaseOK, why, noon, mean
			c.State.CrossedAt = noon.Add(-135 * time.Minute)
		}
	}
	card("firing", alert.KindAbove, func(*alert.Card) {})
	card("below", alert.KindBelow, func(*alert.Card) {})
	card("outside", alert.KindOutside, func(c *alert.Card) { c.State.CrossedAt = noon.Add(-20 * time.Hour) })
	card("silent", alert.KindNoCalls, func(*alert.Card) {})
	card("calls-again", alert.KindNoCalls, ended(alert.Cleared, 190*time.Second))
	card("learning", alert.KindAbove, func(c *alert.Card) { c.State.Usual, c.Goal, c.Course = aht.Band{}, aht.Goal{}, c.Course[9:] })
	card("acknowledged", alert.KindAbove, func(c *alert.Card) { c.State.AckedBy, c.State.AckedAt = "U2", noon.Add(-2*time.Minute) })
	card("muted", alert.KindAbove, func(c *alert.Card) { c.State.MutedUntil = noon.Add(18 * time.Hour) })
	card("recovering", alert.KindAbove, func(c *alert.Card) {
		c.State.Phase, c.State.Since, c.State.Mean = alert.PhaseRecovering, noon.Add(-5*time.Minute), 265*time.Second
	})
	card("stale", alert.KindAbove, func(c *alert.Card) { c.State.Phase, c.State.BeforeStale = alert.PhaseStale, alert.PhaseFiring })
	card("unknown", alert.KindAbove, func(c *alert.Card) {
		c.State.Phase, c.State.BeforeStale, c.State.UnknownSince = alert.PhaseStale, alert.PhaseFiring, noon.Add(15*time.Minute)
	})
	card("relined", alert.KindAbove, func(c *alert.Card) { c.State.LineMovedAt = noon.Add(-5 * time.Minute) })
	card("cleared", alert.KindAbove, ended(alert.Cleared, 252*time.Second))
	card("no-calls", alert.KindAbove, ended(alert.NoCalls, 0))
	card("stopped", alert.KindAbove, ended(alert.Stopped, 322*time.Second))
	card("continues", alert.KindAbove, func(c *alert.Card) { c.Continues = true })
	card("repeated", alert.KindAbove, func(c *alert.Card) { c.Repeated = true })
	card("test", alert.KindAbove, func(c *alert.Card) { c.Test, c.State.Episode = true, 0 })
	card("target", alert.KindAbove, onTarget(t))
	card("target-moved", alert.KindAbove, func(c *alert.Card) { onTarget(t)(c); c.State.LineMovedAt = noon.Add(-5 * time.Minute) })
	card("target-gone", alert.KindAbove, func(c *alert.Card) {
		onTarget(t)(c)
		ended(alert.LineUnknown, 322*time.Second)(c)
		c.State.Phase, c.State.Goal, c.Goal = alert.PhaseWaiting, 0, aht.Goal{}
	})
	card("usual", alert.KindAbove, func(c *alert.Card) {
		c.Watch.Rule = relative(t, alert.KindAbove, alert.Offset{Of: alert.BaseUsual, Percent: 50})
	})
	card("usual-cleared", alert.KindOutside, func(c *alert.Card) {
		c.Watch.Rule = relative(t, alert.KindOutside, alert.Offset{Of: alert.BaseUsual})
		ended(alert.Cleared, 190*time.Second)(c)
	})
	card("hostile", alert.KindAbove, func(c *alert.Card) {
		c.Watch.Target, err = aht.NewTarget(aht.KindCampaign, "<!channel> *b* @here नाम नाम नाम नाम नाम नाम नाम नाम")
		if err != nil {
			t.Fatal(err)
		}
	})
	turn := func(name string, change func(*alert.Update)) {
		turn := alert.Update{Standing: firing(t, alert.KindAbove).Standing, At: noon}
		change(&turn)
		out["alert-turn-"+name] = Message{Reply: alertpost.Turn(turn, zone), For: ForAll}
	}
	for _, why := range []alert.Reason{alert.Fired, alert.Reopened, alert.Recovering, alert.Relapsed, alert.Stale, alert.Fresh} {
		turn(strings.ReplaceAll(string(why), " ", "-"), func(t *alert.Update) { t.Why = why })
	}
	for name, why := range map[string]alert.Reason{"cleared": alert.Cleared, "no-calls": alert.NoCalls, "stopped": alert.Stopped} {
		turn(name, func(t *alert.Update) {
			t.Why, t.State.EndedAt, t.State.CrossedAt, t.Person = why, noon, noon.Add(-135*time.Minute), "U2"
		})
	}
	for name, did := range map[string]alert.Action{"acknowledged": alert.Acked, "muted": alert.Muted, "unmuted": alert.Unmuted, "edited": alert.Edited} {
		turn(name, func(t *alert.Update) { t.Action, t.Person, t.State.MutedUntil = did, "U2", noon.Add(time.Hour) })
	}
	moved := func(why alert.Reason) func(*alert.Update) {
		return func(turn *alert.Update) {
			c := alert.Card{Standing: turn.Standing}
			onTarget(t)(&c)
			turn.Standing, turn.Why = c.Standing, why
			turn.State.EndedAt = noon
		}
	}
	turn("relined", moved(alert.LineMoved))
	turn("unlined", moved(alert.LineUnknown))
	turn("late", func(t *alert.Update) { t.Why, t.Late = alert.Fired, 47*time.Minute })
	turn("flapping", func(t *alert.Update) { t.Why, t.State.Reopens = alert.Reopened, 2 })
	turn("unknown", func(t *alert.Update) { t.Why, t.State.UnknownSince = alert.Stale, noon.Add(15*time.Minute) })
	turn("repeated", func(t *alert.Update) { t.Why, t.Repeated = alert.Fired, true })
	turn("reminder", func(t *alert.Update) { t.Reminder, t.State.Reminders = true, 1 })
	turn("last-reminder", func(t *alert.Update) { t.Reminder, t.Last, t.State.Reminders = true, true, 3 })
	for _, f := range []upstreamError{{class: "auth", reason: "bad-credentials"}, {class: "limit"}, {class: "refused"}, {class: "unreachable", reason: "timeout"}, {class: "unreadable"}} {
		out["alert-notice-"+f.class] = Message{Reply: alertpost.Outage(f, alert.Outage{Alerts: 12, Since: noon}, zone), For: ForAll}
	}
	out["alert-notice-unknown"] = Message{Reply: alertpost.Outage(errors.New("SECRET CAUSE"), alert.Outage{Alerts: 1, Since: noon}, zone), For: ForAll}
	out["alert-stuck"] = Message{Reply: alertpost.Stuck(firing(t, alert.KindAbove).Watch, "is_archived"), For: ForAll}
	out["alert-stuck-unknown"] = Message{Reply: alertpost.Stuck(firing(t, alert.KindAbove).Watch, alert.UnknownTarget), For: ForAll}
	out["alert-notice-over"] = Message{Reply: alertpost.Outage(nil, alert.Outage{Alerts: 12, Since: noon, Until: noon.Add(95 * time.Minute)}, zone), For: ForAll}
	return out
}

// relative is a rule whose line hangs on something.
func relative(t *testing.T, kind alert.Kind, line alert.Offset) alert.Rule {
	t.Helper()
	r, err := alert.NewRelative(kind, line, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// onTarget puts the line of a card a tenth over the campaign's target of 4m 30s.
func onTarget(t *testing.T) func(*alert.Card) {
	t.Helper()
	return func(c *alert.Card) {
		c.Watch.Rule = relative(t, alert.KindAbove, alert.Offset{Of: alert.BaseTarget, Percent: 10})
		c.State.Goal = 270 * time.Second
	}
}

// watching is how ahtbot is while so many campaigns are watched that each is read more slowly.
func watching() request.Health {
	h := health()
	h.Polling = request.Polling{Targets: 200, Asked: 5 * time.Minute, Interval: 343 * time.Second, Reached: 352 * time.Second, Room: 35, Most: 525}
	return h
}

// firingShelf is an alert of U1 in C1 that fires, and a quiet one in C2.
func firingShelf(t *testing.T) *alertShelf {
	t.Helper()
	first, second := firing(t, alert.KindAbove).Standing, firing(t, alert.KindNoCalls).Standing
	second.Watch.ID, second.Watch.Channel, second.State = 8, "C2", alert.State{Phase: alert.PhaseOK, Last: noon, Mean: 200 * time.Second, Why: alert.UnderLine}
	return &alertShelf{all: []alert.Standing{first, second}, plan: request.Polling{Targets: 21, Asked: 5 * time.Minute, Interval: 5 * time.Minute, Room: 35, Most: 525}}
}

// eightHours are the readings kept of a campaign that took long from 8:00 to 10:30.
func eightHours(_ context.Context, target aht.Target, from, _ time.Time) (readings []aht.Reading, _ error) {
	for ago := 8 * time.Hour; ago >= 0; ago -= 5 * time.Minute {
		mean := 200*time.Second + ago%(7*time.Minute)/60
		if ago < 4*time.Hour && ago > 90*time.Minute {
			mean += 130 * time.Second
		}
		if at := noon.Add(-ago); !at.Before(from) {
			readings = append(readings, aht.Reading{Target: target, Mean: mean, At: at})
		}
	}
	return readings, nil
}

// alertAnswers are what U1, in C1, is told about alerts.
func alertAnswers(t *testing.T) map[string]Message {
	t.Helper()
	out := map[string]Message{}
	ask := func(name, who string, change func(*alertShelf), cmd request.Command, q request.Question) *alertShelf {
		s := firingShelf(t)
		change(s)
		h := scene{person: request.Person{ID: who}}.handler(t, request.Access{Admins: []string{"U9"}})
		h.Alerts, h.Places, h.Names, h.History = s, s, s, eightHours
		q.User, q.At, q.Ref, q.Place, q.Channel = who, noon, "abc234", "C1", true
		var r reply.Reply
		if cmd != nil {
			r, _ = h.Do(t.Context(), cmd, q)
		} else {
			r, _ = h.Answer(t.Context(), q)
		}
		out["alert-"+name] = Message{Reply: r, For: ForOne}
		return s
	}
	same := func(*alertShelf) {}
	line := func(name string, cmd request.Command) { ask(name, "U1", same, cmd, request.Question{}) }
	press := func(name, who string, action reply.Action, value string) {
		ask(name, who, same, nil, request.Question{Action: action, Value: value, Open: true})
	}
	draft := alertline.Draft{Target: collections(t), Kind: alert.KindAbove, High: 4 * time.Minute}
	quiet := alertline.Draft{Target: collections(t), Kind: alert.KindNoCalls, Active: &alert.Hours{Days: 0b1111110, From: 9 * time.Hour, To: 19 * time.Hour}, Direct: true}
	misspelt := draft
	misspelt.Target, _ = aht.NewTarget(aht.KindCampaign, "Colections Norh")
	person := draft
	person.Target, _ = aht.NewTarget(aht.KindAgent, "42")
	s := ask("added", "U1", same, alertline.Add{Draft: draft}, request.Question{})
	out["alert-announced"] = Message{Reply: *s.said, For: ForAll}
	line("added-direct", alertline.Add{Draft: quiet})
	line("unseen", alertline.Add{Draft: misspelt})
	line("agent", alertline.Add{Draft: person})
	ask("too-many", "U1", func(s *alertShelf) { s.plan.Targets = 525 }, alertline.Add{Draft: draft}, request.Question{})
	ask("no-place", "U1", func(s *alertShelf) { s.placeErr = &request.PlaceError{Code: "not_in_channel", Channel: "C1"} }, alertline.Add{Draft: draft}, request.Question{})
	ask("away", "U1", func(s *alertShelf) { s.err = errors.New("SECRET CAUSE") }, standing.List{Noun: "alert"}, request.Question{})
	line("edited", alertline.Edit{ID: 7, Draft: alertline.Draft{For: new(30 * time.Minute)}})
	line("list", standing.List{Noun: "alert"})
	line("list-all", standing.List{Noun: "alert", All: true})
	ask("list-none", "U1", func(s *alertShelf) { s.all = nil }, standing.List{Noun: "alert"}, request.Question{})
	line("shown", standing.About("alert", "show", 7))
	line("shown-quiet", standing.About("alert", "show", 8))
	line("unknown", standing.About("alert", "show", 99))
	line("paused", standing.About("alert", "pause", 7))
	line("muted", standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, Tomorrow: true})
	line("tested", standing.About("alert", "test", 7))
	line("removed", standing.About("alert", "remove", 7))
	ask("denied", "U2", same, standing.About("alert", "remove", 7), request.Question{})
	line("preview", alertline.Preview{Draft: draft})
	typed := func(name, text string) { ask(name, "U1", same, nil, request.Question{Text: text}) }
	typed("read", `alert add campaign "Collections North" > 300`)
	typed("long", `alert add campaign "Collections North" above 5h`)
	typed("targetless", `alert add campaign "Collections North" 10% over target`)
	typed("usual-learning", `alert add campaign "Collections North" 20% above usual`)
	typed("several-asked", "alert pause all")
	typed("several-none", "alert remove 98, 99")
	ask("waits", "U1", func(s *alertShelf) {
		s.all[0].Watch.Rule = relative(t, alert.KindAbove, alert.Offset{Of: alert.BaseTarget, Percent: 10})
		s.all[0].State = alert.State{Phase: alert.PhaseWaiting, Last: noon, Mean: 322 * time.Second, Why: alert.AwaitingLine}
	}, standing.About("alert", "show", 7), request.Question{})
	press("several-done", "U1", reply.ActionSure, "alert mute 7, 8, 99 1h")
	press("acknowledged", "U2", reply.ActionAck, "7/3")
	ask("acknowledged-second", "U2", func(s *alertShelf) { s.all[0].State.AckedBy, s.all[0].State.AckedAt = "U3", noon.Add(-time.Minute) }, nil,
		request.Question{Action: reply.ActionAck, Value: "7/3"})
	press("press-over", "U2", reply.ActionMute, "7/2/30m")
	press("press-test", "U2", reply.ActionAck, "7/0")
	return out
}
