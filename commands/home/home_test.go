package home_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// floor is what is kept, and how often it was read. Its methods that nobody calls here are those of no interface at all.
type floor struct {
	request.Alerts
	all  []alert.Standing
	err  error
	read int
}

func (f *floor) All(context.Context) ([]alert.Standing, error) { f.read++; return f.all, f.err }

// orders are digests that are kept.
type orders struct {
	request.Digests
	of   *floor
	all  []digest.Digest
	read int
}

func (o *orders) All(context.Context) ([]digest.Digest, error) { o.read++; return o.all, o.of.err }

func (o *orders) Calendars() digest.Calendars { return digest.Calendars{} }

func (o *orders) Campaigns(ctx context.Context, s digest.Selection) (out []aht.Target, err error) {
	if s.Watched {
		all, err := o.of.All(ctx)
		for _, s := range all {
			out = append(out, s.Watch.Target)
		}
		return out, err
	}
	for _, name := range s.Campaigns {
		t, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// scene is a handler, and what it stands on.
type scene struct {
	*commands.Handler
	world  *commandstest.World
	kept   *floor
	orders *orders
}

// watching is a scene in which U1 asks. Every campaign has a reading of noon.
func watching(access request.Access) scene {
	w := &commandstest.World{Remembered: true, Reading: &aht.Reading{Mean: 4 * time.Minute, At: commandstest.Noon}}
	s := scene{Handler: w.Handler(access), world: w, kept: &floor{}}
	s.orders = &orders{of: s.kept}
	s.Alerts, s.Digests = s.kept, s.orders
	return s
}

// alert adds an alert of a person on a campaign of its own.
func (s scene) alert(t *testing.T, by, campaign string, st alert.State) {
	t.Helper()
	rule, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s.kept.all = append(s.kept.all, alert.Standing{State: st, Watch: alert.Watch{
		ID: int64(len(s.kept.all) + 1), Target: commandstest.Campaign(t, campaign), Rule: rule, Channel: "C1", By: by,
	}})
}

// digest adds a digest of a person.
func (s scene) digest(t *testing.T, by string, of digest.Selection) {
	t.Helper()
	rule, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{11 * 60}, Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	s.orders.all = append(s.orders.all, digest.Digest{ID: int64(len(s.orders.all) + 1), Channel: "C1", By: by, Order: digest.Order{Selection: of, Rule: rule}})
}

// home is a page of a person's Home tab.
func (s scene) home(t *testing.T, user string, page int) form.View {
	t.Helper()
	v, err := s.Home(t.Context(), request.Question{User: user, At: commandstest.Noon, Ref: "abc234"}, page, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// said is all that is written on a view.
func said(v form.View) string {
	var out []string
	for _, p := range v.Parts {
		out = append(append(out, p.Heading), p.Lines...)
		if p.Reply != nil {
			out = append(out, p.Reply.Lines...)
		}
		for _, b := range p.Buttons {
			out = append(out, "["+b.Label+"] "+b.Value)
		}
		out = append(out, p.Note)
	}
	return strings.Join(out, "\n")
}

var firing = alert.State{Phase: alert.PhaseFiring, Episode: 1, Last: commandstest.Noon, Mean: 6 * time.Minute, CrossedAt: commandstest.Noon.Add(-time.Hour), FiredAt: commandstest.Noon}

func TestWhoMayNotSeeFiguresSeesNone(t *testing.T) {
	for name, asker := range map[string]request.Person{"a guest": {Guest: true}, "somebody of another workspace": {Outside: true}} {
		s := watching(request.Access{Admins: []string{"U1"}})
		s.world.Asker = asker
		s.alert(t, "U1", "Secret", firing)
		s.Asked.Add("U1", commandstest.Campaign(t, "Secret"), commandstest.Noon)
		got := said(s.home(t, "U1", 0))
		if strings.Contains(got, "Secret") || strings.Contains(got, "[") || s.kept.read > 0 || !strings.Contains(got, "Figures of this floor are only for") {
			t.Errorf("%s sees %s", name, got)
		}
	}
}

func TestWhoIsNotKnownIsToldSo(t *testing.T) {
	s := watching(request.Access{})
	s.People = stranger{s.world}
	v, err := s.Home(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Ref: "abc234"}, 0, nil)
	if got := said(v); err == nil || !strings.Contains(got, "Slack did not tell me who you are") || s.kept.read > 0 {
		t.Errorf("%v: %s", err, got)
	}
}

// stranger is whom Slack does not describe.
type stranger struct{ *commandstest.World }

func (stranger) Person(context.Context, string) (request.Person, error) {
	return request.Person{}, errors.New("SECRET CAUSE")
}

func TestEverybodySeesTheirOwnAlone(t *testing.T) {
	s := watching(request.Access{Admins: []string{"U9"}})
	s.alert(t, "U1", "Mine Quiet", alert.State{})
	s.alert(t, "U1", "Mine Firing", firing)
	s.alert(t, "U2", "Theirs Firing", firing)
	s.digest(t, "U1", digest.Selection{Campaigns: []string{"In My Digest"}})
	s.digest(t, "U2", digest.Selection{Campaigns: []string{"In Their Digest"}})
	s.Asked.Add("U2", commandstest.Campaign(t, "Asked By Them"), commandstest.Noon)
	mine, theirs := []string{"Mine Quiet", "Mine Firing", "In My Digest"}, []string{"Theirs Firing", "In Their Digest", "Asked By Them"}
	for user, own := range map[string][]string{"U1": mine, "U2": theirs, "U9": nil} {
		got := said(s.home(t, user, 0))
		for _, name := range slices.Concat(mine, theirs) {
			if is := strings.Contains(got, name); is != slices.Contains(own, name) {
				t.Errorf("%s sees %q: %v\n%s", user, name, is, got)
			}
		}
		if is := strings.Contains(got, "How ahtbot is doing"); is != (user == "U9") {
			t.Errorf("%s sees how ahtbot is doing: %v", user, is)
		}
	}
}

func TestADirectMessageOfAnAlertThatFiresIsOnesOwnToTakeOn(t *testing.T) {
	s := watching(request.Access{})
	s.alert(t, "U2", "Told To U1", firing)
	s.kept.all[0].Watch.Channel = "U1"
	got := said(s.home(t, "U1", 0))
	if !strings.Contains(got, "[Take it on] 1/1") || !strings.Contains(got, "[Mute 1 h] 1/1/1h") || strings.Contains(got, "[Pause]") {
		t.Errorf("%s", got)
	}
	s.kept.all[0].State = alert.State{}
	if got := said(s.home(t, "U1", 0)); strings.Contains(got, "Told To U1") {
		t.Errorf("quiet: %s", got)
	}
}

func TestWhatOneHasTakenOnIsOnesOwnUntilItEnds(t *testing.T) {
	s := watching(request.Access{})
	taken := firing
	taken.AckedBy = "U1"
	s.alert(t, "U2", "Taken", taken)
	if got := said(s.home(t, "U1", 0)); !strings.Contains(got, "Acknowledged: Taken") || strings.Contains(got, "[Pause]") || strings.Contains(got, "[Take it on]") {
		t.Errorf("%s", got)
	}
	s.kept.all[0].State.Phase = alert.PhaseOK
	if got := said(s.home(t, "U1", 0)); strings.Contains(got, "Taken") {
		t.Errorf("when it is over: %s", got)
	}
}

// TestEveryAlertThatStandsIsWorded walks kinds of rules and ways to stand.
func TestEveryAlertThatStandsIsWorded(t *testing.T) {
	for _, kind := range []alert.Kind{alert.KindAbove, alert.KindBelow, alert.KindOutside, alert.KindNoCalls} {
		for _, phase := range []alert.Phase{alert.PhaseFiring, alert.PhaseRecovering, alert.PhaseStale} {
			s := watching(request.Access{})
			st := firing
			st.Phase, st.BeforeStale = phase, alert.PhaseFiring
			s.alert(t, "U1", "Sales", st)
			rule, err := alert.NewRule(kind, 3*time.Minute, 5*time.Minute, 5*time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			s.kept.all[0].Watch.Rule = rule
			v := s.home(t, "U1", 0)
			at := slices.IndexFunc(v.Parts, func(p form.Part) bool {
				return strings.Contains(said(form.View{Parts: []form.Part{p}}), "[Take it on]")
			})
			if at < 0 || len(v.Parts[at].Lines) < 2 || slices.Contains(v.Parts[at].Lines, "") || !strings.Contains(v.Parts[at].Lines[0], "Sales") {
				t.Errorf("%v, %v: %s", kind, phase, said(v))
			}
		}
	}
}

func TestWhatNobodyHasTakenOnComesFirst(t *testing.T) {
	s := watching(request.Access{})
	taken, over := firing, firing
	taken.AckedBy = "U2"
	over.Phase = alert.PhaseRecovering
	for i, st := range []alert.State{taken, over, firing} {
		s.alert(t, "U1", fmt.Sprint("Campaign ", i), st)
	}
	var order []string
	for _, p := range s.home(t, "U1", 0).Parts {
		for _, b := range p.Buttons {
			if b.Action == reply.ActionMute {
				order = append(order, b.Value)
			}
		}
	}
	if got := strings.Join(order, " "); got != "3/1/1h 2/1/1h 1/1/1h" {
		t.Errorf("in the order %s", got)
	}
}

func TestOnlyWhoMaySeeAgentsIsAskedForOne(t *testing.T) {
	for name, c := range map[string]struct {
		access request.Access
		want   bool
	}{
		"everybody may":            {request.Access{}, true},
		"few may":                  {request.Access{Restricted: true, NotOwn: true, Readers: []string{"U8"}}, false},
		"few may, and see oneself": {request.Access{Restricted: true, Readers: []string{"U8"}}, true},
		"one of those few":         {request.Access{Restricted: true, NotOwn: true, Readers: []string{"U1"}}, true},
	} {
		s := watching(c.access)
		s.world.Asker.ID = "U1"
		s.alert(t, "U1", "Sales", firing)
		asked, sends := false, false
		for _, p := range s.home(t, "U1", 0).Parts {
			asked = asked || p.Field != nil && p.Field.Name == form.FieldAgent
			sends = sends || slices.ContainsFunc(p.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionSend })
		}
		if asked != c.want || !sends {
			t.Errorf("%s: a field for an agent %v, a button %v", name, asked, sends)
		}
	}
}

// TestAPreviewIsOfTheVeryCampaign walks names that lines can and can't spell.
func TestAPreviewIsOfTheVeryCampaign(t *testing.T) {
	s := watching(request.Access{})
	names := []string{"Sales", "a<b> & c", `a "b"`, "it's", `both " and '`, "campaign above 5m", "नाम", "&lt;", strings.Repeat("x", 255)}
	for _, name := range names {
		s.alert(t, "U1", name, alert.State{})
	}
	previews := 0
	for _, p := range s.home(t, "U1", 0).Parts {
		for _, b := range p.Buttons {
			if b.Label != "Preview" {
				continue
			}
			cmd, err := commands.Parse(b.Value)
			previews++
			if about := request.About(cmd); err != nil || !slices.Contains(names, about.Name()) {
				t.Errorf("%q: %v, about %q", b.Value, err, about.Name())
			} else if i := slices.IndexFunc(s.kept.all, func(a alert.Standing) bool {
				return strings.HasPrefix(p.Lines[0], fmt.Sprintf("Alert #%d:", a.Watch.ID))
			}); s.kept.all[i].Watch.Target != about {
				t.Errorf("%s previews %q", p.Lines[0], about.Name())
			}
		}
	}
	if previews < len(names)-2 {
		t.Errorf("%d previews of %d alerts", previews, len(names))
	}
}

func TestHomeIsOutOfMemoryAndAFewLooksIntoTheStore(t *testing.T) {
	reads := func(n int) int {
		s := watching(request.Access{})
		for i := range n {
			s.alert(t, "U1", fmt.Sprint("Campaign ", i), alert.State{})
			s.digest(t, "U1", digest.Selection{Watched: true})
		}
		s.home(t, "U1", 0)
		if s.world.Asked != 0 {
			t.Errorf("it asked upstream %d times", s.world.Asked)
		}
		return s.kept.read + s.orders.read
	}
	if few, many := reads(1), reads(200); few != many || many > 3 {
		t.Errorf("the store was read %d times for one alert, %d times for 200", few, many)
	}
}

// TestEveryRowIsOnOnePage walks the pages of all numbers of rows.
func TestEveryRowIsOnOnePage(t *testing.T) {
	for n := range 45 {
		s := watching(request.Access{})
		for i := range n {
			st := alert.State{}
			if i%3 == 0 {
				st = firing
			}
			s.alert(t, "U1", fmt.Sprintf("Campaign %02d", i), st)
			if i%4 == 0 {
				s.digest(t, "U1", digest.Selection{Campaigns: []string{fmt.Sprintf("Other %02d", i)}})
			}
		}
		all, last := "", s.home(t, "U1", 1000).Meta.Page
		for page := range last + 1 {
			v := s.home(t, "U1", page)
			if v.Meta.Page != page {
				t.Errorf("%d alerts: page %d is %d", n, page, v.Meta.Page)
			}
			all += said(v)
		}
		for i := range n {
			if k := strings.Count(all, fmt.Sprintf("[Pause] alert pause %d\n", i+1)); k != 1 {
				t.Errorf("%d alerts: #%d is there %d times", n, i+1, k)
			}
			if k := strings.Count(all, fmt.Sprintf("Campaign %02d: 4m 00s", i)); k != 1 {
				t.Errorf("%d alerts: the figure of campaign %d is there %d times", n, i, k)
			}
		}
		if k := strings.Count(all, "[Pause] digest"); k != len(s.orders.all) {
			t.Errorf("%d digests, %d of them to pause", len(s.orders.all), k)
		}
	}
}

func TestHomeChangesOnlyWithWhatIsInIt(t *testing.T) {
	s := watching(request.Access{})
	s.alert(t, "U1", "Sales", firing)
	s.digest(t, "U1", digest.Selection{Campaigns: []string{"Winter"}})
	at := func(later time.Duration) string {
		v, err := s.Home(t.Context(), request.Question{User: "U1", At: commandstest.Noon.Add(later), Ref: "other"}, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		return said(v) + v.Meta.Encode()
	}
	before := at(0)
	if got := at(10 * time.Minute); got != before {
		t.Errorf("ten minutes later it would be published anew:\n%s\n%s", before, got)
	}
	s.world.Reading.Mean += time.Second
	if at(0) == before {
		t.Error("a new figure does not show")
	}
}

func TestWithoutTheStoreMemoryIsShown(t *testing.T) {
	s := watching(request.Access{})
	s.alert(t, "U1", "Sales", firing)
	s.kept.err = commandstest.ErrFull
	s.Asked.Add("U1", commandstest.Campaign(t, "Winter"), commandstest.Noon)
	s.Watched = func(string) []aht.Target { return []aht.Target{commandstest.Campaign(t, "Autumn")} }
	v, err := s.Home(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Ref: "abc234"}, 0, nil)
	got := said(v)
	if !errors.Is(err, commandstest.ErrFull) || strings.Contains(got, "SECRET") || strings.Contains(got, "Firing") {
		t.Errorf("%v: %s", err, got)
	}
	for _, part := range []string{"does not answer", "Winter: 4m 00s at 08:35", "Autumn: 4m 00s"} {
		if !strings.Contains(got, part) {
			t.Errorf("without %q: %s", part, got)
		}
	}
}

func TestWhatIsUsualIsLookedUpForWhatIsSeen(t *testing.T) {
	s := watching(request.Access{})
	var asked []string
	s.Usual = func(t aht.Target, _ time.Time) aht.Band {
		asked = append(asked, t.Name())
		return aht.Band{Low: time.Minute, High: 2 * time.Minute, Readings: 10}
	}
	for i := range 60 {
		s.alert(t, "U1", fmt.Sprintf("Campaign %02d", i), alert.State{})
	}
	known := &s.kept.all[0].State
	known.Last, known.Usual = commandstest.Noon, aht.Band{Low: 5 * time.Minute, High: 6 * time.Minute, Readings: 10}
	got := said(s.home(t, "U1", 0))
	for _, part := range []string{"Campaign 00: 4m 00s at 08:35, below usual, usual 5m 00s to 6m 00s.", "Campaign 01: 4m 00s at 08:35, above usual, usual 1m 00s to 2m 00s."} {
		if !strings.Contains(got, part) {
			t.Errorf("without %q: %s", part, got)
		}
	}
	if len(asked) != 19 || asked[0] != "Campaign 01" {
		t.Errorf("looked up for %v", asked)
	}
	known.Last = commandstest.Noon.Add(-2 * time.Hour) // what is usual was of another hour
	if got := said(s.home(t, "U1", 0)); strings.Contains(got, "5m 00s") {
		t.Errorf("of another hour: %s", got)
	}
}

func TestAnOldFigureIsNotTakenForANewOne(t *testing.T) {
	s := watching(request.Access{})
	s.alert(t, "U1", "Sales", alert.State{})
	s.world.Reading.At = commandstest.Noon.Add(-13 * time.Hour)
	if got := said(s.home(t, "U1", 0)); !strings.Contains(got, "Sales: not read, last 4m 00s at Sat 19:35.") {
		t.Errorf("%s", got)
	}
	s.world.Reading = nil
	if got := said(s.home(t, "U1", 0)); !strings.Contains(got, "Sales: not read yet.") {
		t.Errorf("%s", got)
	}
}

func TestWhatWasPressedIsAnsweredOnTop(t *testing.T) {
	s := watching(request.Access{})
	for range 25 {
		s.alert(t, "U1", fmt.Sprint("Campaign ", len(s.kept.all)), alert.State{})
	}
	r := reply.OneLine("alert", "Paused.")
	v, err := s.Home(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Ref: "abc234"}, 1, &r)
	if err != nil || v.Parts[0].Reply != &r || v.Meta.Page != 1 {
		t.Errorf("%v, page %d: %s", err, v.Meta.Page, said(v))
	}
}

func TestOnesOwnFigureIsShownToOneselfAlone(t *testing.T) {
	agent, err := aht.NewTarget(aht.KindAgent, "42")
	if err != nil {
		t.Fatal(err)
	}
	link := func(proof aht.Proof) commandstest.Links {
		return commandstest.Links{"U1": {User: "U1", Agent: agent, Proof: proof}}
	}
	open, few := request.Access{}, request.Access{Restricted: true, Readers: []string{"U8"}}
	off := few
	off.NotOwn = true
	for name, c := range map[string]struct {
		access request.Access
		links  request.Links
		user   string
		mail   string
		want   string
	}{
		"by one's own word":                     {open, link(aht.Said), "U1", "", "You (agent 42): 4m 00s at 08:35."},
		"another person":                        {open, link(aht.Said), "U2", "", ""},
		"where few may, one's own word":         {few, link(aht.Said), "U1", "", ""},
		"where few may, an admin's":             {few, link(aht.Vouched), "U1", "", "You (agent 42): 4m 00s at 08:35."},
		"where few may and not even one's own":  {off, link(aht.Vouched), "U1", "", ""},
		"by the address":                        {few, commandstest.Links{}, "U1", "asha@example.com", "You (agent asha@example.com): 4m 00s at 08:35."},
		"unknown":                               {open, commandstest.Links{}, "U1", "", ""},
		"where no links are kept, nobody knows": {open, nil, "U1", "", ""},
	} {
		s := watching(c.access)
		s.Links, s.world.Asker = c.links, request.Person{Email: c.mail}
		got := said(s.home(t, c.user, 0))
		if strings.Contains(got, "You (") != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
