package answers_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands"
	"ahtbot/commands/answers"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// pressed is the press of a button for a form by who.
func pressed(who, line string) request.Question {
	return request.Question{User: who, At: commandstest.Noon, Ref: "abc234", Action: reply.ActionForm, Value: line}
}

// filled is a form as it was opened by a button with line, with v in its fields.
func filled(h *commands.Handler, line string, v form.Values) form.Filled {
	opened := h.OpenForm(pressed("U1", line))
	return form.Filled{Form: opened.Form, Meta: opened.Meta.Encode(), Values: v}
}

func choose(name string) []string { return []string{form.CampaignValue(name)} }

// replyIn is the first answer inside a window.
func replyIn(v form.View) reply.Reply {
	for _, p := range v.Parts {
		if p.Reply != nil {
			return *p.Reply
		}
	}
	return reply.Reply{}
}

func TestAskingByFormIsAskingByLine(t *testing.T) {
	long := strings.Repeat("n", 255)
	for name, c := range map[string]struct {
		v       form.Values
		outcome string // of what takes the form's place; empty: the form stays
		asked   string
		field   string // where it says what is wrong
	}{
		"a campaign":             {form.Values{"campaign": choose("Sales Outbound")}, "figure", "campaign:Sales Outbound", ""},
		"an agent":               {form.Values{"agent": {" 42 "}}, "figure", "agent", ""},
		"neither":                {form.Values{}, "", "", "campaign"},
		"both":                   {form.Values{"campaign": choose("Sales Outbound"), "agent": {"42"}}, "", "", "agent"},
		"two agents":             {form.Values{"agent": {"agent 42"}}, "", "", "agent"},
		"a name with a quote":    {form.Values{"campaign": choose(`5" "pipes" & 'more' <b>`)}, "figure", `campaign:5" "pipes" & 'more' <b>`, ""},
		"a name no line spells":  {form.Values{"campaign": choose("Men’s  Wear")}, "figure", "campaign:Men’s  Wear", ""},
		"a long name":            {form.Values{"campaign": choose(long)}, "figure", "campaign:" + long, ""},
		"a long name of nobody":  {form.Values{"campaign": choose(strings.Repeat("x", 255))}, "", "", "campaign"},
		"a word of the language": {form.Values{"campaign": choose("agent 42")}, "figure", "campaign:agent 42", ""},
	} {
		w := &asking{World: commandstest.World{Remembered: true}}
		h := w.Handler(request.Access{})
		h.Upstream, h.Names = w, commandstest.Names{"Men’s  Wear", long}
		got, err := h.SubmitForm(t.Context(), pressed("U1", "ask"), filled(h, "ask", c.v))
		if err != nil || w.got != c.asked {
			t.Errorf("%s: asked about %q, %v", name, w.got, err)
		}
		if r := replyIn(got.Next); c.outcome != "" && (r.Outcome != c.outcome || got.Next.Form != "told" || got.Errors != nil) {
			t.Errorf("%s: %s in %s, %v", name, r.Outcome, got.Next.Form, got.Errors)
		}
		if said, ok := got.Errors[c.field]; c.outcome == "" && (!ok || said == "" || got.Next.Form != "ask") {
			t.Errorf("%s: %q in %s", name, got.Errors, got.Next.Form)
		}
	}
}

// asking is a world that says what it was asked about.
type asking struct {
	commandstest.World
	got string
}

func (a *asking) Ask(ctx context.Context, who string, t aht.Target) (aht.Reading, error) {
	a.got = t.String()
	return a.World.Ask(ctx, who, t)
}

func TestWhatOzonetelDoesNotKnowIsSaidBesideItsField(t *testing.T) {
	for reason, v := range map[string]form.Values{"bad-campaign": {"campaign": choose("Colections")}, "bad-agent": {"agent": {"42"}}} {
		w := &commandstest.World{Remembered: true, Err: commandstest.UpstreamError{Class: "refused", Reason: reason}}
		h := w.Handler(request.Access{})
		h.Names = commandstest.Floor
		got, _ := h.SubmitForm(t.Context(), pressed("U1", "ask"), filled(h, "ask", v))
		if field := strings.TrimPrefix(reason, "bad-"); !strings.Contains(got.Errors[field], "Ozonetel knows no "+field) {
			t.Errorf("%s: %q", reason, got.Errors)
		}
	}
	w := &commandstest.World{Remembered: true, Err: commandstest.UpstreamError{Class: "limit", In: time.Minute}}
	h := w.Handler(request.Access{})
	if got, _ := h.SubmitForm(t.Context(), pressed("U1", "ask"), filled(h, "ask", form.Values{"agent": {"42"}})); got.Errors != nil || got.Next.Form != "ask" || replyIn(got.Next).Outcome != "limit" {
		t.Errorf("at the limit: %q, %s", got.Errors, replyIn(got.Next).Outcome)
	}
}

// Each control of both forms, as everybody presses it: what the line permits, the form permits.
func TestFormsPermitWhatLinesPermit(t *testing.T) {
	sales := commandstest.Campaign(t, "Sales")
	access := request.Access{Admins: []string{"U9"}, Restricted: true, Readers: []string{"U8"}}
	for name, c := range map[string]struct {
		who    request.Person
		figure string // of a campaign
		agent  string
		target string // of what U1 set
	}{
		"maker":                {request.Person{ID: "U1"}, "figure", "denied", "goal"},
		"member":               {request.Person{ID: "U2"}, "figure", "denied", "denied"},
		"reader":               {request.Person{ID: "U8"}, "figure", "figure", "denied"},
		"admin":                {request.Person{ID: "U9"}, "figure", "figure", "goal"},
		"guest":                {request.Person{ID: "U3", Guest: true}, "denied", "denied", "denied"},
		"of another workspace": {request.Person{ID: "U4", Outside: true}, "denied", "denied", "denied"},
	} {
		for line, want := range map[string]string{"campaign Sales": c.figure, "agent 42": c.agent, `target campaign "Sales" 5m`: c.target} {
			w := &commandstest.World{Asker: c.who, Remembered: true}
			h := w.Handler(access)
			g := goals{}
			_ = g.SetGoal(t.Context(), aht.Goal{Target: sales, Mean: 4 * time.Minute, By: "U1"})
			h.Goals = g
			typed := commandstest.Ask(line)
			typed.User = c.who.ID
			byLine, _ := h.Answer(t.Context(), typed)
			opening := line
			if !strings.HasPrefix(line, "target") {
				opening = "ask " + line
			}
			q := pressed(c.who.ID, opening)
			opened := h.OpenForm(q)
			in := form.Filled{Form: strings.Fields(opening)[0], Meta: opened.Meta.Encode(), Values: valuesIn(opened)}
			if want == "denied" && (c.who.Guest || c.who.Outside) {
				if opened.Form != "told" || replyIn(opened).Outcome != "denied" {
					t.Errorf("%s opens %s for %q", name, opened.Form, line)
				}
				in.Meta, in.Values = form.Begin("").Encode(), form.Values{"campaign": choose("Sales"), "target": {"5m"}}
				if line == "agent 42" {
					in.Values = form.Values{"agent": {"42"}}
				}
				if shown, _ := h.FillForm(t.Context(), q, in); shown.Form != "told" {
					t.Errorf("%s has %q shown", name, line)
				}
			}
			got, _ := h.SubmitForm(t.Context(), q, in)
			if r := replyIn(got.Next); r.Outcome != want || byLine.Outcome != want || r.Text != byLine.Text && want == "denied" {
				t.Errorf("%s, %q: by form %s (%s), by line %s, want %s", name, line, r.Outcome, r.Text, byLine.Outcome, want)
			}
		}
	}
}

// valuesIn is what is in the fields of a window.
func valuesIn(v form.View) form.Values {
	out := form.Values{}
	for _, p := range v.Parts {
		if p.Field != nil && len(p.Field.Value) > 0 {
			out[p.Field.Name] = p.Field.Value
		}
	}
	return out
}

func TestATargetIsRefusedBesideItsField(t *testing.T) {
	for name, c := range map[string]struct {
		v     form.Values
		field string
		says  string
	}{
		"minutes or seconds": {form.Values{"campaign": choose("Sales Outbound"), "target": {"5"}}, "target", "Is that minutes or seconds?"},
		"no length":          {form.Values{"campaign": choose("Sales Outbound"), "target": {"soon"}}, "target", "no length of time"},
		"no time":            {form.Values{"campaign": choose("Sales Outbound"), "target": {"0s"}}, "target", "can't be met"},
		"none":               {form.Values{"campaign": choose("Sales Outbound")}, "target", "no length of time"},
		"no campaign":        {form.Values{"target": {"5m"}}, "campaign", "campaign name is missing"},
		"nothing":            {form.Values{}, "campaign", "campaign name is missing"},
	} {
		h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
		g := goals{}
		h.Goals, h.Names = g, commandstest.Floor
		got, err := h.SubmitForm(t.Context(), pressed("U1", "target"), filled(h, "target", c.v))
		if err != nil || !strings.Contains(got.Errors[c.field], c.says) || got.Next.Form != "target" || len(g.All()) > 0 {
			t.Errorf("%s: %q, %v", name, got.Errors, err)
		}
		if kept := valuesIn(got.Next); !slices.Equal(kept["target"], c.v["target"]) || !slices.Equal(kept["campaign"], c.v["campaign"]) {
			t.Errorf("%s: the form has %q of %q", name, kept, c.v)
		}
	}
}

// A campaign that nobody has seen is asked back about inside the form, where it can be insisted on.
func TestATargetOfANewCampaignIsAskedBackInTheForm(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	g := goals{}
	h.Goals, h.Names = g, commandstest.Floor
	got, _ := h.SubmitForm(t.Context(), pressed("U1", "target"), filled(h, "target", form.Values{"campaign": choose("Winter Trial"), "target": {"5m"}}))
	r := replyIn(got.Next)
	at := slices.IndexFunc(r.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionSure })
	if got.Errors != nil || got.Next.Form != "target" || at < 0 {
		t.Fatalf("%q, %+v", got.Errors, r)
	}
	q := pressed("U1", r.Buttons[at].Value)
	q.Action = reply.ActionSure
	if r, err := h.Answer(t.Context(), q); err != nil || r.Outcome != "goal" || len(g.All()) != 1 {
		t.Errorf("insisted on: %+v, %v", r, err)
	}
}

// A double click sets a target once, and leaves the Undo of the first.
func TestATargetSubmittedTwiceIsSetOnce(t *testing.T) {
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	claimed := map[string]bool{}
	g := goals{}
	h.Goals = g
	h.Claim = func(_ context.Context, key string) bool {
		first := !claimed[key]
		claimed[key] = true
		return first
	}
	in := filled(h, "target", form.Values{"campaign": choose("Sales"), "target": {"5m"}})
	for _, want := range []string{"goal", "again"} {
		if got, err := h.SubmitForm(t.Context(), pressed("U1", "target"), in); err != nil || replyIn(got.Next).Outcome != want || got.Next.Form != "told" {
			t.Errorf("%s in %s, %v; want %s", replyIn(got.Next).Outcome, got.Next.Form, err, want)
		}
	}
	if r, err := h.Answer(t.Context(), commandstest.Ask("target campaign Sales 4m")); err != nil || r.Outcome != "goal" || len(claimed) != 1 {
		t.Errorf("a line after it: %s, %v", r.Outcome, err)
	}
}

// What a form says is what its line says, and a form opened with that line has the same in its fields.
func TestATargetsFormAndItsLineAreOne(t *testing.T) {
	words := []string{"Sales", "Outbound", "5m", "to", "clear", "4m30s", "agent", "campaign", "name", "विक्रय", "O'Brien", "<b>", "&amp;", "(1)", "-", "x=y", "list"}
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "name"), " ")
		mean := time.Duration(rapid.IntRange(1, 99*3600).Draw(t, "mean")) * time.Second
		v := form.Values{"campaign": choose(name), "target": {grammar.DurationWord(mean)}}
		base := &request.Base{Config: request.Config{Goals: goals{}}}
		f := answers.GoalForm{Handler: answers.Handler{Base: base}}
		line := f.Line(v, form.Meta{}, request.Question{}).String()
		cmd, err := commands.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		target, err := aht.NewTarget(aht.KindCampaign, name)
		if want := (answers.SetGoal{Goal: aht.Goal{Target: target, Mean: mean}}); err != nil || request.Plain(cmd) != request.Command(want) || f.Exact(request.Plain(cmd), v) != request.Command(want) {
			t.Fatalf("%s is %+v, want %+v", line, cmd, want)
		}
		lines := []string{line}
		if !strings.ContainsAny(name, "<&") { // which a typed line has not as it is
			lines = append(lines, request.ButtonValue(cmd))
		}
		for _, l := range lines {
			_, rest := grammar.SplitWord(grammar.Normalise(l))
			if got, id := f.Read(rest, request.Question{}); id != 0 || !slices.Equal(got["campaign"], v["campaign"]) || !slices.Equal(got["target"], v["target"]) || len(got) != 2 {
				t.Fatalf("%s fills in %q, want %q", l, got, v)
			}
		}
	})
}

// A line that was not understood is in the form as far as it was.
func TestATargetsFormHasWhatWasUnderstood(t *testing.T) {
	g := goals{}
	_ = g.SetGoal(t.Context(), aht.Goal{Target: commandstest.Campaign(t, "Sales"), Mean: 4 * time.Minute, By: "U1"})
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Goals = g
	for line, want := range map[string]form.Values{
		`target campaign "Sales" soon`:                        {"campaign": choose("Sales"), "target": {"soon"}},
		`target campaign "Sales" to 5`:                        {"campaign": choose("Sales"), "target": {"5"}},
		"target Sales 5:00":                                   {"campaign": choose("Sales"), "target": {"5m"}},
		"target campaign Sales":                               {"campaign": choose("Sales"), "target": {"4m"}},
		`target campaign “North” 4m30s`:                       {"campaign": choose("North"), "target": {"4m30s"}},
		"target campaign &lt;b&gt; 4m30s":                     {"campaign": choose("<b>"), "target": {"4m30s"}},
		"target agent 42 4m":                                  {},
		"target":                                              {},
		`ask campaign "Sales Outbound"`:                       {"campaign": choose("Sales Outbound")},
		"ask agent asha@example.com":                          {"agent": {"asha@example.com"}},
		"ask agentId=42":                                      {"agent": {"42"}},
		"ask anything":                                        {},
		"ask agent 42 campaign Sales":                         {},
		"target campaign " + strings.Repeat("n", 255) + " 5m": {"campaign": choose(strings.Repeat("n", 255)), "target": {"5m"}},
	} {
		got := valuesIn(h.OpenForm(pressed("U1", line)))
		if len(got) != len(want) || !slices.Equal(got["campaign"], want["campaign"]) || !slices.Equal(got["target"], want["target"]) || !slices.Equal(got["agent"], want["agent"]) {
			t.Errorf("%.60s: %q, want %q", line, got, want)
		}
	}
}

// goals are kept in memory.
type goals map[aht.Target]aht.Goal

func (g goals) Goal(t aht.Target) (aht.Goal, bool) { one, ok := g[t]; return one, ok }
func (g goals) All() []aht.Goal                    { return slices.Collect(maps.Values(g)) }

func (g goals) SetGoal(_ context.Context, one aht.Goal) error {
	g[one.Target] = one
	return nil
}

func (g goals) DropGoal(_ context.Context, t aht.Target, _ string) error {
	delete(g, t)
	return nil
}

func (goals) ChangeGoal(context.Context, aht.Goal, aht.Goal, string) (bool, error) { return false, nil }

// Who is not known from memory, as everybody after a restart, is shown what stands once it is known that they may see it.
func TestAFormOfWhoIsNotKnownYetIsFilledAMomentLater(t *testing.T) {
	w := &commandstest.World{Asker: request.Person{ID: "U1"}}
	h := w.Handler(request.Access{})
	g := goals{}
	h.Goals = g
	_ = g.SetGoal(t.Context(), aht.Goal{Target: commandstest.Campaign(t, "Sales"), Mean: 4 * time.Minute, By: "U2"})
	opened := h.OpenForm(pressed("U1", "target campaign Sales"))
	if !opened.Partial || len(valuesIn(opened)) > 0 {
		t.Fatalf("at first: %+v", opened)
	}
	v, err := h.FillForm(t.Context(), pressed("U1", ""), form.Filled{Form: opened.Form, Meta: opened.Meta.Encode(), Values: form.Values{}})
	if got := valuesIn(v); err != nil || !slices.Equal(got["target"], []string{"4m"}) || !slices.Equal(got["campaign"], choose("Sales")) {
		t.Errorf("then: %v, %v", got, err)
	}
}
