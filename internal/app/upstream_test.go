package app

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/campaigns"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
)

var update = flag.Bool("update", false, "write docs/upstream.md anew")

// member is everybody: the upstream is what is tested here.
type member struct{}

func (member) Known(string) (request.Person, bool) { return request.Person{}, true }
func (member) Person(context.Context, string) (request.Person, error) {
	return request.Person{}, nil
}
func (member) KnownMember(string, []string) (in, known bool)                 { return false, true }
func (member) Member(context.Context, string, []string) (in bool, err error) { return false, nil }

// floor is one account, its client and the handler that words its answers.
type floor struct {
	*ozonesim.Server
	client  *ozonetel.Client
	handler *commands.Handler
}

// visit runs f in a bubble with a floor of its own, so that clocks and figures are the
// same in every run.
func visit(t *testing.T, f func(*testing.T, floor)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := ozonesim.New(ozonesim.Config{})
		base, err := url.Parse("http://localhost")
		if err != nil {
			t.Fatal(err)
		}
		latest := new(store.Recent)
		client, err := ozonetel.New(ozonetel.Config{
			BaseURL: base, APIKey: "demo-key", Username: "demo_user", PerMinute: 50, Ledger: allowance.NewMemoryLedger(50, 0), Dial: server.Dial, Keep: func(r aht.Reading, _ time.Time) error { latest.Keep(r); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation("Asia/Kolkata")
		if err != nil {
			t.Fatal(err)
		}
		f(t, floor{server, client, commands.NewHandler(request.Config{
			Memory: latest, Upstream: upstream{client}, People: member{}, MaxAge: time.Minute, Zone: zone,
		})})
		client.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// ask asks as a person would, and returns what the person is told.
func (f floor) ask(t *testing.T, line string) reply.Reply {
	t.Helper()
	r, _ := f.handler.Answer(t.Context(), request.Question{User: "U1", Text: line, At: time.Now(), Ref: "abc234"})
	return r
}

// documented are the seed's ten answers of the AHT call (ozonetel.md §3.1).
var documented = []struct{ what, line, body string }{
	{"success, campaign", "campaign Sales Outbound", `{"status":"success","message":{"CampaignID":"256","CampaignName":"Sales Outbound","AHT":"00:00:27"}}`},
	{"success, agent", "agent 42", `{"status":"success","message":{"AgentID":"42","AgentName":"Somebody","AHT":"00:02:37"}}`},
	{"userName empty", "agent 42", `{"status":"error","message":"userName should not be empty"}`},
	{"apiKey empty", "agent 42", `{"status":"error","message":"apiKey should not be empty"}`},
	{"both not passed", "agent 42", `{"status":"error","message":"Both agentId and campaignName cannot be passed at a time"}`},
	{"both passed as empty", "agent 42", `{"status":"error","message":"Both agentId and campaignName cannot be empty"}`},
	{"invalid credentials", "agent 42", `{"status":"error","message":"userName or apiKey is Invalid"}`},
	{"bad agent", "agent 42", `{"status":"error","message":"agentId is Invalid"}`},
	{"bad campaign", "campaign Sales Outbound", `{"status":"error","message":"campaignName is Invalid"}`},
	{"limit", "agent 42", `{"status":"error","message":"max limit exceeded"}`},
}

// TestUpstreamTable keeps docs/upstream.md: every documented answer and every quirk, and
// the sentence a person sees, read off the running code.
func TestUpstreamTable(t *testing.T) {
	var doc strings.Builder
	doc.WriteString("# What Ozonetel answers, and what a person reads\n\n" +
		"Written by `go test ./internal/app -run TestUpstreamTable -update` from the simulator, the client and the wording\n" +
		"together; the test fails when it is out of date. `ozonetel.md` is the contract sheet.\n\n" +
		"## The ten documented answers of the AHT call\n\n| answer | its `message` | what the person reads |\n| --- | --- | --- |\n")
	for _, d := range documented {
		visit(t, func(t *testing.T, f floor) {
			t.Helper()
			raw := ozonesim.Raw{Status: http.StatusOK, Body: []byte(d.body)}
			f.NextRaw(raw, raw)
			fmt.Fprintf(&doc, "| %s | `%s` | %s |\n", d.what, messageOf(d.body), cell(f.ask(t, d.line).Text))
		})
	}
	doc.WriteString("\n## Every quirk of the contract sheet (§1C)\n\nAsked: `/aht campaign \"Sales Outbound\"`, three times, a minute apart; the later answers are shown where their words differ.\n\n| quirk | what the person reads |\n| --- | --- |\n")
	for _, q := range quirk.All() {
		for _, form := range forms(q) {
			visit(t, func(t *testing.T, f floor) {
				t.Helper()
				name := string(form)
				if asksAnother[q] != "" {
					name += ", asking `" + asksAnother[q] + "`"
				}
				fmt.Fprintf(&doc, "| %s | %s |\n", name, cell(told(t, f, q, form)))
			})
		}
	}
	doc.WriteString("\n## The list of campaigns (§3.3)\n\nAsked once a day with an empty `campaignName`, for the names that `/aht campaign Colections` is compared with.\n\n| campaignStatus | asked again | what the person reads |\n| --- | --- | --- |\n")
	for _, form := range forms(quirk.CampaignFilter) {
		visit(t, func(t *testing.T, f floor) {
			t.Helper()
			f.Set(form)
			db, closed := apptest.InMemory(t)
			defer closed()
			n := campaigns.New(f.client.Campaigns, db, "", slog.New(slog.DiscardHandler))
			f.handler.Names = n
			stop := apptest.Served(t, n.Serve)
			time.Sleep(time.Minute)
			said := f.ask(t, "campaign Colections").Text
			began := time.Now()
			for sent := f.Counts().Requests; f.Counts().Requests == sent; { // of the list: nobody asks
				time.Sleep(time.Hour)
			}
			stop()
			fmt.Fprintf(&doc, "| %s | after %d h | %s |\n", form, int(time.Since(began).Hours()), cell(said))
		})
	}
	const path = "../../docs/upstream.md"
	if *update {
		if err := os.WriteFile(path, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), doc.String()); diff != "" {
		t.Errorf("docs/upstream.md is out of date (run this test with -update, then read the diff):\n%s", diff)
	}
}

// asksAnother says what to ask where a quirk shows only on other questions.
var asksAnother = map[quirk.Quirk]string{
	quirk.AHTNull: "campaign Winter Trial", quirk.AHTMissing: "campaign Winter Trial", quirk.AHTEmpty: "campaign Winter Trial",
	quirk.AHTZero: "campaign Winter Trial", quirk.AHTNoDataError: "campaign Winter Trial",
	quirk.FailWords: "campaign Nowhere", quirk.Errors200: "campaign Nowhere", quirk.Errors400: "campaign Nowhere",
	quirk.Errors401: "campaign Nowhere", quirk.TextVariants: "campaign Nowhere", quirk.IDCase: "campaign SALES OUTBOUND",
}

func forms(q quirk.Quirk) []quirk.Quirk {
	if q == quirk.LimitShared {
		return []quirk.Quirk{q.As("50")} // somebody else uses all of it
	}
	var out []quirk.Quirk
	for _, form := range q.Forms() {
		out = append(out, q.As(form))
	}
	if len(out) == 0 {
		out = []quirk.Quirk{q}
	}
	return out
}

// told is what a person reads under a quirk; where it matters when one asks, the words of
// three questions a minute apart.
func told(t *testing.T, f floor, q, form quirk.Quirk) string {
	t.Helper()
	switch q {
	case quirk.Limit200, quirk.Limit429Empty, quirk.LimitHTML:
		f.Next(form) // these are the shape of a refusal, not a reason for one
	case quirk.TokenAs200:
		f.ask(t, "agent 42")
		f.RevokeTokens()
		f.Set(form)
	default:
		f.Set(form)
	}
	line := asksAnother[q]
	if line == "" {
		line = `campaign "Sales Outbound"`
	}
	var said []string
	for range 3 {
		text := f.ask(t, line).Text
		if len(said) == 0 || withoutFigures(said[len(said)-1]) != withoutFigures(text) {
			said = append(said, text)
		}
		time.Sleep(61 * time.Second)
	}
	return strings.Join(said, " — then: ")
}

// withoutFigures tells two sentences apart by their words alone.
func withoutFigures(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}

func messageOf(body string) string {
	_, message, _ := strings.Cut(body, `"message":`)
	return strings.TrimSuffix(message, "}")
}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ") }

// nonsense are answers no contract foresees.
func nonsense() map[string]ozonesim.Raw {
	ok := func(body string) ozonesim.Raw { return ozonesim.Raw{Status: 200, Body: []byte(body)} }
	html := ok("<html><head><title>502 Bad Gateway</title></head><body>asha@example.com</body></html>")
	status := func(code int, r ozonesim.Raw) ozonesim.Raw { r.Status = code; return r }
	out := map[string]ozonesim.Raw{
		"html with 200": html, "html with 502": status(502, html), "html with 403": status(403, html), "html with 404": status(404, html),
		"html with 503": status(503, html), "nothing with 200": ok(""), "nothing with 204": {Status: 204}, "nothing with 500": {Status: 500},
		"null": ok("null"), "true": ok("true"), "a number": ok("42"), "a string": ok(`"success"`), "an empty object": ok("{}"), "an empty array": ok("[]"),
		"truncated":         ok(`{"status":"success","message":{"CampaignName":"Sales Outb`),
		"two documents":     ok(`{"status":"success"}{"message":{}}`),
		"eight megabytes":   ok(`{"status":"success","message":"` + strings.Repeat("x", 8<<20) + `"}`),
		"deep nesting":      ok(strings.Repeat(`{"message":`, 20000) + "1" + strings.Repeat("}", 20000)),
		"a negative figure": ok(`{"status":"success","message":{"CampaignName":"Sales Outbound","AHT":"-00:00:27"}}`),
		"a huge figure":     ok(`{"status":"success","message":{"CampaignName":"Sales Outbound","AHT":"99999999999999999999:00:00"}}`),
		"words for figure":  ok(`{"status":"success","message":{"CampaignName":"Sales Outbound","AHT":"about five minutes"}}`),
		"figure is object":  ok(`{"status":"success","message":{"CampaignName":"Sales Outbound","AHT":{"h":0}}}`),
		"somebody else":     ok(`{"status":"success","message":{"CampaignName":"Collections","AHT":"00:00:27"}}`),
		"no status":         ok(`{"message":{"CampaignName":"Sales Outbound"}}`),
		"status only":       ok(`{"status":"success"}`),
		"error, no message": ok(`{"status":"error"}`),
		"unknown refusal":   ok(`{"status":"error","message":"<b>Ask asha@example.com</b> at https://upstream.example"}`),
		"message is list":   ok(`{"status":"error","message":["a","b"]}`),
		"invalid utf-8":     ok("{\"status\":\"error\",\"message\":\"\xff\xfe\"}"),
		"nul bytes":         ok("\x00\x00\x00"),
		"binary":            ok("\x1f\x8b\x08\x00garbage"),
		"redirect 302":      {Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/"}}},
		"redirect 307":      {Status: 307, Header: http.Header{"Location": {"https://elsewhere.example/"}}},
		"teapot":            status(418, ok("short and stout")),
		"hang-up":           {Hangup: true},
		"too late":          {Status: 200, Delay: 40 * time.Second},
		"method":            {Status: 405},
		"auth":              status(401, ok(`{"status":"false","message":"Missing userName or apiKey"}`)),
		"rate limited":      status(429, ok("")),
	}
	return out
}

// TestNonsenseFromUpstreamEndsInWords feeds the client what nobody foresees: the person
// reads a sentence that says what to do and no cause, and the next question is answered.
func TestNonsenseFromUpstreamEndsInWords(t *testing.T) {
	if n := len(nonsense()); n < 30 {
		t.Fatalf("%d cases", n)
	}
	for name, raw := range nonsense() {
		t.Run(name, func(t *testing.T) {
			visit(t, func(t *testing.T, f floor) {
				t.Helper()
				f.NextRaw(raw, raw, raw)
				r := f.ask(t, `campaign "Sales Outbound"`)
				if r.Figure() || len(r.Text) < 40 {
					t.Errorf("told %q", r.Text)
				}
				if !strings.Contains(r.Text, "again") && !strings.Contains(r.Text, "once more") && !strings.Contains(r.Text, "setting") && !strings.Contains(r.Text, "check") {
					t.Errorf("no way out in %q", r.Text)
				}
				for _, banned := range []string{"asha@", "https://", "<html", "<b>", "JSON", "EOF", "HTTP", "401", "502", "xxxx", "Unauthorized"} {
					if strings.Contains(r.Text+strings.Join(r.Lines, " ")+r.Note, banned) {
						t.Errorf("%q shows %q", r.Text, banned)
					}
				}
				time.Sleep(10 * time.Minute) // past every hold and pause
				f.NextRaw()
				for range 3 { // what was queued for retries is used up
					r = f.ask(t, `campaign "Sales Outbound"`)
					time.Sleep(10 * time.Minute)
				}
				if r := f.ask(t, "agent 42"); r.Outcome != "figure" {
					t.Errorf("afterwards: %q", r.Text)
				}
			})
		})
	}
}
