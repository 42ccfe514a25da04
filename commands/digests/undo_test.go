package digests_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// press is what a person is told who presses the button called label of r.
func (o *office) press(r reply.Reply, label string, change ...func(*request.Question)) reply.Reply {
	o.t.Helper()
	i := slices.IndexFunc(r.Buttons, func(b reply.Button) bool { return b.Label == label })
	if i < 0 {
		o.t.Fatalf("no button %q: %+v", label, r.Buttons)
	}
	q := request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Ref: "abc234", Action: r.Buttons[i].Action, Value: r.Buttons[i].Value}
	for _, c := range change {
		c(&q)
	}
	done, err := o.Answer(o.t.Context(), q)
	if err != nil {
		o.t.Errorf("pressed %q: %v", label, err)
	}
	return done
}

func TestUndoRemovesANewDigest(t *testing.T) {
	o := newOffice(t, request.Access{})
	r := o.press(o.do(digestline.Add{Draft: draft("A")}), "Undo")
	o.wants(r, "Digest 1 is removed")
	if o.book.digests[1].Removed.IsZero() {
		t.Error("it stands")
	}
	o.wants(o.press(r, "Undo"), "Digest 1 is back")
}

func TestUndoMakesADigestWhatItWas(t *testing.T) {
	o := newOffice(t, request.Access{Admins: []string{"U9"}})
	first := draft("A", "B")
	first.When.Zone, first.Only, first.HasOnly = "Europe/Berlin", digest.ShowOffTarget, true
	first.When.Except = []digest.Date{{Year: 2026, Month: 12, Day: 25}}
	o.do(digestline.Add{Draft: first})
	before := o.book.digests[1]
	whole := digestline.Draft{When: digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}, Zone: "Asia/Kolkata"}, HasWhen: true, Name: "Round", HasOnly: true, In: grammar.Place{ID: "C2", Name: "ops"}}
	edited := o.do(digestline.Edit{ID: 1, Draft: whole})
	after := o.book.digests[1]
	if denied := o.press(edited, "Undo", as("U2")); denied.Outcome != "denied" || !sameWhen(o.book.digests[1], after) {
		t.Errorf("somebody else is told %q", denied.Text)
	}
	ran := o.book.digests[1] // a slot that was posted meanwhile is no change of a person
	ran.Version, ran.Next.Local = ran.Version+1, "2026-11-24T09:00 Asia/Kolkata"
	o.book.digests[1] = ran
	undone := o.press(edited, "Undo")
	o.wants(undone, "Digest 1 is as it was before", "Mon to Sat every 2 h", "Next: Mon 23 Nov 11:00")
	now := o.book.digests[1]
	if !sameWhen(now, before) || now.Order.Name != "" || now.Order.Filter != digest.ShowOffTarget || now.Channel != "C1" || now.Next.Local != "2026-11-23T11:00 Europe/Berlin" {
		t.Errorf("it is %+v", now)
	}
	o.wants(o.press(undone, "Undo"), "as it was before", "in another channel")
	if again := o.book.digests[1]; !sameWhen(again, after) || again.Channel != "C2" || again.Order.Name != "Round" {
		t.Errorf("an Undo undone is %+v", again)
	}
}

func TestUndoOverwritesNobody(t *testing.T) {
	change := digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Mine"}}
	for name, then := range map[string]request.Command{
		"edited":  digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Theirs"}},
		"paused":  standing.About("digest", "pause", 1),
		"removed": standing.About("digest", "remove", 1),
	} {
		o := newOffice(t, request.Access{})
		o.do(digestline.Add{Draft: draft("A")})
		edited := o.do(change)
		o.do(then, as("U2"))
		stands := o.book.digests[1]
		r := o.press(edited, "Undo")
		if got := o.book.digests[1]; got.Version != stands.Version || got.Order.Name != stands.Order.Name {
			t.Errorf("%s meanwhile: it is %+v", name, got)
		}
		o.wants(r, map[bool]string{true: "was removed", false: "changed digest 1 since, so nothing was undone. This is how it stands"}[name == "removed"])
	}
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	edited := o.do(change)
	o.book.before = func() { // in the very moment
		d := o.book.digests[1]
		d.Version, d.Order.Name = d.Version+1, "Theirs"
		o.book.digests[1] = d
	}
	o.wants(o.press(edited, "Undo"), "Somebody changed digest 1 meanwhile")
	if got := o.book.digests[1].Order.Name; got != "Theirs" {
		t.Errorf("it is called %q", got)
	}
}

func TestWhatIsTooLongForAButtonHasNoUndo(t *testing.T) {
	o := newOffice(t, request.Access{})
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprintf("%s %d", strings.Repeat("x", 100), i))
	}
	o.do(digestline.Add{Draft: draft(names...)})
	if r := o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Mine"}}); len(r.Buttons) != 1 || r.Buttons[0].Action != reply.ActionForm {
		t.Errorf("%+v", r.Buttons)
	}
}

func TestAForgedUndoDoesNothing(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	edited := o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Mine"}})
	good := edited.Buttons[0].Value
	for _, value := range []string{
		"", "{}", "null", "3", strings.Replace(good, `"d":1`, `"d":-1`, 1), strings.Replace(good, `"days":`, `"moons":`, 1),
		strings.Replace(good, `"campaigns":["A"]`, `"watched":true,"group":"A"`, 1), strings.Replace(good, `"C1"`, `""`, 1), strings.Replace(good, "UTC", "Mars", 1) + "x",
	} {
		r, _ := o.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Ref: "abc234", Action: reply.ActionUndo, Value: value})
		if r.Text == "" || o.book.digests[1].Order.Name != "Mine" {
			t.Errorf("%q is answered with %q", value, r.Text)
		}
	}
}

func TestOtherZonesOfTheChannelAreNamed(t *testing.T) {
	o := newOffice(t, request.Access{})
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo"} {
		d := draft("A")
		if d.When.Zone = zone; zone == "Asia/Tokyo" {
			d.In = grammar.Place{ID: "C2", Name: "ops"}
		}
		o.do(digestline.Add{Draft: d})
	}
	r := o.do(digestline.Add{Draft: draft("A")})
	o.wants(r, "(Asia/Kolkata)", "Times are in Asia/Kolkata, your zone in Slack.", "Digest 3 of the same place is in Europe/Berlin.", "Digest 2 of the same place is in America/New_York.")
	if strings.Contains(r.Text, "Tokyo") {
		t.Errorf("another channel's zone is named: %q", r.Text)
	}
	o.wants(o.press(r, "Use America/New_York"), "Digest 6 is changed", "(America/New_York)")
	if got := o.book.digests[6].Order.Rule.Spec().Zone; got != "America/New_York" {
		t.Error(got)
	}
	o.wants(o.do(digestline.Edit{ID: 6, Draft: digestline.Draft{When: digest.Spec{Workdays: true}}}), "(America/New_York)")
}

func TestMonthsWithoutTheDayAreSaid(t *testing.T) {
	for _, c := range []struct {
		month        digest.MonthDay
		quarter      bool
		says, button string
		line         string
	}{
		{31, false, "Months without a 31st are skipped.", "Use the last day", "digest edit 1 monthly on last"},
		{29, false, "Months without a 29th are skipped.", "Use the last day", "digest edit 1 monthly on last"},
		{30, true, "Months without a 30th are skipped.", "Use the last day", "digest edit 1 quarterly on last"},
		{digest.NthWeekday(5, time.Friday), false, "Months without a fifth Friday are skipped.", "Use the last Friday", "digest edit 1 monthly on last fri"},
		{28, false, "", "", ""},
		{digest.LastDay, false, "", "", ""},
	} {
		o := newOffice(t, request.Access{})
		d := draft("A")
		d.When = digest.Spec{Month: c.month, Quarter: c.quarter, Times: []digest.Clock{540}}
		r := o.do(digestline.Add{Draft: d})
		if c.says == "" {
			if strings.Contains(r.Text, "skipped") || r.Buttons[0].Label != "Undo" {
				t.Errorf("%v: %q", c.month, r.Text)
			}
			continue
		}
		o.wants(r, c.says)
		if r.Buttons[0].Label != c.button || r.Buttons[0].Value != c.line {
			t.Errorf("%v: %+v", c.month, r.Buttons)
		}
		o.press(r, c.button)
		if got := o.book.digests[1].Order.Rule.Spec(); got.Month.MissingInSomeMonths() || got.Quarter != c.quarter {
			t.Errorf("pressed, it is %+v", got)
		}
	}
}

func TestAStepOfWeeksCountsFromItsFirstDay(t *testing.T) {
	monday := digest.Spec{Days: digest.Days(time.Monday), Weeks: 2, Times: []digest.Clock{540}}
	o := newOffice(t, request.Access{})
	d := draft("A")
	d.When = monday
	r := o.do(digestline.Add{Draft: d}) // on a Sunday
	o.wants(r, "every 2 weeks on Mon at 09:00 from Mon 23 Nov 2026 on", "Next: Mon 23 Nov 09:00; Mon 7 Dec 09:00; Mon 21 Dec 09:00.")
	o.wants(o.press(r, "Start a week later"), "Next: Mon 30 Nov 09:00; Mon 14 Dec 09:00; Mon 28 Dec 09:00.")
	moved := digest.Date{Year: 2026, Month: time.November, Day: 30}
	edit := func(s digest.Spec, whole bool) digest.Spec {
		o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{When: s, HasWhen: whole}})
		return o.book.digests[1].Order.Rule.Spec()
	}
	if s := edit(digest.Spec{Days: digest.Days(time.Tuesday)}, false); s.Weeks != 2 || s.Starting != moved {
		t.Errorf("another day makes it %+v", s)
	}
	if s := edit(digest.Spec{Weeks: 3}, false); s.Weeks != 3 || s.Starting != moved {
		t.Errorf("another step makes it %+v", s)
	}
	if s := edit(digest.Spec{Weeks: 1}, false); s.Weeks != 0 || s.Days != digest.Days(time.Tuesday) {
		t.Errorf("every week makes it %+v", s)
	}
	edit(digest.Spec{Weeks: 2}, false)
	if s := edit(digest.Spec{Month: 1}, false); s.Weeks != 0 || s.Month != 1 {
		t.Errorf("a day of the month makes it %+v", s)
	}
	if s := edit(digest.Spec{Month: 1, Quarter: true}, false); !s.Quarter {
		t.Errorf("quarterly makes it %+v", s)
	}
	if s := edit(monday, true); s.Weeks != 2 || s.Month != 0 || s.Quarter || s.Starting.IsZero() {
		t.Errorf("a whole one makes it %+v", s)
	}
}

func TestADayWithoutAYearIsTheNext(t *testing.T) {
	o := newOffice(t, request.Access{})
	d := draft("A")
	d.When.Starting, d.When.Until, d.When.Except = digest.Date{Month: 12, Day: 20}, digest.Date{Month: 1, Day: 5}, []digest.Date{{Month: 12, Day: 25}, {Month: 1, Day: 1}}
	o.wants(o.do(digestline.Add{Draft: d}), "from Sun 20 Dec 2026 on, until Tue 5 Jan 2027, except Fri 25 Dec 2026 and Fri 1 Jan 2027")
	s := o.book.digests[1].Order.Rule.Spec()
	if s.Starting.String() != "2026-12-20" || s.Until.String() != "2027-01-05" || fmt.Sprint(s.Except) != "[2026-12-25 2027-01-01]" {
		t.Errorf("kept %+v", s)
	}
	o.wants(o.do(standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{1}, Until: digest.Date{Month: 1, Day: 2}}), "is paused", "Sat 2 Jan 2027")
	if got := o.book.digests[1].Until.String(); got != "2027-01-02" {
		t.Error(got)
	}
	o.wants(o.do(standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{1}, Until: digest.OnWeekday(time.Sunday)}), "is paused") // of next week, since it is one
	if got := o.book.digests[1].Until.String(); got != "2026-11-29" {
		t.Error(got)
	}
}
