package commands_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

func TestLinesForTheListOfCampaigns(t *testing.T) {
	for line, want := range map[string]commands.Command{
		"campaigns":                     commands.ListCampaigns{},
		"Campaigns?":                    commands.ListCampaigns{},
		"campaigns all":                 commands.ListCampaigns{},
		"campaigns north":               commands.ListCampaigns{Filter: "north"},
		`campaigns "north east" page 3`: commands.ListCampaigns{Filter: "north east", Page: 3},
		"campaigns north east page 1":   commands.ListCampaigns{Filter: "north east"},
		"campaigns page 2":              commands.ListCampaigns{Page: 2},
		"campaigns more":                commands.ListCampaigns{Page: 2},
		"campaigns north more":          commands.ListCampaigns{Filter: "north", Page: 2},
		`campaigns "page 2"`:            commands.ListCampaigns{Filter: "page 2"},
		`campaigns "more"`:              commands.ListCampaigns{Filter: "more"},
		"campaigns page":                commands.ListCampaigns{Filter: "page"},
		"campaigns page 0":              commands.ListCampaigns{Filter: "page 0"},
		"list":                          commands.ListCampaigns{},
		"LIST":                          commands.ListCampaigns{},
		"ls":                            commands.ListCampaigns{},
		"more":                          commands.ListCampaigns{Page: 2},
		"list campaigns north":          commands.ListCampaigns{Filter: "north"},
		"list north":                    commands.ListCampaigns{Filter: "north"},
		"list all":                      commands.ListCampaigns{},
		"list alerts":                   commands.ListAlerts{},
		"list digests all":              commands.ListDigests{All: true},
		"list targets":                  commands.ShowGoal{},
		"alerts":                        commands.ListAlerts{},
		"digests":                       commands.ListDigests{},
		"targets":                       commands.ShowGoal{},
		"show campaigns":                commands.ListCampaigns{},
		"campaings north":               commands.ListCampaigns{Filter: "north"},
		"campaigs north":                nil, // campaign north, or campaigns north
	} {
		got, err := commands.Parse(line)
		if ue, ok := errors.AsType[*commands.UsageError](err); want == nil && ok && len(ue.Guesses) == 2 {
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: %#v, %v; want %#v", line, got, err, want)
		}
	}
}

// floorDigests are digests that stand still.
type floorDigests struct {
	commands.Digests
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
	commands.Alerts
	all []alert.Standing
	err error
}

func (a floorAlerts) All(context.Context) ([]alert.Standing, error) { return a.all, a.err }

// column is the texts of a column of r's table.
func column(r commands.Reply, name string) (texts []string) {
	i := slices.Index(r.Table.Header, name)
	for _, row := range r.Table.Rows {
		texts = append(texts, row[i].Text)
	}
	return texts
}

func TestTheListCostsNothingAndTellsWhatIsKnown(t *testing.T) {
	w := &world{known: true}
	h := w.handler(commands.Access{})
	var names nameBook
	for i := range 33 {
		names = append(names, fmt.Sprintf("Floor %02d", i))
	}
	north := campaign(t, "Floor 00")
	recalled := 0
	h.Names = names
	h.Recall = func(_ context.Context, target aht.Target) {
		if recalled++; target == north {
			w.reading = &aht.Reading{Mean: 270e9, At: noon.Add(-50 * 3600e9)}
		}
	}
	h.Goals = &targets{goals: map[aht.Target]aht.Goal{north: {Target: north, Mean: 240e9}}}
	h.Alerts = floorAlerts{all: []alert.Standing{{Watch: alert.Watch{ID: 7, Target: north}}}}
	h.Digests = floorDigests{all: []digest.Digest{{ID: 3, Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Floor 00", "Floor 01"}}}}}}
	r, err := h.Answer(t.Context(), ask("campaigns"))
	if err != nil || w.asked != 0 || recalled != 15 || r.Public {
		t.Fatalf("%d asked, %d looked up, %+v, %v", w.asked, recalled, r, err)
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
		if i := slices.IndexFunc(r.Buttons, func(b commands.Button) bool { return b.Label == "More" }); i >= 0 {
			r, err = h.Answer(t.Context(), commands.Question{User: "U1", At: noon, Action: r.Buttons[i].Action, Value: r.Buttons[i].Value})
		}
	}
	if err != nil || !slices.Equal(seen, names) || w.asked != 0 {
		t.Errorf("the pages have %q, %v", seen, err)
	}
	if r, _ := h.Answer(t.Context(), ask("campaigns page 99")); column(r, "Campaign")[0] != "Floor 30" {
		t.Error("a page too far is not the last one")
	}
	if r, _ := h.Answer(t.Context(), ask("campaigns FLOOR-07")); !slices.Equal(column(r, "Campaign"), []string{"Floor 07"}) {
		t.Errorf("filtered: %+v", r.Table)
	}
}

func TestTheListIsThereWithoutTheStore(t *testing.T) {
	w := &world{known: true, person: commands.Person{Guest: true}}
	h := w.handler(commands.Access{})
	h.Names = floor
	if r, _ := h.Answer(t.Context(), ask("campaigns")); r.Outcome != "denied" || strings.Contains(r.Text, "Collections") {
		t.Errorf("a guest reads %q", r.Text)
	}
	w.person.Guest = false
	away := errors.New("away")
	h.Alerts = floorAlerts{err: away}
	r, err := h.Answer(t.Context(), ask("campaigns"))
	if !errors.Is(err, away) || len(r.Table.Rows) != 3 || !strings.Contains(r.Note, "could not be looked up") {
		t.Errorf("%+v, %v", r, err)
	}
	h.Alerts, h.Digests = nil, floorDigests{all: []digest.Digest{{ID: 1}}, err: away}
	if r, err := h.Answer(t.Context(), ask("campaigns")); !errors.Is(err, away) || len(r.Table.Rows) != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	h.Names = nil
	if r, err := h.Answer(t.Context(), ask("campaigns")); err != nil && !errors.Is(err, away) || !strings.Contains(r.Text, "I know no campaign yet") {
		t.Errorf("%+v, %v", r, err)
	}
}
