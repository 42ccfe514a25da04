package alerts_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

var errAlertsAway = errors.New("away")

func TestAnAlertIsMadeFromTheDefaultsAndSaysThem(t *testing.T) {
	b := newAlertBook()
	b.watched = []aht.Target{commandstest.Campaign(t, "Other")}
	h := b.watcher(request.Access{})
	r := b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	want, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if got := b.alerts[7].Watch; err != nil || got.Rule != want || got.Channel != "C1" || got.By != "U1" || !got.Made.Equal(commandstest.Noon) {
		t.Errorf("kept %+v, %v", got, err)
	}
	commandstest.Has(t, r, "Alert #7 tells this channel", "campaign Sales is above 5m 00s for 15 min", "Still learning", "every 5 min", "0.2 requests a minute more", "0.4 of 35")
	if len(r.Lines) != 2 || strings.Contains(r.Text, "readings 3") {
		t.Errorf("more than the essentials: %s", r.Text)
	}
	commandstest.Has(t, b.pressed(t, h, r, "Details"), "readings 3:", "clear 4m30s:", "clear for 15m:", "guard on:", "warmup 1h:", "remind 2h:", "active always:", "/aht alert edit 7 for 30m")
	if len(b.announced) != 1 || b.announcedIn[0] != "C1" || !b.announced[0].Public || b.announced[0].Credits[0] != (reply.Credit{Role: reply.RoleSetUp, ID: "U1"}) {
		t.Errorf("announced %+v in %v", b.announced, b.announcedIn)
	}
	commandstest.Has(t, b.announced[0], "campaign Sales is above 5m 00s for 15 min", "#7")
}

func TestADraftIsLaidOverTheDefaults(t *testing.T) {
	b := newAlertBook()
	d := above(t, 5*time.Minute)
	d.For, d.Clear, d.ClearFor, d.Readings, d.Guard = new(10*time.Second), new(4*time.Minute), new(20*time.Second), new(2), new(false)
	d.WarmUp, d.Remind, d.Active = new(time.Duration(0)), new(time.Duration(0)), &alert.Hours{Days: 1<<1 | 1<<2 | 1<<3 | 1<<6, From: 9 * time.Hour, To: 18*time.Hour + 30*time.Minute}
	r := b.do(t, b.watcher(request.Access{}), "U1", alertline.Add{Draft: d}, false)
	got := b.alerts[7].Watch.Rule
	if got.For != 10*time.Second || got.ClearHigh != 4*time.Minute || got.ClearFor != 20*time.Second || got.Readings != 2 || got.Guard || got.WarmUp != 0 || got.Remind != 0 {
		t.Errorf("kept %+v", got)
	}
	if got.Active.Zone != time.UTC {
		t.Errorf("hours without a zone hang in %v, want the account's", got.Active.Zone)
	}
	commandstest.Has(t, r, "above 5m 00s for 10 s", "clear 4m:", "clear for 20s:", "guard off:", "warmup off:", "remind off:", "active mon-wed,sat 9:00-18:30 tz UTC:")
	if strings.Contains(r.Text, "learning") {
		t.Errorf("a rule without guard is learning: %s", r.Text)
	}
}

func TestRulesThatCanNotBeAreRefusedWithTheReason(t *testing.T) {
	for want, change := range map[string]func(*alertline.Draft){
		"good side":            func(d *alertline.Draft) { d.Clear = new(6 * time.Minute) },
		"2 to 24 readings":     func(d *alertline.Draft) { d.Readings = new(1) },
		"over zero":            func(d *alertline.Draft) { d.High = 0 },
		"days and two times":   func(d *alertline.Draft) { d.Active = &alert.Hours{From: time.Hour} },
		"what to watch for":    func(d *alertline.Draft) { d.Kind = 0 },
		"the lower comes":      func(d *alertline.Draft) { d.Kind, d.Low = alert.KindOutside, 6*time.Minute },
		"nothing about anyb":   func(d *alertline.Draft) { d.Target, _ = aht.NewTarget(aht.KindAgent, "42") },
		"choose it from the l": func(d *alertline.Draft) { d.In.Name = "floor" },
	} {
		b, d := newAlertBook(), above(t, 5*time.Minute)
		change(&d)
		r := b.do(t, b.watcher(request.Access{}), "U1", alertline.Add{Draft: d}, false)
		if commandstest.Has(t, r, want); len(b.alerts) != 0 || r.Outcome != "usage" {
			t.Errorf("%s: kept %v, outcome %s", want, b.alerts, r.Outcome)
		}
		if want == "nothing about anyb" || want == "choose it from the l" {
			continue
		}
		if r := b.do(t, b.watcher(request.Access{}), "U1", alertline.Preview{Draft: d}, false); !strings.Contains(r.Text, want) {
			t.Errorf("preview says %q", r.Text)
		}
	}
}

func TestAnAlertGoesWhereItIsWanted(t *testing.T) {
	for want, c := range map[string]struct {
		draft alertline.Draft
		place string
	}{
		"C1": {place: "C1"},
		"C9": {draft: alertline.Draft{In: grammar.Place{ID: "C9", Name: "floor"}}, place: "C1"},
		"U1": {draft: alertline.Draft{Direct: true}, place: "C1"},
		"U2": {place: "D7"},
	} {
		b, d := newAlertBook(), above(t, 5*time.Minute)
		d.In, d.Direct = c.draft.In, c.draft.Direct
		who := "U1"
		if want == "U2" {
			who = "U2"
		}
		r, err := b.watcher(request.Access{}).Do(t.Context(), alertline.Add{Draft: d}, request.Question{User: who, At: commandstest.Noon, Place: c.place})
		if got := b.alerts[7].Watch.Channel; err != nil || got != want {
			t.Errorf("told in %s, want %s: %v, %s", got, want, err, r.Text)
		}
		if told := slices.Contains(b.announcedIn, want); told == (c.place == "D7") {
			t.Errorf("%s: announced in %v", want, b.announcedIn)
		}
	}
}

func TestNobodyIsToldWhereNothingCanBePosted(t *testing.T) {
	b := newAlertBook()
	b.placeErr = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	h := b.watcher(request.Access{})
	r := b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	if all, _ := b.All(t.Context()); len(all) != 0 || r.Outcome != "no_place" {
		t.Errorf("%d alerts stand, %s", len(all), r.Outcome)
	}
	commandstest.Has(t, r, "did not set up", "/invite @ahtbot")
	b.placeErr = errAlertsAway
	r = b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	if all, _ := b.All(t.Context()); len(all) != 1 {
		t.Errorf("Slack was away: %d alerts stand, want the one", len(all))
	}
	commandstest.Has(t, r, "Slack did not say")
	id := int64(8)
	b.placeErr = &request.PlaceError{Code: "is_archived", Channel: "C9"}
	r = b.do(t, h, "U1", alertline.Edit{ID: id, Draft: alertline.Draft{In: grammar.Place{ID: "C9"}, Readings: new(5)}}, false)
	if w := b.alerts[id].Watch; w.Channel != "C1" || w.Rule.Readings != 3 {
		t.Errorf("moved to %s with %d readings", w.Channel, w.Rule.Readings)
	}
	commandstest.Has(t, r, "stays as it was", "archived")
}

func TestTooManyCampaignsAreRefusedWithTheNumbers(t *testing.T) {
	b := newAlertBook()
	b.plan.Targets, b.plan.Most = 524, 525
	h := b.watcher(request.Access{})
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	again := above(t, 6*time.Minute)
	if r := b.do(t, h, "U1", alertline.Add{Draft: again}, false); len(b.alerts) != 2 {
		t.Errorf("one more on a campaign that is read already: %s", r.Text)
	} else {
		commandstest.Has(t, r, "costs nothing more")
	}
	again.Target = commandstest.Campaign(t, "Other")
	r := b.do(t, h, "U1", alertline.Add{Draft: again}, false)
	if commandstest.Has(t, r, "35 requests a minute", "525 campaigns", "number 526"); len(b.alerts) != 2 {
		t.Errorf("it was kept: %s", r.Text)
	}
}

func TestTheSameAlertIsNotMadeTwice(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	d := above(t, 5*time.Minute)
	for range 2 { // Slack delivers a line again
		zone, err := time.LoadLocation("Asia/Kolkata")
		if err != nil {
			t.Fatal(err)
		}
		d.Active = &alert.Hours{Days: 127, From: 9 * time.Hour, To: 18 * time.Hour, Zone: zone}
		b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	}
	if len(b.alerts) != 1 || len(b.announced) != 1 {
		t.Errorf("%d alerts, announced %d times", len(b.alerts), len(b.announced))
	}
}

func TestANameIsCorrectedOrAskedBackAbout(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	h.Names = commandstest.Names{"Collections North", "Sales"}
	d := above(t, 5*time.Minute)
	d.Target = commandstest.Campaign(t, "collections_north")
	commandstest.Has(t, b.do(t, h, "U1", alertline.Add{Draft: d}, false), "I took “collections_north” for campaign Collections North")
	if b.alerts[7].Watch.Target != commandstest.Campaign(t, "Collections North") {
		t.Errorf("watches %v", b.alerts[7].Watch.Target)
	}
	d.Target = commandstest.Campaign(t, "Colections Nort")
	r := b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	if len(b.alerts) != 1 || r.Outcome != "unseen" || len(r.Buttons) != 2 || r.Buttons[0].Action != reply.ActionLine || r.Buttons[0].Label != "Collections North" || r.Buttons[1].Action != reply.ActionSure {
		t.Fatalf("%d alerts, %s, buttons %+v", len(b.alerts), r.Outcome, r.Buttons)
	}
	if b.do(t, h, "U1", alertline.Add{Draft: d}, true); len(b.alerts) != 2 || b.alerts[8].Watch.Target != d.Target {
		t.Errorf("the person was sure: %v", b.alerts)
	}
	r = b.do(t, h, "U1", alertline.Preview{Draft: d}, false)
	if len(r.Buttons) != 1 || r.Buttons[0].Action != reply.ActionLine {
		t.Errorf("preview offers %+v", r.Buttons)
	}
}

func TestAStoreThatIsAwayIsSaidPlainly(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	b.err = errAlertsAway
	for _, cmd := range []request.Command{
		alertline.Add{Draft: above(t, 6*time.Minute)},
		alertline.Edit{ID: 7},
		standing.List{Noun: "alert"},
		standing.About("alert", "show", 7),
		standing.About("alert", "pause", 7),
		standing.About("alert", "resume", 7),
		standing.About("alert", "unmute", 7),
		standing.About("alert", "test", 7),
		standing.About("alert", "remove", 7),
		standing.About("alert", "restore", 7),
		alertline.Preview{Draft: above(t, 6*time.Minute)},
	} {
		if r := b.do(t, h, "U1", cmd, false); r.Outcome != "store_away" || strings.Contains(r.Text, "away") {
			t.Errorf("%T: %s", cmd, r.Text)
		}
	}
	h.Alerts = nil
	if r := b.do(t, h, "U1", standing.List{Noun: "alert"}, false); !strings.Contains(r.Text, "not kept here") {
		t.Errorf("without a book: %s", r.Text)
	}
}

func TestGuestsHearNothingOfAlerts(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	h.People = &commandstest.World{Remembered: true, Asker: request.Person{ID: "U1", Guest: true}}
	for _, cmd := range []request.Command{standing.List{Noun: "alert", All: true}, alertline.Add{Draft: above(t, 5*time.Minute)}} {
		if r := b.do(t, h, "U1", cmd, false); r.Outcome != "denied" || len(b.alerts) != 0 {
			t.Errorf("%T: %s", cmd, r.Text)
		}
	}
	if r := b.press(t, h, "U1", reply.ActionDetails, "7/1"); r.Outcome != "denied" {
		t.Errorf("details: %s", r.Text)
	}
}

// past is a store of one campaign's readings, the newest at noon.
func past(means ...time.Duration) func(context.Context, aht.Target, time.Time, time.Time) ([]aht.Reading, error) {
	return func(_ context.Context, t aht.Target, from, to time.Time) (out []aht.Reading, _ error) {
		for i, mean := range means {
			at := commandstest.Noon.Add(-time.Duration(len(means)-1-i) * 5 * time.Minute)
			if !at.Before(from) && !at.After(to) {
				out = append(out, aht.Reading{Target: t, Mean: mean, At: at})
			}
		}
		return out, nil
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
