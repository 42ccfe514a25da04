package ozonetel_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel/fault"
)

const html = "<html><head><title>Welcome</title></head><body>agent 42 <b>logged in</b></body></html>"

// Answers nobody should be able to pass off as a figure.
func TestHostileAnswers(t *testing.T) {
	head := func(h string, v string) http.Header { return http.Header{h: {v}} }
	good := `{"status":"success","message":{"AgentID":"42","AHT":"00:02:37"}}`
	for name, c := range map[string]struct {
		raw    ozonesim.Raw
		class  fault.Class
		reason fault.Reason
	}{
		"html 200":              {raw(200, html), fault.Unreadable, fault.NotJSON},
		"html 400":              {raw(400, html), fault.Unreadable, fault.NotJSON},
		"html 403":              {raw(403, html), fault.Auth, fault.UnknownRefusal},
		"html 404":              {raw(404, html), fault.Unreadable, fault.NotJSON},
		"html 405":              {raw(405, html), fault.Refused, fault.MethodRefused},
		"html 429":              {raw(429, html), fault.Limit, fault.LimitExceeded},
		"html 500":              {raw(500, html), fault.Unreachable, fault.ServerError},
		"html 503":              {raw(503, html), fault.Unreachable, fault.ServerError},
		"a page with JSON":      {raw(200, `<script>var x = {"status":"success"}</script>`), fault.Unreadable, fault.NoFigure},
		"redirect 302":          {ozonesim.Raw{Status: 302, Header: head("Location", "http://elsewhere.test/?k=v")}, fault.Unreachable, fault.Redirected},
		"redirect 307":          {ozonesim.Raw{Status: 307, Header: head("Location", "http://elsewhere.test/"), Body: []byte(good)}, fault.Unreachable, fault.Redirected},
		"success, but 500":      {raw(500, good), fault.Unreachable, fault.ServerError},
		"success, but 429":      {raw(429, good), fault.Limit, fault.LimitExceeded},
		"success, but 401":      {raw(401, good), fault.Auth, fault.TokenRefused},
		"empty":                 {raw(200, ""), fault.Unreadable, fault.NotJSON},
		"spaces":                {raw(200, " \r\n\t "), fault.Unreadable, fault.NotJSON},
		"null":                  {raw(200, "null"), fault.Unreadable, fault.NotJSON},
		"empty array":           {raw(200, "[]"), fault.Unreadable, fault.NotJSON},
		"empty object":          {raw(200, "{}"), fault.Unreadable, fault.NoFigure},
		"empty string":          {raw(200, `""`), fault.Unreadable, fault.NotJSON},
		"a number":              {raw(200, "157"), fault.Unreadable, fault.NotJSON},
		"a bare duration":       {raw(200, `"00:02:37"`), fault.Unreadable, fault.NotJSON},
		"truncated":             {raw(200, good[:40]), fault.Unreadable, fault.NotJSON},
		"one brace short":       {raw(200, good[:len(good)-1]), fault.Unreadable, fault.NotJSON},
		"two objects":           {raw(200, good+`{"status":"error"}`), fault.Unreadable, fault.NotJSON},
		"single quotes":         {raw(200, strings.ReplaceAll(good, `"`, `'`)), fault.Unreadable, fault.NotJSON},
		"NUL inside":            {raw(200, "{\"status\":\"suc\x00cess\"}"), fault.Unreadable, fault.NotJSON},
		"UTF-16":                {raw(200, "\xff\xfe{\x00}\x00"), fault.Unreadable, fault.NotJSON},
		"8 MB":                  {raw(200, strings.Repeat(" ", 8<<20)+good), fault.Unreadable, fault.TooLarge},
		"a million brackets":    {raw(200, strings.Repeat("[", 1<<20)), fault.Unreadable, fault.NotJSON},
		"deep objects":          {raw(200, strings.Repeat(`{"message":`, 5000)+"1"+strings.Repeat("}", 5000)), fault.Unreadable, fault.NotJSON},
		"no status":             {raw(200, `{"message":{"AgentID":"42","AHT":"00:02:37"}}`), fault.Unreadable, fault.NoFigure},
		"two statuses":          {raw(200, `{"status":"error","status":"success","message":{"AHT":"00:02:37"}}`), fault.Unreadable, fault.NoFigure},
		"two figures":           {raw(200, `{"status":"success","message":{"AHT":"00:02:37","aht":"00:00:01"}}`), fault.Unreadable, fault.NoFigure},
		"two rows":              {raw(200, `{"status":"success","message":[{"AHT":"00:02:37"},{"AHT":"00:00:01"}]}`), fault.Unreadable, fault.NoFigure},
		"two rows of ours":      {raw(200, `{"status":"success","message":[{"AgentID":"42","AHT":"00:02:37"},{"AgentID":"42","AHT":"00:00:01"}]}`), fault.Unreadable, fault.NoFigure},
		"no payload":            {raw(200, `{"status":"success"}`), fault.Unreadable, fault.NoFigure},
		"payload null":          {raw(200, `{"status":"success","message":null}`), fault.Unreadable, fault.NoFigure},
		"figure in words":       {raw(200, `{"status":"success","message":{"AHT":"two minutes"}}`), fault.Unreadable, fault.NoFigure},
		"figure negative":       {raw(200, `{"status":"success","message":{"AHT":-5}}`), fault.Unreadable, fault.NoFigure},
		"figure -00:00:05":      {raw(200, `{"status":"success","message":{"AHT":"-00:00:05"}}`), fault.Unreadable, fault.NoFigure},
		"figure absurd":         {raw(200, `{"status":"success","message":{"AHT":"999999:00:00"}}`), fault.Unreadable, fault.NoFigure},
		"figure 1e308":          {raw(200, `{"status":"success","message":{"AHT":1e308}}`), fault.Unreadable, fault.NoFigure},
		"figure of digits":      {raw(200, `{"status":"success","message":{"AHT":"`+strings.Repeat("9", 400)+`"}}`), fault.Unreadable, fault.NoFigure},
		"figure an object":      {raw(200, `{"status":"success","message":{"AHT":{"AHT":"00:02:37"}}}`), fault.Unreadable, fault.NoFigure},
		"figure true":           {raw(200, `{"status":"success","message":{"AHT":true}}`), fault.Unreadable, fault.NoFigure},
		"somebody else":         {raw(200, `{"status":"success","message":{"AgentID":"43","AHT":"00:02:37"}}`), fault.Unreadable, fault.OtherTarget},
		"everybody else":        {raw(200, `{"status":"success","message":[{"AgentID":"41","AHT":"00:02:37"},{"AgentID":"43","AHT":"00:00:37"}]}`), fault.Unreadable, fault.OtherTarget},
		"a campaign":            {raw(200, `{"status":"success","message":{"CampaignName":"Sales","AHT":"00:02:37"}}`), fault.Unreadable, fault.OtherTarget},
		"status free text":      {raw(200, `{"status":"problem occurred please try again DB error"}`), fault.Refused, fault.UnknownRefusal},
		"status zero":           {raw(200, `{"status":0,"message":"no"}`), fault.Refused, fault.UnknownRefusal},
		"status queued":         {raw(200, `{"status":"queued","message":{"AHT":"00:02:37"}}`), fault.Refused, fault.UnknownRefusal},
		"success and refusal":   {raw(200, `{"status":"success","message":"agentId is Invalid"}`), fault.Refused, fault.BadAgent},
		"success and limit":     {raw(200, `{"status":"success","message":"max limit exceeded"}`), fault.Limit, fault.LimitExceeded},
		"XML":                   {raw(200, `<status>All parameters are mandatory</status>`), fault.Unreadable, fault.NotJSON},
		"hang-up":               {ozonesim.Raw{Hangup: true}, fault.Unreachable, fault.HungUp},
		"slow":                  {ozonesim.Raw{Delay: time.Minute, Body: []byte(good)}, fault.Unreachable, fault.Timeout},
		"shorter than promised": {ozonesim.Raw{Header: head("Content-Length", "4000"), Body: []byte(good)}, fault.Unreachable, fault.HungUp},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), nil)
				defer r.stop()
				r.sim.NextRaw(c.raw, c.raw)
				got, err := r.Ask(t.Context(), agent(t, "42"))
				if err == nil {
					t.Errorf("taken for a reading of %v", got.Mean)
				}
				e := failure(t, err, c.class, c.reason)
				if strings.ContainsAny(e.Error(), "<>\n") {
					t.Errorf("markup in the log: %s", e)
				}
			})
		})
	}
}

func raw(status int, body string) ozonesim.Raw {
	return ozonesim.Raw{Status: status, Body: []byte(body)}
}
