package commands_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// labels are what the buttons of r say.
func labels(r reply.Reply) (all []string) {
	for _, b := range r.Buttons {
		all = append(all, b.Label)
	}
	return all
}

func TestNothingTypedIsAnsweredWithTheMenuFromMemory(t *testing.T) {
	for name, c := range map[string]struct {
		w    commandstest.World
		line string
		want string
	}{
		"who is known":           {commandstest.World{Remembered: true}, "", "menu"},
		"who is not known yet":   {commandstest.World{}, " ", "menu"},
		"a greeting":             {commandstest.World{}, "hello", "menu"},
		"the page of grammar":    {commandstest.World{}, "help", "help"},
		"a guest":                {commandstest.World{Remembered: true, Asker: request.Person{Guest: true}}, "", "denied"},
		"a guest asks for help":  {commandstest.World{Remembered: true, Asker: request.Person{Guest: true}}, "help", "help"},
		"of another workspace":   {commandstest.World{Remembered: true, Asker: request.Person{Outside: true}}, "", "denied"},
		"a reader of the agents": {commandstest.World{Remembered: true, Asker: request.Person{ID: "U2"}}, "", "menu"},
	} {
		r, ok := c.w.Handler(request.Access{Restricted: true, Readers: []string{"U2"}}).Now(commandstest.Ask(c.line))
		if !ok || r.Outcome != c.want || r.Public {
			t.Errorf("%s: %v %s, want %s", name, ok, r.Outcome, c.want)
		}
		if r.Outcome == "menu" && (len(r.Lines) != 1 || len(r.Try) > 0 || !slices.Equal(labels(r), []string{"Ask", "Help"})) {
			t.Errorf("%s: %q %q", name, r.Lines, labels(r))
		}
	}
}

// Each button of the menu leads somewhere: a form opens, and a line is read.
func TestEachButtonOfTheMenuLeadsSomewhere(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Alerts, h.Digests = kept{}, keptDigests{}
	r, _ := h.Now(commandstest.Ask(""))
	if !slices.Contains(labels(r), "My things") {
		t.Errorf("only %q", labels(r))
	}
	for _, b := range r.Buttons {
		q := commandstest.Ask("")
		q.Action, q.Value = b.Action, b.Value
		if b.Action == reply.ActionForm {
			if v := h.OpenForm(q); v.Form != strings.Fields(b.Value)[0] {
				t.Errorf("%s opens %s", b.Label, v.Form)
			}
		} else if _, err := commands.Parse(b.Value); err != nil {
			t.Errorf("%s: %v", b.Label, err)
		}
	}
	q := commandstest.Ask("")
	q.Action = reply.ActionForm
	for _, unknown := range []string{"menu", "", "dance"} {
		if q.Value = unknown; h.OpenForm(q).Form != "menu" {
			t.Errorf("%q opens %s", unknown, h.OpenForm(q).Form)
		}
	}
}

// kept are alerts as a store has them.
type kept struct {
	request.Alerts
	all []alert.Standing
	err error
}

func (k kept) All(context.Context) ([]alert.Standing, error) { return slices.Clone(k.all), k.err }

// keptDigests are digests as a store has them.
type keptDigests struct {
	request.Digests
	all []digest.Digest
}

func (k keptDigests) All(context.Context) ([]digest.Digest, error) { return k.all, nil }

func TestOnesOwnAlertsAndDigestsWhereverTheyAreTold(t *testing.T) {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	sales := commandstest.Campaign(t, "Sales")
	of := func(id int64, by, channel string, phase alert.Phase) alert.Standing {
		rule := alert.Rule{Kind: alert.KindAbove, High: 300e9, Readings: 2}
		return alert.Standing{Watch: alert.Watch{ID: id, By: by, Channel: channel, Target: sales, Rule: rule}, State: alert.State{Phase: phase, Last: commandstest.Noon}}
	}
	h.Alerts = kept{all: []alert.Standing{of(3, "U1", "C1", alert.PhaseOK), of(4, "U2", "C1", alert.PhaseFiring), of(5, "U1", "C9", alert.PhaseFiring)}}
	h.Digests = keptDigests{}
	r, err := h.Answer(t.Context(), commandstest.Ask("mine"))
	if err != nil || r.Public || r.Outcome != "mine" {
		t.Fatalf("%+v, %v", r, err)
	}
	said := strings.Join(r.Lines, "\n")
	if at := strings.Index(said, "#5 Sales"); at < 0 || at > strings.Index(said, "#3 Sales") || strings.Contains(said, "#4") || !strings.Contains(said, "2 alerts:") || strings.Contains(said, "digest") {
		t.Errorf("told %q", said)
	}
	if got := labels(r); !slices.Equal(got, []string{"Show alert 5", "Show alert 3", "New alert", "New digest"}) {
		t.Errorf("to press: %q", got)
	}
	h.Alerts = kept{}
	if r, _ = h.Answer(t.Context(), commandstest.Ask("mine")); !slices.Equal(labels(r), []string{"New alert", "New digest"}) || !strings.Contains(r.Text, "no alert and no digest yet") {
		t.Errorf("of nothing: %q", r.Text)
	}
	h.Alerts = kept{err: errors.New("SECRET")}
	if r, err = h.Answer(t.Context(), commandstest.Ask("mine")); r.Outcome != "store_away" || err == nil || strings.Contains(r.Text, "SECRET") {
		t.Errorf("away: %q, %v", r.Text, err)
	}
	w.Asker.Guest = true
	if r, _ = h.Answer(t.Context(), commandstest.Ask("mine")); r.Outcome != "denied" {
		t.Errorf("a guest is told %q", r.Text)
	}
}

func TestWhatALineWasRefusedWithCanBeFilledIn(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	for line, want := range map[string]string{
		`target campaign "Sales" soon`:    `target campaign "Sales" soon`,
		`/aht targt campaign "Sales" 0s`:  `target campaign "Sales" 0s`,
		`TARGET agent 42 4m`:              `target agent 42 4m`,
		`target campaign "Sales" 4m30s`:   "",
		`campaign`:                        "",
		`agent 42 campaign Sales`:         "",
		`alert add campaign Sales`:        "", // there is no store of alerts here
		`digest add campaign Sales daily`: "",
		`tell me a joke`:                  "",
	} {
		r, _ := h.Answer(t.Context(), commandstest.Ask(line))
		got := ""
		for _, b := range r.Buttons {
			if b.Action == reply.ActionForm {
				got = b.Value
			}
		}
		if got != want {
			t.Errorf("%s: %s opens %q, want %q", line, r.Outcome, got, want)
		}
	}
}
