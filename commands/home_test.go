package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestWhatIsFilledInOnHomeIsAskedAsALineIs(t *testing.T) {
	w := &commandstest.World{Remembered: true, Reading: &aht.Reading{Mean: 3 * time.Minute, At: commandstest.Noon}}
	h := w.Handler(request.Access{})
	for _, c := range []struct {
		action          reply.Action
		campaign, agent string
		want            string
	}{
		{reply.ActionSend, `Collections "North"`, "", `campaign Collections "North"`},
		{"", "Sales", "42", "campaign Sales"},
		{"", "", "42", "campaign name is missing"},
		{reply.ActionSend, "Sales", " 42 ", "agent 42"},
		{reply.ActionSend, "", "42", "agent 42"},
		{reply.ActionSend, "", "", "campaign name is missing"},
		{reply.ActionSend, "", strings.Repeat("4", 300), "at most 255"},
	} {
		in := form.Filled{Form: "home", Values: form.Values{form.FieldAgent: {c.agent}}}
		if c.campaign != "" {
			in.Values[form.FieldCampaign] = []string{form.CampaignValue(c.campaign)}
		}
		r, err := h.Answer(t.Context(), h.Filled(request.Question{User: "U1", At: commandstest.Noon, Action: c.action}, in))
		if err != nil || !strings.Contains(r.Text, c.want) {
			t.Errorf("%+v: %v, %q", c, err, r.Text)
		}
	}
}

func TestAdminsReadWhatNeedsAttention(t *testing.T) {
	well := request.Health{Connections: 2}
	for name, c := range map[string]struct {
		change func(*request.Health)
		want   string
	}{
		"nothing":       {func(*request.Health) {}, "Nothing needs your attention."},
		"sign-in":       {func(h *request.Health) { h.AuthRefused, h.Rival = true, true }, "Needs attention: the sign-in to Ozonetel. "},
		"a rival":       {func(h *request.Health) { h.Rival = true }, "Needs attention: something else that signs in"},
		"slack":         {func(h *request.Health) { h.Connections = 0 }, "the connection to Slack"},
		"store":         {func(h *request.Health) { h.Degraded = true }, "the store"},
		"many and full": {func(h *request.Health) { h.StoreCause, h.Polling.TooMany = "disk-full", true }, "the store and more watched campaigns than"},
	} {
		w := &commandstest.World{Remembered: true}
		h := w.Handler(request.Access{Admins: []string{"U9"}})
		s := well
		c.change(&s)
		h.Health = func() request.Health { return s }
		for _, user := range []string{"U1", "U9"} {
			v, err := h.Home(t.Context(), request.Question{User: user, At: commandstest.Noon}, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			lines := []string{fmt.Sprintf("%+v", v)}
			for _, p := range v.Parts {
				if p.Reply != nil {
					lines = append(lines, p.Reply.Lines...)
				}
			}
			said := strings.Join(lines, "\n")
			if is := strings.Contains(said, c.want); is != (user == "U9") {
				t.Errorf("%s: %s reads %q: %v\n%s", name, user, c.want, is, said)
			}
		}
	}
}
