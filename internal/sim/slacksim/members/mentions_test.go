package members_test

import (
	"testing"

	"ahtbot/internal/sim/slacksim/members"
)

// slack.md §2.2: how arguments arrive under should_escape.
func TestTypedTextIsEscaped(t *testing.T) {
	d := members.New("T0DEMO", "U0BOT")
	d.AddPerson(members.Person{ID: "U1", Name: "Asha"})
	d.AddPerson(members.Person{ID: "U2", Name: "Ben"})
	d.AddChannel("C1", "floor", "U1", "U2")
	d.AddPerson(members.Person{ID: "U3", Name: "Chandra Rao"})
	d.AddChannel("C9", "secret", "U1")
	d.Channel("C9").State.Private = true
	d.AddGroup("S1", "U1")
	for in, want := range map[string]string{
		"agent 42":                         "agent 42",
		`campaign "R&D <night>"`:           `campaign "R&amp;D &lt;night&gt;"`,
		"agent asha@example.com":           "agent <mailto:asha@example.com|asha@example.com>",
		"agent @asha, please":              "agent <@U1>, please",
		"agent @chandra.rao":               "agent <@U3>",
		"agent <@U2>":                      "agent <@U2>",
		"agent @nobody":                    "agent @nobody",
		"digest #floor":                    "digest <#C1|floor>",
		"digest #secret":                   "digest <#C9|>",
		"alert @S1":                        "alert <!subteam^S1|@S1>",
		"campaign https://x.example/a?b&c": "campaign <https://x.example/a?b&amp;c>",
		"campaign api.example.com":         "campaign <http://api.example.com|api.example.com>",
		"campaign Sales_v1.2":              "campaign Sales_v1.2",
		"a  b\nc":                          "a  b\nc",
	} {
		if got := d.Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}
