package wire_test

import (
	"errors"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/wire"
)

// The same figure in every dress it may come in.
func TestEveryShapeOfAFigure(t *testing.T) {
	const m = 157 * time.Second
	for body, want := range map[string]time.Duration{
		`{"status":"success","message":{"AgentID":"42","AgentName":"Asha Testwala","AHT":"00:02:37"}}`:                m,
		`{"STATUS":"Success","Message":{"agentid":"42","aht":"00:02:37"}}`:                                            m,
		`{"status":"success","message":[{"AgentId":42,"AHT":"00:02:37"}]}`:                                            m,
		`{"status":"success","message":{"AgentID":90071992547409931,"AHT":"00:00:00"}}`:                               -1, // another agent's number
		`{"status":"success","message":"{\"AgentID\":\"42\",\"AHT\":\"00:02:37\"}"}`:                                  m,
		`{"status":"success","message":"[{\"AgentID\":\"42\",\"AHT\":\"00:02:37\"}]"}`:                                m,
		`{"status":"success","message":"00:02:37"}`:                                                                   m,
		`{"status":"success","message":"AgentID: 42, AgentName: Asha T, AHT: 00:02:37"}`:                              m,
		`{"status":"success","message":"AgentID: 43, AgentName: Asha T, AHT: 00:02:37"}`:                              -1,
		`{"status":"success","AgentID":"42","AHT":"00:02:37"}`:                                                        m,
		`{"status":"success","message":"success","details":[{"AgentID":"42","AHT":"00:02:37"}]}`:                      m,
		`{"status":"success","message":"success","data":{"AgentID":"42","AHT":"00:02:37"}}`:                           m,
		`{"status":"success","message":{"data":[{"AgentID":"42","AHT":"00:02:37"}]}}`:                                 m,
		`[{"status":"success","message":{"AgentID":"42","AHT":"00:02:37"}}]`:                                          m,
		`"{\"status\":\"success\",\"message\":{\"AgentID\":\"42\",\"AHT\":\"00:02:37\"}}"`:                            m,
		`{"status":"success","message":[{"AgentID":"41","AHT":"00:00:01"},{"AgentID":"42","AHT":"00:02:37"}]}`:        m,
		`{"status":"success","message":[{"AgentID":"41","AHT":"00:00:01"},{"AgentID":"42"}]}`:                         0,
		`{"status":"success","message":[{"AgentID":"42"},{"AHT":"00:02:37"}]}`:                                        m,
		`{"status":"success","message":{"AHT":"00:02:37","AHT":"00:02:37"}}`:                                          m,
		`{"status":true,"message":{"AHT":"2:37"}}`:                                                                    m,
		`{"status":"1","message":{"AHT":"157"}}`:                                                                      m,
		`{"status":1,"message":{"AHT":157}}`:                                                                          m,
		`{"status":"success","message":{"AHT":156.6}}`:                                                                m,
		`{"status":"success","message":{"AHT":" 0:2:37 "}}`:                                                           m,
		`{"status":"success","message":{"AHT":"100:00:01"}}`:                                                          100*time.Hour + time.Second,
		`{"status":"success","message":{"AHT":"00:90:00"}}`:                                                           90 * time.Minute,
		`{"status":"success","message":{"AHT":"00:00:00"}}`:                                                           0,
		`{"status":"success","message":{"AHT":"0"}}`:                                                                  0,
		`{"status":"success","message":{"AHT":""}}`:                                                                   0,
		`{"status":"success","message":{"AHT":null}}`:                                                                 0,
		`{"status":"success","message":{"AgentID":"42"}}`:                                                             0,
		`{"status":"success","message":[]}`:                                                                           0,
		`{"status":"success","message":"success","details":[]}`:                                                       0,
		`{"status":"error","message":"No Data Found"}`:                                                                0,
		`{"status":"success","message":"No data  found."}`:                                                            0,
		"\xef\xbb\xbf{\"status\":\"success\",\"message\":{\"AHT\":\"00:02:37\"}}\x00\x00":                             m,
		"<br />\n<b>Notice</b>: Undefined index {x} in <b>a.php</b>\n{\"status\":\"success\",\"AHT\":\"00:02:37\"}\n": m,
		`{"status":"success","message":{"AHT":"00:02:37"}}<!-- 12 ms -->`:                                             m,
		`{""status"": ""success"", ""message"": {""AgentID"": ""42"", ""AHT"": ""00:02:37""}}`:                        m,
		`"{ ""status"": ""success"", ""AHT"": ""00:02:37"" }"`:                                                        m,
	} {
		got, err := wire.ReadAHT([]byte(body), anAgent(t, "42"))
		if want < 0 {
			if err == nil {
				t.Errorf("%s: read as %v, want an error", body, got)
			}
		} else if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", body, got, err, want)
		}
	}
}

func TestWhoseRow(t *testing.T) {
	mail, sales := anAgent(t, "asha@example.com"), aCampaign(t, "Sales & Co")
	for _, c := range []struct {
		about aht.Target
		row   string
		ours  bool
	}{
		{mail, `{"AgentID":"ASHA@example.com","AHT":5}`, true},
		{mail, `{"AgentID":"100234","AgentName":"Asha T","AHT":5}`, true}, // an internal number says nothing
		{mail, `{"AgentID":90071992547409931,"AHT":5}`, true},
		{mail, `{"AgentName":"Ravi S","AHT":5}`, true}, // nor does a display name
		{mail, `{"AgentID":"ravi@example.com","AHT":5}`, false},
		{mail, `{"CampaignID":"256","AHT":5}`, false},
		{sales, `{"CampaignID":"256","CampaignName":"Sales &amp;  Co","AHT":5}`, true},
		{sales, `{"CampaignID":"256","AHT":5}`, true},
		{sales, `{"CampaignID":"256","CampaignName":"Sales","AHT":5}`, false},
		{sales, `{"AgentID":"256","AHT":5}`, false},
		{sales, `{"CampaignName":"Sales & Co","AgentID":"7","AHT":5}`, true},
	} {
		_, err := wire.ReadAHT([]byte(`{"status":"success","message":`+c.row+`}`), c.about)
		if (err == nil) != c.ours {
			t.Errorf("%s for %q: %v, want ours %v", c.row, c.about.Name(), err, c.ours)
		}
		if err != nil {
			classified(t, err, fault.Unreadable, fault.OtherTarget)
		}
	}
}

// The documented refusals of ozonetel.md §3.1, those we can never cause included.
func TestDocumentedRefusals(t *testing.T) {
	for text, w := range map[string]struct {
		class  fault.Class
		reason fault.Reason
	}{
		"userName should not be empty":                             {fault.Auth, fault.EmptyUser},
		"apiKey should not be empty":                               {fault.Auth, fault.EmptyKey},
		"Both agentId and campaignName cannot be passed at a time": {fault.Refused, fault.BothGiven},
		"Both agentId and campaignName cannot be empty":            {fault.Refused, fault.NoneGiven},
		"Both agentId and campaignName cannot beempty":             {fault.Refused, fault.NoneGiven},
		"userName or apiKey is Invalid":                            {fault.Auth, fault.BadCredentials},
		"agentId is Invalid":                                       {fault.Refused, fault.BadAgent},
		"campaignName is Invalid":                                  {fault.Refused, fault.BadCampaign},
		"Max Limit  exceeded.":                                     {fault.Limit, fault.LimitExceeded},
		"Rate limit reached, too many requests":                    {fault.Limit, fault.LimitExceeded},
		"Invalid Json Pass Valid Json":                             {fault.Refused, fault.BadRequestBody},
		"Token Expired":                                            {fault.Auth, fault.TokenRefused},
		"Invalid Token":                                            {fault.Auth, fault.TokenRefused},
		"Token Should Not be Null or Empty.":                       {fault.Auth, fault.TokenRefused},
		"Api Key Should Not be Null or Empty.":                     {fault.Auth, fault.WrongMode},
		"Missing userName or apiKey":                               {fault.Auth, fault.WrongMode},
		"something nobody has seen":                                {fault.Refused, fault.UnknownRefusal},
	} {
		_, err := wire.ReadAHT([]byte(`{"status":"error","message":"`+text+`"}`), anAgent(t, "42"))
		classified(t, err, w.class, w.reason)
	}
}

func anAgent(t *testing.T, name string) aht.Target {
	t.Helper()
	tg, err := aht.NewTarget(aht.KindAgent, name)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

func aCampaign(t *testing.T, name string) aht.Target {
	t.Helper()
	tg, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

// classified asserts that err is an *Error of the class and reason.
func classified(t *testing.T, err error, class fault.Class, reason fault.Reason) {
	t.Helper()
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Class != class || e.Reason != reason {
		t.Errorf("error = %v, want %v, %v", err, class, reason)
	}
}
