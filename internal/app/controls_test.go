package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim/members"
)

// control is one thing to press, as it travels through Slack and back.
type control struct {
	action reply.Action
	value  string
}

// floor has an alert, a digest and a target of U1, with U9 as the admin, U2 as a member, U3 as a guest and U4 of another workspace. It
// returns all that can be pressed on what U1 is shown of them.
func (r running) floor() []control {
	r.Helper()
	all := map[control]bool{}
	add := func(rep reply.Reply) {
		for _, b := range commands.Pressable(rep).Buttons {
			all[control{b.Action, b.Value}] = true
		}
	}
	for _, line := range []string{
		`target campaign "Sales Outbound" 5m`, `target campaign "Sales Outbound" 4m30s`, `alert add campaign "Sales Outbound" above 5m`, "alert edit 1 above 6m",
		`digest add campaign "Sales Outbound" daily at 9:00`, "digest edit 1 at 10:00", "", "help", "help alert", "help digest", "help target", "mine", "alert list", "alert list all",
		"alert show 1", "alert pause 1", "alert resume 1", "digest list", "digest list all", "digest show 1", "digest pause 1", "digest resume 1", "digest run 1", "target",
		`target campaign "Sales Outbound"`, `campaign "Sales Outbound"`, `trend campaign "Sales Outbound"`, "campaigns", "status", "alert add above", "digest add daily", "target campaign X soon",
	} {
		rep, err := r.bot.Handler.Answer(r.Context(), r.asks("U1", line))
		if err != nil {
			r.Errorf("%s: %v", line, err)
		}
		add(rep)
	}
	home, err := r.bot.Handler.Home(r.Context(), r.asks("U1", ""), 0, nil)
	if err != nil {
		r.Error(err)
	}
	for _, p := range home.Parts {
		add(reply.Reply{Buttons: p.Buttons})
	}
	var out []control
	for c := range all {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b control) int {
		return cmp.Or(strings.Compare(string(a.action), string(b.action)), strings.Compare(a.value, b.value))
	})
	return out
}

func (r running) asks(who, line string) request.Question {
	return request.Question{User: who, Text: line, At: time.Now(), Ref: "abc234", Channel: true, Place: "C1"}
}

// pressed is what who presses c reads.
func (r running) pressed(who string, c control) reply.Reply {
	r.Helper()
	q := r.asks(who, "")
	q.Action, q.Value = c.action, c.value
	switch c.action { //nolint:exhaustive // the others are answered as they are
	case reply.ActionForm:
		return r.submitted(q)
	case reply.ActionSend:
		q = r.bot.Handler.Filled(q, form.Filled{Form: "home", Values: form.Values{form.FieldAgent: {"42"}}})
	}
	rep, err := r.bot.Handler.Answer(r.Context(), q)
	if err != nil {
		r.Errorf("%s presses %s %q: %v", who, c.action, c.value, err)
	}
	return rep
}

// submitted is what becomes of the form that q opens, once it is submitted with what stands in it, and another line and name.
func (r running) submitted(q request.Question) reply.Reply {
	r.Helper()
	h := r.bot.Handler
	v := h.OpenForm(q)
	values := func() form.Values {
		out := form.Values{}
		for _, p := range v.Parts {
			if p.Field != nil {
				out[p.Field.Name] = p.Field.Value
			}
		}
		return out
	}
	if v.Partial {
		v, _ = h.FillForm(r.Context(), q, form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: values()})
	}
	if v.Submit != "" {
		in := values()
		for name, filled := range map[string]string{"line": "8m", "name": "Another", "target": "8m"} {
			if _, there := in[name]; there {
				in[name] = []string{filled}
			}
		}
		out, _ := h.SubmitForm(r.Context(), q, form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: in})
		v = out.Next
	}
	for _, p := range v.Parts {
		if p.Reply != nil {
			return *p.Reply
		}
	}
	return reply.Reply{Outcome: v.Form}
}

// stands is what there is of U1.
func (r running) stands() string {
	r.Helper()
	alerts, digests := r.kept()
	return fmt.Sprintf("%+v\n%+v\n%+v", alerts, digests, r.goals.All())
}

// staffed is a company with the people of [running.floor].
func staffed(t *testing.T, f func(running, []control)) {
	t.Helper()
	found(t, func(c company) {
		c.slack.AddPerson(members.Person{ID: "U3", Name: "Gita", Guest: true})
		c.slack.AddPerson(members.Person{ID: "U4", Name: "Dan", TeamID: "T2", Stranger: true})
		c.slack.AddPerson(members.Person{ID: "U9", Name: "Admin"})
		c.slack.AddChannel("C1", "floor", "U1", "U2", "U3", "U4", "U9", "U0BOT")
		c.access = request.Access{Admins: []string{"U9"}}
		p, stop := c.start()
		defer stop()
		f(p, p.floor())
	})
}

// TestEveryControlPermitsWhatItsLinePermits presses all that the maker of an alert, a digest and a target is shown, as somebody else
// first, who may change none of it, then as each of those who may.
func TestEveryControlPermitsWhatItsLinePermits(t *testing.T) {
	staffed(t, func(p running, all []control) {
		before, denied := p.stands(), 0
		if len(all) < 40 {
			p.Fatalf("only %d controls", len(all))
		}
		for _, who := range []string{"U2", "U3", "U4"} {
			for _, c := range all {
				line := c.value
				switch c.action { //nolint:exhaustive // the others carry lines
				case reply.ActionForm: // the line that the form writes
					line = map[string]string{"alert edit 1": "alert edit 1 above 8m", "digest edit 1": "digest edit 1 name Another", `target campaign "Sales Outbound"`: `target campaign "Sales Outbound" 8m`}[c.value]
				case reply.ActionLine, reply.ActionTry, reply.ActionSure:
				default:
					line = ""
				}
				if isNew(c) && who == "U2" { // which everybody may make, and it would be theirs
					continue
				}
				got := p.pressed(who, c)
				if got.Outcome == "denied" {
					denied++
				}
				if who != "U2" && !slices.Contains([]string{"denied", "help", "menu", "usage"}, got.Outcome) {
					p.Errorf("%s presses %s %q and reads %s: %s", who, c.action, c.value, got.Outcome, got.Text)
				}
				if line == "" {
					continue
				}
				typed, _ := p.bot.Handler.Answer(p.Context(), p.asks(who, line))
				if (typed.Outcome == "denied" || got.Outcome == "denied") && typed.Text != got.Text {
					p.Errorf("%s presses %s %q and reads %s: %s\n types %s and reads %s: %s", who, c.action, c.value, got.Outcome, got.Text, line, typed.Outcome, typed.Text)
				}
			}
			if after := p.stands(); after != before {
				p.Errorf("%s changed\n%s\n to\n%s", who, before, after)
			}
		}
		if denied < 80 {
			p.Errorf("only %d refusals", denied)
		}
	})
	for _, who := range []string{"U1", "U9"} {
		staffed(t, func(p running, all []control) {
			for _, c := range all {
				if got := p.pressed(who, c); got.Outcome == "denied" {
					p.Errorf("%s presses %s %q and is refused: %s", who, c.action, c.value, got.Text)
				}
			}
		})
	}
}

// isNew reports whether c makes something of who presses it.
func isNew(c control) bool {
	return strings.HasPrefix(c.value, "alert add") || strings.HasPrefix(c.value, "digest add") || c.value == "target" ||
		strings.HasPrefix(c.value, "target campaign") && !strings.Contains(c.value, `"Sales Outbound"`)
}

// TestGuestsAndOthersAreRefusedOverSlack has people who may see nothing do what Slack lets them: open Home, use the shortcut, and press
// what stands on messages for everybody.
func TestGuestsAndOthersAreRefusedOverSlack(t *testing.T) {
	staffed(t, func(p running, _ []control) {
		p.reads("U1", `alert add campaign "Collections North" above 10s for 5m readings 2 guard off warmup off`, "Alert #2 tells")
		time.Sleep(40 * time.Minute)
		before := p.stands()
		for who, words := range map[string]string{"U3": "only for full members, and you are a guest here", "U4": "only for people of this workspace"} {
			p.slack.OpenHome(who)
			time.Sleep(soon)
			if v := p.slack.Home(who); v == nil || !strings.Contains(v.Plain(), words) || len(v.Buttons())+len(v.Fields()) > 0 {
				p.Errorf("the Home of %s: %+v", who, v)
			}
			pressed := 0
			for _, m := range p.slack.Seen(who, "C1") {
				for _, b := range m.Buttons() {
					d, err := p.slack.Press(who, m, b.ID())
					if err != nil {
						p.Fatal(err)
					}
					time.Sleep(soon)
					pressed++
					said := d.Answers()
					if len(said) != 1 || said[0].EphemeralFor != who || !strings.Contains(said[0].Text, words) {
						p.Errorf("%s presses %q and reads %+v", who, b.Label, said)
					}
				}
			}
			if pressed < 3 {
				p.Errorf("%s has %d things to press", who, pressed)
			}
			p.slack.Shortcut(who, "aht_menu")
			time.Sleep(soon)
			if v := p.slack.Modal(who); v == nil || !strings.Contains(v.Plain(), words) {
				p.Errorf("the shortcut of %s opens %+v", who, v)
			}
		}
		if after := p.stands(); after != before {
			p.Errorf("changed\n%s\n to\n%s", before, after)
		}
	})
}
