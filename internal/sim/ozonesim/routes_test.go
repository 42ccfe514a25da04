package ozonesim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
)

const (
	cdrPath       = "/ca_reports/fetchCDRDetails"
	campaignsPath = "/ca_apis/campaignStatus"
)

var ist = time.FixedZone("IST", 5*3600+1800)

// row is one CDR row; numbers stay as they are written.
type row map[string]any

// cdr fetches the rows of the day of at, from midnight to its end.
func (s *site) cdr(at time.Time, pairs ...string) []row {
	s.Helper()
	return s.cdrWith(s.bearer(), at, pairs...)
}

func (s *site) cdrWith(headers map[string]string, at time.Time, pairs ...string) []row {
	s.Helper()
	day := at.In(ist).Format(time.DateOnly)
	body := named(append(pairs, "fromDate", day+" 00:00:00", "toDate", day+" 23:59:59")...)
	r := s.ask(http.MethodGet, cdrPath, headers, body)
	var got struct {
		Details         []row
		Message, Status string
	}
	d := json.NewDecoder(bytes.NewReader([]byte(r.body)))
	d.UseNumber()
	if err := d.Decode(&got); err != nil || got.Status != "success" || got.Message != "success" {
		s.Fatalf("CDR: %d %.300s, %v", r.code, r.body, err)
	}
	return got.Details
}

// seconds reads an HH:MM:SS column.
func (s *site) seconds(r row, column string) int {
	s.Helper()
	text, ok := r[column].(string)
	var h, m, sec int
	if _, err := fmt.Sscanf(text, "%d:%d:%d", &h, &m, &sec); !ok || err != nil {
		s.Fatalf("%s is %v", column, r[column])
	}
	return h*3600 + m*60 + sec
}

// §1B, the value: AHT is the mean of TalkTime + WrapupDuration over answered outbound
// calls of the last two hours. Part 4: HandlingTime is that sum.
func TestAHTIsTheMeanOfTheCDR(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		time.Sleep(9 * time.Hour) // 14:30 IST
		for _, name := range []string{"Sales Outbound", "Sales_Outbound", "Collections North", "Inbound_912240000001"} {
			time.Sleep(time.Minute)
			now := s.seconds(row{"now": time.Now().In(ist).Format(time.TimeOnly)}, "now")
			var sum, n int
			for _, r := range s.cdr(time.Now(), "campaignName", name) {
				if r["Status"] != "Answered" || r["Type"] == "Inbound" {
					continue
				}
				handling := s.seconds(r, "HandlingTime")
				if handling != s.seconds(r, "TalkTime")+s.seconds(r, "WrapupDuration") ||
					s.seconds(r, "Duration") != s.seconds(r, "TalkTime")+s.seconds(r, "TimeToAnswer") ||
					s.seconds(r, "HoldDuration") > s.seconds(r, "TalkTime") {
					t.Errorf("the times of a row do not add up: %v", r)
				}
				if done := s.seconds(r, "WrapUpEndTime"); done > now-7200 && done <= now {
					sum, n = sum+handling, n+1
				}
			}
			if n == 0 {
				t.Fatal(name, "has no calls")
			}
			mean, calls, _ := s.sim.AHTOf(aht.KindCampaign, name, time.Now())
			want := time.Duration((2*sum+n)/(2*n)) * time.Second
			if mean != want || calls != n {
				t.Errorf("%s: AHTOf %v over %d, CDR %v over %d", name, mean, calls, want, n)
			}
			s.wantText(s.aht("campaignName", name), 200, `"CampaignName":"`+name+`","AHT":"`+hms(s, want)+`"`)
		}
	})
}

// §3.6.
func TestACDRRequestOutOfRangeOrTooOftenIsRefused(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		ask := func(pairs ...string) reply {
			time.Sleep(time.Minute)
			return s.side(http.MethodGet, cdrPath, pairs...)
		}
		s.want(ask(), 200, `{"message":"Missing fromDate and toDate","status":"fail"}`)
		s.want(ask("fromDate", "1.1.2000", "toDate", "1.1.2000"), 200,
			`{"message":"Invalid fromDate format. Please pass the date in the format yyyy-MM-dd HH:mm:ss","status":"fail"}`)
		s.wantText(ask("fromDate", "2000-01-01 00:00:00", "toDate", "2000-01-02 00:00:00"), 200, `"fail"`)
		s.wantText(ask("fromDate", "2000-01-03 00:00:00", "toDate", "2000-01-03 00:00:01"), 200, `"message":"fromDa`)
		s.want(ask("fromDate", "1999-01-03 00:00:00", "toDate", "1999-01-03 23:59:59"), 200,
			`{"details":[],"message":"success","status":"success"}`)
		time.Sleep(time.Minute)
		s.want(s.ask(http.MethodGet, cdrPath, s.bearer(), map[string]string{}), 401,
			`{"status":"false","message":"Missing userName or apiKey"}`)
		s.want(s.ask(http.MethodGet, cdrPath, s.bearer(), map[string]string{"userName": "x"}), 401,
			`{"status":"false","message":"userName or apiKey is Invalid"}`)
		s.wantText(s.side(http.MethodGet, cdrPath), 429, "max limit exceeded") // the third in a minute
	})
}

// §3.6: newest first, filters, 46 columns, unique UCID, pages with totalCount.
func TestCDRRowsAreNewestFirstAndUniqueByUCID(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		time.Sleep(4 * time.Hour)
		rows := s.cdr(time.Now(), "campaignName", "Collections North", "status", "NotAnswered")
		seen, last := map[any]bool{}, "99:99:99"
		for _, r := range rows {
			start, _ := r["StartTime"].(string)
			if len(r) != 46 || r["CampaignName"] != "Collections North" || r["Status"] != "Unanswered" || seen[r["UCID"]] || start > last {
				t.Fatalf("after %s: %v", last, r)
			}
			seen[r["UCID"]], last = true, start
		}
		if len(rows) < 20 {
			t.Errorf("%d rows", len(rows))
		}
	})
}

// §1C row 24.
func cdrTwoSchemas(s *site) {
	s.Helper()
	time.Sleep(20 * time.Hour) // 01:30 IST of the next day
	s.newToken()
	today := s.cdr(time.Now(), "campaignName", "Sales Outbound")
	earlier := s.cdr(time.Now().Add(-12*time.Hour), "campaignName", "Sales Outbound")
	if len(today) == 0 || len(earlier) == 0 {
		s.Fatal("no rows")
	}
	for _, r := range today {
		if n, ok := r["UCID"].(json.Number); !ok || len(n) != 17 || r["CallAudio"] != nil || r["CallFlow"] != "AgentDial" {
			s.Fatalf("today: %v", r)
		}
		if r["Status"] == "Unanswered" && (r["HandlingTime"] != "00:00:00" || r["WrapupDuration"] != nil) {
			s.Fatalf("today, unanswered: %v", r)
		}
	}
	for _, r := range earlier {
		for column, value := range r {
			if _, ok := value.(string); !ok {
				s.Fatalf("earlier: %s is %v", column, value)
			}
		}
	}
}

// §1C row 25: a call is there while it runs and changes until its wrap-up is over.
func mutatingToday(s *site) {
	s.Helper()
	var talking, changed int
	for range 15 {
		time.Sleep(time.Minute)
		if s.newToken(); s.token == "" {
			continue
		}
		for _, r := range s.cdr(time.Now(), "campaignName", "Sales Outbound", "status", "Answered") {
			if r["HandlingTime"] == nil && r["TalkTime"] == "00:00:01" && r["HangupBy"] == "" {
				talking++
			}
			if r["HandlingTime"] == nil && r["TalkTime"] != "00:00:01" {
				changed++
			}
		}
		time.Sleep(6 * time.Minute)
	}
	if talking == 0 || changed == 0 {
		s.Errorf("%d rows while talking, %d in wrap-up", talking, changed)
	}
}

// §3.3.
func campaignFilter(s *site) {
	s.Helper()
	count := func(form string, pairs ...string) int {
		s.Helper()
		s.sim.Set(quirk.CampaignFilter.As(form))
		return strings.Count(s.side(http.MethodGet, campaignsPath, pairs...).body, `"CampaignID"`)
	}
	all := len(s.sim.Campaigns())
	for _, c := range []struct {
		form string
		name []string
		want int
	}{
		{"all", nil, all},
		{"all", []string{"campaignName", "x"}, all},
		{"outbound", nil, all - 2}, // those whose outbound calls are dialled by hand are missing
		{"exact", []string{"campaignName", "Sales Outbound"}, 1},
		{"exact", []string{"campaignName", "x"}, 0},
		{"mandatory", []string{"campaignName", "x"}, all},
		{"mandatory", nil, 0},
	} {
		if got := count(c.form, c.name...); got != c.want {
			s.Errorf("%s %v: %d rows, want %d", c.form, c.name, got, c.want)
		}
	}
	s.want(s.side(http.MethodGet, campaignsPath), 200, `{"status":"failure","message":"All parameters are mandatory"}`)
}

// §3.3: four keys a row; errors are "failure".
func TestCampaignStatusHasFourKeysARow(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.wantText(s.side(http.MethodGet, campaignsPath), 200,
			`{"status":"success","message":[{"CampaignID":"256","CampaignName":"Sales Outbound","UserName":"demo_user","Position":"RUNNING"},`)
		s.want(s.ask(http.MethodGet, campaignsPath, s.bearer(), map[string]string{"userName": "x"}), 200,
			`{"status":"failure","message":"no record found"}`)
	})
}

// §3.4 and §2C: agentDetails, ten a minute.
func TestAgentDetailsAreRefusedAfterTenAMinute(t *testing.T) {
	const path = "/ca_apis/agentDetails"
	bubble(t, ozonesim.Config{}, func(s *site) {
		s.wantText(s.side(http.MethodPost, path, "agentId", "42"), 200,
			`{"status":"success","message":[{"AgentId":"42","AgentName":"Asha Testwala","AgentState":"`)
		for range 9 {
			s.want(s.side(http.MethodPost, path, "agentId", "x"), 200, `{"status":"error","message":"agentId is Invalid"}`)
		}
		s.want(s.side(http.MethodPost, path, "agentId", "42"), 429, `{"status":"error","message":"Max limit exceeded"}`)
	})
}
