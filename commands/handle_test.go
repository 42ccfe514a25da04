package commands_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

var noon = time.Date(2026, 11, 22, 8, 35, 0, 0, time.UTC)

// world is what a Handler sees: one reading at most, one person, an upstream that counts.
type world struct {
	reading *aht.Reading
	past    *aht.Reading // an older one
	person  request.Person
	known   bool
	group   string // the user group the person is in
	asked   int
	asker   string // the last
	err     error
}

func (w *world) Latest(t aht.Target) (aht.Reading, bool) {
	if w.reading == nil {
		return aht.Reading{}, false
	}
	r := *w.reading
	r.Target = t
	return r, true
}

func (w *world) Before(t aht.Target, at time.Time) (aht.Reading, bool) {
	if w.past == nil || w.past.At.After(at) {
		return aht.Reading{}, false
	}
	r := *w.past
	r.Target = t
	return r, true
}

func (w *world) Ask(_ context.Context, who string, t aht.Target) (aht.Reading, error) {
	w.asked++
	w.asker = who
	return aht.Reading{Target: t, Mean: time.Minute, At: noon.Add(time.Second)}, w.err
}

func (w *world) Turn(aht.Target) (int, time.Duration, bool)             { return 0, 0, false }
func (w *world) Known(string) (request.Person, bool)                    { return w.person, w.known }
func (w *world) Person(context.Context, string) (request.Person, error) { return w.person, nil }
func (w *world) KnownMember(string, []string) (in, known bool)          { return false, false }
func (w *world) Member(_ context.Context, _ string, groups []string) (bool, error) {
	return slices.Contains(groups, w.group), nil
}

func (w *world) handler(access request.Access) *commands.Handler {
	return commands.NewHandler(request.Config{
		Memory: w, Upstream: w, People: w, Access: access, Health: func() request.Health { return request.Health{} },
		MaxAge: time.Minute, Zone: time.UTC,
	})
}

func ask(text string) request.Question { return request.Question{User: "U1", Text: text, At: noon} }

func TestNowAnswersOnlyWhatMemoryKnows(t *testing.T) {
	fresh := &aht.Reading{Mean: time.Minute, At: noon.Add(-59 * time.Second)}
	stale := &aht.Reading{Mean: time.Minute, At: noon.Add(-60 * time.Second)}
	for name, c := range map[string]struct {
		w    world
		line string
		want bool
	}{
		"help needs nobody":               {world{}, "help", true},
		"a mistake needs nobody":          {world{}, "agent 42 campaign x", true},
		"a fresh reading, known person":   {world{reading: fresh, known: true}, "agent 42", true},
		"a fresh reading, unknown person": {world{reading: fresh}, "agent 42", false},
		"a stale reading":                 {world{reading: stale, known: true}, "agent 42", false},
		"no reading":                      {world{known: true}, "agent 42", false},
		"a refusal of a known guest":      {world{known: true, person: request.Person{Guest: true}}, "agent 42", true},
		"status":                          {world{known: true}, "status", true},
	} {
		if _, got := c.w.handler(request.Access{}).Now(ask(c.line)); got != c.want || c.w.asked != 0 {
			t.Errorf("%s: answered %v after %d questions upstream, want %v after none", name, got, c.w.asked, c.want)
		}
	}
}

func TestRefreshWantsAReadingOfUnderTenSeconds(t *testing.T) {
	for age, want := range map[time.Duration]int{9 * time.Second: 0, 10 * time.Second: 1} {
		w := &world{reading: &aht.Reading{Mean: time.Minute, At: noon.Add(-age)}, known: true}
		h := w.handler(request.Access{})
		shown, _ := h.Answer(t.Context(), ask("campaign Sales"))
		q := request.Question{User: "U1", Action: reply.ActionRefresh, Value: shown.Buttons[0].Value, At: noon}
		if r, err := h.Answer(t.Context(), q); err != nil || !r.Figure() || w.asked != want || want > 0 && w.asker != q.User {
			t.Errorf("at %v: %d questions, want %d (%v)", age, w.asked, want, err)
		}
	}
}

func TestWhoMaySeeWhat(t *testing.T) {
	lead := request.Person{ID: "U2"}
	for name, c := range map[string]struct {
		access request.Access
		person request.Person
		line   string
		want   string
	}{
		"everybody sees an agent":          {request.Access{}, request.Person{ID: "U1"}, "agent 42", "figure"},
		"a guest sees no agent":            {request.Access{}, request.Person{ID: "U1", Guest: true}, "agent 42", "denied"},
		"a guest sees no campaign":         {request.Access{}, request.Person{ID: "U1", Guest: true}, "campaign x", "denied"},
		"a guest may read help":            {request.Access{}, request.Person{ID: "U1", Guest: true}, "help", "help"},
		"an outsider sees no status":       {request.Access{}, request.Person{ID: "U1", Outside: true}, "status", "denied"},
		"others are kept from agents":      {request.Access{Restricted: true, Readers: []string{"U9"}}, lead, "agent 42", "denied"},
		"others still see campaigns":       {request.Access{Restricted: true, Readers: []string{"U9"}}, lead, "campaign x", "figure"},
		"a reader by name":                 {request.Access{Restricted: true, Readers: []string{"U2"}}, lead, "agent 42", "figure"},
		"a reader by group":                {request.Access{Restricted: true, Readers: []string{"S1"}}, lead, "agent 42", "figure"},
		"an admin":                         {request.Access{Restricted: true, Admins: []string{"U2"}}, lead, "agent 42", "figure"},
		"a guest who is a reader all same": {request.Access{Restricted: true, Readers: []string{"U1"}}, request.Person{ID: "U1", Guest: true}, "agent 42", "denied"},
	} {
		w := &world{person: c.person, known: true, group: "S1"}
		r, _ := w.handler(c.access).Answer(t.Context(), ask(c.line))
		if r.Outcome != c.want || (c.want == "denied" && w.asked > 0) {
			t.Errorf("%s: %s after %d questions", name, r.Outcome, w.asked)
		}
	}
	// what the envelope itself says weighs as much as what Slack says of the person
	w := &world{known: true}
	q := ask("campaign x")
	q.Outside = true
	if r, _ := w.handler(request.Access{}).Answer(t.Context(), q); r.Outcome != "denied" {
		t.Errorf("a person of another workspace is told %q", r.Text)
	}
}

func TestOnlyCampaignsAreShared(t *testing.T) {
	w := &world{known: true}
	h := w.handler(request.Access{})
	for name, c := range map[string]struct {
		q    request.Question
		want int // buttons
	}{
		"campaign in a channel":       {request.Question{Text: "campaign x", Channel: true}, 2},
		"campaign in a message":       {request.Question{Text: "campaign x"}, 1},
		"campaign shown to everybody": {request.Question{Text: "campaign x", Channel: true, Open: true}, 1},
		"agent":                       {request.Question{Text: "agent 42", Channel: true}, 1},
	} {
		c.q.At = noon
		if r, _ := h.Answer(t.Context(), c.q); len(r.Buttons) != c.want {
			t.Errorf("%s: %d buttons, want %d", name, len(r.Buttons), c.want)
		}
	}
	for _, forged := range []string{
		`{"k":"agent","n":"42","s":60,"t":1}`, `{"k":"campaign","n":"x"}`, `{"k":"campaign","n":"x","s":-1,"t":1}`,
		`{"k":"campaign","n":"","s":1,"t":1}`, `{"k":"queue","n":"x","s":1,"t":1}`, `[]`, ``, `{`,
	} {
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", Action: reply.ActionShare, Value: forged, At: noon})
		if r.Public || r.Outcome == "shared" {
			t.Errorf("%s was shared: %q", forged, r.Text)
		}
	}
}

func TestExplainKeepsCausesOutOfChannels(t *testing.T) {
	cause := errors.New("Get \"https://in1-ccaas-api.ozonetel.com/ca_apis/aht\": dial tcp 10.0.0.1: token eyJ0 refused")
	w := &world{known: true, err: cause}
	r, err := w.handler(request.Access{}).Answer(t.Context(), ask("agent 42"))
	if !errors.Is(err, cause) {
		t.Errorf("the operator gets %v", err)
	}
	said := r.Text + strings.Join(r.Lines, " ") + r.Note + r.Title
	for _, banned := range []string{"https", "ca_apis", "dial", "10.0", "eyJ", "refused"} {
		if strings.Contains(said, banned) {
			t.Errorf("the person reads %q", said)
		}
	}
}

func TestHelpNamesEveryVerb(t *testing.T) {
	h := (&world{}).handler(request.Access{})
	r, _ := h.Now(ask("help"))
	for _, verb := range []string{"agent", "campaign", "status", "help"} {
		if !strings.Contains(strings.Join(r.Lines, "\n"), "/aht "+verb) {
			t.Errorf("help leaves out %s", verb)
		}
		topic, _ := h.Now(ask("help " + verb))
		for _, example := range topic.Try {
			if _, err := commands.Parse(strings.TrimPrefix(example, "/aht ")); err != nil {
				t.Errorf("help %s offers %q: %v", verb, example, err)
			}
		}
	}
}

func TestAChangeIsSaidOnlyAcrossAWindow(t *testing.T) {
	now := &aht.Reading{Mean: 4 * time.Minute, At: noon}
	for name, c := range map[string]struct {
		past aht.Reading
		want string
	}{
		"two hours":     {aht.Reading{Mean: 3 * time.Minute, At: noon.Add(-2 * time.Hour)}, "Up 1m 00s: it was 3m 00s from 04:35 to 06:35 UTC."},
		"three hours":   {aht.Reading{Mean: 5 * time.Minute, At: noon.Add(-3 * time.Hour)}, "Down 1m 00s: it was 5m 00s from 03:35 to 05:35 UTC."},
		"the same":      {aht.Reading{Mean: 4 * time.Minute, At: noon.Add(-2 * time.Hour)}, "No change: it was 4m 00s from 04:35 to 06:35 UTC."},
		"shared calls":  {aht.Reading{Mean: 3 * time.Minute, At: noon.Add(-2*time.Hour + time.Second)}, ""},
		"no calls then": {aht.Reading{At: noon.Add(-2 * time.Hour)}, ""},
		"another day":   {aht.Reading{Mean: time.Minute, At: noon.Add(-13 * time.Hour)}, ""},
	} {
		w := &world{reading: now, past: &c.past, known: true}
		r, ok := w.handler(request.Access{}).Now(ask("campaign Sales"))
		got := strings.Join(r.Lines[1:], " ")
		if !ok || got != c.want || !strings.Contains(r.Text, c.want) {
			t.Errorf("%s: %q in %q, want %q", name, got, r.Text, c.want)
		}
	}
}

func TestTheLastReadingStandsInForAFailure(t *testing.T) {
	w := &world{reading: &aht.Reading{Mean: 4 * time.Minute, At: noon.Add(-17 * time.Minute)}, known: true, err: context.DeadlineExceeded}
	r, err := w.handler(request.Access{}).Answer(t.Context(), ask("campaign Sales"))
	if err == nil || r.Title != "4m 00s" || !strings.Contains(r.Text, "Last reading, read 17 min ago") || !strings.Contains(r.Text, "No answer came in time") || r.Figure() {
		t.Errorf("told %+v, %v", r, err)
	}
}

func TestWhoWaitsReadsTheLastReadingMeanwhile(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		told string
	}{{3 * time.Minute, "Until then the last one, read 3 min ago: AHT for agent 42: 1m 17s"}, {13 * time.Hour, ""}} {
		w := &world{known: true, reading: &aht.Reading{Mean: 77 * time.Second, At: noon.Add(-c.age)}}
		r := w.handler(request.Access{}).Delay(request.Question{User: "U1", Text: "agent 42", At: noon})
		if strings.Contains(r.Text, "Until then") != (c.told != "") || !strings.Contains(r.Text, c.told) || !strings.Contains(r.Text, "follows here") {
			t.Errorf("%v old: %q", c.age, r.Text)
		}
	}
	w := &world{reading: &aht.Reading{Mean: 77 * time.Second, At: noon}}
	if r := w.handler(request.Access{}).Delay(request.Question{User: "U1", Text: "agent 42", At: noon}); strings.Contains(r.Text, "1m 17s") {
		t.Errorf("somebody unknown reads %q", r.Text)
	}
}
