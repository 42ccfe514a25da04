package answers_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// undone presses Undo of r as who.
func undone(t *testing.T, h *commands.Handler, r reply.Reply, who string) reply.Reply {
	t.Helper()
	for _, b := range r.Buttons {
		if b.Action == reply.ActionUndoGoal {
			again, err := h.Answer(t.Context(), request.Question{User: who, Action: b.Action, Value: b.Value, At: commandstest.Noon.Add(time.Minute)})
			if err != nil {
				t.Error(err)
			}
			return again
		}
	}
	t.Fatalf("no Undo: %+v", r)
	return reply.Reply{}
}

func TestUndoPutsBackWhatWas(t *testing.T) {
	sales := commandstest.Campaign(t, "Sales")
	theirs := aht.Goal{Target: sales, Mean: 5 * time.Minute, By: "U2", At: commandstest.Noon.Add(-time.Hour)}
	for name, c := range map[string]struct {
		before []aht.Goal
		line   string
	}{
		"a first target":    {nil, "target campaign Sales 4m"},
		"another target":    {[]aht.Goal{theirs}, "target campaign Sales 4m"},
		"a target cleared":  {[]aht.Goal{theirs}, "target campaign Sales clear"},
		"a number":          {[]aht.Goal{theirs}, `target campaign "Sales" 240`},
		"a verb mistyped":   {[]aht.Goal{theirs}, "targt campaign Sales 4m"},
		"the API's words":   {[]aht.Goal{theirs}, "target campaignName=Sales 4m"},
		"another's letters": {[]aht.Goal{theirs}, "target campaign sales 4m"},
	} {
		kept := keptTargets()
		for _, g := range c.before {
			kept.kept[sales] = g
		}
		h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
		h.Goals, h.Names = kept, commandstest.Names{"Sales"}
		r, err := h.Answer(t.Context(), commandstest.Ask(c.line))
		if err != nil || kept.changes != 1 || !strings.Contains(r.Lines[0], "Sales") {
			t.Errorf("%s: %d changes, %q, %v", name, kept.changes, r.Text, err)
		}
		after := kept.kept[sales]
		back := undone(t, h, r, "U1")
		if g, ok := kept.kept[sales]; ok != (len(c.before) > 0) || ok && g.Mean != theirs.Mean || ok && g.By != theirs.By || ok && !g.At.Equal(theirs.At) {
			t.Errorf("%s: after Undo %+v: %q", name, kept.kept, back.Text)
		}
		if undone(t, h, back, "U1"); kept.kept[sales].Mean != after.Mean {
			t.Errorf("%s: undoing Undo leaves %+v", name, kept.kept)
		}
	}
}

func TestUndoLeavesWhatWasChangedSince(t *testing.T) {
	sales := commandstest.Campaign(t, "Sales")
	for name, meanwhile := range map[string]func(map[aht.Target]aht.Goal){
		"another's target": func(g map[aht.Target]aht.Goal) {
			g[sales] = aht.Goal{Target: sales, Mean: 4 * time.Minute, By: "U2", At: commandstest.Noon}
		},
		"a later one": func(g map[aht.Target]aht.Goal) {
			g[sales] = aht.Goal{Target: sales, Mean: 4 * time.Minute, By: "U1", At: commandstest.Noon.Add(time.Second)}
		},
		"none": func(g map[aht.Target]aht.Goal) { delete(g, sales) },
	} {
		kept := keptTargets()
		h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
		h.Goals = kept
		r, _ := h.Answer(t.Context(), commandstest.Ask("target campaign Sales 4m"))
		meanwhile(kept.kept)
		stands, had := kept.kept[sales]
		if back := undone(t, h, r, "U1"); !strings.Contains(back.Text, "was changed since") || len(back.Buttons) > 0 {
			t.Errorf("%s: %q", name, back.Text)
		}
		if g, has := kept.kept[sales]; has != had || g != stands {
			t.Errorf("%s was overwritten: %+v", name, kept.kept)
		}
	}
}

func TestOnlyWhoMayChangeATargetUndoesAChange(t *testing.T) {
	kept := keptTargets()
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{Admins: []string{"U9"}})
	h.Goals = kept
	r, _ := h.Answer(t.Context(), commandstest.Ask("target campaign Sales 4m"))
	if back := undone(t, h, r, "U3"); back.Outcome != "denied" || kept.changes != 1 {
		t.Errorf("somebody else took it back: %q", back.Text)
	}
	for _, value := range []string{"", "{}", `{"n":""}`, `{"n":"Sales"}`, `{"n":"Sales","was":{"s":0}}`, `{"n":"Sales","was":{"s":-5}}`, "nonsense"} {
		q := request.Question{User: "U1", Action: reply.ActionUndoGoal, Value: value, At: commandstest.Noon}
		if r, err := h.Answer(t.Context(), q); err == nil || kept.changes != 1 || !strings.Contains(r.Text, "older message") {
			t.Errorf("%q: %q, %v", value, r.Text, err)
		}
	}
}
