package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"ahtbot/internal/digest/scheduler"
)

// The store can be read and not written: between a post and its record, over a slot, and for
// longer than a slot may be late. Nobody may look into the channel.
func TestABookThatIsFullLosesNoPostAndMakesLateOnes(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		s.blind = true
		s.config = func(c scheduler.Config) scheduler.Config {
			c.Away = func(err error) bool { return errors.Is(err, errAway) }
			return c
		}
		s.slow = func(string) {
			if time.Now().UTC().Format("15:04") == "11:00" {
				s.store.setFull(true)
			}
		}
		s.run(1)
		until("11:20")
		s.store.setFull(false)
		until("12:30")
		s.store.setFull(true)
		until("13:10")
		s.want("posted without a claim", s.posted(), "11:00")
		s.store.setFull(false)
		until("14:30")
		s.store.setFull(true)
		until("16:10")
		s.store.setFull(false)
		until("17:30")
		s.end()
		s.want("outcomes", s.outcomes(d.ID), "11:00 posted, 13:00 posted, 15:00 skipped, 17:00 posted")
		if len(s.posts) != 3 {
			t.Fatalf("%d posts, want each once", len(s.posts))
		}
		if late := s.posts[1].Late; late < 10*time.Minute || late > 12*time.Minute {
			t.Errorf("that of 13:00 says it is %v late", late)
		}
		if missed := s.posts[2].Missed; len(missed) != 1 || missed[0].At.UTC().Format("15:04") != "15:00" {
			t.Errorf("that of 17:00 names %v as missed", missed)
		}
	})
}
