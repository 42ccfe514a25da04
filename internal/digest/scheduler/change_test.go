package scheduler_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

func TestAChannelThatTakesNoPostIsToldToItsOwnerOnceAndTheOthersGoOn(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		broken := s.add("C1", twoHourly, "Sales")
		fine := s.add("C2", twoHourly, "Sales")
		mended := time.Now().Add(5 * time.Hour) // 15:30
		s.answer = func(r digest.Report) error {
			if r.Digest.Channel == "C1" && (time.Now().Before(mended) || r.Slot.At.UTC().Hour() == 19) {
				return &scheduler.ChannelError{Code: "is_archived"}
			}
			return nil
		}
		s.run(1)
		until("19:30")
		s.end()
		s.want("outcomes", s.outcomes(broken.ID), "11:00 failed, 13:00 failed, 15:00 failed, 17:00 posted, 19:00 failed")
		s.want("outcomes", s.outcomes(fine.ID), "11:00 posted, 13:00 posted, 15:00 posted, 17:00 posted, 19:00 posted")
		s.want("told", strings.Join(s.words, "; "), "U1 C1 is_archived; U1 C1 is_archived") // again, since it worked between
	})
}

func TestOneSlowChannelHoldsUpItselfAlone(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		for range 5 {
			s.add("CSLOW", twoHourly, "Sales")
		}
		for i := range 40 {
			s.add(fmt.Sprint("C", i), twoHourly, "Sales")
		}
		s.slow = func(channel string) {
			if channel == "CSLOW" {
				time.Sleep(40 * time.Second)
			}
		}
		s.run(1)
		until("11:00:01")
		if got, _ := s.counts(); got != 40 {
			s.Errorf("%d of 40 were posted in a second", got)
		}
		until("11:10")
		s.end()
		if len(s.posts) != 45 {
			s.Errorf("%d posts, want 45", len(s.posts))
		}
	})
}

func TestNothingIsPostedWithoutAClaim(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		s.run(1)
		until("10:59")
		s.store.setAway(true)
		until("11:08")
		s.want("posted while the store is away", s.posted(), "")
		s.store.setAway(false)
		until("12:55")
		s.store.setAway(true)
		until("15:30")
		s.store.setAway(false)
		until("17:30")
		s.end()
		s.want("outcomes", s.outcomes(d.ID), "11:00 posted, 13:00 skipped, 15:00 posted, 17:00 posted")
		if late := s.posts[0].at.Sub(s.posts[0].Slot.At); late > 9*time.Minute {
			s.Errorf("posted %v late, a minute after the store was back at the most", late)
		}
	})
}

func TestADigestOfSomebodyWhoIsGoneIsPausedAndTheAdminsAreToldOnce(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		s.gone["U1"] = true
		s.run(2)
		until("17:30")
		s.end()
		s.want("posted", s.posted(), "")
		s.want("told", strings.Join(s.words, "; "), "orphan "+digest.WhyDeactivated)
		s.want("changes", strings.Join(s.store.changes, "; "), " paused")
		if now := s.store.digests[d.ID]; !now.Paused || now.Why != digest.WhyDeactivated || !now.Next.At.IsZero() {
			s.Errorf("it stands as %+v", now)
		}
	})
}

func TestWhatAPersonChangesCountsUntilTheLastSecond(t *testing.T) {
	change := func(s *scene, d digest.Digest, do func(*digest.Digest)) {
		do(&d)
		if _, err := s.store.Change(context.Background(), d, "U2", "edited"); err != nil {
			s.Error(err)
		}
	}
	bubble(t, "10:30", func(s *scene) {
		removed, paused, moved, renamed := s.add("C1", twoHourly, "Sales"), s.add("C2", twoHourly, "Sales"), s.add("C3", twoHourly, "Sales"), s.add("C4", twoHourly, "Sales")
		s.run(1)
		until("10:59:59")
		change(s, s.store.now(removed.ID), func(d *digest.Digest) { d.Removed = time.Now() })
		change(s, s.store.now(paused.ID), func(d *digest.Digest) { d.Paused, d.Next = true, digest.Slot{} })
		change(s, s.store.now(moved.ID), func(d *digest.Digest) {
			d.Order.Rule = newRule(s.T, digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{12 * 60}, Zone: "UTC"})
			d.Next, _ = d.Order.Rule.Next(time.Now(), digest.Calendars{})
		})
		change(s, s.store.now(renamed.ID), func(d *digest.Digest) {
			d.Order.Selection.Campaigns = []string{"Support"}
			d.Next, _ = d.Order.Rule.Next(time.Now(), digest.Calendars{}) // 11:00 again
		})
		until("12:30")
		s.end()
		s.want("posted", s.posted(), "11:00 12:00")
		if got := s.posts[0].Rows[0]; got.Target.Name() != "Support" || !got.HasReading() {
			s.Errorf("posted %+v", got)
		}
	})
}

func TestAPauseEndsOnItsDay(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		d.Paused, d.PausedBy, d.Until = true, "U1", digest.Date{Year: 2000, Month: 1, Day: 3}
		d.Next = digest.Slot{Local: "2000-01-03T11:00 UTC", At: time.Date(2000, 1, 3, 11, 0, 0, 0, time.UTC)}
		s.store.digests[d.ID] = d
		s.run(2)
		time.Sleep(48 * time.Hour)
		s.want("posted by 10:30 of that day", s.posted(), "")
		time.Sleep(time.Hour)
		s.end()
		s.want("posted", s.posted(), "11:00")
		if now := s.store.digests[d.ID]; now.Paused || s.store.changes[0] != " resumed" {
			s.Errorf("it stands as %+v, changes %q", now, s.store.changes)
		}
	})
}

func TestASoftStopFinishesThePostsUnderWay(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		other := s.add("C2", digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{11*60 + 1}, Zone: "UTC"}, "Sales")
		s.slow = func(string) { time.Sleep(3 * time.Second) }
		s.run(1)
		until("11:00:01")
		began := time.Now()
		s.end()
		s.want("outcomes", s.outcomes(d.ID), "11:00 posted")
		if took := time.Since(began); took > 3*time.Second {
			s.Errorf("stopping took %v", took)
		}
		s.want("the other", s.outcomes(other.ID), "11:01 ")
		s.run(1) // the next process goes on with it at once
		until("11:02")
		s.end()
		s.want("the other", s.outcomes(other.ID), "11:01 posted")
	})
}

func TestALoopLooksOnceAMinuteAndWhenItIsTold(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		l := s.run(1)
		time.Sleep(time.Hour)
		if calls := s.store.called(); calls > 2*62 {
			s.Errorf("%d questions to the store in an idle hour", calls)
		}
		until("11:30:30")
		s.add("C1", digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{11*60 + 31}, Zone: "UTC"}, "Sales")
		l.Wake()
		until("11:31:30")
		s.end()
		s.want("posted", s.posted(), "11:31")
	})
}
