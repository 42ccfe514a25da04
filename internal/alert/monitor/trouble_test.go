package monitor_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

func TestAPlaceThatTakesNoMessageIsToldToTheMakerOnceAndOthersGoOn(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		s.watch("Sales", "C2", nil)
		s.slack.refuse("C1", &monitor.PostError{Kind: monitor.FaultChannel, Code: "is_archived"})
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 20)
		s.wants(s.only("C2"), "fired")
		if _, makers := s.slack.notices(); !slices.Equal(makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", makers)
		}
		s.store.change(w.ID, func(w *alert.Watch) { w.Channel = "C3" })
		s.feed("Sales", 7*minute, 6)
		s.wants(s.only("C3"), "fired")
	})
}

func TestAPlaceMendedSoonAfterItsMakerWasToldHearsSoon(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		s.slack.refuse("C1", &monitor.PostError{Kind: monitor.FaultChannel, Code: "not_in_channel"})
		defer s.start(s.config("a"))()
		for told := false; !told; {
			s.feed("Sales", 7*minute, 1)
			_, makers := s.slack.notices()
			told = len(makers) == 1
		}
		s.slack.refuse("C1", nil) // the bot is invited within five minutes
		time.Sleep(3 * minute)
		s.wants(s.only("C1"), "fired")
	})
}

func TestAMessageFollowsItsRuleOutOfAnArchivedChannel(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*minute, 12)
		s.slack.refuse("C1", &monitor.PostError{Kind: monitor.FaultChannel, Code: "is_archived"})
		s.feed("Sales", 7*minute, 12)
		s.store.change(w.ID, func(w *alert.Watch) { w.Channel = "C3" })
		s.feed("Sales", 3*minute, 20)
		p := s.only("C3")
		if !p.card.Continues || p.card.State.Ended != alert.Cleared {
			s.Errorf("in the new channel: %+v", p.card)
		}
		s.wants(p, "recovering, cleared")
		if _, makers := s.slack.notices(); !slices.Equal(makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", makers)
		}
	})
}

func TestMissingReadingsOfOneCampaignAreItsOwnAndOfAllTheAccounts(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		silent := func(r *alert.Rule) { r.Remind = 0 }
		s.watch("Sales", "C1", silent)
		s.watch("Night", "C2", silent)
		defer s.start(s.config("a"))()
		both := func(n int) {
			for range n {
				time.Sleep(2 * minute)
				s.read("Night", 7*minute)
				time.Sleep(3 * minute)
				s.read("Sales", 7*minute)
			}
			synctest.Wait()
		}
		both(12)
		s.feed("Sales", 7*minute, 8) // Night is not read
		both(3)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if admins, _ := s.slack.notices(); len(admins) != 0 {
			s.Fatalf("admins were told %+v", admins)
		}
		time.Sleep(40 * minute) // nobody is read
		synctest.Wait()
		if got := s.only("C1").card.State.Phase; got != alert.PhaseStale {
			s.Errorf("meanwhile the message shows %v", got)
		}
		if admins, _ := s.slack.notices(); len(admins) != 1 || admins[0].Alerts != 2 || !admins[0].Until.IsZero() {
			s.Fatalf("admins were told %+v", admins)
		}
		both(6)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if admins, _ := s.slack.notices(); len(admins) != 2 || admins[1].Until.IsZero() {
			s.Fatalf("admins were told %+v", admins)
		}
	})
}

func TestACampaignThatTheAccountDoesNotKnowIsToldToTheMakerOnceAndIsNoOutage(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		stop := s.start(s.config("a"))
		refuse := func(n int) { // as the poll loop does, once the last reading was judged
			time.Sleep(minute)
			for range n {
				if err := s.loop.Unknown(s.Context(), w.ID, time.Now()); err != nil {
					s.Fatal(err)
				}
				time.Sleep(time.Hour)
			}
			synctest.Wait()
		}
		told := func(want ...string) {
			s.Helper()
			if admins, makers := s.slack.notices(); !slices.Equal(makers, want) || len(admins) != 0 {
				s.Errorf("told makers %q, want %q, and admins %+v", makers, want, admins)
			}
		}
		s.feed("Sales", 7*minute, 8)
		s.slack.refuse("U1", &monitor.PostError{Kind: monitor.FaultLater, Code: "unreachable"})
		refuse(1)
		s.slack.refuse("U1", nil)
		refuse(1)
		stop()
		defer s.start(s.config("b"))()
		refuse(2)
		told("U1 unknown_target")
		if c := s.only("C1").card; c.State.Phase != alert.PhaseStale || c.State.UnknownSince.IsZero() {
			s.Errorf("the message shows %+v", c.State)
		}
		s.feed("Sales", 7*minute, 2)
		if c := s.only("C1").card; c.State.Phase != alert.PhaseFiring || !c.State.UnknownSince.IsZero() {
			s.Errorf("once it is known again the message shows %+v", c.State)
		}
		refuse(2)
		told("U1 unknown_target", "U1 unknown_target")
		s.feed("Sales", 7*minute, 2)
		s.slack.refuse("U1", &monitor.PostError{Kind: monitor.FaultChannel, Code: "user_disabled"})
		refuse(2)
		s.feed("Sales", 3*minute, 20) // the thread goes on behind a word that nobody takes
		s.wants(s.only("C1"), "fired, stale, fresh, reminder, stale, fresh, reminder, stale, recovering, cleared")
	})
}

func TestAPausedRuleIsNotToldToBeUnknownAndAResumedOneAnew(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		defer s.start(s.config("a"))()
		person := func(do func(alert.State) alert.State) {
			if _, err := s.loop.Amend(s.Context(), w.ID, monitor.ChangedBy{}, func(k alert.Standing) (alert.State, alert.Update, bool) {
				return do(k.State), alert.Update{}, false
			}); err != nil {
				s.Fatal(err)
			}
		}
		refuse := func() {
			if err := s.loop.Unknown(s.Context(), w.ID, time.Now()); err != nil {
				s.Fatal(err)
			}
			time.Sleep(minute)
			synctest.Wait()
		}
		pause := func(st alert.State) alert.State { _, st = alert.Pause(st, time.Now()); return st }
		person(pause)
		refuse()
		if _, makers := s.slack.notices(); len(makers) != 0 {
			s.Errorf("told %q of a rule that is paused", makers)
		}
		person(alert.Resume)
		refuse()
		person(pause)
		person(alert.Resume)
		refuse()
		if _, makers := s.slack.notices(); len(makers) != 2 {
			s.Errorf("told %q, want twice", makers)
		}
	})
}

func TestARestartAfterANightTellsNobodyThatReadingsWereMissing(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		stop := s.start(s.config("a"))
		s.feed("Sales", 7*minute, 12)
		stop()
		time.Sleep(10 * time.Hour)
		defer s.start(s.config("b"))()
		s.feed("Sales", 7*minute, 6)
		s.wants(s.only("C1"), "fired, reminder")
		if admins, _ := s.slack.notices(); len(admins) != 0 {
			s.Errorf("admins were told %+v", admins)
		}
	})
}

func TestReadingsTakenWhileNobodyJudgedAreJudgedInOrderAfterwards(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		stop := s.start(s.config("a"))
		s.feed("Sales", 4*minute, 8)
		stop()
		s.feed("Sales", 7*minute, 20)
		s.feed("Sales", 3*minute, 20)
		defer s.start(s.config("b"))()
		time.Sleep(2 * minute)
		synctest.Wait()
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared")
		if p.card.State.Ended != alert.Cleared {
			s.Errorf("the message shows %+v", p.card.State)
		}
	})
}

func TestTwoProcessesThatBothBelieveTheyJudgeTellEverythingOnce(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		s.watch("Sales", "C2", func(r *alert.Rule) { r.Readings = 4 })
		for _, holder := range []string{"a", "b"} {
			c := s.config(holder)
			c.Claim = func(context.Context, string, string, time.Duration) (bool, time.Duration, error) { return true, 0, nil }
			defer s.start(c)()
		}
		for _, mean := range []time.Duration{7 * minute, 3 * minute, 7 * minute, 3 * minute} {
			s.feed("Sales", mean, 12)
		}
		time.Sleep(minute)
		synctest.Wait()
		for _, channel := range []string{"C1", "C2"} {
			s.wants(s.only(channel), "fired, recovering, cleared, reopened, recovering, cleared")
		}
	})
}

func TestSlackAwayDelaysButLosesNothing(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.watch("Sales", "C1", nil)
		away := &monitor.PostError{Kind: monitor.FaultLater, Code: "unreachable"}
		s.slack.refuse("C1", away)
		defer s.start(s.config("a"))()
		s.episode("Sales")
		s.feed("Sales", 6*minute, 1) // after the end
		s.slack.refuse("C1", nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared")
		if st := p.card.State; st.Ended != alert.Cleared || !st.Last.Equal(st.EndedAt) {
			s.Errorf("the message shows what came after the end: %+v", st)
		}
		if _, makers := s.slack.notices(); len(makers) != 0 {
			s.Errorf("makers told: %q", makers)
		}
	})
}
