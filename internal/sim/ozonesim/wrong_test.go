package ozonesim_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
)

// Wrong clients come first: a simulator that lets them through proves nothing.

// §1C row 16, §1A.4.
func TestBothCredentialsAtOnceAreCountedAndCanBeRefused(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		both := with(s.bearer(), "apiKey", "demo-key")
		s.wantText(s.ask(http.MethodGet, ahtPath, both, named("agentId", "42")), 200, `"AHT"`)
		s.sim.Set(quirk.BothCredsRefused)
		s.want(s.ask(http.MethodGet, ahtPath, both, named("agentId", "42")), 401,
			`{"status":"false","message":"Missing userName or apiKey","data":null}`)
		s.wantText(s.aht("agentId", "42"), 200, `"AHT"`)
		if got := s.sim.Counts().BothCredentials; got != 2 {
			t.Errorf("BothCredentials = %d, want 2", got)
		}
	})
}

// §1B rate limit, §1A.9.
func TestFiftyFirstRequestInARollingMinuteIsRefused(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		for range 50 {
			s.wantText(s.aht("agentId", "42"), 200, `"success"`)
			time.Sleep(time.Second)
		}
		time.Sleep(9 * time.Second) // 59 s after the first
		const refusal = `{"status":"error","message":"max limit exceeded"}`
		s.want(s.aht("agentId", "42"), 429, refusal)
		time.Sleep(time.Second) // 60 s after the first: room for one
		s.wantText(s.aht("agentId", "42"), 200, `"success"`)
		s.want(s.aht("agentId", "42"), 429, refusal)
		c := s.sim.Counts()
		if c.Refused != 2 || c.AHT != 53 || c.MaxIn60s != 52 || c.MaxAllIn60s != 52 || c.Tokens != 1 || c.Requests != 54 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestFiftyThenAMinuteThenFiftyPass(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		for range 2 {
			for range 50 {
				s.wantText(s.aht("campaignName", "Sales Outbound"), 200, `"success"`)
			}
			time.Sleep(time.Minute)
		}
		if c := s.sim.Counts(); c.MaxIn60s != 50 || c.MaxAllIn60s != 51 || c.Refused != 0 {
			t.Errorf("counts %+v, want 50 in a minute (51 with the token) and none refused", c)
		}
	})
}

// §1A.3: each new token kills the earlier ones.
func TestOldTokenDiesWithANewOne(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		old := s.bearer()
		s.newToken()
		s.want(s.ask(http.MethodGet, ahtPath, old, named("agentId", "42")), 401,
			`{"status":"false","message":"Invalid Token","data":null}`)
		s.wantText(s.aht("agentId", "42"), 200, `"AHT"`)
		s.sim.RevokeTokens()
		s.wantText(s.aht("agentId", "42"), 401, "Invalid Token")
	})
}

// §1A.3: valid 60 min, HS512, exp.
func TestTokenLivesAnHour(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		headers := s.bearer()
		head, rest, _ := strings.Cut(s.token, ".")
		payload, _, _ := strings.Cut(rest, ".")
		if b, _ := base64.RawURLEncoding.DecodeString(head); string(b) != `{"alg":"HS512"}` {
			t.Errorf("header %s", b)
		}
		b, _ := base64.RawURLEncoding.DecodeString(payload)
		var claims struct{ Exp, Iat int64 }
		if err := json.Unmarshal(b, &claims); err != nil || claims.Iat != time.Now().Unix() || claims.Exp != claims.Iat+3600 {
			t.Errorf("payload %s, %v", b, err)
		}
		time.Sleep(time.Hour - time.Second)
		s.wantText(s.aht("agentId", "42"), 200, `"AHT"`)
		time.Sleep(time.Second)
		s.want(s.ask(http.MethodGet, ahtPath, headers, named("agentId", "42")), 401,
			`{"status":"false","message":"Token Expired","data":null}`)
		forged := with(headers, "Authorization", headers["Authorization"]+"x")
		s.wantText(s.ask(http.MethodGet, ahtPath, forged, named("agentId", "42")), 401, "Invalid Token")
	})
}

// §1B: other method on a GET-only route. Part 6: bare 405.
func TestPostOnTheGetRouteIsABare405(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		r := s.ask(http.MethodPost, ahtPath, s.bearer(), named("agentId", "42"))
		s.want(r, 405, "Method Not Allowed\n")
		if json.Valid([]byte(r.body)) {
			t.Error("a bare 405 is not JSON")
		}
		s.want(s.side(http.MethodPost, "/ca_reports/fetchCDRDetails"), 405, "Method Not Allowed\n")
		s.want(s.side(http.MethodGet, tokenPath), 405, "Method Not Allowed\n")
		s.want(s.side(http.MethodGet, "/nowhere"), 404, "Not Found\n")
	})
}

// §1A.1, Part 6: query string parameters are no substitute for the body.
func TestQueryStringIsNotABody(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		for _, body := range []string{"", "userName=demo_user&agentId=42", `["42"]`, "null"} {
			s.want(s.ask(http.MethodGet, ahtPath+"?userName=demo_user&agentId=42", s.bearer(), body), 200,
				`{"status":"false","message":"Invalid Json Pass Valid Json"}`)
		}
	})
}

// §1A.3: at most 10 generations in a rolling hour.
func TestEleventhTokenInAnHourIsRefused(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		for range 10 {
			s.wantText(s.newToken(), 200, `"message":""`)
		}
		s.want(s.newToken(), 429, `{"status":"false","message":"max limit exceeded","data":null}`)
		s.wantText(s.aht("agentId", "42"), 200, `"AHT"`) // a refused generation kills nothing
		time.Sleep(time.Hour)
		s.wantText(s.newToken(), 200, `"token":"ey`)
	})
}

// §2A.
func TestWrongCredentialsForAToken(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		user := map[string]string{"userName": "demo_user"}
		const invalid = `{"status":"false","message":"Invalid userName or apiKey","data":null}`
		s.want(s.ask(http.MethodPost, tokenPath, nil, user), 401, invalid)
		s.want(s.ask(http.MethodPost, tokenPath, map[string]string{"apiKey": "x"}, user), 401, invalid)
		s.want(s.ask(http.MethodPost, tokenPath, key, map[string]string{"userName": "x"}), 401, invalid)
		s.want(s.ask(http.MethodPost, tokenPath, key, map[string]string{"username": "demo_user"}), 401,
			`{"status":"false","message":"UserName is null","data":null}`)
		s.wantText(s.ask(http.MethodPost, tokenPath, key, "userName"), 200, "Invalid Json")
		lower := map[string]string{"apikey": "demo-key"}
		s.wantText(s.ask(http.MethodPost, "/ca_reports/caToken/generateToken", lower, user), 200, `"token":"ey`)
	})
}

// §1A.4: the account's mode decides; the other credential is a permanent failure.
func TestWrongModeNeverWorks(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		const missing = `{"status":"false","message":"Missing userName or apiKey","data":null}`
		s.want(s.ask(http.MethodGet, ahtPath, key, named("agentId", "42")), 401, missing)
		s.want(s.ask(http.MethodGet, ahtPath, nil, named("agentId", "42")), 401, missing)
		raw := map[string]string{"Authorization": strings.TrimPrefix(s.bearer()["Authorization"], "Bearer ")}
		s.wantText(s.ask(http.MethodGet, ahtPath, raw, named("agentId", "42")), 401, "Invalid Token")
	})
	bubble(t, ozonesim.Config{Auth: ozonesim.BasicAuth}, func(s *site) {
		s.wantText(s.ask(http.MethodGet, ahtPath, key, named("agentId", "42")), 200, `"AHT"`)
		s.wantText(s.aht("agentId", "42"), 401, "Missing userName or apiKey")
		s.want(s.ask(http.MethodGet, ahtPath, map[string]string{"apiKey": ""}, named("agentId", "42")), 200,
			`{"status":"error","message":"apiKey should not be empty"}`)
		s.want(s.ask(http.MethodGet, ahtPath, map[string]string{"apiKey": "x"}, named("agentId", "42")), 200,
			`{"status":"error","message":"userName or apiKey is Invalid"}`)
	})
}

// §3.1: the eight texts (max limit exceeded and apiKey are above).
func TestErrorTextsOfTheQuestion(t *testing.T) {
	bubble(t, ozonesim.Config{}, func(s *site) {
		for text, body := range map[string]map[string]string{
			"userName should not be empty":                             {"agentId": "42"},
			"userName or apiKey is Invalid":                            {"userName": "x", "agentId": "42"},
			"Both agentId and campaignName cannot be passed at a time": named("agentId", "42", "campaignName", "Sales Outbound"),
			"Both agentId and campaignName cannot be empty":            named("agentId", "", "campaignName", ""),
			"agentId is Invalid":                                       named("agentId", "4711"),
			"campaignName is Invalid":                                  named("campaignName", "sales outbound"),
		} {
			s.want(s.ask(http.MethodGet, ahtPath, s.bearer(), body), 200, `{"status":"error","message":"`+text+`"}`)
		}
		s.wantText(s.ask(http.MethodGet, ahtPath, s.bearer(), named()), 200, "cannot be empty")
		s.wantText(s.ask(http.MethodGet, ahtPath, s.bearer(), `{"userName":"demo_user","agentId":42}`), 200, "cannot be empty")
	})
}
