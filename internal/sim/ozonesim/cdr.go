package ozonesim

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"ahtbot/internal/aht"
)

const (
	stamp    = "2006-01-02 15:04:05"
	cdrDays  = 15 // how far back the CDR reaches; older days are empty, not an error (§2C)
	pageRows = 500
)

func cdrFailed(text string) answer {
	return answer{http.StatusOK, object{{"message", text}, {"status", "fail"}}, failure}
}

// cdrSide has credential errors without a data key (§3.6); their HTTP code is that of the
// other credential errors.
var cdrSide = side{
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
	from, errFrom := time.ParseInLocation(stamp, fields["fromDate"], ist)
	to, errTo := time.ParseInLocation(stamp, fields["toDate"], ist)
	now := time.Now().In(ist)
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
	case dayOf(from.Unix()) != dayOf(to.Unix()):
		return cdrFailed("fromDate and toDate should be of the same day")
	}
	if name := fields["campaignName"]; name != "" {
		if _, known := s.floor.find(aht.KindCampaign, name, exactly); !known {
			return cdrFailed("Invalid campaignName")
		}
	}
	calls := s.cdrCalls(from.Unix(), to.Unix(), now.Unix(), fields, q.traits)
	total := len(calls)
	if q.path == routeCDRPages {
		calls = page(calls, q)
	}
	rows := []object{}
	for _, c := range calls {
		typed := q.traits.has(CDRTwoSchemas) && dayOf(c.start) == dayOf(now.Unix())
		rows = append(rows, cdrRow(s.floor, c, now.Unix(), typed))
	}
	body := object{{"details", rows}, {"message", "success"}, {"status", "success"}}
	if q.path == routeCDRPages {
		body = append(body, pair{"totalCount", total})
	}
	return succeeded(body)
}

// cdrCalls returns the calls that started in the range and pass the filters.
func (s *Server) cdrCalls(from, to, now int64, fields map[string]string, t traits) []call {
	day := dayOf(from)
	if dayOf(now)-day > cdrDays {
		return nil
	}
	var calls []call
	for i := range s.floor.agents {
		for _, c := range s.floor.callsOf(day, i) {
			visible := c.done() <= now || t.has(MutatingToday) && c.start+c.ring <= now
			if !visible || c.start < from || c.start > to || !passes(s.floor, c, fields) {
				continue
			}
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b call) int { return int(b.ucid() - a.ucid()) })
	return calls
}

// passes applies the optional filters of §3.6.
func passes(f *floor, c call, fields map[string]string) bool {
	want := func(key, value string) bool { return fields[key] == "" || fields[key] == value }
	status := "NotAnswered" // the filter's word; rows say Unanswered
	if c.answered {
		status = "Answered"
	}
	return want("campaignName", f.campaigns[c.campaign].name) && want("callType", c.callType) &&
		want("status", status) && want("ucid", strconv.FormatInt(c.ucid(), 10))
}

// page cuts the calls to pageNo (from 1) of pageSize, both in the query string.
func page(calls []call, q *question) []call {
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
