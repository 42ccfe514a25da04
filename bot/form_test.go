package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
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

// goals are targets kept in memory, as slowly as a test says.
type goals struct {
	mu    sync.Mutex
	all   map[aht.Target]aht.Goal
	tried int
	slow  time.Duration // how long the store takes to keep one
}

func (g *goals) Goal(t aht.Target) (aht.Goal, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	goal, ok := g.all[t]
	return goal, ok
}

func (g *goals) All() []aht.Goal { return nil }

func (g *goals) SetGoal(ctx context.Context, goal aht.Goal) error {
	g.mu.Lock()
	g.tried++
	slow := g.slow
	g.mu.Unlock()
	if err := wait.For(ctx, slow); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == nil {
		g.all = map[aht.Target]aht.Goal{}
	}
	g.all[goal.Target] = goal
	return nil
}

func (g *goals) DropGoal(context.Context, aht.Target, string) error {
	return errors.New("not in these tests")
}

func (g *goals) ChangeGoal(ctx context.Context, _, next aht.Goal, _ string) (bool, error) {
	return true, g.SetGoal(ctx, next)
}

// kept returns the target of a campaign; empty for none.
func (g *goals) kept(t *testing.T, name string) string {
	t.Helper()
	goal, ok := g.Goal(commandstest.Campaign(t, name))
	if !ok {
		return ""
	}
	return aht.FormatDuration(goal.Mean)
}

// playForms runs a scene in which targets are kept and the campaigns of commandstest.Floor are known.
func playForms(t *testing.T, scene func(*bottest.Stage, *goals)) {
	t.Helper()
	kept := new(goals)
	bottest.Play(t, func(s *bottest.Stage) {
		s.DM("U1", "status") // so that it is known who they are
		s.Settle(time.Second)
		scene(s, kept)
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.Answers = func(c *request.Config) { c.Goals, c.Names = kept, commandstest.Floor }
	})
}

// button posts a message with a button that opens a form.
func button(s *bottest.Stage, line string) slacksim.Message {
	s.Helper()
	r := bottest.Words("A form.")
	r.Buttons = []reply.Button{{Action: reply.ActionForm, Label: "Open", Value: line}}
	s.Post(posts.Post{Channel: "C1", Reply: r})
	return s.One("U1", "C1")
}

// targetForm opens the form of a target with a line, and returns it complete.
func targetForm(s *bottest.Stage, line string) *slacksim.View {
	s.Helper()
	s.PressOn("U1", button(s, line), reply.ActionForm)
	s.Settle(time.Second)
	v := s.Modal("U1")
	if v == nil || v.SubmitLabel() == "" {
		s.Fatalf("no form: %+v", v)
	}
	return v
}

func set(s *bottest.Stage, v *slacksim.View, field string, chosen ...string) {
	s.Helper()
	if _, err := v.Set(field, chosen...); err != nil {
		s.Fatal(err)
	}
}

func submit(s *bottest.Stage, v *slacksim.View) *slacksim.Delivery {
	s.Helper()
	d, err := v.Submit()
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func TestWhoPressesThroughTheMenuIsAnsweredInItsWindow(t *testing.T) {
	playForms(t, func(s *bottest.Stage, _ *goals) {
		t := s.T
		s.Shortcut("U1", "aht_menu")
		s.Settle(time.Second)
		v := s.Modal("U1")
		if v == nil {
			t.Fatal("no menu")
		}
		if _, err := v.Press(string(reply.ActionForm)); err != nil { // the first one asks
			t.Fatal(err)
		}
		s.Settle(time.Second)
		options, err := v.Type(t.Context(), form.FieldCampaign, "south")
		if err != nil || len(options) == 0 || options[0].Label != "Collections_South" {
			t.Fatalf("suggested %+v, %v, in %s", options, err, v.Title())
		}
		set(s, v, form.FieldCampaign, options[0].Value)
		s.Settle(time.Second)
		d := submit(s, v)
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "4m 32s") || d.AckAfter() > 100*time.Millisecond {
			t.Errorf("answered %s after %v", v.Plain(), d.AckAfter())
		}
		s.Up.Answer = func(context.Context, aht.Target) (time.Duration, error) { return 9 * time.Minute, nil }
		s.Settle(2 * time.Minute)
		if _, err := v.Press(string(reply.ActionRefresh)); err != nil {
			t.Fatal(err)
		}
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "9m 00s") || len(s.Said("U1", "DU1")) != 1 {
			t.Errorf("refreshed %s, said %+v", v.Plain(), s.Said("U1", "DU1"))
		}
	})
}

func TestATargetIsSetInItsForm(t *testing.T) {
	playForms(t, func(s *bottest.Stage, kept *goals) {
		t := s.T
		v := targetForm(s, "target campaign Collections_South")
		set(s, v, "target", "5m")
		if _, err := v.Enter("target"); err != nil {
			t.Fatal(err)
		}
		s.Settle(time.Second)
		if !strings.Contains(v.Plain(), "/aht target campaign Collections_South 5m") {
			t.Errorf("the form shows %s", v.Plain())
		}
		submit(s, v)
		s.Settle(time.Second)
		if kept.kept(t, "Collections_South") != "5m 00s" || !strings.Contains(v.Plain(), "Collections_South") || v.SubmitLabel() != "" {
			t.Errorf("kept %q, told %s", kept.kept(t, "Collections_South"), v.Plain())
		}
	})
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	playForms(t, func(s *bottest.Stage, kept *goals) {
		t := s.T
		v := targetForm(s, `target campaign "Sales Outbound"`)
		set(s, v, "target", "soon")
		submit(s, v)
		s.Settle(time.Second)
		if said := v.Errors()["target"]; !strings.Contains(said, "soon") || kept.tried != 0 {
			t.Errorf("beside the field: %q, tried %d; %s", said, kept.tried, v.Plain())
		}
		set(s, v, "target", "5m")
		submit(s, v)
		s.Settle(time.Second)
		if kept.kept(t, "Sales Outbound") != "5m 00s" {
			t.Errorf("then: %s", v.Plain())
		}
	})
}

func TestASlowSubmissionIsToldWhenItIsDone(t *testing.T) {
	for name, c := range map[string]struct {
		slow   time.Duration
		closes bool
	}{"waits": {5 * time.Second, false}, "closes": {5 * time.Second, true}} {
		t.Run(name, func(t *testing.T) {
			playForms(t, func(s *bottest.Stage, kept *goals) {
				t := s.T
				kept.slow = c.slow
				v := targetForm(s, `target campaign "Sales Outbound" 5m`)
				before := len(s.Said("U1", "DU1"))
				d := submit(s, v)
				s.Settle(2500 * time.Millisecond)
				if v.Title() != "One moment" || d.AckAfter() > 2100*time.Millisecond {
					t.Errorf("meanwhile %q, acknowledged after %v", v.Title(), d.AckAfter())
				}
				if c.closes {
					if _, err := v.Close(); err != nil {
						t.Fatal(err)
					}
				}
				s.Settle(5 * time.Second)
				said := s.Said("U1", "DU1")[before:]
				if c.closes && (len(said) != 1 || !strings.Contains(said[0].Text, "Sales Outbound")) || !c.closes && (len(said) != 0 || v.Title() != "Done") {
					t.Errorf("at last %q, and %+v", v.Title(), said)
				}
			})
		})
	}
}

func TestARedeliveredSubmissionIsAcknowledgedAsTheFirst(t *testing.T) {
	for name, slow := range map[string]time.Duration{"done": 0, "under way": time.Second, "slow": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			playForms(t, func(s *bottest.Stage, kept *goals) {
				t := s.T
				kept.slow = slow
				d := submit(s, targetForm(s, `target campaign "Sales Outbound" 5m`))
				s.Settle(100 * time.Millisecond)
				again := s.Redeliver(d)
				s.Settle(10 * time.Second)
				if kept.tried != 1 || d.AckPayload() == nil || string(again.AckPayload()) != string(d.AckPayload()) {
					t.Errorf("tried %d times, acknowledged with %s and %s", kept.tried, d.AckPayload(), again.AckPayload())
				}
			})
		})
	}
}

func TestWhoSubmitsBeforeARestartIsToldWhatBecameOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		slow time.Duration
		want string
		kept string
	}{"written": {3 * time.Second, "Sales Outbound", "5m 00s"}, "cut short": {time.Minute, "restarting", ""}} {
		t.Run(name, func(t *testing.T) {
			playForms(t, func(s *bottest.Stage, kept *goals) {
				t := s.T
				kept.slow = c.slow
				v := targetForm(s, `target campaign "Sales Outbound" 5m`)
				submit(s, v)
				s.Settle(500 * time.Millisecond)
				s.Stop()
				s.Settle(time.Minute)
				if !strings.Contains(v.Plain(), c.want) || kept.kept(t, "Sales Outbound") != c.kept {
					t.Errorf("told %s, kept %q", v.Plain(), kept.kept(t, "Sales Outbound"))
				}
			})
		})
	}
}

func TestAFormSubmittedDuringARestartKeepsWhatWasFilledIn(t *testing.T) {
	playForms(t, func(s *bottest.Stage, kept *goals) {
		t := s.T
		kept.slow = 3 * time.Second
		v := targetForm(s, `target campaign "Sales Outbound" 5m`)
		s.Up.Answer = bottest.Takes(3 * time.Second)
		s.DM("U1", "campaign Sales") // keeps the process alive a while
		s.Settle(100 * time.Millisecond)
		s.Stop()
		s.Settle(100 * time.Millisecond)
		submit(s, v)
		s.Settle(500 * time.Millisecond)
		over := s.Modal("U1")
		if over == nil || over.ID() == v.ID() || !strings.Contains(over.Plain(), "restarting") || kept.tried != 0 {
			t.Fatalf("told %s, tried %d", over.Plain(), kept.tried)
		}
		if _, err := over.Close(); err != nil {
			t.Fatal(err)
		}
		if f, err := v.Field("target"); err != nil || len(f.Value) != 1 || f.Value[0].Value != "5m" {
			t.Errorf("the form has %+v, %v", f, err)
		}
	})
}

func TestAFormThatSlackDoesNotOpenIsALineToType(t *testing.T) {
	for _, code := range []string{"expired_trigger_id", "internal_error"} {
		playForms(t, func(s *bottest.Stage, _ *goals) {
			t := s.T
			s.Fail("views.open", slacksim.Fault{Err: code}, slacksim.Fault{Err: code})
			s.PressOn("U1", button(s, `target campaign "Sales Outbound" 5m`), reply.ActionForm)
			s.Settle(5 * time.Second)
			all := s.Said("U1", "C1")
			last := all[len(all)-1]
			if len(all) != 2 || last.EphemeralFor != "U1" || !strings.Contains(last.Text, `/aht target campaign "Sales Outbound" 5m`) {
				t.Fatalf("%s: told %+v", code, last)
			}
			if code == "internal_error" {
				return // it may have been opened
			}
			before := len(s.Said("U1", "DU1"))
			s.Shortcut("U1", "aht_menu")
			s.Settle(5 * time.Second)
			if said := s.Said("U1", "DU1")[before:]; len(said) != 1 || !strings.Contains(said[0].Text, "/aht help") {
				t.Errorf("the shortcut: told %+v", said)
			}
			s.PressOn("U1", last, reply.ActionForm)
			s.Settle(time.Second)
			if v := s.Modal("U1"); v == nil || v.SubmitLabel() == "" {
				t.Error("pressing again opens nothing")
			}
		})
	}
}

func TestAFormIsForWhoMaySeeFigures(t *testing.T) {
	playForms(t, func(s *bottest.Stage, kept *goals) {
		s.AddPerson(members.Person{ID: "U7", Name: "Guest", Guest: true})
		s.AddPerson(members.Person{ID: "U8", Name: "Partner", TeamID: "T9"})
		m := button(s, `target campaign "Sales Outbound" 5m`)
		for _, who := range []string{"U7", "U8"} {
			s.PressOn(who, m, reply.ActionForm)
			s.Settle(time.Second)
			if v := s.Modal(who); v == nil || v.SubmitLabel() != "" || len(v.Fields()) > 0 || strings.Contains(v.Plain(), "Sales") {
				s.Errorf("%s is shown %+v", who, v)
			}
		}
		s.PressOn("U1", m, reply.ActionForm)
		s.Settle(time.Second)
		member := s.Modal("U1")
		s.AddPerson(members.Person{ID: "U1", Name: "Asha", Guest: true}) // since
		s.Settle(time.Hour)
		submit(s, member)
		s.Settle(time.Second)
		if kept.tried != 0 {
			s.Errorf("a guest's form was done: %s", member.Plain())
		}
	})
}

// awayDigests are kept in a store that is unavailable, which it takes a while to find out.
type awayDigests struct{ request.Digests }

func (awayDigests) Digest(ctx context.Context, _ int64) (digest.Digest, bool, error) {
	return digest.Digest{}, false, errors.Join(wait.For(ctx, 2*time.Second), commandstest.ErrFull)
}

func TestAFormOpensAtOnceWhileTheStoreIsUnavailable(t *testing.T) {
	playForms(t, func(s *bottest.Stage, _ *goals) {
		s.Bot.Handler.Digests = awayDigests{}
		s.PressOn("U1", button(s, "digest edit 3"), reply.ActionForm)
		s.Settle(100 * time.Millisecond)
		v := s.Modal("U1")
		if v == nil || v.Title() != "One moment" {
			s.Fatal("no window within 100 ms")
		}
		s.Settle(5 * time.Second)
		if !v.Open() || !strings.Contains(v.Plain(), "Try again in a minute") || strings.Contains(v.Plain(), "SECRET") {
			s.Errorf("then %q: %s", v.Title(), v.Plain())
		}
	})
}

func TestAFormThatComesLateDoesNotTakeThePlaceOfWhatBecameOfIt(t *testing.T) {
	playForms(t, func(s *bottest.Stage, kept *goals) {
		t := s.T
		s.Fail("views.update", slacksim.Fault{Delay: 3 * time.Second}, slacksim.Fault{Delay: 3 * time.Second})
		v := targetForm(s, `target campaign "Sales Outbound" 5m`)
		if _, err := v.Enter("target"); err != nil {
			t.Fatal(err)
		}
		s.Settle(100 * time.Millisecond)
		submit(s, v)
		s.Settle(10 * time.Second)
		if v.Title() != "Done" || kept.tried != 1 {
			t.Errorf("%q shows %s", v.Title(), v.Plain())
		}
	})
}

func TestOfChangesInARowTheNewestIsShown(t *testing.T) {
	playForms(t, func(s *bottest.Stage, _ *goals) {
		t := s.T
		v := targetForm(s, `target campaign "Sales Outbound" 5m`)
		s.Fail("views.update", slacksim.Fault{Delay: time.Second})
		for _, target := range []string{"6m", "7m", "8m"} {
			set(s, v, "target", target)
			if _, err := v.Enter("target"); err != nil {
				t.Fatal(err)
			}
			s.Settle(50 * time.Millisecond)
		}
		before := s.Calls("views.update")
		s.Settle(5 * time.Second)
		if !strings.Contains(v.Plain(), "8m") || s.Calls("views.update") != before+2 { // a conflict, and once more
			t.Errorf("after %d calls: %s", s.Calls("views.update")-before, v.Plain())
		}
	})
}

func TestWhatIsPressedInAWindowIsAnsweredInItsPlace(t *testing.T) {
	playForms(t, func(s *bottest.Stage, _ *goals) {
		t := s.T
		v := targetForm(s, `target campaign "Sales Outbound" 5m`)
		submit(s, v)
		s.Settle(time.Second)
		if _, err := v.Press(string(reply.ActionUndoGoal)); err != nil {
			t.Fatalf("%v in %s", err, v.Plain())
		}
		s.Settle(time.Second)
		if !v.Open() || s.Modal("U1").ID() != v.ID() || len(s.Said("U1", "C1")) != 1 {
			t.Errorf("the answer: %s", v.Plain())
		}
	})
}
