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

// cdrDays is how far back the CDR reaches; older days are empty, not an error (§2C).
const cdrDays = 15

func cdrFailed(text string) answer {
	return answer{http.StatusOK, object{{"message", text}, {"status", "fail"}}, failure}
}

// cdrRoute has credential errors without a data key (§3.6); their HTTP code is that of the
// other credential errors.
var cdrRoute = otherRoute{
	method: http.MethodGet, limit: 2, refusal: "max limit exceeded",
	noUser: answer{http.StatusUnauthorized, object{{"status", "false"}, {"message", missingCredentials}}, failure},
	badUser: answer{
		http.StatusUnauthorized, object{{"status", "false"}, {"message", "userName or apiKey is Invalid"}}, failure,
	},
	answer: (*Server).cdr,
}

// cdr is §3.6: the calls of one calendar day, newest first, finished ones only unless
// mutating-today is on.
func (s *Server) cdr(fields map[string]string, q *question) answer {
	from, errFrom := time.ParseInLocation(time.DateTime, fields["fromDate"], floor.IST)
	to, errTo := time.ParseInLocation(time.DateTime, fields["toDate"], floor.IST)
	now := s.floorNow().In(floor.IST)
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
	rows := []object{}
	for _, c := range calls {
		typed := q.quirks.has(quirk.CDRTwoSchemas) && floor.DayOf(c.Start) == floor.DayOf(now.Unix())
		rows = append(rows, cdrRow(s.floor, c, now.Unix(), typed))
	}
	return succeeded(object{{"details", rows}, {"message", "success"}, {"status", "success"}})
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
