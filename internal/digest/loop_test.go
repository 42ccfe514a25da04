package digest_test

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
				if early := p.Slot.At.Sub(r.Reading.At); early < 0 || early > digest.ReadWithin {
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
		early := len(s.asked)
		until("10:53:22")
		if early != 0 || len(s.asked) != 300 {
			s.Errorf("%d requests before 6 m 40 s, %d after", early, len(s.asked))
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
		if s.posts[0].Rows[0].Failure != nil || row.Failure == nil || row.Read() || row.Last.At.IsZero() {
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
		if n := len(s.book.ended(d.ID)); len(s.posts) != 2 || n != 30*24+2 {
			s.Errorf("%d posts, %d runs: %s", len(s.posts), n, s.posted())
		}
	})
}

func TestSlackDownAtTheSlotLeavesTheReadingWithItsOwnTime(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		s.add("C1", twoHourly, "Sales")
		back := time.Now().Add(47 * time.Minute) // 11:17
		s.config = func(c digest.Config) digest.Config {
			c.Deactivated = func(ctx context.Context, _ string) (bool, error) { <-ctx.Done(); return true, ctx.Err() }
			return c
		}
		s.answer = func(digest.Report) error {
			if time.Now().Before(back) {
				return &digest.LaterError{Err: errors.New("503")}
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
				return &digest.LaterError{Err: errors.New("503")}
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
			if ended := s.book.ended(d.ID)[0].Ended; ended.Sub(s.posts[0].at) > time.Minute {
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

func TestAChannelThatTakesNoPostIsToldToItsOwnerOnceAndTheOthersGoOn(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		broken := s.add("C1", twoHourly, "Sales")
		fine := s.add("C2", twoHourly, "Sales")
		mended := time.Now().Add(5 * time.Hour) // 15:30
		s.answer = func(r digest.Report) error {
			if r.Digest.Channel == "C1" && (time.Now().Before(mended) || r.Slot.At.UTC().Hour() == 19) {
				return &digest.PlaceError{Code: "is_archived"}
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
		if got := len(s.posts); got != 40 {
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
		s.book.setAway(true)
		until("11:08")
		s.want("posted while the store is away", s.posted(), "")
		s.book.setAway(false)
		until("12:55")
		s.book.setAway(true)
		until("15:30")
		s.book.setAway(false)
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
		s.want("changes", strings.Join(s.book.changes, "; "), " paused")
		if now := s.book.digests[d.ID]; !now.Paused || now.Why != digest.WhyDeactivated || !now.Next.At.IsZero() {
			s.Errorf("it stands as %+v", now)
		}
	})
}

func TestWhatAPersonChangesCountsUntilTheLastSecond(t *testing.T) {
	change := func(s *scene, d digest.Digest, do func(*digest.Digest)) {
		do(&d)
		if _, err := s.book.Change(context.Background(), d, "U2", "edited"); err != nil {
			s.Error(err)
		}
	}
	bubble(t, "10:30", func(s *scene) {
		removed, paused, moved, renamed := s.add("C1", twoHourly, "Sales"), s.add("C2", twoHourly, "Sales"), s.add("C3", twoHourly, "Sales"), s.add("C4", twoHourly, "Sales")
		s.run(1)
		until("10:59:59")
		change(s, s.book.digests[removed.ID], func(d *digest.Digest) { d.Removed = time.Now() })
		change(s, s.book.digests[paused.ID], func(d *digest.Digest) { d.Paused, d.Next = true, digest.Slot{} })
		change(s, s.book.digests[moved.ID], func(d *digest.Digest) {
			d.Order.When = rule(s.T, digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{12 * 60}, Zone: "UTC"})
			d.Next, _ = d.Order.When.Next(time.Now(), digest.Calendars{})
		})
		change(s, s.book.digests[renamed.ID], func(d *digest.Digest) {
			d.Order.What.Campaigns = []string{"Support"}
			d.Next, _ = d.Order.When.Next(time.Now(), digest.Calendars{}) // 11:00 again
		})
		until("12:30")
		s.end()
		s.want("posted", s.posted(), "11:00 12:00")
		if got := s.posts[0].Rows[0]; got.Target.Name() != "Support" || !got.Read() {
			s.Errorf("posted %+v", got)
		}
	})
}

func TestAPauseEndsOnItsDay(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		d := s.add("C1", twoHourly, "Sales")
		d.Paused, d.PausedBy, d.Until = true, "U1", digest.Date{Year: 2000, Month: 1, Day: 3}
		d.Next = digest.Slot{Local: "2000-01-03T11:00 UTC", At: at("2000-01-03 11:00")}
		s.book.digests[d.ID] = d
		s.run(2)
		time.Sleep(48 * time.Hour)
		s.want("posted by 10:30 of that day", s.posted(), "")
		time.Sleep(time.Hour)
		s.end()
		s.want("posted", s.posted(), "11:00")
		if now := s.book.digests[d.ID]; now.Paused || s.book.changes[0] != " resumed" {
			s.Errorf("it stands as %+v, changes %q", now, s.book.changes)
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
		if s.book.calls > 2*62 {
			s.Errorf("%d questions to the book in an idle hour", s.book.calls)
		}
		until("11:30:30")
		s.add("C1", digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{11*60 + 31}, Zone: "UTC"}, "Sales")
		l.Wake()
		until("11:31:30")
		s.end()
		s.want("posted", s.posted(), "11:31")
	})
}

func TestGroupsAndWatchedAreWhoTheyAreAtTheSlot(t *testing.T) {
	bubble(t, "10:30", func(s *scene) {
		group, watched := s.add("C1", twoHourly), s.add("C2", twoHourly)
		group.Order.What, watched.Order.What = digest.What{Group: "sales out"}, digest.What{Watched: true}
		s.book.digests[group.ID], s.book.digests[watched.ID] = group, watched
		s.names = []string{"Support", "Sales_Outbound 2", "Sales Outbound 1", "sales"}
		s.config = func(c digest.Config) digest.Config {
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
		if err != nil || !r.Preview || !r.Rows[0].Read() || r.Rows[1].Failure == nil || r.Slot.Local != "" || r.Next != d.Next {
			s.Errorf("preview %+v, %v", r, err)
		}
		if err := l.Send(s.Context(), d, "U7"); err != nil {
			s.Error(err)
		}
		if len(s.posts) != 1 || s.posts[0].ByHand != "U7" || s.posts[0].Preview || s.posts[0].key != "" {
			s.Errorf("sent %+v", s.posts)
		}
		s.answer = func(digest.Report) error { return &digest.PlaceError{Code: "is_archived"} }
		if err := l.Send(s.Context(), d, "U7"); err == nil {
			s.Error("a place that takes no post took one")
		}
		if _, err := l.Begin(time.Now(), 45*15+1); err == nil {
			s.Error("more targets than the budget reads are begun")
		}
		s.end()
	})
}
