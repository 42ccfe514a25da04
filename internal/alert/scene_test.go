package alert_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/ozonetel"
)

// scene is a loop with all it needs, in a bubble.
type scene struct {
	*testing.T
	book     *book
	wall     *wall
	readings *readings
	lease    ozonetel.MemoryLeases
	interval time.Duration
	loop     *alert.Loop
	swing    time.Duration
}

func newScene(t *testing.T, interval time.Duration) *scene {
	t.Helper()
	s := &scene{T: t, book: newBook(), wall: &wall{refuses: map[string]error{}}, readings: new(readings), interval: interval}
	return s
}

func (s *scene) config(holder string) alert.Config {
	return alert.Config{
		Book: s.book, Poster: s.wall, Readings: s.readings.since, History: s.readings.history,
		Goal:     func(aht.Target) aht.Goal { return aht.Goal{} },
		Interval: func() time.Duration { return s.interval }, Zone: ist,
		Claim: s.lease.Claim, Unclaim: s.lease.Unclaim, Holder: holder,
	}
}

// start runs a loop until the returned function is called.
func (s *scene) start(c alert.Config) (stop func()) {
	l := alert.New(c)
	s.loop = l
	ctx, cancel := context.WithCancel(s.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx) }()
	return func() { cancel(); <-done }
}

func (s *scene) campaign(name string) aht.Target {
	s.Helper()
	t, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		s.Fatal(err)
	}
	return t
}

// watch puts a rule above five minutes on a campaign, told in channel.
func (s *scene) watch(name, channel string, change func(*alert.Rule)) alert.Watch {
	s.Helper()
	r, err := alert.NewRule(alert.KindAbove, 0, 5*m, s.interval)
	if err != nil {
		s.Fatal(err)
	}
	if s.interval < m { // a trial
		r.For, r.ClearFor = 10*s.interval, 10*s.interval
	}
	if change != nil {
		change(&r)
	}
	return s.book.add(alert.Watch{Target: s.campaign(name), Rule: r, Channel: channel, By: "U1", Made: time.Now()})
}

// feed has a campaign read n times an interval apart, around a mean.
func (s *scene) feed(name string, mean time.Duration, n int) {
	s.Helper()
	for range n {
		time.Sleep(s.interval)
		s.read(name, mean)
	}
	synctest.Wait()
}

// read is one reading, which swings as a mean of many calls does.
func (s *scene) read(name string, mean time.Duration) {
	s.swing = (s.swing + 3*time.Second) % (11 * time.Second)
	if mean > 0 {
		mean += s.swing
	}
	s.readings.keep(aht.Reading{Target: s.campaign(name), Mean: mean, At: time.Now()})
	if s.loop != nil {
		s.loop.Wake()
	}
}

// only returns the one message that stands in channel.
func (s *scene) only(channel string) *posted {
	s.Helper()
	all := s.wall.parents(channel)
	if len(all) != 1 {
		s.Fatalf("%d messages stand in %s, want one", len(all), channel)
	}
	return all[0]
}

// wants fails unless the thread under p is want, in words.
func (s *scene) wants(p *posted, want string) {
	s.Helper()
	if got := strings.Join(s.wall.thread(p), ", "); got != want {
		s.Errorf("the thread says %q, want %q", got, want)
	}
}

// rule 1 fires over these readings and clears again.
func (s *scene) episode(name string) {
	s.feed(name, 4*m, 8)
	s.feed(name, 7*m, 20)
	s.feed(name, 3*m, 20)
}

func bubble(t *testing.T, interval time.Duration, play func(*scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { play(newScene(t, interval)) })
}

func TestAWholeEpisodeIsOneMessageEditedAndALineForEachTransition(t *testing.T) {
	for _, interval := range []time.Duration{time.Second, 5 * m} {
		t.Run(interval.String(), func(t *testing.T) {
			bubble(t, interval, func(s *scene) {
				w := s.watch("Sales", "C1", nil)
				defer s.start(s.config("a"))()
				s.episode("Sales")
				time.Sleep(m)
				p := s.only("C1")
				s.wants(p, "fired, recovering, cleared")
				if c := p.card; c.State.Ended != alert.Cleared || c.State.Phase != alert.PhaseLearning || len(c.Course) != 10 || c.Continues || c.Repeated {
					s.Errorf("the message ends as %+v", c)
				}
				if got := s.book.state(w.ID); got.Episode != 1 || got.Untold != "" || got.Last != s.readings.all[len(s.readings.all)-1].At.UTC() {
					s.Errorf("the rule stands as %+v", got)
				}
				edits := s.wall.edits
				if len(edits) == 0 {
					s.Error("the message was never edited")
				}
				for i, at := range edits {
					before := p.at
					if i > 0 {
						before = edits[i-1]
					}
					if at.Sub(before) < 30*time.Second {
						s.Errorf("edited %v after the last time", at.Sub(before))
					}
				}
			})
		})
	}
}

func TestRemindersComeInTheThreadAndTheLastOneSaysSo(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12*10)
		s.wants(s.only("C1"), "fired, reminder, reminder, last reminder")
	})
}

func TestWhoAcknowledgesIsShownAndEndsReminders(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		for range 2 {
			_, err := s.loop.Amend(s.Context(), w.ID, alert.By{Who: "U2", Did: "acknowledged"}, func(k alert.Standing) (alert.State, alert.Turn, bool) {
				st, first := alert.Acknowledge(k.State, "U2", time.Now())
				return st, alert.Turn{Did: alert.Acked, Person: "U2", At: time.Now()}, first
			})
			if err != nil {
				s.Fatal(err)
			}
		}
		s.feed("Sales", 7*m, 12*6)
		p := s.only("C1")
		s.wants(p, "fired, acked by U2")
		if p.card.State.AckedBy != "U2" || len(s.book.changes) != 1 {
			s.Errorf("acked by %q, changes %v", p.card.State.AckedBy, s.book.changes)
		}
	})
}

func TestAMutedRuleTellsAtTheEndOfTheMuteWhatStillStands(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		_, err := s.loop.Amend(s.Context(), w.ID, alert.By{Who: "U2", Did: "muted"}, func(k alert.Standing) (alert.State, alert.Turn, bool) {
			return alert.Mute(k.State, time.Now().Add(3*time.Hour)), alert.Turn{Did: alert.Muted, Person: "U2"}, true
		})
		if err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 7*m, 12*3-1)
		if n := len(s.wall.posts); n != 0 {
			s.Fatalf("%d posts while muted", n)
		}
		if s.book.state(w.ID).Phase != alert.PhaseFiring {
			s.Error("the state did not run on")
		}
		s.feed("Sales", 7*m, 2)
		s.wants(s.only("C1"), "fired")
	})
}

func TestOutsideActiveHoursNoticesWaitForTheOpening(t *testing.T) {
	bubble(t, 5*m, func(s *scene) { // bubbles begin at midnight UTC, 5:30 in India
		s.watch("Sales", "C1", func(r *alert.Rule) {
			r.Active = alert.Hours{Days: 1<<7 - 1, From: 9 * time.Hour, To: 19 * time.Hour, Zone: ist}
			r.WarmUp = 0
		})
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 40)
		if n := len(s.wall.posts); n != 0 {
			s.Fatalf("%d posts before 9:00", n)
		}
		s.feed("Sales", 7*m, 3)
		s.wants(s.only("C1"), "fired")
	})
}

func TestADeletedMessageIsFollowedByOneThatContinuesIt(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		first := s.only("C1")
		if err := s.wall.Delete(s.Context(), first.Place); err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 3*m, 20)
		time.Sleep(m)
		second := s.only("C1")
		if second == first || !second.card.Continues || second.card.State.Ended != alert.Cleared {
			s.Errorf("there stands %+v", second.card)
		}
		s.wants(second, "recovering, cleared")
	})
}

func TestCrossingAgainWithinTwoHoursReopensTheSameMessage(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		s.feed("Sales", 3*m, 12)
		s.feed("Sales", 7*m, 12)
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared, reopened")
		if !p.card.State.Open() || p.card.State.Reopens != 1 {
			s.Errorf("the message shows %+v", p.card.State)
		}
		s.feed("Sales", 3*m, 60)
		s.feed("Sales", 7*m, 12)
		if n := len(s.wall.parents("C1")); n != 2 {
			s.Errorf("%d messages after five quiet hours and another alert, want 2", n)
		}
	})
}

func TestPausingEndsTheAlertAndItsMessageSaysStopped(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		_, err := s.loop.Amend(s.Context(), w.ID, alert.By{Who: "U2", Did: "paused"}, func(k alert.Standing) (alert.State, alert.Turn, bool) {
			_, st := alert.Pause(k.State, time.Now())
			why, st := alert.Notify(k.Watch.Rule, st, time.Now())
			return st, alert.Turn{Why: why, Person: "U2", At: time.Now()}, why != ""
		})
		if err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 7*m, 12)
		p := s.only("C1")
		s.wants(p, "fired, stopped")
		if p.card.State.Ended != alert.Stopped || !p.card.State.Paused {
			s.Errorf("the message shows %+v", p.card.State)
		}
	})
}

func TestARemovedRuleEndsItsAlertAndRestoredGoesOn(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		s.book.change(w.ID, func(w *alert.Watch) { w.Removed = time.Now() })
		s.feed("Sales", 7*m, 1)
		p := s.only("C1")
		s.wants(p, "fired, stopped")
		if p.card.State.Ended != alert.Stopped {
			s.Errorf("the message shows %+v", p.card.State)
		}
		s.book.change(w.ID, func(w *alert.Watch) { w.Removed = time.Time{} })
		s.feed("Sales", 7*m, 12)
		if n := len(s.wall.parents("C1")); n != 2 {
			s.Errorf("%d messages after it was restored and fired again", n)
		}
	})
}

func TestAPlaceThatTakesNoMessageIsToldToTheMakerOnceAndOthersGoOn(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		s.watch("Sales", "C2", nil)
		s.wall.refuses["C1"] = &alert.PostError{Kind: alert.FaultPlace, Code: "is_archived"}
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 20)
		s.wants(s.only("C2"), "fired")
		if !slices.Equal(s.wall.makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", s.wall.makers)
		}
		s.book.change(w.ID, func(w *alert.Watch) { w.Channel = "C3" })
		s.feed("Sales", 7*m, 6)
		s.wants(s.only("C3"), "fired")
	})
}

func TestAMessageFollowsItsRuleOutOfAnArchivedChannel(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 12)
		s.wall.refuses["C1"] = &alert.PostError{Kind: alert.FaultPlace, Code: "is_archived"}
		s.feed("Sales", 7*m, 12)
		s.book.change(w.ID, func(w *alert.Watch) { w.Channel = "C3" })
		s.feed("Sales", 3*m, 20)
		p := s.only("C3")
		if !p.card.Continues || p.card.State.Ended != alert.Cleared {
			s.Errorf("in the new channel: %+v", p.card)
		}
		s.wants(p, "recovering, cleared")
		if !slices.Equal(s.wall.makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", s.wall.makers)
		}
	})
}

func TestMissingReadingsOfOneCampaignAreItsOwnAndOfAllTheAccounts(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		silent := func(r *alert.Rule) { r.Remind = 0 }
		s.watch("Sales", "C1", silent)
		s.watch("Night", "C2", silent)
		defer s.start(s.config("a"))()
		both := func(n int) {
			for range n {
				time.Sleep(2 * m)
				s.read("Night", 7*m)
				time.Sleep(3 * m)
				s.read("Sales", 7*m)
			}
		}
		both(12)
		s.feed("Sales", 7*m, 8) // Night is not read
		both(3)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if n := len(s.wall.admins); n != 0 {
			s.Fatalf("admins were told %d times", n)
		}
		time.Sleep(40 * m) // nobody is read
		if got := s.only("C1").card.State.Phase; got != alert.PhaseStale {
			s.Errorf("meanwhile the message shows %v", got)
		}
		if n := len(s.wall.admins); n != 1 || s.wall.admins[0].Alerts != 2 || !s.wall.admins[0].Until.IsZero() {
			s.Fatalf("admins were told %+v", s.wall.admins)
		}
		both(6)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if n := len(s.wall.admins); n != 2 || s.wall.admins[1].Until.IsZero() {
			s.Fatalf("admins were told %+v", s.wall.admins)
		}
	})
}

func TestARestartAfterANightTellsNobodyThatReadingsWereMissing(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		stop := s.start(s.config("a"))
		s.feed("Sales", 7*m, 12)
		stop()
		time.Sleep(10 * time.Hour)
		defer s.start(s.config("b"))()
		s.feed("Sales", 7*m, 6)
		s.wants(s.only("C1"), "fired, reminder")
		if len(s.wall.admins) != 0 {
			s.Errorf("admins were told %+v", s.wall.admins)
		}
	})
}

func TestReadingsTakenWhileNobodyJudgedAreJudgedInOrderAfterwards(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		stop := s.start(s.config("a"))
		s.feed("Sales", 4*m, 8)
		stop()
		s.feed("Sales", 7*m, 20)
		s.feed("Sales", 3*m, 20)
		defer s.start(s.config("b"))()
		time.Sleep(2 * m)
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared")
		if p.card.State.Ended != alert.Cleared {
			s.Errorf("the message shows %+v", p.card.State)
		}
	})
}

func TestTwoProcessesThatBothBelieveTheyJudgeTellEverythingOnce(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		s.watch("Sales", "C2", func(r *alert.Rule) { r.Readings = 4 })
		for _, holder := range []string{"a", "b"} {
			c := s.config(holder)
			c.Claim = func(context.Context, string, string, time.Duration) (bool, time.Duration, error) { return true, 0, nil }
			defer s.start(c)()
		}
		for _, mean := range []time.Duration{7 * m, 3 * m, 7 * m, 3 * m} {
			s.feed("Sales", mean, 12)
		}
		time.Sleep(m)
		for _, channel := range []string{"C1", "C2"} {
			s.wants(s.only(channel), "fired, recovering, cleared, reopened, recovering, cleared")
		}
	})
}

func TestSlackAwayDelaysButLosesNothing(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		away := &alert.PostError{Kind: alert.FaultLater, Code: "unreachable"}
		s.wall.refuses["C1"] = away
		defer s.start(s.config("a"))()
		s.episode("Sales")
		s.wall.mu.Lock()
		s.wall.refuses = map[string]error{}
		s.wall.mu.Unlock()
		time.Sleep(time.Hour)
		s.wants(s.only("C1"), "fired, recovering, cleared")
		if len(s.wall.makers) != 0 {
			s.Errorf("makers told: %q", s.wall.makers)
		}
	})
}
