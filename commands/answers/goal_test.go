package answers_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/answers"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestTargetLinesReadAsTheyAreMeant(t *testing.T) {
	sales := commandstest.Campaign(t, "Sales")
	for line, want := range map[string]request.Command{
		"target":                                      answers.ShowGoal{},
		"target list":                                 answers.ShowGoal{},
		"target campaign Sales":                       answers.ShowGoal{Target: sales},
		"target Sales":                                answers.ShowGoal{Target: sales},
		"target campaign Sales 4m30s":                 answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		"target Sales 5:00":                           answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 5 * time.Minute}},
		`target campaign "Sales 5m" 300s`:             answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales 5m"), Mean: 5 * time.Minute}},
		`target campaign "Sales 5m"`:                  answers.ShowGoal{Target: commandstest.Campaign(t, "Sales 5m")},
		"target campaign Sales CLEAR":                 answers.ClearGoal{Target: sales},
		`target campaign "all clear"`:                 answers.ShowGoal{Target: commandstest.Campaign(t, "all clear")},
		"target campaign Sales 5":                     answers.ShowGoal{Target: commandstest.Campaign(t, "Sales 5")},
		"target campaign “Sales” 1h 02m 05s":          answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 3725 * time.Second}},
		`target campaign "Sales Outbound" 4m30`:       answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 270 * time.Second}},
		`target campaign "Sales Outbound" 4.5m`:       answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 270 * time.Second}},
		`target campaign "Sales Outbound" 4 min 30 s`: answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 270 * time.Second}},
		`target campaign "Sales Outbound" 270 sec`:    answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 270 * time.Second}},
		`target campaign "Sales Outbound" = 4m30s.`:   answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 270 * time.Second}},
		"target campaign Sales to 4 min and 30 s":     answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		`target campaign "Sales" 270`:                 answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		`target campaign "Sales" ٢٧٠`:                 answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		`target campaign "Sales" remove`:              answers.ClearGoal{Target: sales},
		`target campaignName="Sales" 4m30s`:           answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		"targt campaign Sales 4m30s":                  answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		"set the target of campaign Sales 4m30s":      answers.SetGoal{Goal: aht.Goal{Target: sales, Mean: 270 * time.Second}},
		"target campaign Sales Outbound 4m 5s":        answers.SetGoal{Goal: aht.Goal{Target: commandstest.Campaign(t, "Sales Outbound"), Mean: 245 * time.Second}},
	} {
		got, err := commands.Parse(line)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", line, got, err, want)
			continue
		}
		if again, err := commands.Parse(strings.TrimPrefix(request.Line(got), request.CommandWord)); err != nil || again != got {
			t.Errorf("%s is written %s, which reads as %v, %v", line, request.Line(got), again, err)
		}
	}
	for line, fault := range map[string]request.Fault{
		"target campaign": request.FaultEmpty, "target agent 42 5m": request.FaultGoalPerson, "target campaign Sales 0s": request.FaultGoalZero,
		`target campaign "Sales" 5`: request.FaultBare, `target campaign "Sales" 0`: request.FaultGoalZero, `target campaign "Sales" soon`: request.FaultNoGoal,
		`target campaign "Sales" Outbound 4m`: request.FaultNoGoal, `target campaign "Sales" 4m please`: request.FaultNoGoal,
	} {
		_, err := commands.Parse(line)
		if ue, ok := errors.AsType[*request.UsageError](err); !ok || ue.Fault != fault {
			t.Errorf("%s: %v, want fault %d", line, err, fault)
		}
	}
}

// targets keeps targets of campaigns by the rules of [request.Goals], and counts changes.
type targets struct {
	kept    map[aht.Target]aht.Goal // not nil
	changes int
}

// keptTargets keeps none yet.
func keptTargets() *targets { return &targets{kept: map[aht.Target]aht.Goal{}} }

func (g *targets) Goal(t aht.Target) (aht.Goal, bool) { one, ok := g.kept[t]; return one, ok }

func (g *targets) All() (all []aht.Goal) {
	for _, one := range g.kept {
		all = append(all, one)
	}
	return all
}

func (g *targets) SetGoal(_ context.Context, one aht.Goal) error {
	g.kept[one.Target], g.changes = one, g.changes+1
	return nil
}

func (g *targets) DropGoal(_ context.Context, t aht.Target, _ string) error {
	delete(g.kept, t)
	g.changes++
	return nil
}

func (g *targets) ChangeGoal(_ context.Context, now, next aht.Goal, _ string) (bool, error) {
	t := now.Target
	if t.IsZero() {
		t = next.Target
	}
	stands, ok := g.kept[t]
	if ok == now.Target.IsZero() || ok && (stands.Mean != now.Mean || stands.By != now.By || !stands.At.Truncate(time.Millisecond).Equal(now.At)) {
		return false, nil
	}
	if g.changes++; next.Target.IsZero() {
		delete(g.kept, t)
	} else {
		g.kept[t] = next
	}
	return true, nil
}

func TestOnlyWhoSetATargetOrAnAdminChangesIt(t *testing.T) {
	for name, c := range map[string]struct {
		admins []string
		group  string // of who asks
		by     string
		want   bool
	}{
		"who set it":                 {[]string{"U9"}, "", "U1", true},
		"somebody else":              {[]string{"U9"}, "", "U2", false},
		"an admin":                   {[]string{"U1"}, "", "U2", true},
		"a member of an admin group": {[]string{"S7"}, "S7", "U2", true},
		"of another group":           {[]string{"S7"}, "S8", "U2", false},
		"where nobody is admin":      {nil, "", "U2", true},
	} {
		for _, line := range []string{"target campaign Sales 5m", "target campaign Sales clear"} {
			kept := keptTargets()
			sales := commandstest.Campaign(t, "Sales")
			kept.kept[sales] = aht.Goal{Target: sales, Mean: time.Minute, By: c.by}
			h := (&commandstest.World{Remembered: true, Group: c.group}).Handler(request.Access{Admins: c.admins})
			h.Goals = kept
			r, err := h.Answer(t.Context(), commandstest.Ask(line))
			if err != nil || (kept.changes == 1) != c.want || (r.Outcome == "denied") == c.want {
				t.Errorf("%s, %s: %d changes, %q, %v", name, line, kept.changes, r.Text, err)
			}
		}
	}
}

func TestAnswersSayHowFarTheTargetIs(t *testing.T) {
	w := &commandstest.World{Remembered: true, Reading: &aht.Reading{Mean: 4 * time.Minute, At: commandstest.Noon}}
	h := w.Handler(request.Access{})
	kept := keptTargets()
	h.Goals = kept
	for goal, want := range map[string]string{
		"3m30s": "Over the target of 3m 30s by 30s.", "5m": "Within the target of 5m 00s, by 1m 00s.", "4m": "Exactly on the target of 4m 00s.",
	} {
		if r, err := h.Answer(t.Context(), commandstest.Ask("target campaign Sales "+goal)); err != nil || r.Outcome != "goal" {
			t.Fatal(r.Text, err)
		}
		if r, _ := h.Answer(t.Context(), commandstest.Ask("campaign Sales")); !strings.Contains(r.Text, want) {
			t.Errorf("%q does not say %q", r.Text, want)
		}
	}
	w.Reading.Mean = 0
	if r, _ := h.Answer(t.Context(), commandstest.Ask("campaign Sales")); strings.Contains(r.Text, "target") {
		t.Errorf("no calls are compared with a target: %q", r.Text)
	}
	if w.Asked != 0 {
		t.Errorf("%d requests upstream", w.Asked)
	}
}

func TestAGoalIsNotSetWhileNothingCanBeKept(t *testing.T) {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	h.Keeps = commandstest.Full
	for _, line := range []string{"target campaign Sales 4m", "target campaign Sales clear"} {
		if r, err := h.Answer(t.Context(), commandstest.Ask(line)); !errors.Is(err, commandstest.ErrFull) || !strings.HasPrefix(r.Text, commandstest.Refusal) {
			t.Errorf("%s: %q, %v", line, r.Text, err)
		}
	}
	if r, err := h.Answer(t.Context(), commandstest.Ask("target")); err != nil || r.Outcome == "store_away" {
		t.Errorf("the list: %q, %v", r.Text, err)
	}
}

func TestATargetOfAStrangeCampaignIsAskedBack(t *testing.T) {
	kept := keptTargets()
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Names, h.Goals = commandstest.Floor, kept
	r, err := h.Answer(t.Context(), commandstest.Ask("target campaign Colections 4m30s"))
	if len(kept.kept) != 0 || err != nil || !strings.Contains(r.Text, "I have never seen a campaign “Colections”, so nothing was set yet.") {
		t.Errorf("set %v, %v: %q", kept.kept, err, r.Text)
	}
	var got []string
	for _, b := range r.Buttons {
		got = append(got, commands.Target(request.Question{Action: b.Action, Value: b.Value}).Name())
	}
	if !slices.Equal(got, []string{"Collections North", "Collections_South", "Colections"}) {
		t.Errorf("offered %q", got)
	}
	for i, name := range []string{"Collections North", "", "Colections"} {
		if name == "" {
			continue
		}
		q := request.Question{User: "U1", Action: r.Buttons[i].Action, Value: r.Buttons[i].Value, At: commandstest.Noon}
		if _, err := h.Answer(t.Context(), q); err != nil || kept.kept[commandstest.Campaign(t, name)].Mean != 270*time.Second {
			t.Errorf("pressing for %s sets %v, %v", name, kept.kept, err)
		}
	}
}

func TestATargetIsKeptUnderTheAccountsSpelling(t *testing.T) {
	kept := keptTargets()
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Names, h.Goals = commandstest.Floor, kept
	answer := func(line string) string {
		t.Helper()
		r, err := h.Answer(t.Context(), commandstest.Ask(line))
		if err != nil {
			t.Error(err)
		}
		return r.Text
	}
	north, typed := commandstest.Campaign(t, "Collections North"), commandstest.Campaign(t, "collections_north")
	if said := answer("target campaign collections_north 4m"); len(kept.kept) != 1 || kept.kept[north].Mean != 4*time.Minute || !strings.Contains(said, "I took “collections_north” for campaign Collections North") {
		t.Errorf("%v, %q", kept.kept, said)
	}
	if said := answer("target collections_north"); !strings.Contains(said, "Collections North is 4m 00s") {
		t.Error(said)
	}
	if answer("target collections_north clear"); len(kept.kept) != 0 {
		t.Errorf("%v after clear", kept.kept)
	}
	kept.kept[typed] = aht.Goal{Target: typed, Mean: time.Minute} // from before the names were known
	if answer("target collections_north clear"); len(kept.kept) != 0 {
		t.Errorf("%v after clear", kept.kept)
	}
	for _, line := range []string{"target campaign Colections", "target campaign Colections clear"} {
		if said := answer(line); !strings.Contains(said, "I know no campaign of that name") || !strings.Contains(said, "Collections_South") {
			t.Errorf("%s: %q", line, said)
		}
	}
}

func TestATargetThatEndsInNoDurationSaysSo(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Names, h.Goals = commandstest.Floor, keptTargets()
	for line, want := range map[string]string{
		"target campaign Collections_North banana": "“banana” is no length of time. Write it as 4m30s, 4.5m or 270s: /aht target campaign \"Collections North\" 4m30s",
		"target campaign Collections_North 4mm":    "“4mm” is no length of time.",
		"target campaign Sales Outbond":            "I know no campaign of that name", // not Sales, and a word behind it
		"target campaign Sales Outbound 5":         "Is that minutes or seconds?",
		"target campaign Sales Outbound 270":       "The target of campaign Sales Outbound is 4m 30s from now on.",
		"target campaign Colections banana":        "I know no campaign of that name", // neither is known
		"target campaign banana":                   "I know no campaign of that name",
	} {
		if r, err := h.Answer(t.Context(), commandstest.Ask(line)); err != nil || !strings.Contains(r.Text, want) {
			t.Errorf("%s: %q, %v", line, r.Text, err)
		}
	}
}
