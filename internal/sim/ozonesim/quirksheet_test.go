package ozonesim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/quirk"
)

// quirkTests follow the rows of ozonetel.md §1C.
var quirkTests = map[quirk.Quirk]func(*site){
	// row 1
	quirk.MsgArray: func(s *site) {
		s.want(s.aht("agentId", "42"), 200, `{"status":"success","message":[`+payload42(s)+`]}`)
	},
	quirk.MsgString: func(s *site) {
		s.want(s.aht("agentId", "42"), 200, `{"status":"success","message":"`+truth(s, aht.KindAgent, "42")+`"}`)
	},
	quirk.MsgJSONString: func(s *site) {
		inner, _ := json.Marshal(payload42(s))
		s.want(s.aht("agentId", "42"), 200, `{"status":"success","message":`+string(inner)+`}`)
	},
	quirk.Flat: func(s *site) {
		s.want(s.aht("agentId", "42"), 200, `{"status":"success",`+payload42(s)[1:])
	},
	quirk.DetailsEnvelope: func(s *site) {
		s.want(s.aht("agentId", "42"), 200, `{"details":[`+payload42(s)+`],"message":"success","status":"success"}`)
	},
	// row 2
	quirk.AHTNull:        noCalls(quirk.AHTNull, `,"AHT":null`, ""),
	quirk.AHTMissing:     noCalls(quirk.AHTMissing, ``, ""),
	quirk.AHTEmpty:       noCalls(quirk.AHTEmpty, `,"AHT":""`, ""),
	quirk.AHTZero:        noCalls(quirk.AHTZero, `,"AHT":"00:00:00"`, ""),
	quirk.AHTNoDataError: noCalls(quirk.AHTNoDataError, "", `{"status":"error","message":"No Data Found"}`),
	// row 3
	quirk.AHTLong: func(s *site) {
		for _, odd := range []string{"100:00:01", "00:90:00", "1:02:03", "27", "100:00:01"} {
			s.wantText(s.aht("agentId", "42"), 200, `"AHT":"`+odd+`"`)
		}
		s.sim.Set(quirk.AHTLong.As("1:02:03"))
		s.wantText(s.aht("agentId", "42"), 200, `"AHT":"1:02:03"`)
		s.wantText(s.aht("agentId", "42"), 200, `"AHT":"1:02:03"`)
	},
	// row 4; Part 4 has the ratio at 1/3 to 1/2
	quirk.AvgAll: func(s *site) {
		var low, high int
		for range 20 {
			time.Sleep(2 * time.Hour)
			s.newToken()
			answered, _, _ := s.sim.AHTOf(aht.KindCampaign, "Collections North", time.Now())
			r := s.aht("campaignName", "Collections North")
			var got struct{ Message struct{ AHT string } }
			_ = json.Unmarshal([]byte(r.body), &got)
			all, err := aht.ParseDuration(got.Message.AHT)
			if err != nil {
				s.Fatal(err, r)
			}
			low, high = low+int(all.Seconds()), high+int(answered.Seconds())
		}
		if ratio := float64(low) / float64(high); ratio < 0.25 || ratio > 0.55 {
			s.Errorf("mean over all attempts is %.2f of the mean over answered ones", ratio)
		}
	},
	// row 5
	quirk.StatusCase: func(s *site) {
		for _, word := range []string{`"Success"`, `"SUCCESS"`, `"true"`, `true`, `1`} {
			s.want(s.aht("agentId", "42"), 200, `{"status":`+word+`,"message":`+payload42(s)+`}`)
		}
		s.wantText(s.aht("agentId", "x"), 200, `"error"`)
	},
	// row 6
	quirk.FailWords: func(s *site) {
		for _, word := range []string{`"failure"`, `"fail"`, `"Fail"`, `"fails"`, `"false"`, `false`, `0`} {
			s.want(s.aht("agentId", "x"), 200, `{"status":`+word+`,"message":"agentId is Invalid"}`)
		}
		s.want(s.aht("agentId", "x"), 200, `{"status":"agentId is Invalid"}`)
		s.want(s.aht("agentId", "x"), 200, `{"status":"error"}`)
		s.wantText(s.aht("agentId", "42"), 200, `"success"`)
	},
	// row 7
	quirk.Errors200: errorsAs(200),
	quirk.Errors400: errorsAs(400),
	quirk.Errors401: errorsAs(401),
	// §1B and row 8
	quirk.Limit: func(s *site) {
		s.want(s.aht("agentId", "42"), 429, limitText)
	},
	quirk.Limit200:      limitAs(quirk.Limit200, 200, limitText, "application/json"),
	quirk.Limit429Empty: limitAs(quirk.Limit429Empty, 429, "", ""),
	quirk.LimitHTML: limitAs(quirk.LimitHTML, 429,
		"<html><body><h1>429 Too Many Requests</h1></body></html>\n", "text/html; charset=UTF-8"),
	// row 9
	quirk.LimitShared: func(s *site) {
		for range 30 {
			s.wantText(s.aht("agentId", "42"), 200, "success")
		}
		s.want(s.aht("agentId", "42"), 429, limitText)
		s.sim.Set(quirk.LimitShared.As("19"))
		s.wantText(s.aht("agentId", "42"), 200, "success")
		s.want(s.aht("agentId", "42"), 429, limitText)
		s.wantText(s.side(http.MethodGet, cdrPath), 200, "Missing fromDate")
		s.want(s.side(http.MethodGet, cdrPath), 429, limitText)
	},
	// row 10
	quirk.TokenRival: func(s *site) {
		s.want(s.aht("agentId", "42"), 401, `{"status":"false","message":"Token Expired","data":null}`)
		s.newToken()
		s.want(s.aht("agentId", "42"), 401, `{"status":"false","message":"Invalid Token","data":null}`)
	},
	// row 11
	quirk.TokenExhausted: func(s *site) {
		const body = `{"status":"false","message":"max limit exceeded","data":null}`
		s.want(s.newToken(), 200, body)
		s.want(s.newToken(), 429, body)
		s.wantText(s.aht("agentId", "42"), 200, "success")
	},
	// row 12
	quirk.TokenAs200: func(s *site) {
		time.Sleep(time.Hour)
		s.want(s.aht("agentId", "42"), 200, `{"status":"false","message":"Token Expired","data":null}`)
	},
	// row 13
	quirk.MissingTokenLies: func(s *site) {
		s.wantText(s.ask(http.MethodGet, ahtPath, nil, named("agentId", "42")), 401, `"Token Expired"`)
		s.wantText(s.ask(http.MethodGet, ahtPath, nil, named("agentId", "42")), 401, `"Token Should Not be Null or Empty."`)
	},
	// rows 14 and 15
	quirk.WrongMode: basicWith("Missing userName or apiKey"),
	quirk.BasicNull: basicWith("Api Key Should Not be Null or Empty."),
	// row 16
	quirk.BothCredsRefused: func(s *site) {
		s.wantText(s.ask(http.MethodGet, ahtPath, with(s.bearer(), "APIKEY", "demo-key"), named("agentId", "42")), 401, "Missing")
		s.wantText(s.aht("agentId", "42"), 200, "success")
	},
	// row 17
	quirk.RawToken: func(s *site) {
		raw := map[string]string{"Authorization": s.token}
		s.wantText(s.ask(http.MethodGet, ahtPath, raw, named("agentId", "42")), 200, "success")
		s.wantText(s.aht("agentId", "42"), 401, "Invalid Token")
	},
	// row 18
	quirk.TokenExtraMessage: func(s *site) {
		s.wantText(s.newToken(), 200, `","message":"Token generated successfully"}`)
	},
	// row 19
	quirk.PostOnly: func(s *site) {
		s.wantText(s.ask(http.MethodPost, ahtPath, s.bearer(), named("agentId", "42")), 200, "success")
		s.want(s.aht("agentId", "42"), 405, "Method Not Allowed\n")
	},
	quirk.QueryOnly: func(s *site) {
		s.wantText(s.ask(http.MethodGet, ahtPath+"?userName=demo_user&agentId=42", s.bearer(), ""), 200, payload42(s))
		s.wantText(s.aht("agentId", "42"), 200, "userName should not be empty")
	},
	// row 20
	quirk.TextVariants: func(s *site) {
		s.sim.Next(quirk.Limit)
		s.wantText(s.aht("agentId", "42"), 429, "Max limit exceeded")
		s.wantText(s.aht(), 200, `cannot be\nempty`)
		s.wantText(s.aht(), 200, `cannot beempty`)
		s.wantText(s.aht("agentId", "42"), 200, `""status"":""success""`)
		r := s.aht("agentId", "42")
		if s.wantText(r, 200, `"success"`); r.header.Get("Content-Type") != "text/html; charset=UTF-8" {
			s.Errorf("headers %v", r.header)
		}
		s.wantText(s.aht("agentId", "42"), 200, "\ufeff{")
		s.wantText(s.aht("agentId", "42"), 200, "<br />\n{\"status\":\"success\"")
	},
	// row 21
	quirk.HTML502: func(s *site) { s.wantText(s.aht("agentId", "42"), 502, "<h1>502 Bad Gateway</h1>") },
	quirk.Slow: func(s *site) {
		start := time.Now()
		s.wantText(s.aht("agentId", "42"), 200, "success")
		if took := time.Since(start); took != 20*time.Second {
			s.Errorf("took %v", took)
		}
	},
	quirk.Hang: func(s *site) {
		ctx, cancel := context.WithTimeout(s.Context(), time.Hour)
		defer cancel()
		if r := s.askWith(ctx, http.MethodGet, ahtPath, s.bearer(), named("agentId", "42")); r.err == nil {
			s.Errorf("answered: %+v", r)
		}
	},
	quirk.Reset: func(s *site) {
		if r := s.aht("agentId", "42"); r.err == nil {
			s.Errorf("answered: %+v", r)
		}
	},
	quirk.TruncatedJSON: func(s *site) {
		if r := s.aht("agentId", "42"); r.err != nil || r.code != 200 || json.Valid([]byte(r.body)) {
			s.Errorf("short: %+v", r)
		}
		if r := s.aht("agentId", "42"); r.err == nil {
			s.Errorf("cut: %+v", r)
		}
	},
	quirk.Empty200: func(s *site) { s.want(s.aht("agentId", "42"), 200, "") },
	// row 22
	quirk.IDCase: func(s *site) {
		known := func(name, answer string) {
			s.Helper()
			s.wantText(s.aht("campaignName", name), 200, answer)
		}
		for form, want := range map[string][3]string{
			"fold":      {"success", "Invalid", "Invalid"},
			"trim":      {"Invalid", "success", "Invalid"},
			"fold+trim": {"success", "success", "success"},
		} {
			s.sim.Set(quirk.IDCase.As(form))
			known("sales outbound", want[0])
			known(" Sales Outbound ", want[1])
			known(" sales outbound ", want[2])
		}
		s.sim.Clear(quirk.IDCase)
		known("sales outbound", "Invalid")
		known(" Sales Outbound", "Invalid")
	},
	// row 23
	quirk.CampaignFilter: campaignFilter,
	// rows 24 and 25
	quirk.CDRTwoSchemas: cdrTwoSchemas,
	quirk.MutatingToday: mutatingToday,
}
