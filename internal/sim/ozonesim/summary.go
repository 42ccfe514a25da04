package ozonesim

import (
	"strconv"
	"time"

	"ahtbot/internal/sim/ozonesim/floor"
)

// summaryReport is §3.5 in its production envelope: one row per agent and day. Today is
// not in it: the report is not real time.
func (s *Server) summaryReport(fields map[string]string, _ *question) answer {
	from, errFrom := time.ParseInLocation(stamp, fields["fromDate"], floor.IST)
	to, errTo := time.ParseInLocation(stamp, fields["toDate"], floor.IST)
	switch {
	case errFrom != nil || errTo != nil:
		return failed("From and To Date should be in yyyy-mm-dd HH:mm:ss Format")
	case from.After(to):
		return failed("From Date Should not be Greater than To Date")
	case to.Sub(from) > 30*24*time.Hour:
		return failed("Difference Between From and To date should not be Greater than 30 Days")
	}
	rows := []object{}
	today := floor.DayOf(time.Now().Unix())
	for day := floor.DayOf(from.Unix()); day <= floor.DayOf(to.Unix()) && day < today; day++ {
		for i := range s.floor.Agents {
			if calls := s.floor.Calls(day, i); len(calls) > 0 {
				rows = append(rows, summaryRow(s.floor, day, i, calls))
			}
		}
	}
	return succeeded(object{{"details", rows}, {"message", "success"}, {"status", "success"}})
}

// summaryRow adds up a day: Busy, Dial, Idle, Pause and Wrapup make Login exactly.
func summaryRow(f *floor.Floor, day int64, index int, calls []floor.Call) object {
	a := f.Agents[index]
	var talk, ring, wrap int64
	for _, c := range calls {
		talk, ring, wrap = talk+c.Talk, ring+c.Ring, wrap+c.Wrap
	}
	const pause = 45 * 60
	login := calls[len(calls)-1].Done() - calls[0].Start + pause
	mode := "Blended"
	switch {
	case a.Inbound:
		mode = "Inbound"
	case f.Campaigns[a.Campaigns[0]].Inbound():
		mode = "Manual"
	}
	span := func(seconds int64) string { return clock(time.Duration(seconds) * time.Second) }
	return object{
		{"AgentIncrID", strconv.Itoa(a.Number)},
		{"AgentName", a.Name},
		{"AgentUniqueID", a.ID},
		{"CallDate", time.Unix(floor.Midnight(day), 0).In(floor.IST).Format(time.DateOnly)},
		{"ModeType", mode},
		{"TotalBusyTime", span(talk)},
		{"TotalDialTime", span(ring)},
		{"TotalIdleTime", span(login - talk - ring - wrap - pause)},
		{"TotalLoginDuration", span(login)},
		{"TotalPauseTime", span(pause)},
		{"TotalWrapupTime", span(wrap)},
	}
}
