package digests_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// opens is the window that a button with line opens, for U1 in channel C1.
func (o *office) opens(line string, change ...func(*request.Question)) form.View {
	o.t.Helper()
	q := request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Ref: "abc234", Action: reply.ActionForm, Value: line}
	for _, c := range change {
		c(&q)
	}
	v := o.OpenForm(q)
	if !v.Partial {
		return v
	}
	return o.fills(v, nil, change...)
}

// fills is v once it is completed, with what was filled in otherwise since.
func (o *office) fills(v form.View, set form.Values, change ...func(*request.Question)) form.View {
	o.t.Helper()
	q := request.Question{User: "U1", At: commandstest.Noon, Ref: "abc234"}
	for _, c := range change {
		c(&q)
	}
	next, err := o.FillForm(o.t.Context(), q, in(v, set))
	if err != nil {
		o.t.Errorf("FillForm: %v", err)
	}
	return next
}

// submits is what becomes of v.
func (o *office) submits(v form.View, set form.Values, change ...func(*request.Question)) form.Outcome {
	o.t.Helper()
	q := request.Question{User: "U1", At: commandstest.Noon, Ref: "abc234"}
	for _, c := range change {
		c(&q)
	}
	out, err := o.SubmitForm(o.t.Context(), q, in(v, set))
	if err != nil && out.Errors == nil && told(out.Next) == "" {
		o.t.Errorf("nothing is said about %v", err)
	}
	return out
}

// in is v as it comes back, with set filled in.
func in(v form.View, set form.Values) form.Filled {
	f := form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: form.Values{}}
	for _, p := range v.Parts {
		if p.Field != nil {
			f.Values[p.Field.Name] = p.Field.Value
		}
	}
	maps.Copy(f.Values, set)
	return f
}

// told is all that v says beside its fields.
func told(v form.View) string {
	var all []string
	for _, p := range v.Parts {
		all = append(all, p.Lines...)
		if p.Reply != nil {
			all = append(all, p.Reply.Text)
		}
		all = append(all, p.Line+"\n")
	}
	return strings.Join(all, "\n")
}

// field is what stands in a field of v.
func field(v form.View, name string) string {
	for _, p := range v.Parts {
		if p.Field != nil && p.Field.Name == name {
			return strings.Join(p.Field.Value, "|")
		}
	}
	return ""
}

func (o *office) says(v form.View, words ...string) {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(told(v), w) {
			o.t.Errorf("%q is not said by\n%s", w, told(v))
		}
	}
}

func TestADigestIsSetUpByAForm(t *testing.T) {
	o := newOffice(t, request.Access{})
	v := o.opens("digest add")
	o.says(v, "digest add watched weekdays at 11:00, 13:00, 15:00")
	if v.Title != "New digest" || field(v, "place") != "C1" {
		t.Errorf("%+v", v)
	}
	v = o.fills(v, form.Values{"campaign": {"=Sales", "=R&D <b>"}, "days": {"mon", "wed"}, "times": {"9:00", "every 2h from 11:00 to 19:00"}})
	v = o.fills(v, form.Values{"times": {"9:00", "13:30"}, "more": {"tz berlin until 2026-12-31"}, "name": {`"Morning" & more`}, "shown": {"chart"}})
	o.says(v, "Next: Mon 23 Nov 09:00 and 13:30", "It costs 2 requests for each run",
		`/aht digest add campaign "Sales", "R&D <b>" mon,wed at 9:00, 13:30 tz Europe/Berlin until 2026-12-31 as chart name """Morning"" & more"`)
	if len(o.book.digests) != 0 {
		t.Fatal("a form that is not submitted made a digest")
	}
	out := o.submits(v, nil)
	if out.Errors != nil || out.Next.Form != "told" {
		t.Fatalf("%+v: %s", out.Errors, told(out.Next))
	}
	o.says(out.Next, "is set up", "in this channel")
	d := o.book.digests[1]
	if d.Order.Name != `"Morning" & more` || d.Order.View != digest.ViewChart || d.Order.Selection.Campaigns[1] != "R&D <b>" || d.By != "U1" || d.Channel != "C1" || len(o.board.said) != 1 {
		t.Errorf("%+v", d)
	}
}

func TestWhatAFormRefusesStandsBesideItsField(t *testing.T) {
	for name, c := range map[string]struct {
		set   form.Values
		field string
		say   string
	}{
		"a clause":             {form.Values{"more": {"tz atlantis"}}, "more", "I don't know the time zone"},
		"a clause twice":       {form.Values{"more": {"at 10:00"}}, "more", "is there twice"},
		"an open quote":        {form.Values{"more": {`name "x`}}, "more", "not closed"},
		"times and a step":     {form.Values{"times": {"9:00", "every 2h from 9:00 to 19:00"}}, "times", "don't go together"},
		"days and a set":       {form.Values{"days": {"weekdays", "sat"}}, "days", "mixes a word"},
		"a long name":          {form.Values{"name": {strings.Repeat("x", 81)}}, "name", "too long for a heading"},
		"days that never come": {form.Values{"more": {"until 2026-11-01"}}, "days", "It would never run"},
		"no place":             {form.Values{"place": nil}, "place", "which channel"},
		"a person's place":     {form.Values{"place": {"U2"}}, "place", "A digest goes to a channel"},
	} {
		o := newOffice(t, request.Access{})
		v := o.opens(`digest add campaign "Sales"`, func(q *request.Question) {
			if name == "no place" {
				q.Place = ""
			}
		})
		out := o.submits(v, c.set)
		if said := out.Errors[c.field]; !strings.Contains(said, c.say) || len(out.Errors) != 1 || len(o.book.digests) != 0 {
			t.Errorf("%s: %q: %s", name, out.Errors, told(out.Next))
		}
		o.says(out.Next, c.say)
		for field, value := range c.set {
			if got := in(out.Next, nil).Values[field]; strings.Join(got, "|") != strings.Join(value, "|") {
				t.Errorf("%s: %s is %q now", name, field, got)
			}
		}
	}
}

func TestAPlaceWithoutTheBotIsSaidBesideTheField(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.claimed()
	o.board.err = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	v := o.opens(`digest add campaign "Sales"`)
	out := o.submits(v, nil)
	o.says(out.Next, "/invite @ahtbot", "Nothing was changed")
	at := 0
	for i, p := range out.Next.Parts {
		if p.Field != nil && p.Field.Name == "place" {
			at = i
		}
	}
	if out.Next.Parts[at-1].Reply == nil {
		t.Error("why it was refused does not stand beside the place")
	}
	if all, _ := o.book.All(t.Context()); len(all) != 0 {
		t.Errorf("left standing: %+v", all)
	}
	o.board.err = nil
	if out = o.submits(out.Next, nil); out.Errors != nil {
		t.Errorf("invited since: %+v", out.Errors)
	}
	o.says(out.Next, "is set up")
}

// claimed makes the handler keep which forms were submitted.
func (o *office) claimed() {
	seen := map[string]bool{}
	o.Claim = func(_ context.Context, key string) bool {
		was := seen[key]
		seen[key] = true
		return !was
	}
}

func TestAFormSubmittedTwiceMakesOne(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.claimed()
	v := o.opens(`digest add campaign "Sales"`)
	o.submits(v, nil)
	o.says(o.submits(v, nil).Next, "sent already, and I did it once")
	edit := o.opens("digest edit 1")
	o.says(o.submits(edit, form.Values{"name": {"Morning"}}).Next, "is changed")
	o.says(o.submits(edit, form.Values{"name": {"Morning"}}).Next, "sent already, and I did it once")
	if len(o.book.digests) != 1 || o.book.digests[1].Version != 3 || len(o.board.said) != 1 {
		t.Errorf("%+v, %d announcements", o.book.digests, len(o.board.said))
	}
}

func TestAnEditShowsHowItStandsAndSavesWhatIsShown(t *testing.T) {
	o := newOffice(t, request.Access{})
	first := draft("A", "B")
	first.When.Zone, first.Name, first.Only, first.HasOnly = "Europe/Berlin", "Round", digest.ShowOffTarget, true
	first.When.Except, first.When.Holidays = []digest.Date{{Year: 2026, Month: 12, Day: 25}}, []string{"*"}
	o.do(digestline.Add{Draft: first})
	v := o.opens("digest edit 1")
	for name, want := range map[string]string{
		"campaign": "=A|=B", "days": "mon|tue|wed|thu|fri|sat", "times": "every 2h from 11:00 to 19:00", "place": "C1", "shown": "both", "name": "Round",
		"more": "tz Europe/Berlin except holidays, 2026-12-25 only off-target",
	} {
		if got := field(v, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	o.says(v, "Next: Mon 23 Nov 11:00", "/aht digest show 1")
	o.says(o.submits(v, nil).Next, "Digest 1 (Round)")
	o.says(o.fills(v, form.Values{"shown": {"chart"}}), "/aht digest edit 1 as chart\n")
	if o.book.digests[1].Version != 2 {
		t.Error("a form that changes nothing changed something")
	}
	o.says(o.submits(v, form.Values{"more": {"tz Europe/Berlin"}, "name": nil, "days": {"daily"}}).Next, "Digest 1 is changed", "Gone with the old schedule")
	d := o.book.digests[1]
	if s := d.Order.Rule.Spec(); d.Order.Name != "" || d.Order.Filter != digest.ShowAll || len(s.Except)+len(s.Holidays) != 0 || s.Zone != "Europe/Berlin" || s.Days != digest.EveryDay {
		t.Errorf("%+v", d.Order)
	}
	o.book.watched = []string{"A"}
	o.submits(o.opens("digest edit 1"), form.Values{"more": nil, "shown": {"table"}, "place": {"C2"}, "campaign": nil})
	if d = o.book.digests[1]; d.Order.Rule.Spec().Zone != "Asia/Kolkata" || d.Order.View != digest.ViewTable || d.Channel != "C2" || o.board.in[1] != "C2" {
		t.Errorf("%+v", d)
	}
}

func TestAFormDoesNotOverwriteWhatSomebodyElseChanged(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	v := o.opens("digest edit 1")
	d := o.book.digests[1]
	d.Version, d.Next.Local = d.Version+1, "2026-11-23T13:00 Asia/Kolkata" // the loop went on: nobody changed it
	o.book.digests[1] = d
	o.says(o.submits(v, form.Values{"name": {"Mine"}}).Next, "is changed")
	v = o.opens("digest edit 1")
	o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Theirs"}}, as("U2"))
	out := o.submits(v, form.Values{"name": {"Mine again"}})
	o.says(out.Next, "Somebody changed digest 1 while this form was open", "What you filled in is still here")
	if o.book.digests[1].Order.Name != "Theirs" || field(out.Next, "name") != "Mine again" || out.Errors != nil {
		t.Errorf("%+v, %+v", o.book.digests[1].Order, out)
	}
	b := out.Next.Parts[0].Reply.Buttons[0]
	if b.Action != reply.ActionForm || field(o.opens(b.Value), "name") != "Theirs" {
		t.Errorf("%+v", b)
	}
	o.says(o.submits(out.Next, nil).Next, "Somebody changed") // until it was looked at
	v = o.opens("digest edit 1")
	o.book.before = func() { // between the look at it and the change
		o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "Theirs again"}}, as("U2"))
	}
	out = o.submits(v, form.Values{"name": {"Mine"}})
	o.says(out.Next, "Somebody changed digest 1 while this form was open")
	if o.book.digests[1].Order.Name != "Theirs again" || field(out.Next, "name") != "Mine" {
		t.Errorf("%+v", o.book.digests[1].Order)
	}
	o.do(standing.About("digest", "remove", 1))
	o.says(o.submits(v, nil).Next, "Digest 1 was removed", "digest restore 1")
	o.says(o.opens("digest edit 1"), "Digest 1 was removed")
	o.says(o.opens("digest edit 9"), "There is no digest 9")
}

func TestWhoMayChangeADigestByItsForm(t *testing.T) {
	for name, c := range map[string]struct {
		user  string
		guest bool
		may   bool
	}{"who made it": {"U1", false, true}, "an admin": {"U9", false, true}, "somebody else": {"U2", false, false}, "a guest": {"U3", true, false}} {
		o := newOffice(t, request.Access{Admins: []string{"U9"}})
		o.do(digestline.Add{Draft: draft("A")})
		mine := o.opens("digest edit 1")
		o.w.Asker.Guest = c.guest
		v := o.opens("digest edit 1", as(c.user))
		if may := v.Form == "digest"; may != c.may {
			t.Errorf("%s opens %s", name, told(v))
		}
		o.submits(mine, form.Values{"name": {"Mine"}}, as(c.user)) // as if the payload were forged
		if did := o.book.digests[1].Order.Name == "Mine"; did != c.may {
			t.Errorf("%s: changed %v", name, did)
		}
		added := o.submits(form.View{Form: "digest", Meta: form.Begin("C1"), Parts: nil}, form.Values{"campaign": {"=A"}, "days": {"daily"}, "times": {"9:00"}, "place": {"C1"}}, as(c.user))
		if made := len(o.book.digests) == 2; made == c.guest {
			t.Errorf("%s: made %v: %s", name, made, told(added.Next))
		}
	}
}

func TestEditIsOfferedToWhoMayChangeADigest(t *testing.T) {
	for user, want := range map[string]string{"U1": "digest edit 1|digest add", "U9": "digest edit 1|digest add", "U2": "digest add"} {
		o := newOffice(t, request.Access{Admins: []string{"U9"}})
		o.do(digestline.Add{Draft: draft("A")})
		forms := func(cmd request.Command) string {
			var lines []string
			for _, b := range o.do(cmd, as(user)).Buttons {
				if b.Action == reply.ActionForm {
					lines = append(lines, b.Value)
				}
			}
			return strings.Join(lines, "|")
		}
		if got := forms(standing.List{Noun: "digest"}); got != want {
			t.Errorf("%s may press %q under the list, want %q", user, got, want)
		}
		if got := forms(standing.About("digest", "show", 1)); (got == "digest edit 1") != (user != "U2") {
			t.Errorf("%s may press %q under the digest", user, got)
		}
	}
	o := newOffice(t, request.Access{})
	if r := o.do(standing.List{Noun: "digest"}); len(r.Buttons) == 0 || r.Buttons[0].Value != "digest add" {
		t.Errorf("under no list: %+v", r.Buttons)
	}
}

func TestWhatIsTypedAmissIsSaidBeforeItIsSent(t *testing.T) {
	o := newOffice(t, request.Access{})
	v := o.opens(`digest add campaign "Sales" at 9:00 tz IST`)
	o.says(v, "“IST” stands for several time zones")
	v = o.fills(v, form.Values{"more": {"tz dublin"}})
	if o.says(v, "(Europe/Dublin)"); strings.Contains(told(v), "IST") {
		t.Errorf("still said: %s", told(v))
	}
	if v = o.fills(v, form.Values{"days": nil}); strings.TrimSpace(told(v)) != "" { // what is only missing is no mistake yet
		t.Errorf("of days to come: %q", told(v))
	}
}

func TestAFormOfAnotherVersionKeepsWhatWasFilledIn(t *testing.T) {
	o := newOffice(t, request.Access{})
	v := o.opens(`digest add campaign "Sales" daily at 9:15 name "Early"`)
	v.Meta.Version = 99
	out := o.submits(v, form.Values{"name": {"Earlier"}})
	o.says(out.Next, "ahtbot was renewed")
	if field(out.Next, "name") != "Earlier" || field(out.Next, "times") != "9:15" || len(o.book.digests) != 0 {
		t.Errorf("%+v", out.Next)
	}
	o.says(o.submits(out.Next, nil).Next, "is set up")
}

func TestAFormAsksBackAboutACampaignNobodyHasSeen(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.Names = known{names: []string{"Sales"}}
	out := o.submits(o.opens("digest add"), form.Values{"campaign": {"=Slaes"}})
	if len(o.book.digests) != 0 || told(out.Next) == "" {
		t.Fatalf("%+v", out)
	}
	o.says(out.Next, "never seen a campaign “Slaes”")
}

func TestAFormSaysSoWhenTheStoreIsAway(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	edit, add := o.opens("digest edit 1"), o.opens(`digest add campaign "A"`)
	o.book.away = true
	for name, v := range map[string]form.View{"edit": edit, "add": add} {
		if out := o.submits(v, nil); !strings.Contains(told(out.Next), "does not answer") || len(out.Next.Parts) < 7 {
			t.Errorf("%s: %s", name, told(out.Next))
		}
	}
	o.Digests = nil
	o.says(o.submits(add, nil).Next, "not switched on")
}

func TestNamesThatAreTooLongToBeCarriedAreKept(t *testing.T) {
	o := newOffice(t, request.Access{})
	long, other := strings.Repeat("long ", 40)+"name", strings.Repeat("x", 200)
	o.do(digestline.Add{Draft: draft(long, "B")}) // which nobody has in memory
	v := o.opens("digest edit 1")
	o.submits(v, form.Values{"name": {"Morning"}})
	o.submits(o.opens("digest edit 1"), form.Values{"campaign": {form.CampaignValue("C"), form.CampaignValue(long)}})
	if d := o.book.digests[1].Order; d.Name != "Morning" || !slices.Equal(d.Selection.Campaigns, []string{"C", long}) {
		t.Errorf("%+v", d)
	}
	o.submits(o.opens(`digest add campaign "`+other+`" at 9:00`), nil)
	if d := o.book.digests[2].Order; !slices.Equal(d.Selection.Campaigns, []string{other}) {
		t.Errorf("%+v", d)
	}
	out := o.submits(v, form.Values{"campaign": {"#of-nobody"}})
	if out.Errors["campaign"] == "" || o.book.digests[1].Order.Name != "Morning" {
		t.Errorf("%+v", out)
	}
}

// Fifty campaigns stand in a digest, and most of them can't be carried by its form.
func TestADigestTooLongToBeCarriedIsChangedWhole(t *testing.T) {
	o := newOffice(t, request.Access{})
	var names known
	for i := range 30 {
		names.names = append(names.names, fmt.Sprintf("Campaign %d <of a> \"name\" that is quite long & has a lot of other things in it", i))
	}
	o.Names = names
	o.do(digestline.Add{Draft: draft(names.names...)})
	v := o.opens("digest edit 1")
	if len(v.Meta.Encode()) > form.MostMeta || strings.Contains(v.Meta.Line, "quite long") {
		t.Errorf("carries %s", v.Meta.Encode())
	}
	out := o.submits(v, form.Values{"name": {"Morning"}})
	if said := out.Errors["campaign"]; !strings.Contains(said, "Choose fewer") {
		t.Errorf("%q: %s", said, told(out.Next))
	}
	o.says(o.submits(v, form.Values{"campaign": in(v, nil).Values["campaign"][:9], "name": {"Morning"}}).Next, "is changed")
	if d := o.book.digests[1].Order; d.Name != "Morning" || !slices.Equal(d.Selection.Campaigns, names.names[:9]) {
		t.Errorf("%+v", d)
	}
}

func TestAGroupBesideNamesIsRefusedAsInALine(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.names = []string{"Sales"}
	group := draft()
	group.What = digest.Selection{Group: "Sal"}
	o.do(digestline.Add{Draft: group})
	out := o.submits(o.opens("digest edit 1"), form.Values{"campaign": {"=Sales"}})
	if said := out.Errors["more"]; !strings.Contains(said, "one of the three") || o.book.digests[1].Order.Selection.Group != "Sal" {
		t.Errorf("%q: %s", out.Errors, told(out.Next))
	}
}

func TestTheFormOfAPausedDigestSaysThatNothingComes(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	o.do(standing.About("digest", "pause", 1))
	v := o.opens("digest edit 1 daily at 9:00")
	o.says(v, "It is paused, so nothing comes until somebody resumes it", "/aht digest edit 1 daily at 9:00 tz Asia/Kolkata\n")
	o.says(o.submits(v, nil).Next, "is changed", "It is paused")
	if d := o.book.digests[1]; !d.Paused || d.Next != (digest.Slot{}) {
		t.Errorf("%+v", d)
	}
}

// whenFilled are schedules as a form has them: days, times and a clause.
var whenFilled = [][3][]string{
	{{"weekdays"}, {"9:00", "13:30"}},
	{{"mon", "wed"}, {"every 2h from 11:00 to 19:00"}},
	{{"daily"}, {"every 3h from 22:00 to 6:00"}},
	{{"monthly on last fri"}, {"9:05"}},
	{{"quarterly on 1"}, {"0:00"}},
	{nil, nil, {`cron "0 9 * * 1-5"`}},
	{{"tue"}, {"12:00"}, {"every 2 weeks"}},
}

// anyFilled draws what may be filled in.
func anyFilled(t *rapid.T) form.Values {
	draw := func(name string, all ...string) string { return rapid.SampledFrom(all).Draw(t, name) }
	when := rapid.SampledFrom(whenFilled).Draw(t, "when")
	v := form.Values{"days": when[0], "times": when[1], "place": {draw("place", "C1", "C2")}, "shown": {draw("shown", "both", "table", "chart")}}
	v["campaign"] = rapid.SampledFrom([][]string{nil, {"=Sales"}, {"=Sales", "=R&D <b>"}, {`=The "best"`}}).Draw(t, "campaigns")
	more := append([]string{}, when[2]...)
	if v["campaign"] == nil && rapid.Bool().Draw(t, "grouped") {
		more = append([]string{`group "Sal"`}, more...)
	}
	starting := draw("starting", "", "starting 2026-12-01")
	if v["days"] != nil && v["days"][0] == "tue" { // a step of weeks counts from a day
		starting = "starting 2026-12-01"
	}
	for _, clause := range []string{
		draw("zone", "tz Europe/Berlin", "tz Asia/Kolkata"), starting, draw("until", "", "until 2027-12-31"),
		draw("except", "", "except holidays", `except holidays "india", 2026-12-25`), draw("only", "", "only off-target", "only with-calls"),
	} {
		if clause != "" {
			more = append(more, clause)
		}
	}
	v["more"] = []string{strings.Join(more, " ")}
	v["name"] = nil
	if name := draw("name", "", "Morning", `"Early" & <late>`); name != "" {
		v["name"] = []string{name}
	}
	return v
}

// Whatever a digest is, its form makes of it whatever is filled in, and then shows that.
func TestWhatIsSavedIsWhatWasShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := newOffice(t, request.Access{})
		o.book.watched, o.book.names = []string{"Sales"}, []string{"Sales"}
		shows := func(v form.View, want form.Values) {
			for _, name := range []string{"campaign", "days", "times", "place", "shown", "name", "more"} {
				if got := field(v, name); got != strings.Join(want[name], "|") {
					rt.Fatalf("%s is %q, and %q was filled in", name, got, want[name])
				}
			}
		}
		first, second := anyFilled(rt), anyFilled(rt)
		if out := o.submits(o.opens("digest add"), first); out.Next.Form != "told" {
			rt.Fatal(told(out.Next))
		}
		edit := o.opens("digest edit 1")
		shows(edit, first)
		out := o.submits(edit, second)
		if out.Next.Form != "told" {
			rt.Fatalf("%+v: %s", out.Errors, told(out.Next))
		}
		shows(o.opens("digest edit 1"), second)
	})
}

// From Home nobody stands in a channel: what comes is shown before one is chosen, and its place is asked for in its field.
func TestTheFormOnHomeShowsWhatComesBeforeAPlaceIsChosen(t *testing.T) {
	o := newOffice(t, request.Access{})
	nowhere := func(q *request.Question) { q.Place = "" }
	v := o.opens(`digest add campaign "Sales" daily at 9:00`, nowhere)
	if o.says(v, "Sales: daily at 09:00"); strings.Contains(told(v), "which channel") || field(v, form.FieldPlace) != "" {
		t.Errorf("the form says %s", told(v))
	}
	out := o.submits(v, nil, nowhere)
	if out.Errors[form.FieldPlace] == "" || len(o.book.digests) != 0 {
		t.Errorf("submitted without a place: %v, %s", out.Errors, told(out.Next))
	}
}
