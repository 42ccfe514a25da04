package ozonesim_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/floor"
	"ahtbot/internal/sim/ozonesim/quirk"
)

const slowed = "Collections North"

// setPace changes the pace of the campaign that these tests slow down.
func (s *site) setPace(p floor.Pace) {
	s.Helper()
	if err := s.sim.SetPace(slowed, p); err != nil {
		s.Fatal(err)
	}
}

// setSpeed changes how fast the floor runs.
func (s *site) setSpeed(times int) {
	s.Helper()
	if err := s.sim.SetSpeed(times); err != nil {
		s.Fatal(err)
	}
}

// Two hours of calls pass in two minutes; what is asked and answered keeps real time.
func TestTheFloorRunsFasterThanEverythingElse(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		began := time.Now()
		in2h, calls, _ := s.sim.AHTOf(aht.KindCampaign, slowed, began.Add(2*time.Hour))
		s.setSpeed(60)
		time.Sleep(2 * time.Minute)
		if got := s.sim.FloorTime(time.Now()); !got.Equal(began.Add(2 * time.Hour)) {
			t.Errorf("the floor's clock shows %v", got)
		}
		mean, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, time.Now())
		if mean != in2h || n != calls {
			t.Errorf("%v over %d, want what two hours later were %v over %d", mean, n, in2h, calls)
		}
		s.wantText(s.aht("campaignName", slowed), 200, hms(s, in2h))
		for range 49 {
			s.aht("agentId", "42")
		}
		s.want(s.aht("agentId", "42"), 429, limitText) // the allowance's minute is real
		time.Sleep(time.Minute)
		s.wantText(s.aht("agentId", "42"), 200, "success")
	})
}

// Slowed down again the floor stays where it is, and moments of before keep their figures.
func TestTheFloorsTimeNeverJumps(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		began := time.Now()
		s.setSpeed(10)
		time.Sleep(time.Minute)
		before, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, time.Now())
		at := time.Now()
		s.setSpeed(60)
		time.Sleep(time.Minute)
		s.setSpeed(1)
		time.Sleep(time.Hour)
		if got, want := s.sim.FloorTime(time.Now()).Sub(began), 10*time.Minute+60*time.Minute+time.Hour; got != want {
			t.Errorf("%v have passed on the floor, want %v", got, want)
		}
		if mean, calls, _ := s.sim.AHTOf(aht.KindCampaign, slowed, at); mean != before || calls != n {
			t.Errorf("the past was %v over %d, and is %v over %d", before, n, mean, calls)
		}
		if s.sim.Speed() != 1 {
			t.Errorf("speed %d", s.sim.Speed())
		}
		for _, bad := range []int{0, -1, ozonesim.FastestFloor + 1} {
			if s.sim.SetSpeed(bad) == nil {
				t.Errorf("speed %d is taken", bad)
			}
		}
	})
}

// A campaign that is slowed down is slow two hours later, by the factor; the past and who works elsewhere are as they were.
func TestASlowCampaignIsSlowInTheCallsToCome(t *testing.T) {
	for _, factor := range []float64{0.5, 3} {
		bubble(t, ozonesim.Config{}, func(s *site) {
			time.Sleep(5 * time.Hour) // into the shift
			now := time.Now()
			past, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, now)
			other, _, _ := s.sim.AHTOf(aht.KindAgent, "42", now.Add(6*time.Hour)) // who works elsewhere
			usual := meanOfHours(s, now)
			s.setPace(floor.Pace{Factor: factor})
			if mean, calls, _ := s.sim.AHTOf(aht.KindCampaign, slowed, now); mean != past || calls != n {
				t.Errorf("the past was %v over %d, and is %v over %d", past, n, mean, calls)
			}
			if got := meanOfHours(s, now) / usual; math.Abs(got/factor-1) > 0.4 {
				t.Errorf("%v times as slow, want about %v", got, factor)
			}
			if mean, _, _ := s.sim.AHTOf(aht.KindAgent, "42", now.Add(6*time.Hour)); mean != other {
				t.Errorf("who works elsewhere went from %v to %v", other, mean)
			}
			s.setPace(floor.Pace{})
			if got := meanOfHours(s, now); got != usual {
				t.Errorf("back at the usual pace the mean is %v, want %v", got, usual)
			}
		})
	}
}

// meanOfHours is the mean, in seconds, of the campaign's windows that begin after now.
func meanOfHours(s *site, now time.Time) (mean float64) {
	s.Helper()
	const windows = 3
	for i := range windows {
		one, _, _ := s.sim.AHTOf(aht.KindCampaign, slowed, now.Add(time.Duration(2*i+3)*time.Hour))
		mean += one.Seconds() / windows
	}
	return mean
}

func TestAnIdleCampaignRunsOutOfCalls(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.setPace(floor.Pace{Idle: true})
		if _, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, time.Now()); n == 0 {
			t.Error("calls that were made are gone")
		}
		s.setSpeed(60)
		time.Sleep(3 * time.Minute) // two hours, and the longest call that was under way
		if _, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, time.Now()); n != 0 {
			t.Errorf("%d calls in two hours in which nobody worked", n)
		}
		s.wantText(s.aht("campaignName", slowed), 200, "00:00:00")
		s.setPace(floor.Pace{})
		time.Sleep(2 * time.Minute)
		if _, n, _ := s.sim.AHTOf(aht.KindCampaign, slowed, time.Now()); n == 0 {
			t.Error("nobody has come back")
		}
	})
}

func TestAPaceThatCannotBe(t *testing.T) {
	s := ozonesim.New(ozonesim.Config{})
	for _, factor := range []float64{-1, 0.1, 5.1, math.NaN(), math.Inf(1)} {
		if s.SetPace(slowed, floor.Pace{Factor: factor}) == nil {
			t.Errorf("factor %v is taken", factor)
		}
	}
	if s.SetPace("collections north", floor.Pace{}) == nil {
		t.Error("a campaign that is not there has a pace")
	}
}

// Figures say what AHTOf says, and the CDR has the calls they come from, by the floor's clock.
func TestFiguresAreTheTruth(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.setPace(floor.Pace{Factor: 2})
		s.setSpeed(60)
		time.Sleep(3 * time.Minute)
		now := time.Now()
		all := s.sim.Figures(now)
		if len(all) != len(s.sim.Agents())+len(s.sim.Campaigns()) {
			t.Fatalf("%d figures", len(all))
		}
		for _, f := range all {
			if mean, calls, known := s.sim.AHTOf(f.Kind, f.ID, now); !known || mean != f.Mean || calls != f.Calls {
				t.Errorf("%+v, want %v over %d", f, mean, calls)
			}
			if (f.ID == slowed) != (f.Pace == floor.Pace{Factor: 2}) {
				t.Errorf("%s has the pace %+v", f.ID, f.Pace)
			}
		}
		s.newToken()
		rows := s.cdrWith(s.bearer(), s.sim.FloorTime(now), "campaignName", slowed)
		if len(rows) == 0 {
			t.Error("the CDR of the floor's day is empty")
		}
	})
}

func TestTrafficIsOfTheLastMinute(t *testing.T) {
	bubble(t, ozonesim.Config{Allowance: 3}, func(s *site) {
		s.bearer()
		for range 4 {
			time.Sleep(10 * time.Second)
			s.aht("agentId", "42")
		}
		kinds := func() (all []string) {
			for _, a := range s.sim.Traffic().Requests {
				kind := a.Kind
				if a.Refused {
					kind += " refused"
				}
				all = append(all, kind)
			}
			return all
		}
		if got := kinds(); !slices.Equal(got, []string{"token", "AHT", "AHT", "AHT", "AHT refused"}) {
			t.Errorf("%q", got)
		}
		if got := s.sim.Traffic(); got.Limit != 3 || got.Tokens != 1 || got.Quirks != nil {
			t.Errorf("%+v", got)
		}
		s.sim.Set(quirk.LimitShared.As("2"), quirk.Reset)
		s.sim.RevokeTokens()
		if got := s.sim.Traffic(); got.Limit != 1 || got.Tokens != 2 || !slices.Equal(got.Quirks, []quirk.Quirk{"limit-shared=2", "reset"}) {
			t.Errorf("%+v", got)
		}
		time.Sleep(time.Minute)
		if got := kinds(); got != nil {
			t.Errorf("%q are a minute old", got)
		}
		time.Sleep(time.Hour)
		s.sim.Clear()
		if got := s.sim.Traffic(); got.Limit != 3 || got.Tokens != 0 || got.Quirks != nil {
			t.Errorf("%+v", got)
		}
	})
}
