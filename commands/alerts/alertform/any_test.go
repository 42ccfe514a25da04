package alertform_test

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands"
	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertform"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// kept is one alert as a store has it.
type kept struct {
	request.Alerts
	alert.Standing
}

func (k kept) Alert(context.Context, int64) (alert.Standing, bool, error) {
	return k.Standing, true, nil
}

func formOver(k kept) alertform.Form {
	return alertform.Form{Handler: alerts.Handler{Base: &request.Base{Config: request.Config{Alerts: k, Zone: time.UTC}}}}
}

// drawDraft draws a line about an alert on a campaign that makes a rule.
func drawDraft(t *rapid.T) alertline.Draft {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	minutes := func(label string) string {
		return grammar.DurationWord(time.Duration(rapid.IntRange(60, 7200).Draw(t, label)) * time.Second)
	}
	line := pick("line", "no calls", "above "+minutes("high"), "below "+minutes("low"), "outside 1m5s..", "above target", "below target by "+minutes("by"),
		"outside target by 10%", "above usual by 20%", "below usual", "outside usual by 30s", "above target by -10%")
	if line == "outside 1m5s.." {
		line += grammar.DurationWord(2*time.Minute + time.Duration(rapid.IntRange(0, 3600).Draw(t, "high"))*time.Second)
	}
	for _, clause := range []string{
		"for " + minutes("for"), "clear for " + minutes("clear for"), pick("clear", "clear 40s", "clear 10% inside", "clear 1m10s..1m50s"), pick("readings", "readings 2", "readings 24"),
		pick("guard", "guard on", "guard off"), pick("warmup", "warmup off", "warmup 20m"), pick("remind", "remind off", "remind 45m"),
		pick("active", "active always", "active mon-fri 9:00-18:30", "active sat,sun 22:00-6:00 tz Asia/Kolkata"), pick("place", "in <#C1|ops>", "in <#C2|>", "by dm"),
	} {
		if rapid.Bool().Draw(t, clause) {
			line += " " + clause
		}
	}
	name := pick("name", "Sales", "Above Target", `5" pipes`, "विक्रय दल", "Sales > 5m", "&gt; for 5m", "a,b", "by dm")
	cmd, err := commands.Parse("alert add campaign " + grammar.ToParse.Name(name) + " " + line)
	if err != nil {
		t.Skip(line)
	}
	add, _ := request.Plain(cmd).(alertline.Add)
	if _, err := alertline.NewRule(add.Draft, time.Minute, time.UTC); err != nil {
		t.Skip(line)
	}
	return add.Draft
}

// filledIn are the fields that have a value.
func filledIn(v form.Values) form.Values {
	v = maps.Clone(v)
	maps.DeleteFunc(v, func(_ string, value []string) bool { return len(value) == 0 })
	return v
}

// What a line fills in says that line again, and is filled in by it; the form's command is the line's.
func TestAFormOfALineIsThatLine(t *testing.T) {
	f := formOver(kept{})
	rapid.Check(t, func(t *rapid.T) {
		d := drawDraft(t)
		q := request.Question{User: "U1", Place: rapid.SampledFrom([]string{"C1", "C3", "D1", ""}).Draw(t, "place")}
		line := request.ButtonValue(alertline.Add{Draft: d})
		read := func(line string) form.Values {
			_, rest := grammar.SplitWord(grammar.Normalise(line))
			v, id := f.Read(rest, q)
			if id != 0 {
				t.Fatalf("%s changes %d", line, id)
			}
			return filledIn(v)
		}
		v := read(line)
		said := f.Line(v, form.Begin(q.Place), q).String()
		if again := read(said); !reflect.DeepEqual(again, v) {
			t.Fatalf("%s fills in %v, says %s, which fills in %v", line, v, said, again)
		}
		cmd, err := commands.Parse(said)
		add, is := request.Plain(cmd).(alertline.Add)
		if err != nil || !is {
			t.Fatalf("%s says %s: %v", line, said, err)
		}
		d.In.Name = ""
		told := func(d alertline.Draft) string { // where: said, or where the person stands
			switch {
			case d.Direct || d.In.ID == "" && (q.Place == "" || q.Place == "D1"):
				return q.User
			case d.In.ID != "":
				return d.In.ID
			default:
				return q.Place
			}
		}
		if told(add.Draft) != told(d) {
			t.Fatalf("%s is told to %s, and %s to %s", line, told(d), said, told(add.Draft))
		}
		d.In, d.Direct, add.Draft.In, add.Draft.Direct = grammar.Place{}, false, grammar.Place{}, false
		if !reflect.DeepEqual(add.Draft, d) {
			t.Fatalf("%s became %s", line, said)
		}
	})
}

// Whatever stood, what is filled in is what stands afterwards, and nothing else.
func TestAChangedAlertIsWhatWasFilledIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := func(d alertline.Draft) alert.Rule {
			r, err := alertline.NewRule(d, 5*time.Minute, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		from, to := drawDraft(t), drawDraft(t)
		places := []string{"U1", "U2", "C1", "C2"}
		was := alert.Watch{ID: 7, Version: 3, Target: from.Target, Rule: rule(from), Channel: rapid.SampledFrom(places).Draw(t, "from")}
		want := was
		want.Rule, want.Channel = rule(to), rapid.SampledFrom(places).Draw(t, "to")
		q := request.Question{User: "U1", Place: "C1"}
		f := formOver(kept{Standing: alert.Standing{Watch: was}})
		v, m, no, err := f.Stands(t.Context(), form.Meta{Version: form.Version, ID: 7, Line: "alert edit 7"}, q)
		if no != nil || err != nil || m.Stands != 3 {
			t.Fatalf("stands: %v, %v, %+v", no, err, m)
		}
		if unchanged := f.Line(v, m, q).String(); unchanged != "alert show 7" {
			t.Fatalf("%+v is changed by nothing: %s", was.Rule, unchanged)
		}
		v, _, _, _ = formOver(kept{Standing: alert.Standing{Watch: want}}).Stands(t.Context(), form.Meta{Version: form.Version, ID: 7, Line: "alert edit 7"}, q)
		moves := want.Channel != was.Channel && (want.Channel != "U2") && (want.Channel != "U1" || was.Channel != "U2") // an empty place leaves another's message where it is
		line := f.Line(v, m, q).String()
		cmd, err := commands.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		edit, is := request.Plain(cmd).(alertline.Edit)
		if !is && (want.Rule != was.Rule || moves) {
			t.Fatalf("%s is no edit of %+v to %+v", line, was, want)
		}
		got, err := alerts.Edited(was.Rule, edit.Draft, time.UTC)
		if want.Rule.Kind == alert.KindNoCalls { // the first call ends it
			got.ClearFor = want.Rule.ClearFor
		}
		got.Active.Zone, want.Rule.Active.Zone = nil, nil
		if err != nil || got != want.Rule {
			t.Fatalf("%s makes of %+v\n %+v, not\n %+v: %v", line, was.Rule, got, want.Rule, err)
		}
		if in := edit.Draft.In.ID; moves && want.Channel[0] == 'C' && in != want.Channel || moves && want.Channel == "U1" && !edit.Draft.Direct {
			t.Fatalf("%s does not move it from %s to %s", line, was.Channel, want.Channel)
		}
	})
}

// Whatever a line is, a form opens with it, for a new alert and for one that stands, and says a line again.
func FuzzAnyLineOpensAForm(f *testing.F) {
	for _, line := range []string{
		`add campaign "Sales" above five for ages`, "edit 7 above 6m clear", "new Sales > 5m", `preview campaign "a`, "edit #7 5m in <#C1|x> by dm tz nowhere", "no calls active tz Asia/Kolkata",
		`add campaign "Sales", "B" outside 3m.. readings`, "edit seven", "edit 99999999999999999999", "add for for for clear clear", "", `"""`, "add above target by", "10% over target", "edit 7 above target by 10%", "edit 7 no calls clear for 5m",
	} {
		f.Add(line)
	}
	rule, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, time.Minute)
	if err != nil {
		f.Fatal(err)
	}
	target, _ := aht.NewTarget(aht.KindCampaign, "Sales")
	over := formOver(kept{Standing: alert.Standing{Watch: alert.Watch{ID: 7, Version: 1, Target: target, Rule: rule, Channel: "C1"}}})
	f.Fuzz(func(t *testing.T, line string) {
		q := request.Question{User: "U1", Place: "C1"}
		v, id := over.Read(grammar.Normalise(line), q)
		m := form.Begin("C1")
		m.ID, m.Line = id, "alert "+line
		if id != 0 {
			v, m, _, _ = over.Stands(t.Context(), m, q)
		}
		w := over.Draw(v, m, q)
		if len(w.Parts) < 5 || len(w.Parts) > 7 || over.Line(v, m, q).String() == "" {
			t.Fatalf("%q opens %+v", line, w)
		}
		for name := range v {
			if name != form.FieldCampaign && !slices.ContainsFunc(w.Parts, func(p form.Part) bool { return p.Field != nil && p.Field.Name == name }) {
				t.Fatalf("%q fills in %s, which is not drawn: %v", line, name, v)
			}
		}
	})
}

// A choice is never another one's, and each says what its line is about.
func TestEveryChoiceIsOfTheLanguage(t *testing.T) {
	f := formOver(kept{})
	w := f.Draw(form.Values{}, form.Begin("C1"), request.Question{User: "U1"})
	at := slices.IndexFunc(w.Parts, func(p form.Part) bool { return p.Field != nil && p.Field.Name == "when" })
	for _, o := range w.Parts[at].Field.Options {
		says := func(line string) bool {
			_, err := commands.Parse(`alert add campaign "X" ` + o.Value + line)
			return err == nil
		}
		if !slices.ContainsFunc([]string{"", " 5m", " 3m..5m", " by 10%"}, says) {
			t.Errorf("%s (%s) is not of the language", o.Label, o.Value)
		}
	}
}
