package monitor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

func TestALineFollowsTheTargetUnderAStandingAlert(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.aim(4 * minute)
		w := s.follow("Sales", alert.KindAbove, alert.Offset{Of: alert.BaseTarget, Percent: 10}) // above 4m 24s
		defer s.start(s.config("a"))()
		s.feed("Sales", 5*minute, 12)
		s.aim(270 * time.Second) // above 4m 57s, and 5m is still past it
		s.feed("Sales", 5*minute, 2)
		time.Sleep(minute)
		synctest.Wait()
		p := s.only("C1")
		s.wants(p, "fired, relined")
		if r := p.card.RuleAsJudged(); r.High != 297*time.Second || p.card.State.LineMovedAt.IsZero() {
			s.Errorf("the message shows a line at %v, changed at %v", r.High, p.card.State.LineMovedAt)
		}
		s.aim(6 * minute) // 5m is well inside now
		s.feed("Sales", 5*minute, 6)
		s.wants(p, "fired, relined, relined, recovering, cleared")
		if got := s.store.state(w.ID); got.Goal != 6*minute || got.Open() {
			s.Errorf("the rule stands as %+v", got)
		}
	})
}

func TestATargetTakenAwayEndsTheAlertAndANewOneStartsAfresh(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.aim(4 * minute)
		w := s.follow("Sales", alert.KindAbove, alert.Offset{Of: alert.BaseTarget})
		defer s.start(s.config("a"))()
		s.feed("Sales", 5*minute, 12)
		s.aim(0)
		s.feed("Sales", 9*minute, 20)
		s.wants(s.only("C1"), "fired, unlined")
		if got := s.store.state(w.ID); got.Phase != alert.PhaseWaiting || got.Why != alert.AwaitingLine || got.Ended != alert.LineUnknown {
			s.Errorf("without a target the rule stands as %+v", got)
		}
		s.aim(4 * minute)
		s.feed("Sales", 5*minute, 12)
		if all := s.slack.parents("C1"); len(all) != 2 || all[1].card.State.Episode != 2 {
			s.Errorf("%d messages stand with a new target, want a second alert", len(all))
		}
	})
}

func TestNothingIsSaidOfAMovedLineToWhoMutedIt(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.aim(4 * minute)
		w := s.follow("Sales", alert.KindAbove, alert.Offset{Of: alert.BaseTarget})
		defer s.start(s.config("a"))()
		s.feed("Sales", 6*minute, 12)
		_, err := s.loop.Amend(s.Context(), w.ID, monitor.ChangedBy{}, func(k alert.Standing) (alert.State, alert.Update, bool) {
			return alert.Mute(k.State, time.Now().Add(time.Hour)), alert.Update{}, false
		})
		if err != nil {
			s.Fatal(err)
		}
		s.aim(5 * minute)
		s.feed("Sales", 6*minute, 2)
		time.Sleep(minute)
		synctest.Wait()
		p := s.only("C1")
		s.wants(p, "fired")
		if p.card.RuleAsJudged().High != 5*minute {
			s.Errorf("the message shows %v", p.card.RuleAsJudged().High)
		}
	})
}

// A process that has not read the targets yet must not take them for taken away.
func TestTargetsThatWereNotReadYetAreNotGone(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		s.aim(4 * minute)
		w := s.follow("Sales", alert.KindAbove, alert.Offset{Of: alert.BaseTarget})
		stop := s.start(s.config("a"))
		s.feed("Sales", 5*minute, 12)
		stop()
		s.goal.Store(nil)
		stop = s.start(s.config("b"))
		defer func() { stop() }()
		before := s.store.state(w.ID)
		s.feed("Sales", 5*minute, 1)
		if got := s.store.state(w.ID); !got.Open() || !got.Last.Equal(before.Last) {
			s.Errorf("judged without targets: %+v", got)
		}
		s.aim(4 * minute)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got := s.store.state(w.ID); !got.Open() || got.Last.Equal(before.Last) {
			s.Errorf("not judged once they were read: %+v", got)
		}
		s.wants(s.only("C1"), "fired")
	})
}

func TestALineOnTheUsualWaitsUntilThatIsKnown(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		w := s.follow("Sales", alert.KindAbove, alert.Offset{Of: alert.BaseUsual, Percent: 20})
		defer s.start(s.config("a"))()
		s.feed("Sales", 9*minute, 12)
		if got := s.store.state(w.ID); got.Phase != alert.PhaseWaiting || got.Episode != 0 {
			s.Errorf("before anything is usual: %+v", got)
		}
		for range 12 { // days of three hours each
			time.Sleep(21 * time.Hour)
			s.feed("Sales", 4*minute, 36)
		}
		s.feed("Sales", 6*minute, 12)
		p := s.only("C1")
		s.wants(p, "fired")
		if r := p.card.RuleAsJudged(); r.High < 280*time.Second || r.High > 300*time.Second || !p.card.State.Usual.Known() {
			s.Errorf("a fifth over the usual is taken for %v of %+v", r.High, p.card.State.Usual)
		}
	})
}
