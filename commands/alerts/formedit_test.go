package alerts_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// changing is a floor with alert #7 of U1 on Collections North in C1: above 5m, without reminders.
func changing(t *testing.T) forms {
	t.Helper()
	f := filling()
	f.do(t, f.h, "U1", mustParse(t, `alert add campaign "Collections North" above 5m clear 4m remind off`), false)
	return f
}

func TestAFormChangesAnAlertToWhatIsFilledIn(t *testing.T) {
	f := changing(t)
	w := f.open(t, "alert edit 7")
	stands := values(w, nil).Values
	if w.Title != "Change alert #7" || stands.One("line") != "5m" || stands.One("more") != "clear 4m remind off" || stands.One("place") != "C1" || stands.One("for") != "15m" || stands["campaign"] != nil {
		t.Fatalf("%s: %v", w.Title, stands)
	}
	if !strings.Contains(says(w), "Watches campaign Collections North.") || !strings.Contains(says(w), "Nothing is changed yet.") {
		t.Errorf("as it stands: %s", says(w))
	}
	filled := f.fill(t, w, form.Values{"line": {"6m"}, "more": {"clear 4m active mon-fri 9:00-18:00"}, "place": nil})
	if want := "/aht alert edit 7 above 6m remind 2h active mon-fri 9:00-18:00 tz UTC by dm"; !strings.Contains(says(filled), want) {
		t.Errorf("%s\n is not the line that does the same: %s", want, says(filled))
	}
	out := f.submit(t, filled, nil)
	got := f.alerts[7].Watch
	if r := got.Rule; out.Next.Form != "told" || r.High != 6*time.Minute || r.ClearHigh != 4*time.Minute || r.Remind != 2*time.Hour || r.Active.IsZero() || got.Channel != "U1" || got.Version != 2 {
		t.Errorf("%+v, %s", got, says(out.Next))
	}
	if out = f.submit(t, f.open(t, "alert edit 7"), nil); out.Next.Form != "told" || f.alerts[7].Watch != got {
		t.Errorf("nothing was filled in: %+v, %s", f.alerts[7].Watch, says(out.Next))
	}
}

func TestAFormOfAnEditBeginsWithWhatItsLineChanges(t *testing.T) {
	f := changing(t)
	for line, want := range map[string][]string{
		"alert edit 7 above 6m remind off":   {"6m", "15m", "clear 4m remind off", "C1"},
		"alert edit #7 for ages":             {"5m", "ages", "clear 4m remind off", "C1"},
		"alert edit 7 below five readings":   {"five", "15m", "clear 4m remind off readings", "C1"},
		"alert edit 7 remind 2h clear 4m30s": {"5m", "15m", "", "C1"},
		"alert change 7 by dm readings 5":    {"5m", "15m", "clear 4m readings 5 remind off", ""},
	} {
		v := values(f.open(t, line), nil).Values
		if got := []string{v.One("line"), v.One("for"), v.One("more"), v.One("place")}; !slices.Equal(sorted(got), sorted(want)) {
			t.Errorf("%s fills in %q", line, got)
		}
	}
}

// sorted are the words of fields, in whatever order they were written.
func sorted(fields []string) []string {
	words := strings.Fields(strings.Join(fields, " "))
	slices.Sort(words)
	return words
}

func TestOfTwoPeopleWhoChangeAnAlertTheSecondIsTold(t *testing.T) {
	f := changing(t)
	mine := f.open(t, "alert edit 7")
	admin := f
	admin.who = "U9"
	if out := admin.submit(t, admin.open(t, "alert edit 7"), form.Values{"line": {"7m"}}); out.Next.Form != "told" {
		t.Fatalf("the first: %s", says(out.Next))
	}
	for range 2 {
		out := f.submit(t, mine, form.Values{"line": {"6m"}, "more": {"remind 45m"}})
		v := values(out.Next, nil).Values
		if len(out.Errors) != 0 || f.alerts[7].Watch.Rule.High != 7*time.Minute || v.One("line") != "6m" || v.One("more") != "remind 45m" {
			t.Fatalf("the second: %v, %s", v, says(out.Next))
		}
		if s := says(out.Next); !strings.Contains(s, "Somebody changed alert #7 while this form was open") || !strings.Contains(s, "[Load how it stands now]") {
			t.Errorf("told: %s", s)
		}
		mine = out.Next // sent again, it overwrites nothing either
	}
	if now := f.open(t, "alert edit 7"); values(now, nil).Values.One("line") != "7m" {
		t.Errorf("as it stands: %v", values(now, nil).Values)
	}
	// Somebody is faster by no more than a moment.
	again := f.open(t, "alert edit 7")
	f.meanwhile = func() {
		s := f.alerts[7]
		s.Watch.Version++
		f.alerts[7] = s
	}
	if out := f.submit(t, again, form.Values{"line": {"6m"}}); !strings.Contains(says(out.Next), "[Load how it stands now]") || f.alerts[7].Watch.Rule.High != 7*time.Minute {
		t.Errorf("crossed: %s", says(out.Next))
	}
}

// What an alert tells, and whether it is muted or taken on, is no change of what is filled in.
func TestAFormIsSubmittedWhileItsAlertFires(t *testing.T) {
	f := changing(t)
	w := f.open(t, "alert edit 7")
	f.fires(7, 1)
	f.press(t, f.h, "U2", reply.ActionAck, "7/1")
	out := f.submit(t, w, form.Values{"line": {"4m"}, "more": nil})
	if f.alerts[7].Watch.Rule.High != 4*time.Minute || !strings.Contains(says(out.Next), "not over") && !strings.Contains(says(out.Next), "firing") || len(f.turns) != 2 {
		t.Errorf("%+v, told %d: %s", f.alerts[7].Watch.Rule, len(f.turns), says(out.Next))
	}
}

func TestAnAlertIsRemovedWhileItsFormIsOpen(t *testing.T) {
	f := changing(t)
	w := f.open(t, "alert edit 7")
	f.do(t, f.h, "U1", mustParse(t, "alert remove 7"), false)
	out := f.submit(t, w, form.Values{"line": {"6m"}})
	if f.alerts[7].Watch.Rule.High != 5*time.Minute || !strings.Contains(says(out.Next), "was removed") || values(out.Next, nil).Values.One("line") != "6m" {
		t.Errorf("removed: %s", says(out.Next))
	}
	if w = f.open(t, "alert edit 7"); w.Form != "told" || !strings.Contains(says(w), "was removed") {
		t.Errorf("opened then: %s", says(w))
	}
	f.now = f.now.Add(11 * time.Minute)
	if out = f.submit(t, out.Next, nil); !strings.Contains(says(out.Next), "no alert #7") {
		t.Errorf("gone: %s", says(out.Next))
	}
	if w = f.open(t, "alert edit 99"); w.Form != "told" || !strings.Contains(says(w), "no alert #99") {
		t.Errorf("never was: %s", says(w))
	}
}

func TestWhoMayOpenAndSubmitTheFormOfAnAlert(t *testing.T) {
	for who, may := range map[string]bool{"U1": true, "U2": false, "U9": true} {
		f := changing(t)
		mine := f.open(t, "alert edit 7")
		f.who = who
		if w := f.open(t, "alert edit 7"); (w.Form == "alert") != may || !may && !strings.Contains(says(w), "Somebody else made alert #7") {
			t.Errorf("%s is shown %s: %s", who, w.Form, says(w))
		}
		out := f.submit(t, mine, form.Values{"line": {"6m"}}) // a form that was passed on is judged anew
		if done := f.alerts[7].Watch.Rule.High == 6*time.Minute; done != may || !may && !strings.Contains(says(out.Next), "Somebody else made alert #7") {
			t.Errorf("%s changes it: %t, %s", who, done, says(out.Next))
		}
		if out = f.submit(t, f.open(t, "alert add"), north(form.Values{"line": {"9m"}})); len(f.alerts) != 2 || f.alerts[8].Watch.By != who {
			t.Errorf("%s makes none: %s", who, says(out.Next))
		}
	}
}

func TestNoFormIsForGuestsAndPeopleOfOtherWorkspaces(t *testing.T) {
	for name, asker := range map[string]request.Person{"guest": {ID: "U3", Guest: true}, "outside": {ID: "U4", Outside: true}} {
		for _, known := range []bool{true, false} {
			f := changing(t)
			mine := f.open(t, "alert edit 7")
			w := &commandstest.World{Remembered: known, Asker: asker}
			f.h.People, f.who = w, asker.ID
			for _, line := range []string{"alert add", "alert edit 7"} {
				if v := f.open(t, line); v.Form != "told" || strings.Contains(says(v), "Collections") {
					t.Errorf("%s opens %s: %s", name, line, says(v))
				}
			}
			for _, v := range []form.View{mine, {Form: "alert", Meta: form.Begin("C1")}} {
				if out := f.submit(t, v, north(form.Values{"line": {"9m"}})); len(f.alerts) != 1 || f.alerts[7].Watch.Rule.High != 5*time.Minute || !strings.Contains(says(out.Next), "Figures of this floor are only") {
					t.Errorf("%s submits %s: %s", name, v.Form, says(out.Next))
				}
			}
		}
	}
}

func TestAFormOfAnOlderVersionIsKeptInTheNewOne(t *testing.T) {
	f := changing(t)
	for line, w := range map[string]form.View{"6m": f.open(t, "alert edit 7"), "8m": f.open(t, "alert add")} {
		w.Meta.Version = 99
		v := north(form.Values{"line": {line}, "more": {"remind 45m"}, "for": {"20m"}})
		out := f.submit(t, w, v)
		kept := values(out.Next, nil).Values
		if out.Next.Form != "alert" || out.Next.Title != w.Title || kept.One("line") != line || kept.One("more") != "remind 45m" || kept.One("for") != "20m" || !strings.Contains(says(out.Next), "What you filled in is kept") {
			t.Fatalf("%v, %s", kept, says(out.Next))
		}
		if out = f.submit(t, out.Next, nil); out.Next.Form != "told" {
			t.Errorf("sent again: %v %s", out.Errors, says(out.Next))
		}
	}
	for id, high := range map[int64]time.Duration{7: 6 * time.Minute, 8: 8 * time.Minute} {
		if r := f.alerts[id].Watch.Rule; r.High != high || r.Remind != 45*time.Minute || r.For != 20*time.Minute {
			t.Errorf("#%d: %+v", id, r)
		}
	}
	// What cannot be read at all is a form that lost its number: it makes a new one, and says so by its title.
	out, err := f.h.SubmitForm(t.Context(), f.q(), form.Filled{Form: "alert", Meta: "not json", Values: north(nil)})
	if err != nil || out.Next.Title != "New alert" || len(f.alerts) != 2 {
		t.Errorf("of no version: %v, %s", err, says(out.Next))
	}
}

func TestAPlaceThatTakesNoPostsIsToldAtItsField(t *testing.T) {
	f := filling()
	f.placeErr = &request.PlaceError{Code: "not_in_channel", Channel: "C2"}
	out := f.submit(t, f.open(t, "alert add"), north(form.Values{"place": {"C2"}}))
	all, _ := f.All(t.Context())
	at := slices.IndexFunc(out.Next.Parts, func(p form.Part) bool { return p.Reply != nil })
	if len(all) != 0 || at < 0 || out.Next.Parts[at+1].Field == nil || out.Next.Parts[at+1].Field.Name != "place" || !strings.Contains(says(out.Next), "/invite @ahtbot") {
		t.Errorf("%d alerts: %s", len(all), says(out.Next))
	}
	f.placeErr = nil
	if out = f.submit(t, out.Next, nil); out.Next.Form != "told" { // invited meanwhile
		t.Errorf("invited: %s", says(out.Next))
	}
	if all, _ = f.All(t.Context()); len(all) != 1 || all[0].Watch.Channel != "C2" {
		t.Errorf("%+v", all)
	}
}

func TestAnAlertMovesOnceItsNewPlaceTakesPosts(t *testing.T) {
	f := changing(t)
	f.placeErr = &request.PlaceError{Code: "not_in_channel", Channel: "C2"}
	out := f.submit(t, f.open(t, "alert edit 7"), form.Values{"place": {"C2"}, "line": {"6m"}})
	if got := f.alerts[7].Watch; got.Channel != "C1" || got.Rule.High != 5*time.Minute || !strings.Contains(says(out.Next), "/invite @ahtbot") || values(out.Next, nil).Values.One("place") != "C2" {
		t.Fatalf("%+v, %s", got, says(out.Next))
	}
	f.placeErr = nil
	out = f.submit(t, out.Next, nil)
	if got := f.alerts[7].Watch; got.Channel != "C2" || got.Rule.High != 6*time.Minute || out.Next.Form != "told" {
		t.Errorf("invited: %+v, %s", got, says(out.Next))
	}
}

// Nothing but what travels with a form is kept of it, so each process serves each.
func TestAFormIsOpenedByOneProcessAndSentToAnother(t *testing.T) {
	f := changing(t)
	add, edit := f.open(t, "alert add"), f.open(t, "alert edit 7")
	other := f
	other.h = f.watcher(request.Access{Admins: []string{"U9"}})
	other.h.Names = commandstest.Floor
	edit = other.fill(t, edit, form.Values{"line": {"6m"}})
	if out := other.submit(t, edit, nil); out.Next.Form != "told" || f.alerts[7].Watch.Rule.High != 6*time.Minute || f.alerts[7].Watch.Rule.Remind != 0 {
		t.Errorf("%+v, %s", f.alerts[7].Watch, says(out.Next))
	}
	if out := other.submit(t, add, north(nil)); len(f.alerts) != 2 || f.alerts[8].Watch.Channel != "C1" {
		t.Errorf("%+v, %s", f.alerts[8].Watch, says(out.Next))
	}
}

func TestTheLongestNameTravelsWithItsForm(t *testing.T) {
	for _, letter := range []string{"<", "&", "&lt;&", `"`, "न", "x", "😀"} {
		name := "x" + strings.Repeat(letter, 250/len([]rune(letter))) + "y"
		f := filling()
		f.h.Names = commandstest.Names{name, name + "2"}
		v := north(form.Values{"campaign": {form.CampaignValue(name)}, "more": {"active mon-fri 9:00-18:00 tz America/Argentina/Buenos_Aires remind off"}})
		if out := f.submit(t, f.open(t, "alert add"), v); len(f.alerts) != 1 || f.alerts[7].Watch.Target.Name() != name {
			t.Fatalf("%s: %v, %s", letter, out.Errors, says(out.Next))
		}
		out := f.submit(t, f.open(t, "alert edit 7"), form.Values{"more": nil})
		if r := f.alerts[7].Watch.Rule; out.Next.Form != "told" || r.Remind == 0 || !r.Active.IsZero() {
			t.Errorf("%s: %+v, %s", letter, r, says(out.Next))
		}
	}
}

func TestAPlaceInOtherWordsIsNotLost(t *testing.T) {
	f := changing(t)
	if out := f.submit(t, f.open(t, "alert edit 7"), form.Values{"more": {"by dm"}}); out.Next.Form != "told" || f.alerts[7].Watch.Channel != "U1" {
		t.Errorf("%+v, %s", f.alerts[7].Watch, says(out.Next))
	}
	if out := f.submit(t, f.open(t, "alert edit 7"), form.Values{"more": {"by dm"}, "place": {"C2"}}); !strings.Contains(out.Errors["place"]+out.Errors["more"], "An alert tells in one place") || f.alerts[7].Watch.Channel != "U1" {
		t.Errorf("two places: %v, %s", out.Errors, says(out.Next))
	}
}

func TestAnEditSentTwiceIsToldAsDone(t *testing.T) {
	f := changing(t)
	w := f.open(t, "alert edit 7")
	for range 2 {
		out := f.submit(t, w, form.Values{"line": {"6m"}})
		if f.alerts[7].Watch.Version != 2 || out.Next.Form != "told" || strings.Contains(says(out.Next), "Somebody") {
			t.Errorf("version %d, %s", f.alerts[7].Watch.Version, says(out.Next))
		}
	}
}

// What is shown of an alert can be pressed by whoever may change it, and whoever may not is told so.
func TestAlertsThatAreShownCanBeEditedInAForm(t *testing.T) {
	for _, who := range []string{"U1", "U2", "U9"} {
		f := changing(t)
		f.who = who
		for line, want := range map[string][]string{"alert show 7": {"Edit"}, "alert list": {"Edit #7", "New alert"}, "alert list all": {"Edit #7", "New alert"}, "mine": {"New alert"}} {
			q := f.q()
			q.Text = line
			r, err := f.h.Answer(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, label := range want {
				at := slices.IndexFunc(r.Buttons, func(b reply.Button) bool { return b.Label == label })
				if at < 0 || r.Buttons[at].Action != reply.ActionForm {
					t.Errorf("%s: no %s in %+v", line, label, r.Buttons)
					continue
				}
				if w := f.open(t, r.Buttons[at].Value); (w.Form == "alert") != (who != "U2" || label == "New alert") {
					t.Errorf("%s of %s opens %s for %s: %s", label, line, w.Form, who, says(w))
				}
			}
		}
	}
}

func TestALineThatIsRefusedOpensAFormWithWhatWasUnderstood(t *testing.T) {
	f := changing(t)
	for line, want := range map[string]string{
		`alert add campaign "Collections North" above five`: "five", `alert edit 7 above 6m for ages`: "6m", `alret add campaign "Collections North" above 7m readings many`: "7m",
	} {
		q := f.q()
		q.Text = line
		r, err := f.h.Answer(t.Context(), q)
		at := slices.IndexFunc(r.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionForm })
		if err != nil || at < 0 {
			t.Errorf("%s: %v, nothing to fill in: %+v", line, err, r.Buttons)
			continue
		}
		if got := values(f.open(t, r.Buttons[at].Value), nil).Values; got.One("line") != want {
			t.Errorf("%s fills in %v", line, got)
		}
	}
}

func TestAFormSentTwiceMakesOneAlert(t *testing.T) {
	f := filling()
	w := f.open(t, "alert add")
	f.submit(t, w, north(nil))
	out := f.submit(t, w, north(form.Values{"line": {"6m"}}))
	if len(f.alerts) != 1 || out.Next.Form != "told" || !strings.Contains(says(out.Next), "sent already") {
		t.Errorf("%d alerts, %s", len(f.alerts), says(out.Next))
	}
	f.submit(t, w, north(nil))
	if f.submit(t, f.open(t, "alert add"), north(form.Values{"line": {"6m"}})); len(f.alerts) != 2 {
		t.Errorf("another form: %d alerts", len(f.alerts))
	}
}

func TestAFormOfAStoreThatIsAwaySaysSo(t *testing.T) {
	f := changing(t)
	w := f.open(t, "alert edit 7")
	f.err = errors.New("SECRET")
	if v := f.open(t, "alert edit 7"); v.Form != "told" || !strings.Contains(says(v), "store that keeps alerts does not answer") || strings.Contains(says(v), "SECRET") {
		t.Errorf("opened: %s", says(v))
	}
	out := f.submit(t, w, form.Values{"line": {"6m"}})
	if v := values(out.Next, nil).Values; len(out.Errors) != 0 || v.One("line") != "6m" || strings.Contains(says(out.Next), "SECRET") {
		t.Errorf("submitted: %v, %s", v, says(out.Next))
	}
	if v := f.fill(t, f.open(t, "alert add"), north(nil)); v.Form != "alert" || !strings.Contains(says(v), "It can be submitted all the same") {
		t.Errorf("filled in: %s", says(v))
	}
}

func TestAFormShowsWhatItsAlertWouldHaveDone(t *testing.T) {
	f := changing(t)
	if w := f.fill(t, f.open(t, "alert add"), north(form.Values{"more": {"guard off"}})); !strings.Contains(says(w), "No reading of campaign Collections North is kept from the last 7 days") || !strings.Contains(says(w), "costs nothing more") {
		t.Errorf("without readings: %s", says(w))
	}
	f.h.History = func(_ context.Context, target aht.Target, from, to time.Time) (all []aht.Reading, _ error) {
		for at := from; at.Before(to); at = at.Add(5 * time.Minute) {
			mean := 4 * time.Minute
			if at.Hour() == 11 {
				mean = 6 * time.Minute // each day
			}
			mean += time.Duration(at.Minute()) * time.Second // as many calls move it
			all = append(all, aht.Reading{Target: target, Mean: mean, At: at})
		}
		return all, nil
	}
	w := f.fill(t, f.open(t, "alert add"), north(form.Values{"more": {"guard off warmup off"}}))
	s := says(w)
	if !strings.Contains(s, "In the last 7 days it would have fired 7 times:") || strings.Count(s, "• ") != 6 || !strings.Contains(s, "2 more") {
		t.Errorf("a week: %s", s)
	}
	if s = says(f.fill(t, w, form.Values{"line": {"7m"}})); !strings.Contains(s, "it would not have fired") {
		t.Errorf("another line: %s", s)
	}
	if s = says(f.fill(t, f.open(t, "alert edit 7"), form.Values{"more": {"guard off warmup off"}})); !strings.Contains(s, "would have fired 7 times") {
		t.Errorf("changed: %s", s)
	}
	if s = says(f.fill(t, w, form.Values{"campaign": {"=Nobody Knows"}})); !strings.Contains(s, "never seen a campaign") || strings.Contains(s, "[") {
		t.Errorf("never seen: %s", s)
	}
}
