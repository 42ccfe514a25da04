package ozonesim_test

import (
	"testing"
	"time"

	"ahtbot/internal/sim/ozonesim"
)

func TestAStrangersRequestsTakeRoomForAMinute(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.sim.OtherConsumer(45, 30*time.Second)
		for range 5 {
			s.wantText(s.aht("agentId", "42"), 200, "success")
		}
		s.want(s.aht("agentId", "42"), 429, limitText)
		time.Sleep(31 * time.Second) // the oldest of them are a minute old
		s.wantText(s.aht("agentId", "42"), 200, "success")
		if c := s.sim.Counts(); c.AHT != 7 || c.Refused != 1 || c.MaxIn60s != 7 {
			s.Errorf("counts %+v, want ours alone", c)
		}
	})
}
