package blocks

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// floorNames are the campaigns of a floor: more than a page of them.
type floorNames int

func (n floorNames) Campaigns() ([]string, time.Time) {
	names := []string{"Collections North", "Collections_South", "Night Desk", "Night_Desk", "Sales Outbound"}
	for i := len(names); i < int(n); i++ {
		names = append(names, fmt.Sprintf("Winter Trial %02d", i))
	}
	return names[:n], noon.Add(-3 * time.Hour)
}

// lately has a reading of every campaign but one, each of its own age.
type lately struct{ scene }

func (l lately) Latest(t aht.Target) (aht.Reading, bool) {
	ages := map[string]time.Duration{"Collections North": 8 * time.Second, "Collections_South": 12 * time.Minute, "Night Desk": 5 * time.Hour, "Sales Outbound": 72 * time.Hour}
	age, ok := ages[t.Name()]
	mean := 272 * time.Second
	if t.Name() == "Collections_South" {
		mean = 0
	}
	return aht.Reading{Target: t, Mean: mean, At: noon.Add(-age)}, ok
}

// floorDigests are digests that stand still.
type floorDigests struct {
	request.Digests
	all []digest.Digest
}

func (d floorDigests) All(context.Context) ([]digest.Digest, error) { return d.all, nil }

func (floorDigests) Campaigns(_ context.Context, w digest.Selection) (all []aht.Target, err error) {
	for _, name := range w.Campaigns {
		t, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// floor is a Handler that knows n campaigns, of which some are watched.
func floor(t *testing.T, n int) *commands.Handler {
	t.Helper()
	h := scene{}.handler(t, request.Access{})
	h.Memory, h.Names = lately{}, floorNames(n)
	kept := goals{}
	north := collections(t)
	kept["Collections North"] = aht.Goal{Target: north, Mean: 270 * time.Second}
	h.Goals = kept
	shelf := &alertShelf{all: []alert.Standing{
		{Watch: alert.Watch{ID: 7, Target: north}, State: alert.State{Phase: alert.PhaseFiring}},
		{Watch: alert.Watch{ID: 9, Target: north}, State: alert.State{Paused: true}},
	}}
	h.Alerts, h.Digests = shelf, floorDigests{all: []digest.Digest{
		{ID: 3, Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Collections North", "Night Desk"}}}},
		{ID: 4, Paused: true, Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Night Desk"}}}},
	}}
	return h
}

// wordAnswers are answers to lines in words that are not the language's own, and to the list
// of campaigns.
func wordAnswers(t *testing.T) map[string]Message {
	t.Helper()
	out := map[string]Message{}
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second), health: health()}
	for name, text := range map[string]string{
		"misspelt": "agnt 42", "misspelt-status": "stauts", "api": "agentId=42", "api-campaign": `campaignName="Sales Outbound"`, "quote": `campaign "Sales Outbound`,
		"question": "what is the AHT of agent 42?", "status-extra": "status please", "topic": "help weather",
	} {
		r, _ := fresh.handler(t, request.Access{}).Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234", Channel: true})
		out["read-"+name] = Message{Reply: r, For: ForOne}
	}
	for name, c := range map[string]struct {
		known int
		text  string
	}{
		"campaigns": {5, "campaigns"}, "campaigns-filter": {12, "campaigns north"}, "campaigns-more": {40, "campaigns"}, "campaigns-last": {40, "campaigns page 3"},
		"campaigns-none": {0, "campaigns"}, "campaigns-no-match": {12, "campaigns nroth desk"}, "campaigns-list": {5, "list"},
		"which": {5, "campaign night-desk"}, "spelling": {5, "campaign collections_north"}, "name-alone": {5, "collections north"},
		"goal-number": {5, "target campaign Collections North 270"}, "goal-minutes": {5, "target campaign Collections North 5"}, "goal-word": {5, "target campaign Collections North 4mm"},
		"goal-which": {5, "target campaign night-desk 4m"}, "trend-span": {5, "trend campaign Sales Outbound 30d"}, "help-familiar": {3, "help"}, "help-target-familiar": {3, "help target"},
		"goal-none-familiar": {3, "target agent 42 5m"},
	} {
		h := floor(t, c.known)
		h.History = func(context.Context, aht.Target, time.Time, time.Time) ([]aht.Reading, error) { return nil, nil }
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: c.text, At: noon, Ref: "abc234"})
		out["word-"+name] = Message{Reply: r, For: ForOne}
	}
	undo := func(name, text string) {
		h := floor(t, 5)
		set, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234"})
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", Action: set.Buttons[0].Action, Value: set.Buttons[0].Value, At: noon, Ref: "abc234"})
		out[name] = Message{Reply: r, For: ForOne}
	}
	undo("goal-undone", "target campaign Collections North 5m")
	undo("goal-undone-first", "target campaign Night Desk 5m")
	h := floor(t, 5)
	h.Goals = changed{}
	r, _ := h.Answer(t.Context(), request.Question{User: "U1", Action: reply.ActionUndoGoal, Value: `{"n":"Night Desk","now":{"s":240,"b":"U1","t":1}}`, At: noon, Ref: "abc234"})
	out["goal-changed-since"] = Message{Reply: r, For: ForOne}
	return out
}

// changed are goals that somebody else has changed.
type changed struct{ goals }

func (changed) ChangeGoal(context.Context, aht.Goal, aht.Goal, string) (bool, error) {
	return false, nil
}
