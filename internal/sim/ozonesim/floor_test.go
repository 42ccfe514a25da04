package ozonesim_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
)

var someDay = time.Date(2026, 11, 22, 0, 0, 0, 0, ist)

func TestPeopleAndCampaignsThatTestsCountOn(t *testing.T) {
	s := ozonesim.New(ozonesim.Config{})
	agents, campaigns := s.Agents(), s.Campaigns()
	if len(agents) != 40 || !slices.IsSorted(agents) || len(slices.Compact(slices.Clone(agents))) != 40 {
		t.Errorf("agents %q", agents)
	}
	for _, id := range []string{"42", "7", "Agent07", "asha.k@example.com"} {
		if !slices.Contains(agents, id) {
			t.Errorf("no agent %q", id)
		}
	}
	if len(campaigns) < 13 || !slices.IsSorted(campaigns) {
		t.Errorf("campaigns %q", campaigns)
	}
	for _, name := range []string{"Sales Outbound", "Sales_Outbound", "Collections North", "Inbound_912240000001", "Winter Trial"} {
		if !slices.Contains(campaigns, name) {
			t.Errorf("no campaign %q", name)
		}
	}
	if _, _, known := s.AHTOf(aht.KindAgent, "Sales Outbound", someDay); known {
		t.Error("a campaign is no agent")
	}
}

// Every campaign but one, and agent 42, have calls in every window at any hour.
func TestEveryWindowHasCalls(t *testing.T) {
	for seed := range uint64(2) {
		s := ozonesim.New(ozonesim.Config{Seed: seed})
		for at := someDay; at.Before(someDay.AddDate(0, 0, 4)); at = at.Add(19 * time.Minute) {
			if mean, calls, known := s.AHTOf(aht.KindAgent, "42", at); calls == 0 || mean <= 0 || !known {
				t.Errorf("seed %d: agent 42 has %d calls at %v", seed, calls, at)
			}
			for _, c := range s.Campaigns() {
				if _, calls, _ := s.AHTOf(aht.KindCampaign, c, at); (calls == 0) != (c == "Winter Trial") {
					t.Errorf("seed %d: %s has %d calls at %v", seed, c, calls, at)
				}
			}
			if mean, calls, known := s.AHTOf(aht.KindAgent, "7", at); mean != 0 || calls != 0 || !known {
				t.Errorf("seed %d: agent 7 has %d calls at %v", seed, calls, at)
			}
		}
	}
}

func TestTheSeedIsTheFloor(t *testing.T) {
	one, same, other := ozonesim.New(ozonesim.Config{}), ozonesim.New(ozonesim.Config{Seed: 1}), ozonesim.New(ozonesim.Config{Seed: 2})
	for day := range 20 { // whatever was asked before, and whatever the cache forgot
		same.AHTOf(aht.KindCampaign, "Survey_2026", someDay.AddDate(0, 0, -day))
		for _, id := range same.Agents() {
			same.AHTOf(aht.KindAgent, id, someDay.AddDate(0, 0, -day))
		}
	}
	differ := 0
	for _, name := range one.Campaigns() {
		for hour := range 24 {
			at := someDay.Add(time.Duration(hour) * time.Hour)
			a, n, _ := one.AHTOf(aht.KindCampaign, name, at)
			if b, m, _ := same.AHTOf(aht.KindCampaign, name, at); a != b || n != m {
				t.Errorf("%s at %v: %v over %d, and %v over %d with the same seed", name, at, a, n, b, m)
			}
			if c, _, _ := other.AHTOf(aht.KindCampaign, name, at); a != c {
				differ++
			}
		}
	}
	if differ < 250 {
		t.Errorf("another seed differs in %d of 312 windows", differ)
	}
}

// Part 4 and §1A.8: a third answered, handle times of 45 s to 6 min with a CV of about
// one, wrap of 5 to 60 s, about five answered calls in an agent's window.
func TestTheFloorIsBelievable(t *testing.T) {
	bubble(t, ozonesim.Config{Auth: ozonesim.BasicAuth}, func(s *site) {
		time.Sleep(24 * time.Hour)
		for _, name := range []string{"KYC.Reminders", "Sales Outbound", "Retention West", "Inbound_912240000001", "Winter Trial"} {
			time.Sleep(31 * time.Second) // two a minute
			day := s.yesterday(name)
			answered, attempts, sum, squares := day[0], day[1], day[2], day[3]
			if name == "Winter Trial" {
				if attempts != 0 {
					t.Errorf("%s has %v calls", name, attempts)
				}
				continue
			}
			mean := sum / answered
			cv := math.Sqrt(squares/answered-mean*mean) / mean
			if part := answered / attempts; part < 0.28 || part > 0.42 {
				t.Errorf("%s: %.2f answered of %v", name, part, attempts)
			}
			if mean < 36 || mean > 432 || cv < 0.6 || cv > 1.3 {
				t.Errorf("%s: mean %.0f s, CV %.2f", name, mean, cv)
			}
		}
	})
}

// yesterday adds up a campaign's outbound calls of the day before: answered, attempts, and the
// sum and squares of handling.
func (s *site) yesterday(campaign string) (sums [4]float64) {
	s.Helper()
	for _, r := range s.cdrWith(key, time.Now().AddDate(0, 0, -1), "campaignName", campaign) {
		if r["Type"] == "Inbound" {
			continue
		}
		sums[1]++
		if r["Status"] != "Answered" {
			continue
		}
		handling := float64(s.seconds(r, "HandlingTime"))
		if wrap := s.seconds(r, "WrapupDuration"); wrap < 5 || wrap > 60 || s.seconds(r, "TalkTime") < 2 {
			s.Errorf("%v", r)
		}
		sums[0], sums[2], sums[3] = sums[0]+1, sums[2]+handling, sums[3]+handling*handling
	}
	return sums
}

// §1A.8: an agent's window holds a handful of calls in the shift.
func TestAnAgentsWindowIsSmall(t *testing.T) {
	s := ozonesim.New(ozonesim.Config{})
	var counts []int
	for _, id := range s.Agents() {
		for day := range 5 {
			_, n, _ := s.AHTOf(aht.KindAgent, id, someDay.AddDate(0, 0, day).Add(16*time.Hour))
			counts = append(counts, n)
		}
	}
	slices.Sort(counts)
	if median := counts[len(counts)/2]; median < 3 || median > 8 {
		t.Errorf("median %d", median)
	}
	if tenth := counts[len(counts)/10]; tenth > 2 {
		t.Errorf("10th percentile %d", tenth)
	}
}
