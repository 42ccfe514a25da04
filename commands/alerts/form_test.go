package alerts_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/alert"
)

// forms opens, fills and submits forms of b as U1 in C1.
type forms struct {
	*alertBook
	h   *commands.Handler
	who string
}

// filling is a floor whose campaigns are known, with U9 as the admin.
func filling() forms {
	b := newAlertBook()
	h := b.watcher(request.Access{Admins: []string{"U9"}})
	h.Names = commandstest.Floor
	claimed := map[string]bool{}
	h.Claim = func(_ context.Context, key string) bool {
		was := claimed[key]
		claimed[key] = true
		return !was
	}
	return forms{b, h, "U1"}
}

func (f forms) q() request.Question {
	return request.Question{User: f.who, At: f.now, Place: "C1", Ref: "abc234"}
}

// open presses a button with line, and returns the form as it is when all of it is there.
func (f forms) open(t *testing.T, line string) form.View {
	t.Helper()
	q := f.q()
	q.Action, q.Value = reply.ActionForm, line
	w := f.h.OpenForm(q)
	if !w.Partial {
		return w
	}
	return f.fill(t, w, nil)
}

// values are what stands in the fields of w, with those of v in their place.
func values(w form.View, v form.Values) form.Filled {
	in := form.Filled{Form: w.Form, Meta: w.Meta.Encode(), Values: form.Values{}}
	for _, p := range w.Parts {
		if p.Field != nil {
			in.Values[p.Field.Name] = p.Field.Value
		}
	}
	maps.Copy(in.Values, v)
	return in
}

func (f forms) fill(t *testing.T, w form.View, v form.Values) form.View {
	t.Helper()
	next, err := f.h.FillForm(t.Context(), f.q(), values(w, v))
	if err != nil && f.err == nil {
		t.Errorf("filled: %v", err)
	}
	return next
}

func (f forms) submit(t *testing.T, w form.View, v form.Values) form.Outcome {
	t.Helper()
	out, err := f.h.SubmitForm(t.Context(), f.q(), values(w, v))
	if err != nil && f.err == nil && f.placeErr == nil {
		t.Errorf("submitted: %v", err)
	}
	if out.Next.Form == "" {
		t.Errorf("nothing comes next: %+v", out)
	}
	return out
}

// says is all that w says outside its fields.
func says(w form.View) string {
	var words []string
	for _, p := range w.Parts {
		words = append(words, p.Lines...)
		words = append(words, p.Line, p.Note)
		if p.Reply != nil {
			words = append(words, p.Reply.Lines...)
			for _, b := range p.Reply.Buttons {
				words = append(words, "["+b.Label+"]")
			}
		}
	}
	return strings.Join(words, "\n")
}

// north is a form filled in as above 5m on a campaign that is known.
func north(v form.Values) form.Values {
	all := form.Values{form.FieldCampaign: {"=Collections North"}, "when": {"above"}, "line": {"5m"}}
	maps.Copy(all, v)
	return all
}

func TestAFormMakesTheAlertThatItsLineMakes(t *testing.T) {
	f := filling()
	w := f.open(t, "alert add")
	if w.Title != "New alert" || values(w, nil).Values.One("place") != "C1" || values(w, nil).Values.One("when") != "above" {
		t.Fatalf("opened: %+v", values(w, nil))
	}
	more := form.Values{"for": {"20m"}, "more": {"remind off active mon-fri 9:00-18:00"}}
	shown := f.fill(t, w, north(more))
	if !strings.Contains(says(shown), `/aht alert add campaign "Collections North" above 5m for 20m remind off active mon-fri 9:00-18:00`) {
		t.Errorf("the line that does the same: %s", says(shown))
	}
	out := f.submit(t, shown, nil)
	got := f.alerts[7].Watch
	if len(out.Errors) != 0 || out.Next.Form != "told" || !strings.Contains(says(out.Next), "Alert #7 tells this channel when") || !strings.Contains(says(out.Next), "[Undo]") {
		t.Errorf("told: %+v", out)
	}
	f.do(t, f.h, "U1", mustParse(t, `alert add campaign "Collections North" above 5m for 20m remind off active mon-fri 9:00-18:00 in <#C2|>`), false)
	typed := f.alerts[8].Watch
	typed.ID, typed.Channel = got.ID, got.Channel
	if got != typed || got.Channel != "C1" {
		t.Errorf("the form made %+v, the line %+v", got, typed)
	}
}

func mustParse(t *testing.T, line string) request.Command {
	t.Helper()
	cmd, err := commands.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	return request.Plain(cmd)
}

func TestAFormBeginsWithWhatIsUnderstoodOfALine(t *testing.T) {
	f := filling()
	for line, want := range map[string]form.Values{
		`alert add`: {"when": {"above"}, "place": {"C1"}},
		`alert add campaign Collections North above 5m for 15m`: {"campaign": {"=Collections North"}, "when": {"above"}, "line": {"5m"}, "for": {"15m"}, "place": {"C1"}},
		`alert Collections North above`:                         {"campaign": {"=Collections North"}, "when": {"above"}, "place": {"C1"}},
		`alert add campaign "Sales" above five for ages`:        {"campaign": {"=Sales"}, "when": {"above"}, "line": {"five"}, "for": {"ages"}, "place": {"C1"}},
		`alert add campaign "Sales" outside 3m..6m in <#C2|x>`:  {"campaign": {"=Sales"}, "when": {"outside"}, "line": {"3m..6m"}, "place": {"C2"}},
		`alert add campaign "Sales" above target by 10% by dm`:  {"campaign": {"=Sales"}, "when": {"above target"}, "by": {"10%"}},
		`alert add campaign "Sales" below usual clear ages`:     {"campaign": {"=Sales"}, "when": {"below usual"}, "place": {"C1"}, "more": {"clear ages"}},
		`alert add no calls active mon-fri 9-18`:                {"when": {"no calls"}, "place": {"C1"}, "more": {"active mon-fri 9:00-18:00"}},
		`alert add campaign "Sal`:                               {"campaign": {"=Sal"}, "when": {"above"}, "place": {"C1"}},
		`alert add campaign "Sales" 5m`:                         {"campaign": {"=Sales"}, "when": {"above"}, "line": {"5m"}, "place": {"C1"}},
	} {
		got := values(f.open(t, line), nil).Values
		for name, value := range got {
			if len(value) == 0 {
				delete(got, name)
			}
		}
		if !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s\n fills in %v\n want     %v", line, got, want)
		}
	}
}

func TestWhatALineRefusesIsToldBesideItsField(t *testing.T) {
	for field, cases := range map[string][]form.Values{
		"campaign": {{"campaign": nil}},
		"line":     {{"line": {"five"}}, {"line": nil}, {"when": {"outside"}}, {"line": {"40"}}},
		"by":       {{"when": {"above target"}, "by": {"10%"}}, {"when": {"above usual"}, "by": {"ages"}}, {"when": {"outside target"}}},
		"for":      {{"for": {"ages"}}, {"line": {"5m for 3m"}, "for": {"3m"}}},
		"more":     {{"more": {"clear 6m"}}, {"more": {"xyz"}}, {"more": {`a "quote`}}, {"more": {"readings 99"}}, {"more": {strings.Repeat("long ", 500)}}},
	} {
		for _, v := range cases {
			f := filling()
			out := f.submit(t, f.open(t, "alert add"), north(v))
			if why, only := out.Errors[field], len(out.Errors) == 1; !only || why == "" || len(f.alerts) != 0 {
				t.Errorf("%v is refused with %v: %s", v, out.Errors, says(out.Next))
			}
			if got := values(out.Next, nil).Values; out.Next.Form != "alert" || got.One("campaign") != north(v).One("campaign") {
				t.Errorf("%v is not kept: %v", v, got)
			}
		}
	}
}

func TestARefusalFoundLaterIsToldBesideItsField(t *testing.T) {
	f := filling()
	f.plan.Most = 0
	if out := f.submit(t, f.open(t, "alert add"), north(nil)); !strings.Contains(out.Errors["campaign"], "one campaign too many") {
		t.Errorf("too many: %v", out.Errors)
	}
	f = filling()
	f.do(t, f.h, "U1", alertline.Add{Draft: alertline.Draft{Target: commandstest.Campaign(t, "Collections North"), Kind: alert.KindAbove, High: 5 * time.Minute}}, false)
	if out := f.submit(t, f.open(t, "alert add"), north(nil)); !strings.Contains(out.Errors["line"], "says exactly that already") || len(f.alerts) != 1 {
		t.Errorf("twice the same: %v, %s", out.Errors, says(out.Next))
	}
}

// Who is asked back answers in the form: a field's error has no buttons.
func TestAQuestionBackStandsInTheForm(t *testing.T) {
	f := filling()
	out := f.submit(t, f.open(t, "alert add"), north(form.Values{"campaign": {"=Nobody Knows"}}))
	if len(out.Errors) != 0 || !strings.Contains(says(out.Next), "never seen") || !strings.Contains(says(out.Next), "[It is new, go on]") || len(f.alerts) != 0 {
		t.Errorf("never seen: %v, %s", out.Errors, says(out.Next))
	}
	out = f.submit(t, out.Next, form.Values{"campaign": {"=Collections North"}, "line": {"2h"}})
	if len(out.Errors) != 0 || !strings.Contains(says(out.Next), "[Yes, 2h 00m 00s]") || len(f.alerts) != 0 {
		t.Errorf("long: %v, %s", out.Errors, says(out.Next))
	}
	if out = f.submit(t, out.Next, form.Values{"line": {"5m"}}); len(f.alerts) != 1 {
		t.Errorf("mended: %s", says(out.Next))
	}
}
