package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// lookNames are names that learn others by looking, and count how often they look.
type lookNames struct {
	known, elsewhere []string
	looks            int
}

func (n *lookNames) Campaigns() ([]string, time.Time) { return n.known, commandstest.Noon }

func (n *lookNames) Look(context.Context) {
	n.looks++
	n.known = slices.Concat(n.known, n.elsewhere)
	slices.Sort(n.known)
}

// lookGoals have one goal, which another process has set.
type lookGoals struct {
	request.Goals
	looked bool
}

func (g *lookGoals) Look(context.Context) { g.looked = true }

func (g *lookGoals) Goal(t aht.Target) (aht.Goal, bool) {
	return aht.Goal{Target: t, Mean: time.Minute, By: "U2", At: commandstest.Noon}, g.looked
}

func (g *lookGoals) All() []aht.Goal                                    { return nil }
func (g *lookGoals) SetGoal(context.Context, aht.Goal) error            { return nil }
func (g *lookGoals) DropGoal(context.Context, aht.Target, string) error { return nil }

func TestANameIsLookedUpBeforeItIsRefused(t *testing.T) {
	for line, want := range map[string]int{
		`target campaign Known 5m`:     0,
		`target campaign Elsewhere 5m`: 1,
		`target campaign Nowhere 5m`:   1,
		`trend campaign Elsewhere`:     1,
		`campaign Elsewhere`:           0, // Ozonetel knows
		`help`:                         0,
		`status`:                       0,
		`target`:                       0,
		`digest list`:                  0,
		`agent Elsewhere`:              0,
		`alert preview campaign Elsewhere above 5m`:       1,
		`alert add campaign Elsewhere above 5m`:           1,
		`digest add campaign Known, Elsewhere daily at 9`: 1,
		`digest add campaign Known daily at 9`:            0,
	} {
		w, n := &commandstest.World{Remembered: true}, &lookNames{known: []string{"Known"}, elsewhere: []string{"Elsewhere"}}
		h := w.Handler(request.Access{})
		h.Names, h.Goals = n, &lookGoals{}
		h.History = func(context.Context, aht.Target, time.Time, time.Time) ([]aht.Reading, error) { return nil, nil }
		_, _ = h.Answer(t.Context(), commandstest.Ask(line))
		if n.looks != want {
			t.Errorf("%s: %d looks, want %d", line, n.looks, want)
		}
	}
}

func TestATargetIsChangedByWhatIsKeptNow(t *testing.T) {
	for line, want := range map[string]string{
		`target campaign Known 5m`:    "it was 1m 00s",
		`target campaign Known clear`: "it was 1m 00s",
		`target campaign Known`:       "is 1m 00s",
	} {
		w := &commandstest.World{Remembered: true}
		h := w.Handler(request.Access{})
		h.Goals = new(lookGoals)
		if r, ok := h.Now(commandstest.Ask(line)); ok {
			t.Errorf("%s is answered from memory: %q", line, r.Text)
		}
		if r, err := h.Answer(t.Context(), commandstest.Ask(line)); err != nil || !strings.Contains(r.Text, want) {
			t.Errorf("%s is answered with %q, %v; want %q", line, r.Text, err, want)
		}
	}
}
