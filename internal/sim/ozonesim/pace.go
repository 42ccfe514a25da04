package ozonesim

import (
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/floor"
)

// FastestFloor is how many times as fast as everything else a floor may run.
const FastestFloor = 120

// SetSpeed has the floor's calls come and go so many times as fast, from 1 to [FastestFloor]. Everything else, such as the
// allowance's minute and the life of a token, keeps real time. An answer is about the floor's own last two hours.
func (s *Server) SetSpeed(times int) error {
	if times < 1 || times > FastestFloor {
		return fmt.Errorf("ozonesim: the floor runs from 1 to %d times as fast, not %d", FastestFloor, times)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.Run(times, time.Now())
	return nil
}

// Speed returns how many times as fast the floor runs.
func (s *Server) Speed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.Speed()
}

// FloorTime returns what the floor's own clock shows when everybody else's shows at.
func (s *Server) FloorTime(at time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.At(at)
}

// floorNow is what the floor's own clock shows.
func (s *Server) floorNow() time.Time { return s.FloorTime(time.Now()) }

// SetPace has work on a campaign go at another pace from now on.
func (s *Server) SetPace(campaign string, p floor.Pace) error {
	i, known := s.floor.Find(aht.KindCampaign, campaign, floor.Matching{})
	if !known {
		return fmt.Errorf("ozonesim: no campaign is called %q", campaign)
	}
	if p.Factor != 0 && !(p.Factor >= floor.ShortestFactor && p.Factor <= floor.LongestFactor) {
		return fmt.Errorf("ozonesim: handling times can be %v to %v times as long, not %v", floor.ShortestFactor, floor.LongestFactor, p.Factor)
	}
	s.floor.SetPace(i, s.floorNow(), p)
	return nil
}

// Figure is the truth about one agent or campaign.
type Figure struct {
	Kind  aht.Kind
	ID    string        // as the account is asked about it: an agent's id, a campaign's name
	Name  string        // an agent's
	Mean  time.Duration // as of [Server.AHTOf]
	Calls int
	Pace  floor.Pace // of a campaign
}

// Figures is the truth about everybody at a moment: campaigns, then agents, in the account's own order.
func (s *Server) Figures(at time.Time) []Figure {
	at = s.FloorTime(at)
	var all []Figure
	for i, c := range s.floor.Campaigns {
		f := Figure{Kind: aht.KindCampaign, ID: c.Name, Pace: s.floor.PaceOf(i, at)}
		f.Mean, f.Calls = s.floor.Mean(aht.KindCampaign, i, at, floor.AnsweredOnly)
		all = append(all, f)
	}
	for i, a := range s.floor.Agents {
		f := Figure{Kind: aht.KindAgent, ID: a.ID, Name: a.Name}
		f.Mean, f.Calls = s.floor.Mean(aht.KindAgent, i, at, floor.AnsweredOnly)
		all = append(all, f)
	}
	return all
}
