package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

// hourly comes at every full hour in UTC.
var hourly = digest.Spec{Days: digest.EveryDay, Every: digest.Every{Hours: 1, From: 0, To: 23 * 60}, Zone: "UTC"}

// twoHourly comes every two hours from 11:00 to 19:00 in UTC.
var twoHourly = digest.Spec{Days: digest.EveryDay, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Zone: "UTC"}

// bubble runs a scene from a time of day on.
func bubble(t *testing.T, clock string, play func(s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		until(clock)
		play(newScene(t))
	})
}

func TestReadingsAreTakenInTheTwoMinutesBeforeAndThePostGoesOutAtTheSlot(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		s.add("C1", twoHourly, "Sales", "Support")
		s.run(1)
		until("15:30")
		s.end()
		s.want("posted", s.posted(), "11:00 13:00 15:00")
		for _, p := range s.posts {
			for _, r := range p.Rows {
				if early := p.Slot.At.Sub(r.Reading.At); early < 0 || early > digest.ReadingTime {
					s.Errorf("a reading was taken %v before its slot", early)
				}
			}
		}
		if last := s.posts[2]; last.Next.Local != "2000-01-01T17:00 UTC" || last.Late >= digest.LateFrom || len(last.Missed) > 0 {
			s.Errorf("the report says %+v", last.Report)
		}
		if len(s.asked) != 6 {
			s.Errorf("%d requests, want one for each campaign and slot", len(s.asked))
		}
	})
}

func TestAReadingTakenMeanwhileServes(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		s.add("C1", twoHourly, "Sales")
		s.add("C2", twoHourly, "Sales", "Support") // shares one, and its readings begin no later
		s.run(1)
		until("10:57")
		_, _ = s.Read(s.Context(), campaign(s.T, "Sales")) // too early to serve
		until("10:59")
		_, _ = s.Read(s.Context(), campaign(s.T, "Support"))
		until("11:01")
		s.end()
		// Sales is asked about by two digests at one moment; ozonetel makes that one request.
		if got := fmt.Sprint(s.asked); strings.Count(got, "Support") > 2 || strings.Count(got, "Sales") > 3 {
			s.Errorf("asked %v", got)
		}
		s.want("posted", s.posted(), "11:00 11:00")
	})
}

func TestManyReadingsBeginEarlierAndTogether(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		for i := range 10 { // 300 campaigns at 45 a minute need 6 m 40 s
			var names []string
			for k := range 30 {
				names = append(names, fmt.Sprint("Campaign ", i*30+k))
			}
			s.add(fmt.Sprint("C", i), twoHourly, names...)
		}
		s.run(1)
		until("10:53:19")
		_, early := s.counts()
		until("10:53:22")
		if _, n := s.counts(); early != 0 || n != 300 {
			s.Errorf("%d requests before 6 m 40 s, %d after", early, n)
		}
		until("11:01")
		s.end()
		if len(s.posts) != 10 || len(s.asked) != 300 {
			s.Errorf("%d posts, %d requests", len(s.posts), len(s.asked))
		}
	})
}

func TestWhatCannotBeReadIsSaidAndTheOthersArePosted(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		s.add("C1", twoHourly, "Sales", "Gone")
		_, _ = s.Read(s.Context(), campaign(s.T, "Gone"))
		s.upstream = func(t aht.Target) error {
			if t.Name() == "Gone" {
				return errors.New("no such campaign")
			}
			return nil
		}
		s.run(1)
		until("11:01")
		s.end()
		s.want("posted", s.posted(), "11:00")
		row := s.posts[0].Rows[1]
		if s.posts[0].Rows[0].Failure != nil || row.Failure == nil || row.HasReading() || row.Last.At.IsZero() {
			s.Errorf("rows %+v", s.posts[0].Rows)
		}
	})
}

func TestADigestIsMadeLateButNotTooLate(t *testing.T) {
	for down, want := range map[string][2]string{
		"11:10": {"11:00+10m0s 13:00", "11:00 posted, 13:00 posted"},                    // back within 45 minutes
		"13:10": {"13:00+10m0s", "11:00 skipped, 13:00 posted"},                         // the newest at most
		"11:50": {"13:00", "11:00 skipped, 13:00 posted"},                               // too late
		"16:00": {"17:00", "11:00 skipped, 13:00 skipped, 15:00 skipped, 17:00 posted"}, // no burst
	} {
		t.Run("down until "+down, func(t *testing.T) {
			bubble(t, "10:50", func(s *scene) {
				d := s.add("C1", twoHourly, "Sales")
				until(down)
				s.run(1)
				until(map[bool]string{true: "17:30", false: "13:30"}[down == "16:00"])
				s.end()
				s.want("posted", s.posted(), want[0])
				s.want("outcomes", s.outcomes(d.ID), want[1])
				named := 0
				for _, p := range s.posts {
					named += len(p.Missed)
				}
				if skipped := strings.Count(want[1], "skipped"); named != skipped {
					s.Errorf("%d slots named, %d were skipped", named, skipped)
				}
			})
		})
	}
}

func TestAMonthOfMissedSlotsIsNoBurst(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", hourly, "Sales")
		time.Sleep(30 * 24 * time.Hour)
		s.run(2)
		time.Sleep(2 * time.Hour)
		s.end()
		if n := len(s.store.ended(d.ID)); len(s.posts) != 2 || n != 30*24+2 {
			s.Errorf("%d posts, %d runs: %s", len(s.posts), n, s.posted())
		}
	})
}

func TestSlackDownAtTheSlotLeavesTheReadingWithItsOwnTime(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		s.add("C1", twoHourly, "Sales")
		back := time.Now().Add(47 * time.Minute) // 11:17
		s.config = func(c scheduler.Config) scheduler.Config {
			c.Deactivated = func(ctx context.Context, _ string) (bool, error) { <-ctx.Done(); return true, ctx.Err() }
			return c
		}
		s.answer = func(digest.Report) error {
			if time.Now().Before(back) {
				return &scheduler.RetryError{Err: errors.New("503")}
			}
			return nil
		}
		s.run(1)
		until("11:10")
		_, _ = s.Read(s.Context(), campaign(s.T, "Sales")) // polling goes on
		until("11:45")
		s.end()
		if len(s.posts) != 1 {
			s.Fatalf("posted %q", s.posted())
		}
		p := s.posts[0]
		if read := p.Rows[0].Reading.At; read.After(p.Slot.At) || p.Late < 17*time.Minute || p.at.Sub(back) > 3*time.Minute || len(s.asked) != 2 {
			s.Errorf("read at %v, late by %v, posted at %v, %d requests", read, p.Late, p.at, len(s.asked))
		}
	})
}

func TestSlackDownForTooLongIsASkippedSlotThatIsNamed(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		back := time.Now().Add(2 * time.Hour)
		s.answer = func(digest.Report) error {
			if time.Now().Before(back) {
				return &scheduler.RetryError{Err: errors.New("503")}
			}
			return nil
		}
		s.run(1)
		until("15:30")
		s.end()
		s.want("outcomes", s.outcomes(d.ID), "11:00 skipped, 13:00 posted, 15:00 posted")
		s.want("named", fmt.Sprint(len(s.posts[0].Missed), len(s.posts[1].Missed)), "1 0")
	})
}

func TestAPostWhoseAnswerWasLostIsLookedFor(t *testing.T) {
	for blind, want := range map[bool]string{false: "11:00 posted, 13:00 posted", true: "11:00 unknown, 13:00 posted"} {
		bubble(t, "10:30", func(s *scene) {
			d := s.add("C1", twoHourly, "Sales")
			s.lost["C1"], s.blind = true, blind
			s.run(2)
			until("13:30")
			s.end()
			s.want("posted", s.posted(), "11:00 13:00")
			s.want("outcomes", s.outcomes(d.ID), want)
			if ended := s.store.ended(d.ID)[0].Ended; ended.Sub(s.posts[0].at) > time.Minute {
				s.Errorf("it took until %v to know", ended)
			}
		})
	}
}

func TestAPostThatDidNotArriveIsMadeOnceItIsKnown(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		first := true
		s.answer = func(digest.Report) error {
			if first {
				first = false
				return errors.New("connection reset")
			}
			return nil
		}
		s.run(1)
		until("11:30")
		s.end()
		s.want("outcomes", s.outcomes(d.ID), "11:00 posted")
		if len(s.posts) != 1 || s.posts[0].at.Sub(s.posts[0].Slot.At) > time.Minute {
			s.Errorf("posted %q", s.posted())
		}
	})
}

func TestGroupsAndWatchedAreWhoTheyAreAtTheSlot(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		group, watched := s.add("C1", twoHourly), s.add("C2", twoHourly)
		group.Order.Selection, watched.Order.Selection = digest.Selection{Group: "sales out"}, digest.Selection{Watched: true}
		s.store.digests[group.ID], s.store.digests[watched.ID] = group, watched
		s.names = []string{"Support", "Sales_Outbound 2", "Sales Outbound 1", "sales"}
		s.config = func(c scheduler.Config) scheduler.Config {
			c.Watched = func(context.Context) ([]aht.Target, error) { return []aht.Target{campaign(s.T, "Support")}, nil }
			return c
		}
		s.run(1)
		until("11:01")
		s.end()
		var got []string
		for _, p := range s.posts {
			for _, r := range p.Rows {
				got = append(got, p.channel+" "+r.Target.Name())
			}
		}
		slices.Sort(got)
		s.want("shown", strings.Join(got, "; "), "C1 Sales Outbound 1; C1 Sales_Outbound 2; C2 Support")
	})
}

func TestPreviewAndSendReadNow(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales", "Gone")
		s.upstream = func(t aht.Target) error {
			if t.Name() == "Gone" {
				return errors.New("no such campaign")
			}
			return nil
		}
		l := s.run(1)
		r, err := l.Preview(s.Context(), d)
		if err != nil || !r.Preview || !r.Rows[0].HasReading() || r.Rows[1].Failure == nil || r.Slot.Local != "" || r.Next != d.Next {
			s.Errorf("preview %+v, %v", r, err)
		}
		if err := l.Send(s.Context(), d, "U7"); err != nil {
			s.Error(err)
		}
		if len(s.posts) != 1 || s.posts[0].ByHand != "U7" || s.posts[0].Preview || s.posts[0].key != "" {
			s.Errorf("sent %+v", s.posts)
		}
		s.answer = func(digest.Report) error { return &scheduler.ChannelError{Code: "is_archived"} }
		if err := l.Send(s.Context(), d, "U7"); err == nil {
			s.Error("a place that takes no post took one")
		}
		if _, err := l.ReadingStart(time.Now(), 45*15+1); err == nil {
			s.Error("more targets than the budget reads are begun")
		}
		s.end()
	})
}
