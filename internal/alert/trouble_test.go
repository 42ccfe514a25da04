package alert_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/alert"
)

func TestAPlaceThatTakesNoMessageIsToldToTheMakerOnceAndOthersGoOn(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		w := s.watch("Sales", "C1", nil)
		s.watch("Sales", "C2", nil)
		s.wall.refuse("C1", &alert.PostError{Kind: alert.FaultPlace, Code: "is_archived"})
		defer s.start(s.config("a"))()
		s.feed("Sales", 7*m, 20)
		s.wants(s.only("C2"), "fired")
		if _, makers := s.wall.notices(); !slices.Equal(makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", makers)
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
		s.wall.refuse("C1", &alert.PostError{Kind: alert.FaultPlace, Code: "is_archived"})
		s.feed("Sales", 7*m, 12)
		s.book.change(w.ID, func(w *alert.Watch) { w.Channel = "C3" })
		s.feed("Sales", 3*m, 20)
		p := s.only("C3")
		if !p.card.Continues || p.card.State.Ended != alert.Cleared {
			s.Errorf("in the new channel: %+v", p.card)
		}
		s.wants(p, "recovering, cleared")
		if _, makers := s.wall.notices(); !slices.Equal(makers, []string{"U1 is_archived"}) {
			s.Errorf("makers told: %q", makers)
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
			synctest.Wait()
		}
		both(12)
		s.feed("Sales", 7*m, 8) // Night is not read
		both(3)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if admins, _ := s.wall.notices(); len(admins) != 0 {
			s.Fatalf("admins were told %+v", admins)
		}
		time.Sleep(40 * m) // nobody is read
		synctest.Wait()
		if got := s.only("C1").card.State.Phase; got != alert.PhaseStale {
			s.Errorf("meanwhile the message shows %v", got)
		}
		if admins, _ := s.wall.notices(); len(admins) != 1 || admins[0].Alerts != 2 || !admins[0].Until.IsZero() {
			s.Fatalf("admins were told %+v", admins)
		}
		both(6)
		s.wants(s.only("C1"), "fired")
		s.wants(s.only("C2"), "fired, stale, fresh")
		if admins, _ := s.wall.notices(); len(admins) != 2 || admins[1].Until.IsZero() {
			s.Fatalf("admins were told %+v", admins)
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
		if admins, _ := s.wall.notices(); len(admins) != 0 {
			s.Errorf("admins were told %+v", admins)
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
		synctest.Wait()
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
		synctest.Wait()
		for _, channel := range []string{"C1", "C2"} {
			s.wants(s.only(channel), "fired, recovering, cleared, reopened, recovering, cleared")
		}
	})
}

func TestSlackAwayDelaysButLosesNothing(t *testing.T) {
	bubble(t, 5*m, func(s *scene) {
		s.watch("Sales", "C1", nil)
		away := &alert.PostError{Kind: alert.FaultLater, Code: "unreachable"}
		s.wall.refuse("C1", away)
		defer s.start(s.config("a"))()
		s.episode("Sales")
		s.feed("Sales", 6*m, 1) // after the end
		s.wall.refuse("C1", nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		p := s.only("C1")
		s.wants(p, "fired, recovering, cleared")
		if st := p.card.State; st.Ended != alert.Cleared || !st.Last.Equal(st.EndedAt) {
			s.Errorf("the message shows what came after the end: %+v", st)
		}
		if _, makers := s.wall.notices(); len(makers) != 0 {
			s.Errorf("makers told: %q", makers)
		}
	})
}
