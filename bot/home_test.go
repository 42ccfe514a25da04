package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/wait"
)

// playHome runs a scene in which U1 has asked about a campaign and opened their Home tab, which shows it.
func playHome(t *testing.T, scene func(*bottest.Stage, *slacksim.View), with ...func(*bottest.Stage, *bot.Config)) {
	t.Helper()
	with = append(with, func(s *bottest.Stage, _ *bot.Config) {
		s.Answers = func(c *request.Config) { c.Goals, c.Names = new(goals), commandstest.Floor }
	})
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", `/aht campaign "Sales Outbound"`)
		s.Settle(time.Second)
		s.OpenHome("U1")
		s.Settle(time.Second)
		v := s.Home("U1")
		if v == nil || !strings.Contains(v.Plain(), "Sales Outbound") {
			t.Fatal("no Home tab")
		}
		scene(s, v)
	}, with...)
}

// takes has the upstream answer with mean from now on.
func takes(s *bottest.Stage, mean time.Duration) {
	s.Up.Answer = func(context.Context, aht.Target) (time.Duration, error) { return mean, nil }
}

func TestWhatIsPressedOnHomeIsAnsweredThere(t *testing.T) {
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		t := s.T
		options, err := v.Type(t.Context(), form.FieldCampaign, "north")
		if err != nil || len(options) == 0 {
			t.Fatalf("suggested %+v, %v", options, err)
		}
		s.Up.Answer, s.Up.Place = bottest.Takes(5*time.Second), 2 // long enough for a notice, which the answer then replaces
		set(s, v, form.FieldCampaign, options[0].Value)
		s.Settle(3 * time.Second)
		if !strings.Contains(v.Plain(), "The figure follows") {
			t.Errorf("while it waits: %s", v.Plain())
		}
		s.Settle(5 * time.Second)
		top, _, _ := strings.Cut(v.Plain(), "───")
		if !strings.Contains(top, "campaign Collections North") || strings.Contains(top, "follows") || !strings.Contains(v.Plain(), "Sales Outbound") {
			t.Errorf("answered: %s", v.Plain())
		}
		if said := s.Said("U1", "DU1"); len(said) != 0 {
			t.Errorf("said %+v", said)
		}
		takes(s, 7*time.Minute)
		s.Settle(2 * time.Minute)
		if _, err := v.Press(string(reply.ActionRefresh)); err != nil {
			t.Fatal(err)
		}
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "7m 00s") {
			t.Errorf("refreshed: %s", v.Plain())
		}
	})
}

func TestAnAgentIsAskedAboutOnHome(t *testing.T) {
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		set(s, v, form.FieldAgent, "42")
		if _, err := v.Press(string(reply.ActionSend)); err != nil {
			s.Fatal(err)
		}
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "agent 42") {
			s.Errorf("answered: %s", v.Plain())
		}
	})
}

// oneDigest is a digest of U1's, which is previewed as slowly as a test says.
type oneDigest struct {
	request.Digests
	of   digest.Digest
	slow time.Duration
}

func (o *oneDigest) All(context.Context) ([]digest.Digest, error) {
	return []digest.Digest{o.of}, nil
}

func (o *oneDigest) Digest(context.Context, int64) (digest.Digest, bool, error) {
	return o.of, true, nil
}

func (o *oneDigest) Campaigns(context.Context, digest.Selection) ([]aht.Target, error) {
	return nil, nil
}

func (o *oneDigest) Calendars() digest.Calendars { return digest.Calendars{} }

func (o *oneDigest) Preview(ctx context.Context, d digest.Digest) (digest.Report, error) {
	report := digest.Report{Digest: d, At: time.Now()}
	for _, name := range commandstest.Floor {
		t, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			return report, err
		}
		report.Rows = append(report.Rows, digest.Row{Target: t, Reading: aht.Reading{Target: t, Mean: 4 * time.Minute, At: report.At}})
	}
	return report, wait.For(ctx, o.slow)
}

// A long answer opens as a window while its press can still open one, and is on top of Home when it comes later.
func TestALongAnswerOnHomeIsAWindow(t *testing.T) {
	for name, slow := range map[string]time.Duration{"in time": 0, "late": 4 * time.Second} {
		t.Run(name, func(t *testing.T) {
			rule, err := digest.NewRule(digest.Spec{Days: digest.MondayToSaturday, Times: []digest.Clock{9 * 60}, Zone: "Asia/Kolkata"})
			if err != nil {
				t.Fatal(err)
			}
			kept := &oneDigest{slow: slow, of: digest.Digest{ID: 3, Version: 1, Channel: "C1", By: "U1", Order: digest.Order{
				Selection: digest.Selection{Campaigns: []string{"Sales Outbound"}}, Rule: rule, View: digest.ViewTable,
			}}}
			playHome(t, func(s *bottest.Stage, v *slacksim.View) {
				s.Bot.Handler.Digests = kept
				s.OpenHome("U1")
				s.Settle(time.Second)
				pressLine(s, v, "digest run 3")
				s.Settle(10 * time.Second)
				window := s.Modal("U1")
				if window != nil && slow > 0 || window == nil && slow == 0 {
					s.Errorf("a window: %v", window != nil)
				}
				if window == nil {
					window = v
				}
				if !strings.Contains(window.Plain(), "4m 00s") {
					s.Errorf("answered: %s", window.Plain())
				}
			})
		})
	}
}

// pressLine presses the button of v whose line is line.
func pressLine(s *bottest.Stage, v *slacksim.View, line string) {
	s.Helper()
	for _, b := range v.Buttons() {
		if b.Value == line {
			if _, err := v.Press(b.ID()); err != nil {
				s.Fatal(err)
			}
			return
		}
	}
	s.Fatalf("no button %q among %+v", line, v.Buttons())
}

// reading is what was just read of the campaign on U1's Home tab.
func reading(s *bottest.Stage, mean time.Duration) aht.Reading {
	s.Helper()
	return aht.Reading{Target: commandstest.Campaign(s.T, "Sales Outbound"), Mean: mean, At: time.Now()}
}

func TestHomeFollowsWhatChangesForTenMinutes(t *testing.T) {
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		t := s.T
		calls := func() int { return s.Calls("views.publish") }
		s.Settle(5 * time.Minute)
		if n := calls(); n != 1 {
			t.Errorf("published %d times while nothing changed", n)
		}
		asked := len(s.Up.Asked())
		for i := range 8 { // somebody else asks about the same campaign, every fifteen seconds
			s.Up.Keep(reading(s, time.Duration(5+i)*time.Minute))
			s.Settle(15 * time.Second)
		}
		if n := calls(); n < 4 || n > 6 || len(s.Up.Asked()) != asked {
			t.Errorf("published %d times in two minutes, %d questions", n, len(s.Up.Asked())-asked)
		}
		s.Settle(time.Minute)
		if !strings.Contains(v.Plain(), "12m 00s") {
			t.Errorf("at last: %s", v.Plain())
		}
		s.Settle(10 * time.Minute)
		before := calls()
		s.Up.Keep(reading(s, 20*time.Minute))
		s.Settle(5 * time.Minute)
		if calls() != before || s.Home("U2") != nil {
			t.Error("published although nobody has opened it for long")
		}
	})
}

func TestHomeIsPublishedOnceSlackIsNotTooBusy(t *testing.T) {
	playHome(t, func(s *bottest.Stage, _ *slacksim.View) {
		s.Fail("views.publish", slacksim.Fault{RetryAfter: 20 * time.Second}, slacksim.Fault{RetryAfter: 5 * time.Second})
		s.OpenHome("U2")
		s.Settle(15 * time.Second)
		if s.Home("U2") != nil || s.Calls("views.publish") != 2 {
			s.Errorf("%d calls while Slack is too busy", s.Calls("views.publish"))
		}
		s.Settle(15 * time.Second)
		if s.Home("U2") == nil {
			s.Error("and never published")
		}
	})
}

func TestAHomeTabThatBreaksIsAnApology(t *testing.T) {
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		s.Bot.Handler.Digests = struct{ request.Digests }{} // a bug
		s.OpenHome("U1")
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "Something went wrong on my side") {
			s.Errorf("shown: %s", v.Plain())
		}
	})
}

func TestHomeShowsAtOnceWhatAFormChangedThatWasOpenedThere(t *testing.T) {
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		s.Shortcut("U1", "aht_menu")
		s.Settle(time.Second)
		window := s.Modal("U1")
		if _, err := window.Press(string(reply.ActionForm)); err != nil { // the first one asks
			s.Fatal(err)
		}
		s.Settle(time.Second)
		if _, err := window.Type(s.Context(), form.FieldCampaign, "south"); err != nil {
			s.Fatal(err)
		}
		set(s, window, form.FieldCampaign, "Collections_South")
		submit(s, window)
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "Collections_South") {
			s.Errorf("Home shows %s", v.Plain())
		}
	})
}

func TestOfTwoProcessesOnePublishesAChange(t *testing.T) {
	taken := map[string]bool{}
	var mu sync.Mutex
	first := func(_ context.Context, key string) bool {
		mu.Lock()
		defer mu.Unlock()
		was := taken[key]
		taken[key] = true
		return !was
	}
	playHome(t, func(s *bottest.Stage, v *slacksim.View) {
		s.Settle(time.Minute)
		half := time.Now().Unix() / 30
		for n := range int64(4) { // the other process is quicker in the next two minutes
			first(s.Context(), fmt.Sprintf("home U1 %d", half+n))
		}
		s.Up.Keep(reading(s, 6*time.Minute))
		s.Settle(90 * time.Second)
		if n := s.Calls("views.publish"); n != 1 {
			s.Errorf("published %d times", n)
		}
		s.Settle(2 * time.Minute)
		if !strings.Contains(v.Plain(), "6m 00s") {
			s.Errorf("at last: %s", v.Plain())
		}
	}, func(_ *bottest.Stage, c *bot.Config) { c.First = first })
}

// Five hundred people open Home within a minute. Slack takes a hundred calls in a minute, so that all of them are served within
// five minutes more; but who opens it now waits for nobody who opened it before, and Slack's limit is kept.
func TestFiveHundredPeopleOpenHomeInAMinute(t *testing.T) {
	const people = 500
	bottest.Play(t, func(s *bottest.Stage) {
		t := s.T
		for i := range people {
			s.AddPerson(members.Person{ID: fmt.Sprintf("U9%03d", i), Name: fmt.Sprintf("Person %d", i)})
		}
		for i := range people {
			s.OpenHome(fmt.Sprintf("U9%03d", i))
			s.Settle(time.Minute / people)
		}
		s.Settle(2 * time.Second)
		if s.Home(fmt.Sprintf("U9%03d", people-1)) == nil {
			t.Error("who opened it last waits behind the others")
		}
		s.Settle(5*time.Minute + 10*time.Second)
		for i := range people {
			if s.Home(fmt.Sprintf("U9%03d", i)) == nil {
				t.Fatalf("person %d has no Home tab after five minutes more", i)
			}
		}
		if n := s.Calls("views.publish"); n > people+10 {
			t.Errorf("%d calls for %d people", n, people)
		}
	})
}
