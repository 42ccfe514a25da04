package ozonesim

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/floor"
	"ahtbot/internal/sim/ozonesim/quirk"
)

const (
	stamp    = "2006-01-02 15:04:05"
	cdrDays  = 15 // how far back the CDR reaches; older days are empty, not an error (§2C)
	pageRows = 500
)

func cdrFailed(text string) answer {
	return answer{http.StatusOK, object{{"message", text}, {"status", "fail"}}, failure}
}

// cdrRoute has credential errors without a data key (§3.6); their HTTP code is that of the
// other credential errors.
var cdrRoute = otherRoute{
	methods: []string{http.MethodGet}, limit: 2, refusal: "max limit exceeded",
	noUser: answer{http.StatusUnauthorized, object{{"status", "false"}, {"message", missingCredentials}}, failure},
	badUser: answer{
		http.StatusUnauthorized, object{{"status", "false"}, {"message", "userName or apiKey is Invalid"}}, failure,
	},
	answer: (*Server).cdr,
}

// cdr is §3.6: the calls of one calendar day, newest first, finished ones only unless
// mutating-today is on.
func (s *Server) cdr(fields map[string]string, q *question) answer {
	from, errFrom := time.ParseInLocation(stamp, fields["fromDate"], floor.IST)
	to, errTo := time.ParseInLocation(stamp, fields["toDate"], floor.IST)
	now := time.Now().In(floor.IST)
	const format = " format. Please pass the date in the format yyyy-MM-dd HH:mm:ss"
	switch {
	case fields["fromDate"] == "" || fields["toDate"] == "":
		return cdrFailed("Missing fromDate and toDate")
	case errFrom != nil:
		return cdrFailed("Invalid fromDate" + format)
	case errTo != nil:
		return cdrFailed("Invalid toDate" + format)
	case from.After(now): // the documented text is cut off after "fromDa"; the next one is a guess as well
		return cdrFailed("fromDate should not be a future date")
	case floor.DayOf(from.Unix()) != floor.DayOf(to.Unix()):
		return cdrFailed("fromDate and toDate should be of the same day")
	}
	if name := fields["campaignName"]; name != "" {
		if _, known := s.floor.Find(aht.KindCampaign, name, floor.Matching{}); !known {
			return cdrFailed("Invalid campaignName")
		}
	}
	calls := s.cdrCalls(from.Unix(), to.Unix(), now.Unix(), fields, q.quirks)
	total := len(calls)
	if q.path == routeCDRPages {
		calls = page(calls, q)
	}
	rows := []object{}
	for _, c := range calls {
		typed := q.quirks.has(quirk.CDRTwoSchemas) && floor.DayOf(c.Start) == floor.DayOf(now.Unix())
		rows = append(rows, cdrRow(s.floor, c, now.Unix(), typed))
	}
	body := object{{"details", rows}, {"message", "success"}, {"status", "success"}}
	if q.path == routeCDRPages {
		body = append(body, pair{"totalCount", total})
	}
	return succeeded(body)
}

// cdrCalls returns the calls that started in the range and pass the filters.
func (s *Server) cdrCalls(from, to, now int64, fields map[string]string, t requestQuirks) []floor.Call {
	day := floor.DayOf(from)
	if floor.DayOf(now)-day > cdrDays {
		return nil
	}
	var calls []floor.Call
	for i := range s.floor.Agents {
		for _, c := range s.floor.Calls(day, i) {
			visible := c.Done() <= now || t.has(quirk.MutatingToday) && c.Start+c.Ring <= now
			if !visible || c.Start < from || c.Start > to || !passes(s.floor, c, fields) {
				continue
			}
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b floor.Call) int { return int(b.UCID() - a.UCID()) })
	return calls
}

// passes applies the optional filters of §3.6.
func passes(f *floor.Floor, c floor.Call, fields map[string]string) bool {
	want := func(key, value string) bool { return fields[key] == "" || fields[key] == value }
	status := "NotAnswered" // the filter's word; rows say Unanswered
	if c.Answered {
		status = "Answered"
	}
	return want("campaignName", f.Campaigns[c.Campaign].Name) && want("callType", c.Type) &&
		want("status", status) && want("ucid", strconv.FormatInt(c.UCID(), 10))
}

// page cuts the calls to pageNo (from 1) of pageSize, both in the query string.
func page(calls []floor.Call, q *question) []floor.Call {
	query := q.r.URL.Query()
	size, err := strconv.Atoi(query.Get("pageSize"))
	if err != nil || size < 1 || size > pageRows {
		size = pageRows
	}
	number, err := strconv.Atoi(query.Get("pageNo"))
	if err != nil || number < 1 {
		number = 1
	}
	first := min(min(number-1, len(calls))*size, len(calls))
	return calls[first:min(first+size, len(calls))]
}

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
