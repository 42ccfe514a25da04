package ozonetel_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
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
				e := fault(t, err, c.class, c.reason)
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
		got, err := ozonetel.ReadAHT([]byte(body), agent(t, "42"))
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
	mail, sales := agent(t, "asha@example.com"), campaign(t, "Sales & Co")
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
		_, err := ozonetel.ReadAHT([]byte(`{"status":"success","message":`+c.row+`}`), c.about)
		if (err == nil) != c.ours {
			t.Errorf("%s for %q: %v, want ours %v", c.row, c.about.Name(), err, c.ours)
		}
		if err != nil {
			fault(t, err, ozonetel.Unreadable, ozonetel.OtherTarget)
		}
	}
}

// The documented refusals of ozonetel.md §3.1, those we can never cause included.
func TestDocumentedRefusals(t *testing.T) {
	for text, w := range map[string]struct {
		class  ozonetel.Class
		reason ozonetel.Reason
	}{
		"userName should not be empty":                             {ozonetel.Auth, ozonetel.EmptyUser},
		"apiKey should not be empty":                               {ozonetel.Auth, ozonetel.EmptyKey},
		"Both agentId and campaignName cannot be passed at a time": {ozonetel.Refused, ozonetel.BothGiven},
		"Both agentId and campaignName cannot be empty":            {ozonetel.Refused, ozonetel.NoneGiven},
		"Both agentId and campaignName cannot beempty":             {ozonetel.Refused, ozonetel.NoneGiven},
		"userName or apiKey is Invalid":                            {ozonetel.Auth, ozonetel.BadCredentials},
		"agentId is Invalid":                                       {ozonetel.Refused, ozonetel.BadAgent},
		"campaignName is Invalid":                                  {ozonetel.Refused, ozonetel.BadCampaign},
		"Max Limit  exceeded.":                                     {ozonetel.Limit, ozonetel.LimitExceeded},
		"Rate limit reached, too many requests":                    {ozonetel.Limit, ozonetel.LimitExceeded},
		"Invalid Json Pass Valid Json":                             {ozonetel.Refused, ozonetel.BadRequestBody},
		"Token Expired":                                            {ozonetel.Auth, ozonetel.TokenRefused},
		"Invalid Token":                                            {ozonetel.Auth, ozonetel.TokenRefused},
		"Token Should Not be Null or Empty.":                       {ozonetel.Auth, ozonetel.TokenRefused},
		"Api Key Should Not be Null or Empty.":                     {ozonetel.Auth, ozonetel.WrongMode},
		"Missing userName or apiKey":                               {ozonetel.Auth, ozonetel.WrongMode},
		"something nobody has seen":                                {ozonetel.Refused, ozonetel.UnknownRefusal},
	} {
		_, err := ozonetel.ReadAHT([]byte(`{"status":"error","message":"`+text+`"}`), agent(t, "42"))
		fault(t, err, w.class, w.reason)
	}
}

// A server that reads a request on a kept connection and hangs up: everything that arrives
// took a turn, and a fresh connection is never asked twice.
func TestNothingIsReplayedUncounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up hangUpServer
		sim := newSim(nil)
		r := newRig(t, sim, func(c *ozonetel.Config) { c.Auth, c.Dial = ozonetel.BasicAuth, up.dial })
		ask(t.Context(), t, r, agent(t, "42"))
		up.hangUpNext(1)
		ask(t.Context(), t, r, agent(t, "42")) // a kept connection: asked once more
		if got, used := up.arrived(), r.Status().Used60; got != 3 || used != 3 {
			t.Errorf("%d arrived, %d counted; want 3", got, used)
		}
		up.hangUpNext(5)
		_, err := r.Ask(t.Context(), agent(t, "42"))
		fault(t, err, ozonetel.Unreachable, ozonetel.HungUp)
		if got, used := up.arrived(), r.Status().Used60; got != 5 || used != 5 {
			t.Errorf("%d arrived, %d counted; want 5", got, used)
		}
		_, err = r.Ask(t.Context(), agent(t, "42")) // a new connection: once
		fault(t, err, ozonetel.Unreachable, ozonetel.HungUp)
		if got, used := up.arrived(), r.Status().Used60; got != 6 || used != 6 {
			t.Errorf("%d arrived, %d counted; want 6", got, used)
		}
		if got, want := r.outcomes(), "aht:ok aht:unreachable aht:ok aht:unreachable aht:unreachable aht:unreachable"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		r.stop()
	})
}

// hangUpServer answers HTTP over pipes, or reads the request and closes the connection.
type hangUpServer struct {
	mu    sync.Mutex
	count int
	hang  int
}

func (s *hangUpServer) arrived() int { s.mu.Lock(); defer s.mu.Unlock(); return s.count }

func (s *hangUpServer) hangUpNext(n int) { s.mu.Lock(); defer s.mu.Unlock(); s.hang = n }

func (s *hangUpServer) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	go s.serve(far)
	return near, nil
}

func (s *hangUpServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		s.mu.Lock()
		s.count++
		s.hang--
		hang := s.hang >= 0
		s.mu.Unlock()
		if hang {
			return
		}
		const body = `{"status":"success","message":{"AHT":"00:02:37"}}`
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 49\r\n\r\n"+body)
	}
}

func TestGarbageInsteadOfHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  string
		class  ozonetel.Class
		reason ozonetel.Reason
	}{
		"another protocol": {"220 mail.example.test " + testKey + " ready\r\n\r\n", ozonetel.Unreadable, ozonetel.NotJSON},
		"half a header":    {"HTTP/1.1 200 OK\r\nContent-", ozonetel.Unreadable, ozonetel.NotJSON},
		"bad length":       {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", ozonetel.Unreadable, ozonetel.NotJSON},
		"endless header":   {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20), ozonetel.Unreadable, ozonetel.NotJSON},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), func(cfg *ozonetel.Config) {
					cfg.Auth = ozonetel.BasicAuth
					cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
						near, far := net.Pipe()
						go func() {
							defer func() { _ = far.Close() }()
							req, err := http.ReadRequest(bufio.NewReader(far))
							if err == nil {
								_, _ = io.Copy(io.Discard, req.Body)
								_, _ = io.WriteString(far, c.bytes)
							}
						}()
						return near, nil
					}
				})
				defer r.stop()
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := fault(t, err, c.class, c.reason); strings.Contains(e.Error(), testKey) {
					t.Errorf("echoes the key: %v", e)
				}
			})
		})
	}
}
