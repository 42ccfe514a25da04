package digests_test

import (
	"context"
	"errors"
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
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

func TestAddSaysWhatItUnderstood(t *testing.T) {
	o := newOffice(t, request.Access{})
	r := o.do(digestline.Add{Draft: draft("Collections North", "Sales Outbound")})
	o.wants(r, "Digest 1 is set up.", "Collections North and Sales Outbound: Mon to Sat every 2 h from 11:00 to 19:00 (Asia/Kolkata), in this channel.",
		"Next: Mon 23 Nov 11:00, 13:00 and 15:00.", "It costs 2 requests for each run.", "Times are in Asia/Kolkata, your zone in Slack.")
	d := o.book.digests[1]
	if d.Next.Local != "2026-11-23T11:00 Asia/Kolkata" || d.By != "U1" || d.Channel != "C1" || o.book.changes[1][0].Did != "made" {
		t.Errorf("kept %+v, %+v", d, o.book.changes[1])
	}
	if len(o.board.said) != 1 || o.board.in[0] != "C1" || !o.board.said[0].Public || o.board.said[0].Credits[0].ID != "U1" || r.Public {
		t.Errorf("announced %+v", o.board.said)
	}
	o.wants(o.board.said[0], "Digest 1 is posted here from now on: Collections North and Sales Outbound, Mon to Sat", "Next: Mon 23 Nov 11:00")
}

func TestTheZoneIsTheNearestThatIsKnown(t *testing.T) {
	typed := draft("Sales")
	typed.When.Zone = "Europe/Berlin"
	for name, c := range map[string]struct {
		draft    digestline.Draft
		slack    string
		neighbor string
		want     string
	}{
		"typed":                     {typed, "Asia/Kolkata", "America/New_York", "Europe/Berlin"},
		"not of another digest":     {draft("Sales"), "Asia/Kolkata", "America/New_York", "Asia/Kolkata"},
		"of who makes it":           {draft("Sales"), "Asia/Kathmandu", "", "Asia/Kathmandu"},
		"ahtbot's own":              {draft("Sales"), "", "", "UTC"},
		"ahtbot's own for nonsense": {draft("Sales"), "Mars/Olympus", "", "UTC"},
	} {
		o := newOffice(t, request.Access{})
		o.w.Asker.Zone = c.slack
		id := int64(1)
		if c.neighbor != "" {
			first := draft("Other")
			first.When.Zone = c.neighbor
			o.do(digestline.Add{Draft: first})
			id = 2
		}
		r := o.do(digestline.Add{Draft: c.draft})
		if got := o.book.digests[id].Order.Rule.Spec().Zone; got != c.want || !strings.Contains(r.Text, "("+c.want+")") {
			t.Errorf("%s: %s, want %s: %q", name, got, c.want, r.Text)
		}
	}
}

func TestNothingIsLeftWhereTheChannelTakesNoPost(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.board.err = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	r := o.do(digestline.Add{Draft: draft("Sales")})
	o.wants(r, "/invite @ahtbot")
	if d := o.book.digests[1]; d.Removed.IsZero() || d.Next != (digest.Slot{}) {
		t.Errorf("left standing: %+v", d)
	}
	o.board.err = errors.New("timeout")
	o.wants(o.do(digestline.Add{Draft: draft("Sales")}), "nothing was changed", "it does not count")
	if all, _ := o.book.All(t.Context()); len(all) != 0 {
		t.Errorf("left standing: %+v", all)
	}
}

func TestWhatARunCosts(t *testing.T) {
	for name, c := range map[string]struct {
		names   []string
		watched []string
		other   []string // of a digest of the same times
		want    string
	}{
		"nobody else reads them":   {[]string{"A", "B"}, nil, nil, "It costs 2 requests for each run."},
		"one":                      {[]string{"A"}, nil, nil, "It costs 1 request for each run."},
		"all are watched":          {[]string{"A", "B"}, []string{"A", "B", "C"}, nil, "no extra requests: both campaigns are read at these times anyway"},
		"the one is watched":       {[]string{"A"}, []string{"A"}, nil, "no extra requests: the campaign is read"},
		"another digest reads one": {[]string{"A", "B", "C"}, nil, []string{"B"}, "It costs 2 requests for each run: 1 of its 3 campaigns is read"},
	} {
		o := newOffice(t, request.Access{})
		o.book.watched = c.watched
		if c.other != nil {
			o.do(digestline.Add{Draft: draft(c.other...)})
		}
		if r := o.do(digestline.Add{Draft: draft(c.names...)}); !strings.Contains(r.Text, c.want) {
			t.Errorf("%s: %q, want %q", name, r.Text, c.want)
		}
	}
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	elsewhere := draft("A")
	elsewhere.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{12 * 60}}
	o.wants(o.do(digestline.Add{Draft: elsewhere}), "It costs 1 request for each run.") // at other times
}

func TestWhatIsReadBetweenRunsIsSaid(t *testing.T) {
	o, watched := newOffice(t, request.Access{}), &polling{plan: request.Polling{Asked: 5 * time.Minute, Interval: 5 * time.Minute, Room: 35, Most: 525}}
	o.Alerts = watched
	watched.watched = []aht.Target{commandstest.Campaign(t, "A")}
	o.wants(o.do(digestline.Add{Draft: draft("A", "B")}), "It costs 2 requests for each run. Between runs 1 campaign is read every 5 min too, for the chart and for what is usual: 0.2 requests a minute.")
	if r := o.do(digestline.Add{Draft: draft("A")}); strings.Contains(r.Text, "Between runs") {
		t.Errorf("what is read anyway is said to cost something: %q", r.Text)
	}
	watched.plan.Most = 2
	r := o.do(digestline.Add{Draft: draft("B", "C")})
	o.wants(r, "3 campaigns of alerts and digests are to be read in turn, and at 35 requests a minute 2 can be in a quarter of an hour.")
	if r.Outcome != "usage" || len(o.book.digests) != 2 {
		t.Errorf("%s, kept %v", r.Outcome, o.book.digests)
	}
	watched.err = errors.New("SECRET")
	o.wants(o.do(digestline.Add{Draft: draft("A")}), "does not answer")
}

func TestTooMuchForTheAllowanceIsRefusedWithTheNumbers(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.perMin = 1
	for i := range 20 {
		o.book.names = append(o.book.names, fmt.Sprintf("Sales %d", i))
	}
	group := draft()
	group.What = digest.Selection{Group: "sales"}
	r := o.do(digestline.Add{Draft: group})
	o.wants(r, "20 campaigns are to be read for Mon 23 Nov 11:00. At 1 request a minute, 15 fit into the 15 minutes before.")
	if r.Outcome != "usage" || len(o.book.digests) != 0 || len(o.board.said) != 0 {
		t.Errorf("%s, kept %v", r.Outcome, o.book.digests)
	}
	o.book.names = o.book.names[:8]
	o.wants(o.do(digestline.Add{Draft: group}), "Reading them all takes about 8 min")
	more := draft("A", "B", "C", "D", "E", "F", "G", "H")
	o.wants(o.do(digestline.Add{Draft: more}), "16 campaigns are to be read for Mon 23 Nov 11:00, those of other digests of that time included")
}

func TestNeighboursThatShareCallsAreNamed(t *testing.T) {
	o := newOffice(t, request.Access{})
	d := draft("A")
	d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{9 * 60, 10*60 + 30, 14 * 60}}
	o.wants(o.do(digestline.Add{Draft: d}), "runs 1 h 30 min apart share calls", "share calls")
	if r := o.do(digestline.Add{Draft: draft("A")}); strings.Contains(r.Text, "share") {
		t.Errorf("tiles of two hours are said to share calls: %q", r.Text)
	}
}

func TestHolidaysShowInTheNextRuns(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.holidays = digest.Calendars{Named: map[string]digest.Calendar{"india": {digest.Date{Year: 2026, Month: 11, Day: 23}: "Guru Nanak"}}}
	d := draft("A")
	d.When = digest.Spec{Workdays: true, Times: []digest.Clock{9 * 60}, Holidays: []string{"*"}, Except: []digest.Date{{Year: 2026, Month: 11, Day: 25}}}
	o.wants(o.do(digestline.Add{Draft: d}), "on working days at 09:00 except holidays and Wed 25 Nov 2026",
		"Next: Mon 23 Nov skipped: Guru Nanak; Tue 24 Nov 09:00; Wed 25 Nov skipped; Thu 26 Nov 09:00; Fri 27 Nov 09:00.")
	d.When.Holidays = []string{"mars"}
	o.wants(o.do(digestline.Add{Draft: d}), "I know no calendar “mars”")
}

func TestTimesTheClocksLeaveOutAreNamed(t *testing.T) {
	o := newOffice(t, request.Access{})
	d := draft("A")
	d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{2*60 + 30}, Zone: "America/New_York", Starting: digest.Date{Year: 2027, Month: 3, Day: 14}}
	o.wants(o.do(digestline.Add{Draft: d}), "Sun 14 Mar 2027 03:00 (for 02:30, which the clocks leave out)", "from Sun 14 Mar 2027 on")
}

func TestNamesAreCorrectedOrAskedBack(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.Names = known{names: []string{"Collections_North", "Collections_South", "Sales"}}
	o.wants(o.do(digestline.Add{Draft: draft("collections north", "Sales", "SALES")}), "I took “collections north” for Collections_North.", "Collections_North and Sales: Mon")
	if got := o.book.digests[1].Order.Selection.Campaigns; !slices.Equal(got, []string{"Collections_North", "Sales"}) {
		t.Errorf("kept %q", got)
	}
	unseen := digestline.Add{Draft: draft("Colections_North")}
	r := o.do(unseen)
	o.wants(r, "never seen a campaign “Colections_North”", "Did you mean one of these: Collections_North", "from past answers only")
	if len(o.book.digests) != 1 || r.Outcome != "unseen" {
		t.Error("an unseen campaign was kept without asking")
	}
	last := r.Buttons[len(r.Buttons)-1]
	if r.Buttons[0].Action != reply.ActionLine || r.Buttons[0].Label != "Collections_North" || last.Action != reply.ActionSure {
		t.Errorf("buttons %+v", r.Buttons)
	}
	o.do(unseen, sure)
	if got := o.book.digests[2].Order.Selection.Campaigns; !slices.Equal(got, []string{"Colections_North"}) {
		t.Errorf("kept %q", got)
	}
	o.Names = known{listed: commandstest.Noon.Add(-time.Hour)}
	o.wants(o.do(unseen), "list of campaigns of Sun 22 Nov 07:35 UTC")
	o.Names = nil
	o.wants(o.do(unseen), "is set up")
}

func TestNothingToShowIsAskedBack(t *testing.T) {
	o := newOffice(t, request.Access{})
	for _, w := range []digest.Selection{{Group: "West"}, {Watched: true}} {
		d := draft()
		d.What = w
		if r := o.do(digestline.Add{Draft: d}); r.Outcome != "unseen" || r.Buttons[0].Action != reply.ActionSure {
			t.Errorf("%+v: %+v", w, r)
		}
		o.wants(o.do(digestline.Add{Draft: d}, sure), "is set up")
	}
}

func TestWhereADigestIsPosted(t *testing.T) {
	for name, c := range map[string]struct {
		in   grammar.Place
		from string
		want string // the channel; empty: refused
	}{
		"where it was typed":              {grammar.Place{}, "C1", "C1"},
		"the own direct message":          {grammar.Place{}, "D1", "D1"},
		"a channel by Slack's list":       {grammar.Place{ID: "C2", Name: "ops"}, "C1", "C2"},
		"a private one":                   {grammar.Place{ID: "G2", Name: "ops"}, "D1", "G2"},
		"a name without its id":           {grammar.Place{Name: "ops"}, "C1", ""},
		"nobody knows where":              {grammar.Place{}, "", ""},
		"the direct message of another":   {grammar.Place{ID: "D2"}, "D1", ""},
		"a person":                        {grammar.Place{ID: "U2"}, "C1", ""},
		"the direct message, named by id": {grammar.Place{ID: "D1"}, "D1", "D1"},
	} {
		o := newOffice(t, request.Access{})
		d := draft("A")
		d.In = c.in
		r := o.do(digestline.Add{Draft: d}, func(q *request.Question) { q.Place = c.from })
		if got := o.book.digests[1].Channel; got != c.want || (c.want == "") != (r.Outcome == "usage") {
			t.Errorf("%s: posted in %q, want %q: %q", name, got, c.want, r.Text)
		}
	}
}

func TestAPlaceHasAtMostAHundredDigests(t *testing.T) {
	o := newOffice(t, request.Access{})
	for range 100 {
		o.do(digestline.Add{Draft: draft("A")})
	}
	o.wants(o.do(digestline.Add{Draft: draft("A")}), "This channel has 100 digests already")
	elsewhere := draft("A")
	elsewhere.In = grammar.Place{ID: "C2", Name: "ops"}
	o.wants(o.do(digestline.Add{Draft: elsewhere}), "is set up", "in #ops")
}

// polling is alerts that are only asked what watching costs.
type polling struct {
	request.Alerts
	plan    request.Polling // before anything is added
	watched []aht.Target
	err     error
}

func (p *polling) Plan(_ context.Context, extra ...aht.Target) (request.Polling, error) {
	all := map[aht.Target]bool{}
	for _, t := range slices.Concat(p.watched, extra) {
		all[t] = true
	}
	plan := p.plan
	plan.Targets += len(all)
	plan.TooMany = plan.Targets > plan.Most
	return plan, p.err
}
