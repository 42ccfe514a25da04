package monitor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

func TestAWholeEpisodeIsOneMessageEditedAndALineForEachTransition(t *testing.T) {
	for _, interval := range []time.Duration{time.Second, 5 * minute} {
		t.Run(interval.String(), func(t *testing.T) {
			bubble(t, interval, func(s *scene) {
				w := s.watch("Sales", "C1", nil)
				defer s.start(s.config("a"))()
				s.episode("Sales")
				time.Sleep(minute)
				synctest.Wait()
				p := s.only("C1")
				s.wants(p, "fired, recovering, cleared")
				if c := p.card; c.State.Ended != alert.Cleared || c.State.Phase != alert.PhaseLearning || len(c.Course) != 10 || c.Continues || c.Repeated {
					s.Errorf("the message ends as %+v", c)
				}
				if got := s.store.state(w.ID); got.Episode != 1 || got.Unnotified != "" || got.Last != s.readings.all[len(s.readings.all)-1].At.UTC() {
					s.Errorf("the rule stands as %+v", got)
				}
				edits := s.slack.edits
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
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12*10)
		s.wants(s.only("C1"), "fired, reminder, reminder, last reminder")
	})
}

func TestWhoAcknowledgesIsShownAndEndsReminders(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		for range 2 {
			_, err := s.loop.Amend(s.Context(), w.ID, monitor.ChangedBy{Who: "U2", Did: "acknowledged"}, func(k alert.Standing) (alert.State, alert.Update, bool) {
				st, first := alert.Acknowledge(k.State, "U2", time.Now())
				return st, alert.Update{Action: alert.Acked, Person: "U2", At: time.Now()}, first
			})
			if err != nil {
				s.Fatal(err)
			}
		}
		s.feed("Sales", 7*minute, 12*6)
		p := s.only("C1")
		s.wants(p, "fired, acked by U2")
		if p.card.State.AckedBy != "U2" || len(s.store.changes) != 1 {
			s.Errorf("acked by %q, changes %v", p.card.State.AckedBy, s.store.changes)
		}
	})
}

func TestAMutedRuleTellsAtTheEndOfTheMuteWhatStillStands(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		_, err := s.loop.Amend(s.Context(), w.ID, monitor.ChangedBy{Who: "U2", Did: "muted"}, func(k alert.Standing) (alert.State, alert.Update, bool) {
			return alert.Mute(k.State, time.Now().Add(3*time.Hour)), alert.Update{Action: alert.Muted, Person: "U2"}, true
		})
		if err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 7*minute, 12*3-1)
		if n := len(s.slack.posts); n != 0 {
			s.Fatalf("%d posts while muted", n)
		}
		if s.store.state(w.ID).Phase != alert.PhaseFiring {
			s.Error("the state did not run on")
		}
		s.feed("Sales", 7*minute, 2)
		s.wants(s.only("C1"), "fired")
	})
}

func TestOutsideActiveHoursNoticesWaitForTheOpening(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) { // bubbles begin at midnight UTC, 5:30 in India
		s.watch("Sales", "C1", func(r *alert.Rule) {
			r.Active = alert.Hours{Days: 1<<7 - 1, From: 9 * time.Hour, To: 19 * time.Hour, Zone: kolkata}
			r.WarmUp = 0
		})
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 40)
		if n := len(s.slack.posts); n != 0 {
			s.Fatalf("%d posts before 9:00", n)
		}
		s.feed("Sales", 7*minute, 3)
		s.wants(s.only("C1"), "fired")
	})
}

func TestADeletedMessageIsFollowedByOneThatContinuesIt(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		first := s.only("C1")
		if err := s.slack.Delete(s.Context(), first.Place); err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 3*minute, 20)
		time.Sleep(minute)
		synctest.Wait()
		second := s.only("C1")
		if second.TS == first.TS || !second.card.Continues || second.card.State.Ended != alert.Cleared {
			s.Errorf("there stands %+v", second.card)
		}
		s.wants(second, "recovering, cleared")
	})
}

func TestCrossingAgainWithinTwoHoursReopensTheSameMessage(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		s.feed("Sales", 3*minute, 12)
		s.feed("Sales", 7*minute, 12)
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared, reopened")
		if !p.card.State.Open() || p.card.State.Reopens != 1 {
			s.Errorf("the message shows %+v", p.card.State)
		}
		s.feed("Sales", 3*minute, 60)
		s.feed("Sales", 7*minute, 12)
		if n := len(s.slack.parents("C1")); n != 2 {
			s.Errorf("%d messages after five quiet hours and another alert, want 2", n)
		}
	})
}

func TestPausingEndsTheAlertAndItsMessageSaysStopped(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		_, err := s.loop.Amend(s.Context(), w.ID, monitor.ChangedBy{Who: "U2", Did: "paused"}, func(k alert.Standing) (alert.State, alert.Update, bool) {
			_, st := alert.Pause(k.State, time.Now())
			why, st := alert.Notify(k.Watch.Rule, st, time.Now())
			return st, alert.Update{Why: why, Person: "U2", At: time.Now()}, why != ""
		})
		if err != nil {
			s.Fatal(err)
		}
		s.feed("Sales", 7*minute, 12)
		p := s.only("C1")
		s.wants(p, "fired, stopped")
		if p.card.State.Ended != alert.Stopped || !p.card.State.Paused {
			s.Errorf("the message shows %+v", p.card.State)
		}
	})
}

func TestARemovedRuleEndsItsAlertAndRestoredGoesOn(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		s.store.change(w.ID, func(w *alert.Watch) { w.Removed = time.Now() })
		s.feed("Sales", 7*minute, 1)
		p := s.only("C1")
		s.wants(p, "fired, stopped")
		if p.card.State.Ended != alert.Stopped {
			s.Errorf("the message shows %+v", p.card.State)
		}
		s.store.change(w.ID, func(w *alert.Watch) { w.Removed = time.Time{} })
		s.feed("Sales", 7*minute, 12)
		if n := len(s.slack.parents("C1")); n != 2 {
			s.Errorf("%d messages after it was restored and fired again", n)
		}
	})
}
