package commands_test

import (
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
