package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// errBadCampaign is the upstream's refusal of a name.
var errBadCampaign = commandstest.UpstreamError{Class: "refused", Reason: "bad-campaign"}

// pressed is what a press of each button asks for.
func pressed(t *testing.T, r reply.Reply) (names []string) {
	t.Helper()
	for _, b := range r.Buttons {
		q := request.Question{Action: b.Action, Value: b.Value}
		if commands.Target(q).IsZero() {
			t.Errorf("button %+v asks about nobody", b)
		}
		names = append(names, commands.Target(q).Name())
	}
	return names
}

func TestAnUnknownNameIsAskedAsItIsAndThenTheClosestAreOffered(t *testing.T) {
	for line, want := range map[string][]string{
		"campaign Colections":         {"Collections North", "Collections_South"},
		"campaign Xyzzy":              nil,
		"campaign Collections North":  nil, // known: the list is older than the account
		"campaign sales  outbounddd ": {"Sales Outbound"},
	} {
		w := &commandstest.World{Remembered: true, Err: errBadCampaign}
		h := w.Handler(request.Access{})
		h.Names = commandstest.Floor
		r, err := h.Answer(t.Context(), commandstest.Ask(line))
		if err == nil || w.Asked != 1 || r.Outcome != "refused" || !slices.Equal(pressed(t, r), want) || r.Public {
			t.Errorf("%s: %d asked, buttons for %q, want %q: %q", line, w.Asked, pressed(t, r), want, r.Text)
		}
		for _, name := range want {
			if !strings.Contains(r.Text, name) || !strings.Contains(r.Text, "read 3 h ago") {
				t.Errorf("%s: %q lacks %s, or the age of the list", line, r.Text, name)
			}
		}
	}
	w := &commandstest.World{Remembered: true, Err: errBadCampaign}
	h := w.Handler(request.Access{})
	before, _ := h.Answer(t.Context(), commandstest.Ask("campaign Colections"))
	h.Names = commandstest.Names{}
	if after, _ := h.Answer(t.Context(), commandstest.Ask("campaign Colections")); after.Text != before.Text || len(after.Buttons) > 0 {
		t.Errorf("with no name known: %q", after.Text)
	}
}

func TestANameThatDiffersInLittleIsAnsweredForTheKnownOne(t *testing.T) {
	two := commandstest.Names{"Collections North", "Night Desk", "Night_Desk", "Sales Outbound"}
	for line, want := range map[string]string{
		"campaign sales outbound":              "Sales Outbound",
		"campaign Sales_Outbound":              "Sales Outbound",
		`campaign "sales-outbound"`:            "Sales Outbound",
		"campaign campaign Sales Outbound":     "Sales Outbound",
		"campaignName=salesoutbound":           "Sales Outbound",
		"sales outbound":                       "Sales Outbound",
		"compaign sales outbound":              "Sales Outbound",
		"night desk":                           "Night Desk",
		"campaign NIGHT_DESK":                  "Night_Desk",
		"what is the AHT of collections north": "Collections North",
		"what is the weather":                  "",
	} {
		w := &commandstest.World{Remembered: true}
		h := w.Handler(request.Access{})
		h.Names = two
		r, err := h.Answer(t.Context(), commandstest.Ask(line))
		if want == "" {
			if w.Asked != 0 || r.Outcome != "usage" {
				t.Errorf("%s: %d asked, %+v", line, w.Asked, r)
			}
			continue
		}
		if err != nil || w.Asked != 1 || !r.Figure() || !strings.Contains(r.Text, "campaign "+want+":") {
			t.Errorf("%s: %d asked, %q, %v", line, w.Asked, r.Text, err)
		}
		if first, _, _ := strings.Cut(r.Note, "\n"); !strings.HasPrefix(first, "I took “") && !strings.HasPrefix(first, "Read as /aht campaign ") {
			t.Errorf("%s: the small print does not say how it was read: %q", line, r.Note)
		}
	}
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	h.Names = two
	r, _ := h.Answer(t.Context(), commandstest.Ask("campaign sales outbound"))
	typed := r.Buttons[len(r.Buttons)-1]
	if q := (request.Question{Action: typed.Action, Value: typed.Value}); commands.Target(q) != commandstest.Campaign(t, "sales outbound") {
		t.Errorf("the name as it was typed can't be asked about: %+v", r.Buttons)
	}
	if r, _ := h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Action: typed.Action, Value: typed.Value}); !strings.Contains(r.Text, "campaign sales outbound:") || w.Asked != 2 {
		t.Errorf("pressing it asks about another: %q", r.Text)
	}
	r, _ = h.Answer(t.Context(), commandstest.Ask("campaign night-desk"))
	if got := pressed(t, r); w.Asked != 2 || !slices.Equal(got, []string{"Night Desk", "Night_Desk", "night-desk"}) {
		t.Errorf("two names: %d asked, %q: %q", w.Asked, got, r.Text)
	}
}

func TestAGuestReadsNoNames(t *testing.T) {
	lines := []string{"campaign night-desk", "night desk", "help", "campaign", "help target", "target campaign Night Desk 5", "target Night Desk 4mm", "campaigns", "campaigns nite", "trend night-desk", "nothing"}
	answers := func(known bool, names request.Names) (said []string) {
		w := &commandstest.World{Remembered: known, Asker: request.Person{Guest: true}}
		h := w.Handler(request.Access{})
		h.Names = names
		for _, line := range lines {
			r, _ := h.Answer(t.Context(), commandstest.Ask(line))
			var words strings.Builder
			fmt.Fprintf(&words, "%s %q %q", r.Outcome, r.Text, r.Note)
			for _, b := range commands.Pressable(r).Buttons {
				fmt.Fprintf(&words, " [%s] %s", b.Label, b.Value)
			}
			said = append(said, words.String())
		}
		home, err := h.Home(t.Context(), request.Question{User: "U1"}, 0, nil)
		if shown := fmt.Sprintf("%+v", home); err != nil || strings.Contains(shown, "Night") {
			t.Errorf("the Home tab: %v, %s", err, shown)
		}
		return said
	}
	for _, known := range []bool{true, false} {
		if with, without := answers(known, commandstest.Names{"Night Desk", "Night_Desk"}), answers(known, nil); !slices.Equal(with, without) {
			t.Errorf("remembered %v: with names a guest reads\n%s\nand without\n%s", known, strings.Join(with, "\n"), strings.Join(without, "\n"))
		}
	}
}

func TestSomebodyNotRememberedYetIsAnsweredByName(t *testing.T) {
	w := &forgetful{World: &commandstest.World{}}
	h := w.Handler(request.Access{})
	h.People, h.Names = w, commandstest.Names{"Night Desk"}
	if r, err := h.Answer(t.Context(), commandstest.Ask("night desk")); err != nil || !strings.Contains(r.Text, "AHT for campaign Night Desk") {
		t.Errorf("%q, %v", r.Text, err)
	}
}

// forgetful knows a person only once Slack was asked.
type forgetful struct{ *commandstest.World }

func (f *forgetful) Person(ctx context.Context, id string) (request.Person, error) {
	f.Remembered = true
	return f.World.Person(ctx, id)
}

func TestAKnownCampaignComesBeforeAReadingOfItsName(t *testing.T) {
	for line, want := range map[string]string{
		"campaign name change": "Name Change", "targets north": "Targets North", "camp sales": "Camp Sales", "trnd micro": "Trnd Micro",
		"campaign campaign 12": "Campaign 12", "status desk": "", "help desk": "Help Desk", "campaign name sales": "sales",
	} {
		w := &commandstest.World{Remembered: true}
		h := w.Handler(request.Access{})
		h.Names = commandstest.Names{"Camp Sales", "Campaign 12", "Help Desk", "Name Change", "Targets North", "Trnd Micro"}
		r, err := h.Answer(t.Context(), commandstest.Ask(line))
		if shown := strings.Contains(r.Text, "AHT for campaign "+want+":"); err != nil || shown != (want != "") {
			t.Errorf("%s: %q, %v", line, r.Text, err)
		}
	}
}
