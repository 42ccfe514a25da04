package commands_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestNowAnswersOnlyWhatMemoryKnows(t *testing.T) {
	fresh := &aht.Reading{Mean: time.Minute, At: commandstest.Noon.Add(-59 * time.Second)}
	stale := &aht.Reading{Mean: time.Minute, At: commandstest.Noon.Add(-60 * time.Second)}
	for name, c := range map[string]struct {
		w    commandstest.World
		line string
		want bool
	}{
		"help needs nobody":               {commandstest.World{}, "help", true},
		"a mistake needs nobody":          {commandstest.World{}, "agent 42 campaign x", true},
		"a fresh reading, known person":   {commandstest.World{Reading: fresh, Remembered: true}, "agent 42", true},
		"a fresh reading, unknown person": {commandstest.World{Reading: fresh}, "agent 42", false},
		"a stale reading":                 {commandstest.World{Reading: stale, Remembered: true}, "agent 42", false},
		"no reading":                      {commandstest.World{Remembered: true}, "agent 42", false},
		"a refusal of a known guest":      {commandstest.World{Remembered: true, Asker: request.Person{Guest: true}}, "agent 42", true},
		"status":                          {commandstest.World{Remembered: true}, "status", true},
	} {
		if _, got := c.w.Handler(request.Access{}).Now(commandstest.Ask(c.line)); got != c.want || c.w.Asked != 0 {
			t.Errorf("%s: answered %v after %d questions upstream, want %v after none", name, got, c.w.Asked, c.want)
		}
	}
}

func TestRefreshWantsAReadingOfUnderTenSeconds(t *testing.T) {
	for age, want := range map[time.Duration]int{9 * time.Second: 0, 10 * time.Second: 1} {
		w := &commandstest.World{Reading: &aht.Reading{Mean: time.Minute, At: commandstest.Noon.Add(-age)}, Remembered: true}
		h := w.Handler(request.Access{})
		shown, _ := h.Answer(t.Context(), commandstest.Ask("campaign Sales"))
		q := request.Question{User: "U1", Action: reply.ActionRefresh, Value: shown.Buttons[0].Value, At: commandstest.Noon}
		if r, err := h.Answer(t.Context(), q); err != nil || !r.Figure() || w.Asked != want || want > 0 && w.AskedFor != q.User {
			t.Errorf("at %v: %d questions, want %d (%v)", age, w.Asked, want, err)
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
		w := &commandstest.World{Asker: c.person, Remembered: true, Group: "S1"}
		r, _ := w.Handler(c.access).Answer(t.Context(), commandstest.Ask(c.line))
		if r.Outcome != c.want || (c.want == "denied" && w.Asked > 0) {
			t.Errorf("%s: %s after %d questions", name, r.Outcome, w.Asked)
		}
	}
	// what the envelope itself says weighs as much as what Slack says of the person
	w := &commandstest.World{Remembered: true}
	q := commandstest.Ask("campaign x")
	q.Outside = true
	if r, _ := w.Handler(request.Access{}).Answer(t.Context(), q); r.Outcome != "denied" {
		t.Errorf("a person of another workspace is told %q", r.Text)
	}
}

func TestOnlyCampaignsAreShared(t *testing.T) {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	for name, c := range map[string]struct {
		q    request.Question
		want int // buttons
	}{
		"campaign in a channel":       {request.Question{Text: "campaign x", Channel: true}, 2},
		"campaign in a message":       {request.Question{Text: "campaign x"}, 1},
		"campaign shown to everybody": {request.Question{Text: "campaign x", Channel: true, Open: true}, 1},
		"agent":                       {request.Question{Text: "agent 42", Channel: true}, 1},
	} {
		c.q.At = commandstest.Noon
		if r, _ := h.Answer(t.Context(), c.q); len(r.Buttons) != c.want {
			t.Errorf("%s: %d buttons, want %d", name, len(r.Buttons), c.want)
		}
	}
	for _, forged := range []string{
		`{"k":"agent","n":"42","s":60,"t":1}`, `{"k":"campaign","n":"x"}`, `{"k":"campaign","n":"x","s":-1,"t":1}`,
		`{"k":"campaign","n":"","s":1,"t":1}`, `{"k":"queue","n":"x","s":1,"t":1}`, `[]`, ``, `{`,
	} {
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", Action: reply.ActionShare, Value: forged, At: commandstest.Noon})
		if r.Public || r.Outcome == "shared" {
			t.Errorf("%s was shared: %q", forged, r.Text)
		}
	}
}

func TestExplainKeepsCausesOutOfChannels(t *testing.T) {
	cause := errors.New("Get \"https://in1-ccaas-api.ozonetel.com/ca_apis/aht\": dial tcp 10.0.0.1: token eyJ0 refused")
	w := &commandstest.World{Remembered: true, Err: cause}
	r, err := w.Handler(request.Access{}).Answer(t.Context(), commandstest.Ask("agent 42"))
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
	h := (&commandstest.World{}).Handler(request.Access{})
	r, _ := h.Now(commandstest.Ask("help"))
	for _, verb := range []string{"agent", "campaign", "status", "help"} {
		if !strings.Contains(strings.Join(r.Lines, "\n"), "/aht "+verb) {
			t.Errorf("help leaves out %s", verb)
		}
		topic, _ := h.Now(commandstest.Ask("help " + verb))
		for _, example := range topic.Try {
			if _, err := commands.Parse(strings.TrimPrefix(example, "/aht ")); err != nil {
				t.Errorf("help %s offers %q: %v", verb, example, err)
			}
		}
	}
}

func TestAChangeIsSaidOnlyAcrossAWindow(t *testing.T) {
	now := &aht.Reading{Mean: 4 * time.Minute, At: commandstest.Noon}
	for name, c := range map[string]struct {
		past aht.Reading
		want string
	}{
		"two hours":     {aht.Reading{Mean: 3 * time.Minute, At: commandstest.Noon.Add(-2 * time.Hour)}, "Up 1m 00s: it was 3m 00s from 04:35 to 06:35 UTC."},
		"three hours":   {aht.Reading{Mean: 5 * time.Minute, At: commandstest.Noon.Add(-3 * time.Hour)}, "Down 1m 00s: it was 5m 00s from 03:35 to 05:35 UTC."},
		"the same":      {aht.Reading{Mean: 4 * time.Minute, At: commandstest.Noon.Add(-2 * time.Hour)}, "No change: it was 4m 00s from 04:35 to 06:35 UTC."},
		"shared calls":  {aht.Reading{Mean: 3 * time.Minute, At: commandstest.Noon.Add(-2*time.Hour + time.Second)}, ""},
		"no calls then": {aht.Reading{At: commandstest.Noon.Add(-2 * time.Hour)}, ""},
		"another day":   {aht.Reading{Mean: time.Minute, At: commandstest.Noon.Add(-13 * time.Hour)}, ""},
	} {
		w := &commandstest.World{Reading: now, Past: &c.past, Remembered: true}
		r, ok := w.Handler(request.Access{}).Now(commandstest.Ask("campaign Sales"))
		got := strings.Join(r.Lines[1:], " ")
		if !ok || got != c.want || !strings.Contains(r.Text, c.want) {
			t.Errorf("%s: %q in %q, want %q", name, got, r.Text, c.want)
		}
	}
}

func TestTheLastReadingStandsInForAFailure(t *testing.T) {
	w := &commandstest.World{Reading: &aht.Reading{Mean: 4 * time.Minute, At: commandstest.Noon.Add(-17 * time.Minute)}, Remembered: true, Err: context.DeadlineExceeded}
	r, err := w.Handler(request.Access{}).Answer(t.Context(), commandstest.Ask("campaign Sales"))
	if err == nil || r.Title != "4m 00s" || !strings.Contains(r.Text, "Last reading, read 17 min ago") || !strings.Contains(r.Text, "No answer came in time") || r.Figure() {
		t.Errorf("told %+v, %v", r, err)
	}
}

func TestWhoWaitsReadsTheLastReadingMeanwhile(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		told string
	}{{3 * time.Minute, "Until then the last one, read 3 min ago: AHT for agent 42: 1m 17s"}, {13 * time.Hour, ""}} {
		w := &commandstest.World{Remembered: true, Reading: &aht.Reading{Mean: 77 * time.Second, At: commandstest.Noon.Add(-c.age)}}
		r := w.Handler(request.Access{}).Delay(request.Question{User: "U1", Text: "agent 42", At: commandstest.Noon})
		if strings.Contains(r.Text, "Until then") != (c.told != "") || !strings.Contains(r.Text, c.told) || !strings.Contains(r.Text, "follows here") {
			t.Errorf("%v old: %q", c.age, r.Text)
		}
	}
	w := &commandstest.World{Reading: &aht.Reading{Mean: 77 * time.Second, At: commandstest.Noon}}
	if r := w.Handler(request.Access{}).Delay(request.Question{User: "U1", Text: "agent 42", At: commandstest.Noon}); strings.Contains(r.Text, "1m 17s") {
		t.Errorf("somebody unknown reads %q", r.Text)
	}
}

// Who waits is told what holds things up.
func TestWhoWaitsIsToldWhetherItIsTheStore(t *testing.T) {
	w := &waiting{commandstest.World{Remembered: true}}
	h := w.Handler(request.Access{})
	h.Upstream = w
	for _, c := range []struct {
		health request.Health
		want   string
	}{
		{request.Health{}, "Ozonetel allows this account only so many requests a minute, and yours is next"},
		{request.Health{Degraded: true, StoreCause: "read-only-server"}, "My store can't keep anything just now (its server takes no changes), so I ask Ozonetel less often. Yours is next, in about 40 s."},
		{request.Health{Degraded: true}, "My store can't keep anything just now, so I ask Ozonetel less often."},
		{request.Health{StoreCause: "locked"}, "another program has locked it"},
		{request.Health{Back: true}, "has just come back, so I hold back for a minute. Yours is next"},
	} {
		h.Health = func() request.Health { return c.health }
		if r := h.Delay(commandstest.Ask("agent 42")); !strings.Contains(r.Text, c.want) {
			t.Errorf("%+v: told %q, want %q", c.health, r.Text, c.want)
		}
	}
}

// waiting is a world in which everybody is next.
type waiting struct{ commandstest.World }

func (*waiting) Turn(aht.Target) (int, time.Duration, bool) { return 1, 40 * time.Second, true }
