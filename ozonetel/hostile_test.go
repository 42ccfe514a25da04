package ozonetel_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

const html = "<html><head><title>Welcome</title></head><body>agent 42 <b>logged in</b></body></html>"

// Answers nobody should be able to pass off as a figure.
func TestHostileAnswers(t *testing.T) {
	head := func(h string, v string) http.Header { return http.Header{h: {v}} }
	good := `{"status":"success","message":{"AgentID":"42","AHT":"00:02:37"}}`
	for name, c := range map[string]struct {
		raw    ozonesim.Raw
		class  ozonetel.Class
		reason ozonetel.Reason
	}{
		"html 200":              {raw(200, html), ozonetel.Unreadable, ozonetel.NotJSON},
		"html 400":              {raw(400, html), ozonetel.Unreadable, ozonetel.NotJSON},
		"html 403":              {raw(403, html), ozonetel.Auth, ozonetel.UnknownRefusal},
		"html 404":              {raw(404, html), ozonetel.Unreadable, ozonetel.NotJSON},
		"html 405":              {raw(405, html), ozonetel.Refused, ozonetel.MethodRefused},
		"html 429":              {raw(429, html), ozonetel.Limit, ozonetel.LimitExceeded},
		"html 500":              {raw(500, html), ozonetel.Unreachable, ozonetel.ServerError},
		"html 503":              {raw(503, html), ozonetel.Unreachable, ozonetel.ServerError},
		"a page with JSON":      {raw(200, `<script>var x = {"status":"success"}</script>`), ozonetel.Unreadable, ozonetel.NoFigure},
		"redirect 302":          {ozonesim.Raw{Status: 302, Header: head("Location", "http://elsewhere.test/?k=v")}, ozonetel.Unreachable, ozonetel.Redirected},
		"redirect 307":          {ozonesim.Raw{Status: 307, Header: head("Location", "http://elsewhere.test/"), Body: []byte(good)}, ozonetel.Unreachable, ozonetel.Redirected},
		"success, but 500":      {raw(500, good), ozonetel.Unreachable, ozonetel.ServerError},
		"success, but 429":      {raw(429, good), ozonetel.Limit, ozonetel.LimitExceeded},
		"success, but 401":      {raw(401, good), ozonetel.Auth, ozonetel.TokenRefused},
		"empty":                 {raw(200, ""), ozonetel.Unreadable, ozonetel.NotJSON},
		"spaces":                {raw(200, " \r\n\t "), ozonetel.Unreadable, ozonetel.NotJSON},
		"null":                  {raw(200, "null"), ozonetel.Unreadable, ozonetel.NotJSON},
		"empty array":           {raw(200, "[]"), ozonetel.Unreadable, ozonetel.NotJSON},
		"empty object":          {raw(200, "{}"), ozonetel.Unreadable, ozonetel.NoFigure},
		"empty string":          {raw(200, `""`), ozonetel.Unreadable, ozonetel.NotJSON},
		"a number":              {raw(200, "157"), ozonetel.Unreadable, ozonetel.NotJSON},
		"a bare duration":       {raw(200, `"00:02:37"`), ozonetel.Unreadable, ozonetel.NotJSON},
		"truncated":             {raw(200, good[:40]), ozonetel.Unreadable, ozonetel.NotJSON},
		"one brace short":       {raw(200, good[:len(good)-1]), ozonetel.Unreadable, ozonetel.NotJSON},
		"two objects":           {raw(200, good+`{"status":"error"}`), ozonetel.Unreadable, ozonetel.NotJSON},
		"single quotes":         {raw(200, strings.ReplaceAll(good, `"`, `'`)), ozonetel.Unreadable, ozonetel.NotJSON},
		"NUL inside":            {raw(200, "{\"status\":\"suc\x00cess\"}"), ozonetel.Unreadable, ozonetel.NotJSON},
		"UTF-16":                {raw(200, "\xff\xfe{\x00}\x00"), ozonetel.Unreadable, ozonetel.NotJSON},
		"8 MB":                  {raw(200, strings.Repeat(" ", 8<<20)+good), ozonetel.Unreadable, ozonetel.TooLarge},
		"a million brackets":    {raw(200, strings.Repeat("[", 1<<20)), ozonetel.Unreadable, ozonetel.NotJSON},
		"deep objects":          {raw(200, strings.Repeat(`{"message":`, 5000)+"1"+strings.Repeat("}", 5000)), ozonetel.Unreadable, ozonetel.NotJSON},
		"no status":             {raw(200, `{"message":{"AgentID":"42","AHT":"00:02:37"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"two statuses":          {raw(200, `{"status":"error","status":"success","message":{"AHT":"00:02:37"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"two figures":           {raw(200, `{"status":"success","message":{"AHT":"00:02:37","aht":"00:00:01"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"two rows":              {raw(200, `{"status":"success","message":[{"AHT":"00:02:37"},{"AHT":"00:00:01"}]}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"two rows of ours":      {raw(200, `{"status":"success","message":[{"AgentID":"42","AHT":"00:02:37"},{"AgentID":"42","AHT":"00:00:01"}]}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"no payload":            {raw(200, `{"status":"success"}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"payload null":          {raw(200, `{"status":"success","message":null}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure in words":       {raw(200, `{"status":"success","message":{"AHT":"two minutes"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure negative":       {raw(200, `{"status":"success","message":{"AHT":-5}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure -00:00:05":      {raw(200, `{"status":"success","message":{"AHT":"-00:00:05"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure absurd":         {raw(200, `{"status":"success","message":{"AHT":"999999:00:00"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure 1e308":          {raw(200, `{"status":"success","message":{"AHT":1e308}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure of digits":      {raw(200, `{"status":"success","message":{"AHT":"`+strings.Repeat("9", 400)+`"}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure an object":      {raw(200, `{"status":"success","message":{"AHT":{"AHT":"00:02:37"}}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"figure true":           {raw(200, `{"status":"success","message":{"AHT":true}}`), ozonetel.Unreadable, ozonetel.NoFigure},
		"somebody else":         {raw(200, `{"status":"success","message":{"AgentID":"43","AHT":"00:02:37"}}`), ozonetel.Unreadable, ozonetel.OtherTarget},
		"everybody else":        {raw(200, `{"status":"success","message":[{"AgentID":"41","AHT":"00:02:37"},{"AgentID":"43","AHT":"00:00:37"}]}`), ozonetel.Unreadable, ozonetel.OtherTarget},
		"a campaign":            {raw(200, `{"status":"success","message":{"CampaignName":"Sales","AHT":"00:02:37"}}`), ozonetel.Unreadable, ozonetel.OtherTarget},
		"status free text":      {raw(200, `{"status":"problem occurred please try again DB error"}`), ozonetel.Refused, ozonetel.UnknownRefusal},
		"status zero":           {raw(200, `{"status":0,"message":"no"}`), ozonetel.Refused, ozonetel.UnknownRefusal},
		"status queued":         {raw(200, `{"status":"queued","message":{"AHT":"00:02:37"}}`), ozonetel.Refused, ozonetel.UnknownRefusal},
		"success and refusal":   {raw(200, `{"status":"success","message":"agentId is Invalid"}`), ozonetel.Refused, ozonetel.BadAgent},
		"success and limit":     {raw(200, `{"status":"success","message":"max limit exceeded"}`), ozonetel.Limit, ozonetel.LimitExceeded},
		"XML":                   {raw(200, `<status>All parameters are mandatory</status>`), ozonetel.Unreadable, ozonetel.NotJSON},
		"hang-up":               {ozonesim.Raw{Hangup: true}, ozonetel.Unreachable, ozonetel.HungUp},
		"slow":                  {ozonesim.Raw{Delay: time.Minute, Body: []byte(good)}, ozonetel.Unreachable, ozonetel.Timeout},
		"shorter than promised": {ozonesim.Raw{Header: head("Content-Length", "4000"), Body: []byte(good)}, ozonetel.Unreachable, ozonetel.HungUp},
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
