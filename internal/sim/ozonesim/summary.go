package ozonesim

import (
	"strconv"
	"time"
)

// summaryReport is §3.5 in its production envelope: one row per agent and day. Today is
// not in it: the report is not real time.
func (s *Server) summaryReport(fields map[string]string, _ *question) answer {
	from, errFrom := time.ParseInLocation(stamp, fields["fromDate"], ist)
	to, errTo := time.ParseInLocation(stamp, fields["toDate"], ist)
	switch {
	case errFrom != nil || errTo != nil:
		return failed("From and To Date should be in yyyy-mm-dd HH:mm:ss Format")
	case from.After(to):
		return failed("From Date Should not be Greater than To Date")
	case to.Sub(from) > 30*24*time.Hour:
		return failed("Difference Between From and To date should not be Greater than 30 Days")
	}
	rows := []object{}
	today := dayOf(time.Now().Unix())
	for day := dayOf(from.Unix()); day <= dayOf(to.Unix()) && day < today; day++ {
		for i := range s.floor.agents {
			if calls := s.floor.callsOf(day, i); len(calls) > 0 {
				rows = append(rows, summaryRow(s.floor, day, i, calls))
			}
		}
	}
	return succeeded(object{{"details", rows}, {"message", "success"}, {"status", "success"}})
}

// summaryRow adds up a day: Busy, Dial, Idle, Pause and Wrapup make Login exactly.
func summaryRow(f *floor, day int64, index int, calls []call) object {
	a := f.agents[index]
	var talk, ring, wrap int64
	for _, c := range calls {
		talk, ring, wrap = talk+c.talk, ring+c.ring, wrap+c.wrap
	}
	const pause = 45 * 60
	login := calls[len(calls)-1].done() - calls[0].start + pause
	mode := "Blended"
	switch {
	case a.inbound:
		mode = "Inbound"
	case f.campaigns[a.campaigns[0]].inbound():
		mode = "Manual"
	}
	span := func(seconds int64) string { return clock(time.Duration(seconds) * time.Second) }
	return object{
		{"AgentIncrID", strconv.Itoa(a.number)},
		{"AgentName", a.name},
		{"AgentUniqueID", a.id},
		{"CallDate", time.Unix(midnight(day), 0).In(ist).Format(time.DateOnly)},
		{"ModeType", mode},
		{"TotalBusyTime", span(talk)},
		{"TotalDialTime", span(ring)},
		{"TotalIdleTime", span(login - talk - ring - wrap - pause)},
		{"TotalLoginDuration", span(login)},
		{"TotalPauseTime", span(pause)},
		{"TotalWrapupTime", span(wrap)},
	}
}
