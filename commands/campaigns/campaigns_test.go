package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

func TestLinesForTheListOfCampaigns(t *testing.T) {
	for line, want := range map[string]request.Command{
		"campaigns":                     campaigns.List{},
		"Campaigns?":                    campaigns.List{},
		"campaigns all":                 campaigns.List{},
		"campaigns north":               campaigns.List{Filter: "north"},
		`campaigns "north east" page 3`: campaigns.List{Filter: "north east", Page: 3},
		"campaigns north east page 1":   campaigns.List{Filter: "north east"},
		"campaigns page 2":              campaigns.List{Page: 2},
		"campaigns more":                campaigns.List{Page: 2},
		"campaigns north more":          campaigns.List{Filter: "north", Page: 2},
		`campaigns "page 2"`:            campaigns.List{Filter: "page 2"},
		`campaigns "more"`:              campaigns.List{Filter: "more"},
		"campaigns page":                campaigns.List{Filter: "page"},
		"campaigns page 0":              campaigns.List{Filter: "page 0"},
		"list":                          campaigns.List{},
		"LIST":                          campaigns.List{},
		"ls":                            campaigns.List{},
		"more":                          campaigns.List{Page: 2},
		"list campaigns north":          campaigns.List{Filter: "north"},
		"list north":                    campaigns.List{Filter: "north"},
		"list all":                      campaigns.List{},
		"list alerts":                   standing.List{Noun: "alert"},
		"list digests all":              standing.List{Noun: "digest", All: true},
		"list targets":                  answers.ShowGoal{},
		"alerts":                        standing.List{Noun: "alert"},
		"digests":                       standing.List{Noun: "digest"},
		"targets":                       answers.ShowGoal{},
		"show campaigns":                campaigns.List{},
		"campaings north":               campaigns.List{Filter: "north"},
		"campaigs north":                nil, // campaign north, or campaigns north
	} {
		got, err := commands.Parse(line)
		if ue, ok := errors.AsType[*request.UsageError](err); want == nil && ok && len(ue.Guesses) == 2 {
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: %#v, %v; want %#v", line, got, err, want)
		}
	}
}

// floorDigests are digests that stand still.
type floorDigests struct {
	request.Digests
	all []digest.Digest
	err error
}

func (d floorDigests) All(context.Context) ([]digest.Digest, error) { return d.all, nil }

func (d floorDigests) Campaigns(_ context.Context, w digest.Selection) (all []aht.Target, err error) {
	for _, name := range w.Campaigns {
		t, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, d.err
}

// floorAlerts are alerts that stand still.
type floorAlerts struct {
	request.Alerts
	all []alert.Standing
	err error
}

func (a floorAlerts) All(context.Context) ([]alert.Standing, error) { return a.all, a.err }

// floorGoals are one goal that stands still.
type floorGoals struct {
	request.Goals
	goal aht.Goal
}

func (g floorGoals) Goal(t aht.Target) (aht.Goal, bool) { return g.goal, t == g.goal.Target }

// column is the texts of a column of r's table.
func column(r reply.Reply, name string) (texts []string) {
	i := slices.Index(r.Table.Header, name)
	for _, row := range r.Table.Rows {
		texts = append(texts, row[i].Text)
	}
	return texts
}

func TestTheListCostsNothingAndTellsWhatIsKnown(t *testing.T) {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	var names commandstest.Names
	for i := range 33 {
		names = append(names, fmt.Sprintf("Floor %02d", i))
	}
	north := commandstest.Campaign(t, "Floor 00")
	recalled := 0
	h.Names = names
	h.Recall = func(_ context.Context, target aht.Target) {
		if recalled++; target == north {
			w.Reading = &aht.Reading{Mean: 270e9, At: commandstest.Noon.Add(-50 * 3600e9)}
		}
	}
	h.Goals = floorGoals{goal: aht.Goal{Target: north, Mean: 240e9}}
	h.Alerts = floorAlerts{all: []alert.Standing{{Watch: alert.Watch{ID: 7, Target: north}}}}
	h.Digests = floorDigests{all: []digest.Digest{{ID: 3, Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Floor 00", "Floor 01"}}}}}}
	r, err := h.Answer(t.Context(), commandstest.Ask("campaigns"))
	if err != nil || w.Asked != 0 || recalled != 15 || r.Public {
		t.Fatalf("%d asked, %d looked up, %+v, %v", w.Asked, recalled, r, err)
	}
	if got := column(r, "Campaign"); len(got) != 15 || got[0] != "Floor 00" || got[14] != "Floor 14" {
		t.Errorf("campaigns %q", got)
	}
	for name, want := range map[string]string{"AHT": "4m 30s", "Read": "2 days ago", "Target": "4m 00s", "Watched by": "alert #7 and digest 3"} {
		if got := column(r, name)[0]; got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if got := column(r, "Watched by"); got[1] != "digest 3" || got[2] != "" {
		t.Errorf("watched by %q", got)
	}
	var seen []string
	for range 3 {
		seen = append(seen, column(r, "Campaign")...)
		if i := slices.IndexFunc(r.Buttons, func(b reply.Button) bool { return b.Label == "More" }); i >= 0 {
			r, err = h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Action: r.Buttons[i].Action, Value: r.Buttons[i].Value})
		}
	}
	if err != nil || !slices.Equal(seen, names) || w.Asked != 0 {
		t.Errorf("the pages have %q, %v", seen, err)
	}
	if r, _ := h.Answer(t.Context(), commandstest.Ask("campaigns page 99")); column(r, "Campaign")[0] != "Floor 30" || !strings.Contains(r.Text, "There is no page 99: this is the last.") {
		t.Error("a page too far is not the last one")
	}
	if r, _ := h.Answer(t.Context(), commandstest.Ask("campaigns FLOOR-07")); !slices.Equal(column(r, "Campaign"), []string{"Floor 07"}) {
		t.Errorf("filtered: %+v", r.Table)
	}
}

func TestTheListIsThereWithoutTheStore(t *testing.T) {
	w := &commandstest.World{Remembered: true, Asker: request.Person{Guest: true}}
	h := w.Handler(request.Access{})
	h.Names = commandstest.Floor
	if r, _ := h.Answer(t.Context(), commandstest.Ask("campaigns")); r.Outcome != "denied" || strings.Contains(r.Text, "Collections") {
		t.Errorf("a guest reads %q", r.Text)
	}
	w.Asker.Guest = false
	away := errors.New("away")
	h.Alerts = floorAlerts{err: away}
	r, err := h.Answer(t.Context(), commandstest.Ask("campaigns"))
	if !errors.Is(err, away) || len(r.Table.Rows) != 3 || !strings.Contains(r.Note, "could not be looked up") {
		t.Errorf("%+v, %v", r, err)
	}
	h.Alerts, h.Digests = nil, floorDigests{all: []digest.Digest{{ID: 1}}, err: away}
	if r, err := h.Answer(t.Context(), commandstest.Ask("campaigns")); !errors.Is(err, away) || len(r.Table.Rows) != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	h.Names = nil
	if r, err := h.Answer(t.Context(), commandstest.Ask("campaigns")); err != nil && !errors.Is(err, away) || !strings.Contains(r.Text, "I know no campaign yet") {
		t.Errorf("%+v, %v", r, err)
	}
}
