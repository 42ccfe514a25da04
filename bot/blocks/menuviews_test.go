package blocks

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// menuViews are the windows of the menu, of asking and of targets.
func menuViews(t *testing.T) map[string]form.View {
	t.Helper()
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second)}
	guest := scene{person: request.Person{Guest: true}}
	sales, theirs := form.CampaignValue("Sales Outbound"), form.CampaignValue("Theirs")
	return map[string]form.View{
		"view-menu":            opened(t, fresh, "menu"),
		"view-menu-watching":   watchingHandler(t, fresh).OpenForm(press("menu")),
		"view-guest":           opened(t, guest, "ask"),
		"view-ask":             opened(t, fresh, "ask"),
		"view-ask-agent":       opened(t, fresh, "ask agent 42"),
		"view-ask-filled":      filledIn(t, fresh.handler(t, request.Access{}), "ask", form.Values{"campaign": {sales}}),
		"view-ask-long-name":   filledIn(t, longNames(t, fresh), "ask", form.Values{"campaign": {form.CampaignValue(strings.Repeat("नाम ", 63) + "2")}}),
		"view-ask-answered":    submitted(t, fresh.handler(t, request.Access{}), "ask", form.Values{"campaign": {sales}}),
		"view-ask-nobody":      submitted(t, fresh.handler(t, request.Access{}), "ask", form.Values{}),
		"view-ask-both":        submitted(t, fresh.handler(t, request.Access{}), "ask", form.Values{"campaign": {sales}, "agent": {"42"}}),
		"view-ask-refused":     submitted(t, namedHandler(t, 5*time.Hour), "ask", form.Values{"campaign": {form.CampaignValue("Colections")}}),
		"view-ask-limit":       submitted(t, scene{err: upstreamError{class: "limit", reason: "limit-exceeded", wait: 40 * time.Second}}.handler(t, request.Access{}), "ask", form.Values{"campaign": {sales}}),
		"view-target-new":      goalHandler(t).OpenForm(press("target")),
		"view-target-change":   goalHandler(t).OpenForm(press("target campaign Ours")),
		"view-target-shown":    filledIn(t, goalHandler(t), "target", form.Values{"campaign": {form.CampaignValue("Ours")}, "target": {"5m"}}),
		"view-target-unit":     submitted(t, goalHandler(t), "target", form.Values{"campaign": {theirs}, "target": {"5"}}),
		"view-target-no-time":  submitted(t, goalHandler(t), "target", form.Values{"campaign": {theirs}, "target": {"soon"}}),
		"view-target-zero":     submitted(t, goalHandler(t), "target", form.Values{"campaign": {theirs}, "target": {"0s"}}),
		"view-target-theirs":   submitted(t, goalHandler(t), "target", form.Values{"campaign": {theirs}, "target": {"5m"}}),
		"view-target-unseen":   submitted(t, namedHandler(t, 5*time.Hour), "target", form.Values{"campaign": {form.CampaignValue("Colections")}, "target": {"5m"}}),
		"view-target-set":      submitted(t, goalHandler(t), "target", form.Values{"campaign": {form.CampaignValue("Ours")}, "target": {"5m"}}),
		"view-target-old-form": older(t, goalHandler(t), "target", form.Values{"campaign": {theirs}, "target": {"5m"}}),
	}
}

// menuAnswers are the menu and the answers that lead to forms, where alerts and digests are kept.
func menuAnswers(t *testing.T) map[string]Message {
	t.Helper()
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second)}
	ask := func(q request.Question) Message {
		q.User, q.At, q.Ref, q.Place = "U1", noon, "abc234", "C1"
		r, _ := watchingHandler(t, fresh).Answer(t.Context(), q)
		seenBy := ForOne
		if r.Public {
			seenBy = ForAll
		}
		return Message{Reply: r, For: seenBy}
	}
	return map[string]Message{
		"menu-watching":         ask(request.Question{}),
		"help-watching":         ask(request.Question{Text: "help alert"}),
		"mine-none":             ask(request.Question{Text: "mine"}),
		"figure-watch":          ask(request.Question{Text: `campaign "Sales Outbound"`, Channel: true}),
		"figure-watch-open":     ask(request.Question{Text: `campaign "Sales Outbound"`, Channel: true, Open: true}),
		"figure-watch-hostile":  ask(request.Question{Text: "campaign &lt;!channel&gt; \"x\" *b*"}),
		"figure-watch-agent":    ask(request.Question{Text: "agent 42"}),
		"usage-watch-campaign":  ask(request.Question{Text: `alert add campaign "Sales Outbound" abov 5`}),
		"usage-schedule-times":  ask(request.Question{Text: `digest add campaign "Sales Outbound" mon-fri`}),
		"usage-target-no-time":  ask(request.Question{Text: `target campaign "Sales Outbound" soonish`}),
		"usage-watch-all-at-5m": ask(request.Question{Text: "alert everything"}),
	}
}

// press is the press of a button that opens the form which line names.
func press(line string) request.Question {
	return request.Question{User: "U1", Place: "C1", At: noon, Ref: "abc234", Action: reply.ActionForm, Value: line}
}

// filledIn is a form as it is shown when v was filled in.
func filledIn(t *testing.T, h *commands.Handler, name string, v form.Values) form.View {
	t.Helper()
	view, err := h.FillForm(t.Context(), press(name), form.Filled{Form: name, Meta: theMeta().Encode(), Values: v})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// submitted is what takes the place of a form that was submitted with v.
func submitted(t *testing.T, h *commands.Handler, name string, v form.Values) form.View {
	t.Helper()
	outcome, _ := h.SubmitForm(t.Context(), press(name), form.Filled{Form: name, Meta: theMeta().Encode(), Values: v})
	return outcome.Next
}

// older is submitted for a form of another version.
func older(t *testing.T, h *commands.Handler, name string, v form.Values) form.View {
	t.Helper()
	m := theMeta()
	m.Version++
	outcome, _ := h.SubmitForm(t.Context(), press(name), form.Filled{Form: name, Meta: m.Encode(), Values: v})
	return outcome.Next
}

// TestEveryFormThatIsOfferedOpens presses each button that promises a form, of every answer and every view.
func TestEveryFormThatIsOfferedOpens(t *testing.T) {
	h := watchingHandler(t, scene{})
	pressed := map[string]int{}
	try := func(name string, buttons []reply.Button) {
		for _, b := range buttons {
			if b.Action != reply.ActionForm {
				continue
			}
			verb, _, _ := strings.Cut(b.Value, " ")
			if v := h.OpenForm(press(b.Value)); v.Form != verb || v.Title == "" || utf8.RuneCountInString(b.Value) > 2000 {
				t.Errorf("%s: %q opens %s, %q", name, b.Label, v.Form, v.Title)
			}
			pressed[verb]++
		}
	}
	for name, m := range replies(t) {
		try(name, m.Buttons)
	}
	for name, v := range views(t) {
		for _, p := range v.Parts {
			if try(name, p.Buttons); p.Reply != nil {
				try(name, p.Reply.Buttons)
			}
		}
	}
	for _, verb := range []string{"ask", "alert", "digest", "target"} {
		if pressed[verb] == 0 {
			t.Errorf("nothing leads to the form of %s", verb)
		}
	}
}

// onlyNames are the campaigns known.
type onlyNames []string

func (n onlyNames) Campaigns() ([]string, time.Time) { return n, noon }

// longNames is the handler of s where campaigns have names that no value of an option carries.
func longNames(t *testing.T, s scene) *commands.Handler {
	t.Helper()
	h := s.handler(t, request.Access{})
	h.Names = onlyNames{strings.Repeat("नाम ", 63) + "1", strings.Repeat("नाम ", 63) + "2"}
	return h
}

// watchingHandler is the handler of s where alerts and digests are kept.
func watchingHandler(t *testing.T, s scene) *commands.Handler {
	t.Helper()
	h := s.handler(t, request.Access{})
	h.Alerts, h.Digests = &alertShelf{}, &digestShelf{}
	return h
}
