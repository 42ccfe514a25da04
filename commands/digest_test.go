package commands_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestBook is a place that keeps digests by the rules of the port: a change of another version
// than the one that stands is refused, removed ones are found for a while, and what is
// handed out is a copy.
type digestBook struct {
	t        *testing.T
	digests  map[int64]digest.Digest
	changes  map[int64][]commands.Change
	ran      []digest.Ran
	names    []string // of campaigns, for groups
	watched  []string
	perMin   int
	away     bool
	before   func() // runs ahead of the next Change
	sent     []int64
	sendErr  error
	report   digest.Report
	holidays digest.Calendars
}

var errAway = errors.New("store away: SECRET CAUSE")

func newDigestBook(t *testing.T) *digestBook {
	t.Helper()
	return &digestBook{t: t, digests: map[int64]digest.Digest{}, changes: map[int64][]commands.Change{}, perMin: 40}
}

func (b *digestBook) All(context.Context) (all []digest.Digest, err error) {
	if b.away {
		return nil, errAway
	}
	for id := int64(1); id <= int64(len(b.digests)); id++ {
		if d := b.digests[id]; d.Removed.IsZero() {
			all = append(all, d)
		}
	}
	return all, nil
}

func (b *digestBook) Digest(_ context.Context, id int64) (digest.Digest, bool, error) {
	if b.away {
		return digest.Digest{}, false, errAway
	}
	d, ok := b.digests[id]
	return d, ok, nil
}

func (b *digestBook) Add(_ context.Context, d digest.Digest) (digest.Digest, error) {
	if b.away {
		return d, errAway
	}
	if d.Next != (digest.Slot{}) {
		b.t.Error("a digest is kept with a slot before its channel was told")
	}
	d.ID, d.Version = int64(len(b.digests)+1), 1
	b.digests[d.ID] = d
	return d, nil
}

func (b *digestBook) Change(_ context.Context, d digest.Digest, by, did string) (digest.Digest, error) {
	if before := b.before; before != nil {
		b.before = nil
		before()
	}
	if b.away {
		return d, errAway
	}
	if b.digests[d.ID].Version != d.Version {
		return d, commands.ErrChanged
	}
	d.Version++
	b.digests[d.ID] = d
	b.changes[d.ID] = append([]commands.Change{{At: noon, By: by, Did: did}}, b.changes[d.ID]...)
	return d, nil
}

func (b *digestBook) Ran(_ context.Context, _ int64, most int) ([]digest.Ran, error) {
	return b.ran[:min(most, len(b.ran))], nil
}

func (b *digestBook) Changes(_ context.Context, id int64, most int) ([]commands.Change, error) {
	all := b.changes[id]
	return all[:min(most, len(all))], nil
}

func (b *digestBook) Preview(_ context.Context, d digest.Digest) (digest.Report, error) {
	r := b.report
	r.Digest, r.At = d, noon
	return r, b.sendErr
}

func (b *digestBook) Send(_ context.Context, d digest.Digest, _ string) error {
	if b.sendErr == nil {
		b.sent = append(b.sent, d.ID)
	}
	return b.sendErr
}

func (b *digestBook) Begin(due time.Time, n int) (time.Time, error) { return digest.Begin(due, n, b.perMin) }
func (b *digestBook) Calendars() digest.Calendars                   { return b.holidays }

func (b *digestBook) Campaigns(_ context.Context, w digest.What) ([]aht.Target, error) {
	names := w.Campaigns
	switch {
	case w.Watched:
		names = b.watched
	case w.Group != "":
		for _, n := range b.names {
			if strings.HasPrefix(strings.ToLower(n), strings.ToLower(w.Group)) {
				names = append(names, n)
			}
		}
	}
	var out []aht.Target
	for _, n := range names {
		out = append(out, campaign(b.t, n))
	}
	return out, nil
}

// board is channels to announce in.
type board struct {
	said []commands.Reply
	in   []string
	err  error
}

func (b *board) Announce(_ context.Context, channel string, r commands.Reply) error {
	if b.err == nil {
		b.said, b.in = append(b.said, r), append(b.in, channel)
	}
	return b.err
}

// known is the names of campaigns.
type known struct {
	names  []string
	listed time.Time
}

func (k known) Campaigns() ([]string, time.Time) {
	return slices.Sorted(slices.Values(k.names)), k.listed
}

// office is a Handler with digests, and what it works on.
type office struct {
	*commands.Handler
	t     *testing.T
	book  *digestBook
	board *board
	w     *world
}

func newOffice(t *testing.T, access commands.Access) *office {
	t.Helper()
	o := &office{t: t, book: newDigestBook(t), board: &board{}, w: &world{known: true, person: commands.Person{ID: "U1", Zone: "Asia/Calcutta"}}}
	o.Handler = o.w.handler(access)
	o.Digests, o.Places = o.book, o.board
	return o
}

// do is what a person is told who types cmd in channel C1.
func (o *office) do(cmd commands.Command, change ...func(*commands.Question)) commands.Reply {
	o.t.Helper()
	q := commands.Question{User: "U1", At: noon, Place: "C1", Ref: "abc234"}
	for _, c := range change {
		c(&q)
	}
	r, err := o.Do(o.t.Context(), cmd, q)
	if err == nil && strings.Contains(r.Text, "does not answer") {
		o.t.Errorf("no cause for the log with %q", r.Text)
	}
	if r.Text == "" || len(r.Lines) == 0 || strings.Contains(r.Text, "SECRET") || strings.Contains(r.Text, "%!") {
		o.t.Errorf("%T: %+v", cmd, r)
	}
	return r
}

func as(user string) func(*commands.Question) {
	return func(q *commands.Question) { q.User = user }
}

func sure(q *commands.Question) { q.Action = commands.ActionSure }

// tiles is the schedule of the README: every two hours of the shift.
var tiles = digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}}

func draft(names ...string) commands.DigestDraft {
	return commands.DigestDraft{What: digest.What{Campaigns: names}, When: tiles, HasWhen: true}
}

func (o *office) wants(r commands.Reply, words ...string) {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(r.Text, w) {
			o.t.Errorf("%q does not say %q", r.Text, w)
		}
	}
}

func TestAddSaysWhatItUnderstood(t *testing.T) {
	o := newOffice(t, commands.Access{})
	r := o.do(commands.AddDigest{Draft: draft("Collections North", "Sales Outbound")})
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
		draft    commands.DigestDraft
		slack    string
		neighbor string
		want     string
	}{
		"typed":                     {typed, "Asia/Kolkata", "America/New_York", "Europe/Berlin"},
		"of another digest there":   {draft("Sales"), "Asia/Kolkata", "America/New_York", "America/New_York"},
		"of who makes it":           {draft("Sales"), "Asia/Kathmandu", "", "Asia/Kathmandu"},
		"ahtbot's own":              {draft("Sales"), "", "", "UTC"},
		"ahtbot's own for nonsense": {draft("Sales"), "Mars/Olympus", "", "UTC"},
	} {
		o := newOffice(t, commands.Access{})
		o.w.person.Zone = c.slack
		id := int64(1)
		if c.neighbor != "" {
			first := draft("Other")
			first.When.Zone = c.neighbor
			o.do(commands.AddDigest{Draft: first})
			id = 2
		}
		r := o.do(commands.AddDigest{Draft: c.draft})
		if got := o.book.digests[id].Order.When.Spec().Zone; got != c.want || !strings.Contains(r.Text, "("+c.want+")") {
			t.Errorf("%s: %s, want %s: %q", name, got, c.want, r.Text)
		}
	}
}

func TestNothingIsLeftWhereTheChannelTakesNoPost(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.board.err = &commands.PlaceError{Code: "not_in_channel", Channel: "C1"}
	r := o.do(commands.AddDigest{Draft: draft("Sales")})
	o.wants(r, "/invite @ahtbot")
	if d := o.book.digests[1]; d.Removed.IsZero() || d.Next != (digest.Slot{}) {
		t.Errorf("left standing: %+v", d)
	}
	o.board.err = errors.New("timeout")
	o.wants(o.do(commands.AddDigest{Draft: draft("Sales")}), "nothing was changed", "it does not count")
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
		o := newOffice(t, commands.Access{})
		o.book.watched = c.watched
		if c.other != nil {
			o.do(commands.AddDigest{Draft: draft(c.other...)})
		}
		if r := o.do(commands.AddDigest{Draft: draft(c.names...)}); !strings.Contains(r.Text, c.want) {
			t.Errorf("%s: %q, want %q", name, r.Text, c.want)
		}
	}
	o := newOffice(t, commands.Access{})
	o.do(commands.AddDigest{Draft: draft("A")})
	elsewhere := draft("A")
	elsewhere.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{12 * 60}}
	o.wants(o.do(commands.AddDigest{Draft: elsewhere}), "It costs 1 request for each run.") // at other times
}

func TestTooMuchForTheAllowanceIsRefusedWithTheNumbers(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.book.perMin = 1
	for i := range 20 {
		o.book.names = append(o.book.names, fmt.Sprintf("Sales %d", i))
	}
	group := draft()
	group.What = digest.What{Group: "sales"}
	r := o.do(commands.AddDigest{Draft: group})
	o.wants(r, "for Mon 23 Nov 11:00, 20 campaigns of this digest would have to be read. At 1 request a minute, 15 fit into the 15 minutes before.")
	if r.Outcome != "usage" || len(o.book.digests) != 0 || len(o.board.said) != 0 {
		t.Errorf("%s, kept %v", r.Outcome, o.book.digests)
	}
	o.book.names = o.book.names[:8]
	o.wants(o.do(commands.AddDigest{Draft: group}), "Reading them all takes about 8 min")
	more := draft("A", "B", "C", "D", "E", "F", "G", "H")
	o.wants(o.do(commands.AddDigest{Draft: more}), "16 campaigns of this digest and others of the same time")
}

func TestNeighboursThatShareCallsAreNamed(t *testing.T) {
	o := newOffice(t, commands.Access{})
	d := draft("A")
	d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{9 * 60, 10*60 + 30, 14 * 60}}
	o.wants(o.do(commands.AddDigest{Draft: d}), "only 1 h 30 min apart", "share calls")
	if r := o.do(commands.AddDigest{Draft: draft("A")}); strings.Contains(r.Text, "share") {
		t.Errorf("tiles of two hours are said to share calls: %q", r.Text)
	}
}

func TestHolidaysShowInTheNextRuns(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.book.holidays = digest.Calendars{Named: map[string]digest.Calendar{"india": {digest.Date{Year: 2026, Month: 11, Day: 23}: "Guru Nanak"}}}
	d := draft("A")
	d.When = digest.Spec{Workdays: true, Times: []digest.Clock{9 * 60}, Holidays: []string{"*"}, Except: []digest.Date{{Year: 2026, Month: 11, Day: 25}}}
	o.wants(o.do(commands.AddDigest{Draft: d}), "on working days at 09:00 except holidays and Wed 25 Nov 2026",
		"Next: Mon 23 Nov skipped: Guru Nanak; Tue 24 Nov 09:00; Wed 25 Nov skipped; Thu 26 Nov 09:00; Fri 27 Nov 09:00.")
	d.When.Holidays = []string{"mars"}
	o.wants(o.do(commands.AddDigest{Draft: d}), "I know no calendar “mars”")
}

func TestTimesTheClocksLeaveOutAreNamed(t *testing.T) {
	o := newOffice(t, commands.Access{})
	d := draft("A")
	d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{2*60 + 30}, Zone: "America/New_York", Starting: digest.Date{Year: 2027, Month: 3, Day: 14}}
	o.wants(o.do(commands.AddDigest{Draft: d}), "Sun 14 Mar 2027 03:00 (for 02:30, which the clocks leave out)", "from Sun 14 Mar 2027 on")
}

func TestNamesAreCorrectedOrAskedBack(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.Names = known{names: []string{"Collections_North", "Collections_South", "Sales"}}
	o.wants(o.do(commands.AddDigest{Draft: draft("collections north", "Sales", "SALES")}), "I took “collections north” for Collections_North.", "Collections_North and Sales: Mon")
	if got := o.book.digests[1].Order.What.Campaigns; !slices.Equal(got, []string{"Collections_North", "Sales"}) {
		t.Errorf("kept %q", got)
	}
	unseen := commands.AddDigest{Draft: draft("Colections_North")}
	r := o.do(unseen)
	o.wants(r, "never seen a campaign “Colections_North”", "Did you mean one of these: Collections_North", "from past answers only")
	if len(o.book.digests) != 1 || r.Outcome != "unseen" {
		t.Error("an unseen campaign was kept without asking")
	}
	last := r.Buttons[len(r.Buttons)-1]
	if r.Buttons[0].Action != commands.ActionLine || r.Buttons[0].Label != "Collections_North" || last.Action != commands.ActionSure {
		t.Errorf("buttons %+v", r.Buttons)
	}
	o.do(unseen, sure)
	if got := o.book.digests[2].Order.What.Campaigns; !slices.Equal(got, []string{"Colections_North"}) {
		t.Errorf("kept %q", got)
	}
	o.Names = known{listed: noon.Add(-time.Hour)}
	o.wants(o.do(unseen), "list of campaigns of Sun 22 Nov 07:35 UTC")
	o.Names = nil
	o.wants(o.do(unseen), "is set up")
}

func TestNothingToShowIsAskedBack(t *testing.T) {
	o := newOffice(t, commands.Access{})
	for _, w := range []digest.What{{Group: "West"}, {Watched: true}} {
		d := draft()
		d.What = w
		if r := o.do(commands.AddDigest{Draft: d}); r.Outcome != "unseen" || r.Buttons[0].Action != commands.ActionSure {
			t.Errorf("%+v: %+v", w, r)
		}
		o.wants(o.do(commands.AddDigest{Draft: d}, sure), "is set up")
	}
}

func TestWhereADigestIsPosted(t *testing.T) {
	for name, c := range map[string]struct {
		in   commands.Place
		from string
		want string // the channel; empty: refused
	}{
		"where it was typed":              {commands.Place{}, "C1", "C1"},
		"the own direct message":          {commands.Place{}, "D1", "D1"},
		"a channel by Slack's list":       {commands.Place{ID: "C2", Name: "ops"}, "C1", "C2"},
		"a private one":                   {commands.Place{ID: "G2", Name: "ops"}, "D1", "G2"},
		"a name without its id":           {commands.Place{Name: "ops"}, "C1", ""},
		"nobody knows where":              {commands.Place{}, "", ""},
		"the direct message of another":   {commands.Place{ID: "D2"}, "D1", ""},
		"a person":                        {commands.Place{ID: "U2"}, "C1", ""},
		"the direct message, named by id": {commands.Place{ID: "D1"}, "D1", "D1"},
	} {
		o := newOffice(t, commands.Access{})
		d := draft("A")
		d.In = c.in
		r := o.do(commands.AddDigest{Draft: d}, func(q *commands.Question) { q.Place = c.from })
		if got := o.book.digests[1].Channel; got != c.want || (c.want == "") != (r.Outcome == "usage") {
			t.Errorf("%s: posted in %q, want %q: %q", name, got, c.want, r.Text)
		}
	}
}

func TestAPlaceHasAtMostAHundredDigests(t *testing.T) {
	o := newOffice(t, commands.Access{})
	for range 100 {
		o.do(commands.AddDigest{Draft: draft("A")})
	}
	o.wants(o.do(commands.AddDigest{Draft: draft("A")}), "This channel has 100 digests already")
	elsewhere := draft("A")
	elsewhere.In = commands.Place{ID: "C2", Name: "ops"}
	o.wants(o.do(commands.AddDigest{Draft: elsewhere}), "is set up", "in #ops")
}

func TestAnEditChangesOnlyWhatItSays(t *testing.T) {
	o := newOffice(t, commands.Access{})
	first := draft("A", "B")
	first.When.Zone, first.Name, first.Only, first.HasOnly = "Europe/Berlin", "Round", digest.ShowOffTarget, true
	first.When.Except = []digest.Date{{Year: 2026, Month: 12, Day: 25}}
	o.do(commands.AddDigest{Draft: first})
	before := o.book.digests[1]
	edit := func(d commands.DigestDraft) digest.Digest {
		t.Helper()
		o.wants(o.do(commands.EditDigest{ID: 1, Draft: d}), "is changed", "Next: ")
		return o.book.digests[1]
	}
	if d := edit(commands.DigestDraft{Name: "Morning"}); d.Order.Name != "Morning" || !sameWhen(d, before) || len(d.Order.What.Campaigns) != 2 || d.Order.Only != digest.ShowOffTarget {
		t.Errorf("a new name made it %+v", d.Order)
	}
	if d := edit(commands.DigestDraft{When: digest.Spec{Zone: "Asia/Kolkata"}}); d.Order.When.Spec().Zone != "Asia/Kolkata" || d.Order.When.Spec().Every != tiles.Every || len(d.Order.When.Spec().Except) != 1 {
		t.Errorf("a new zone made it %+v", d.Order.When.Spec())
	}
	whole := commands.DigestDraft{When: digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}}, HasWhen: true}
	d := edit(whole)
	if s := d.Order.When.Spec(); s.Zone != "Asia/Kolkata" || len(s.Except) != 0 || d.Next.Local != "2026-11-23T09:00 Asia/Kolkata" {
		t.Errorf("a new schedule made it %+v, next %v", s, d.Next)
	}
	if d := edit(commands.DigestDraft{HasOnly: true}); d.Order.Only != digest.ShowAll {
		t.Error("only all did not take the filter away")
	}
	o.wants(o.do(commands.EditDigest{ID: 1, Draft: whole}), "like that already")
	if o.book.digests[1].Version != d.Version+1 || o.book.changes[1][0].Did != "edited" || len(o.board.said) != 1 {
		t.Errorf("version %d, %d announcements", o.book.digests[1].Version, len(o.board.said))
	}
	o.wants(o.do(commands.EditDigest{ID: 1, Draft: commands.DigestDraft{In: commands.Place{ID: "C2", Name: "ops"}}}), "in #ops")
	if o.board.in[1] != "C2" {
		t.Error("the new channel was not told")
	}
	o.board.err = &commands.PlaceError{Code: "is_archived", Channel: "C3"}
	o.wants(o.do(commands.EditDigest{ID: 1, Draft: commands.DigestDraft{In: commands.Place{ID: "C3"}}}), "archived", "Nothing was changed")
	if o.book.digests[1].Channel != "C2" {
		t.Error("moved into a channel that takes no posts")
	}
	over := commands.DigestDraft{When: digest.Spec{Until: digest.Date{Year: 2026, Month: 11, Day: 1}}}
	o.wants(o.do(commands.EditDigest{ID: 1, Draft: over}), "It would never run")
}

func sameWhen(a, b digest.Digest) bool {
	x, _ := a.Order.When.MarshalJSON()
	y, _ := b.Order.When.MarshalJSON()
	return string(x) == string(y)
}

func TestOnlyWhoMadeADigestOrAnAdminChangesIt(t *testing.T) {
	changes := []commands.Command{
		commands.EditDigest{ID: 1, Draft: commands.DigestDraft{Name: "x"}},
		commands.PauseDigest{ID: 1},
		commands.ResumeDigest{ID: 1},
		commands.SendDigest{ID: 1},
		commands.RemoveDigest{ID: 1},
		commands.RestoreDigest{ID: 1},
	}
	for name, c := range map[string]struct {
		admins []string
		group  string
		user   string
		want   bool
	}{
		"who made it":                {[]string{"U9"}, "", "U1", true},
		"somebody else":              {[]string{"U9"}, "", "U2", false},
		"an admin":                   {[]string{"U2"}, "", "U2", true},
		"a member of an admin group": {[]string{"S7"}, "S7", "U2", true},
		"where nobody is admin":      {nil, "", "U2", true},
	} {
		for _, cmd := range changes {
			o := newOffice(t, commands.Access{Admins: c.admins})
			o.do(commands.AddDigest{Draft: draft("A")})
			if _, back := cmd.(commands.RestoreDigest); back {
				o.do(commands.RemoveDigest{ID: 1})
			}
			if _, back := cmd.(commands.ResumeDigest); back {
				o.do(commands.PauseDigest{ID: 1})
			}
			version, sent := o.book.digests[1].Version, len(o.book.sent)
			o.w.group = c.group
			r := o.do(cmd, as(c.user))
			did := o.book.digests[1].Version > version || len(o.book.sent) > sent
			if did != c.want || (r.Outcome == "denied") == c.want {
				t.Errorf("%s, %T: done %v, %q", name, cmd, did, r.Text)
			}
		}
		o := newOffice(t, commands.Access{Admins: c.admins})
		o.do(commands.AddDigest{Draft: draft("A")})
		for _, cmd := range []commands.Command{commands.ListDigests{}, commands.ShowDigest{ID: 1}, commands.RunDigest{ID: 1}} {
			if r := o.do(cmd, as(c.user)); r.Outcome != "digest" || r.Public {
				t.Errorf("%s, %T: %+v", name, cmd, r)
			}
		}
	}
	o := newOffice(t, commands.Access{})
	o.w.person.Guest = true
	if r := o.do(commands.ListDigests{All: true}); r.Outcome != "denied" {
		t.Errorf("a guest is told %q", r.Text)
	}
}

func TestPauseAndResume(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.do(commands.AddDigest{Draft: draft("A")})
	r := o.do(commands.PauseDigest{ID: 1})
	o.wants(r, "Digest 1 is paused.", "Nothing comes until somebody resumes it")
	if d := o.book.digests[1]; !d.Paused || d.PausedBy != "U1" || d.Next != (digest.Slot{}) || r.Buttons[0].Value != "digest resume 1" {
		t.Errorf("%+v, %+v", d, r.Buttons)
	}
	o.wants(o.do(commands.EditDigest{ID: 1, Draft: commands.DigestDraft{Name: "x"}}), "It is paused")
	if d := o.book.digests[1]; !d.Paused || d.Next != (digest.Slot{}) {
		t.Errorf("an edit started it: %+v", d)
	}
	o.wants(o.do(commands.ResumeDigest{ID: 1}), "runs again", "Next: Mon 23 Nov 11:00")
	o.wants(o.do(commands.ResumeDigest{ID: 1}), "is not paused")
	o.wants(o.do(commands.PauseDigest{ID: 1, Until: digest.Date{Year: 2026, Month: 11, Day: 30}}), "is paused", "It starts again by itself: Mon 30 Nov 11:00, 13:00 and 15:00")
	if d := o.book.digests[1]; d.Next.Local != "2026-11-30T11:00 Asia/Kolkata" {
		t.Errorf("after the pause it comes %v", d.Next)
	}
	o.wants(o.do(commands.PauseDigest{ID: 1, Until: digest.Date{Year: 2026, Month: 11, Day: 22}}), "has come already")
	d := o.book.digests[1]
	d.By, d.Paused, d.Why, d.PausedBy = "U5", true, "deactivated", ""
	o.book.digests[1] = d
	o.wants(o.do(commands.ShowDigest{ID: 1}), "no active account")
	o.wants(o.do(commands.ResumeDigest{ID: 1}), "It is yours now")
	if d := o.book.digests[1]; d.By != "U1" || d.Why != "" {
		t.Errorf("%+v", d)
	}
}

func TestRemoveCanBeUndoneForTenMinutes(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.do(commands.AddDigest{Draft: draft("A")})
	r := o.do(commands.RemoveDigest{ID: 1})
	o.wants(r, "is removed", "until 14:15 IST")
	if b := r.Buttons[0]; b.Action != commands.ActionLine || b.Value != "digest restore 1" || o.book.digests[1].Next != (digest.Slot{}) {
		t.Errorf("%+v", b)
	}
	o.wants(o.do(commands.ShowDigest{ID: 1}), "was removed", "/aht digest restore 1")
	after := func(d time.Duration) func(*commands.Question) {
		return func(q *commands.Question) { q.At = noon.Add(d) }
	}
	o.wants(o.do(commands.RestoreDigest{ID: 1}, after(10*time.Minute+1)), "more than ten minutes ago")
	o.wants(o.do(commands.RestoreDigest{ID: 1}, after(10*time.Minute)), "is back", "Next: Mon 23 Nov 11:00")
	o.wants(o.do(commands.RestoreDigest{ID: 1}), "nothing to undo")
	o.wants(o.do(commands.RestoreDigest{ID: 9}), "there never was one")
	if d := o.book.digests[1]; !d.Removed.IsZero() || d.Next == (digest.Slot{}) || o.book.changes[1][0].Did != "restored" {
		t.Errorf("%+v", d)
	}
}

func TestSendPostsAndRecords(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.do(commands.AddDigest{Draft: draft("A")})
	o.wants(o.do(commands.SendDigest{ID: 1}), "is posted in this channel")
	if len(o.book.sent) != 1 || o.book.changes[1][0].Did != "sent" {
		t.Errorf("sent %v, %+v", o.book.sent, o.book.changes[1])
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&commands.PlaceError{Code: "is_archived", Channel: "C1"}, "archived"},
		{errors.New("x"), "Look into the channel before you send it again"},
		{wordless{}, "allows this account no more requests"},
	} {
		o.book.sendErr = c.err
		o.wants(o.do(commands.SendDigest{ID: 1}), c.want)
	}
	o.wants(o.do(commands.RunDigest{ID: 1}), "allows this account no more requests")
}

// wordless is a refusal of the upstream's.
type wordless struct{}

func (wordless) Error() string          { return "SECRET" }
func (wordless) ErrorClass() string     { return "limit" }
func (wordless) ErrorReason() string    { return "limit-exceeded" }
func (wordless) RetryIn() time.Duration { return time.Minute }

func TestAChangeOfAnothersIsNotOverwritten(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.do(commands.AddDigest{Draft: draft("A")})
	o.book.before = func() { // somebody renames it in between
		d := o.book.digests[1]
		d.Order.Name, d.Version = "Theirs", d.Version+1
		o.book.digests[1] = d
	}
	r := o.do(commands.PauseDigest{ID: 1})
	o.wants(r, "Somebody changed digest 1 meanwhile", "Digest 1 (Theirs)")
	if r.Outcome != "changed" || o.book.digests[1].Paused {
		t.Error("the change was overwritten")
	}
	slot := digest.Slot{Local: "2026-11-23T13:00 Asia/Kolkata", At: noon.Add(24 * time.Hour)}
	o.book.before = func() { // the loop goes on to the next slot in between
		d := o.book.digests[1]
		d.Next, d.Version = slot, d.Version+1
		o.book.digests[1] = d
	}
	o.wants(o.do(commands.SendDigest{ID: 1}), "is posted")
	if d := o.book.digests[1]; d.Next != slot || o.book.changes[1][0].Did != "sent" {
		t.Errorf("next %v, %+v", d.Next, o.book.changes[1])
	}
}

func TestListAndShow(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.wants(o.do(commands.ListDigests{}), "No digest is posted here yet", "/aht digest add")
	o.do(commands.AddDigest{Draft: draft("A")})
	elsewhere := draft("B")
	elsewhere.In = commands.Place{ID: "C2", Name: "ops"}
	o.do(commands.AddDigest{Draft: elsewhere})
	o.do(commands.PauseDigest{ID: 2})
	if r := o.do(commands.ListDigests{}); len(r.Table.Rows) != 1 || r.Try[len(r.Try)-1] != "/aht digest list all" {
		t.Errorf("%+v", r)
	}
	r := o.do(commands.ListDigests{All: true})
	o.wants(r, "2 digests in all", "next Mon 23 Nov 11:00", "next paused")
	if len(r.Table.Rows) != 2 || len(r.Credits) != 2 || r.Credits[1].ID != "C2" || r.Credits[1].When != "2" {
		t.Errorf("%+v", r)
	}
	slot := func(at string) digest.Slot {
		when, _ := time.ParseInLocation("2006-01-02T15:04", at, time.FixedZone("IST", 19800))
		return digest.Slot{Local: at + " Asia/Kolkata", At: when}
	}
	o.wants(o.do(commands.ShowDigest{ID: 1}), "It has not been posted yet.")
	o.book.ran = []digest.Ran{
		{Slot: slot("2026-11-22T13:00"), Outcome: digest.Posted, Late: 6 * time.Minute},
		{Slot: slot("2026-11-22T11:00"), Outcome: digest.Posted, Late: 59 * time.Second},
		{Slot: slot("2026-11-21T19:00"), Outcome: digest.Skipped},
		{Slot: slot("2026-11-21T17:00"), Outcome: digest.Unsure},
		{Slot: slot("2026-11-21T15:00"), Outcome: digest.Failed, Cause: "is_archived"},
	}
	o.wants(o.do(commands.ShowDigest{ID: 1}), "Last runs: 13:00 posted, late by 6 min; 11:00 posted; Sat 21 Nov 19:00 missed; Sat 21 Nov 17:00 may stand in the channel",
		"15:00 not posted: that channel is archived")
	if r := o.do(commands.ShowDigest{ID: 2}); len(r.Credits) != 3 || r.Credits[2].Role != commands.RolePaused || r.Credits[0].Role != commands.RolePlace {
		t.Errorf("%+v", r.Credits)
	}
	o.wants(o.do(commands.ShowDigest{ID: 7}), "There is no digest 7")
	lost := o.book.digests[1] // a crash between keeping it and telling its channel
	lost.Next = digest.Slot{}
	o.book.digests[1] = lost
	o.wants(o.do(commands.ListDigests{}), "next not started")
	o.wants(o.do(commands.ShowDigest{ID: 1}), "never started")
	o.wants(o.do(commands.ResumeDigest{ID: 1}), "runs again")
}

func TestAStoreThatIsAwayIsSaid(t *testing.T) {
	o := newOffice(t, commands.Access{})
	o.book.away = true
	for _, cmd := range []commands.Command{
		commands.AddDigest{Draft: draft("A")},
		commands.EditDigest{ID: 1},
		commands.ListDigests{},
		commands.ShowDigest{ID: 1},
		commands.PauseDigest{ID: 1},
		commands.ResumeDigest{ID: 1},
		commands.RunDigest{ID: 1},
		commands.SendDigest{ID: 1},
		commands.RemoveDigest{ID: 1},
		commands.RestoreDigest{ID: 1},
	} {
		if r := o.do(cmd); r.Outcome != "store_away" || len(o.board.said) > 0 {
			t.Errorf("%T: %+v", cmd, r)
		}
	}
	o.book.away = false
	o.do(commands.AddDigest{Draft: draft("A")})
	o.book.before = func() { o.book.away = true }
	o.wants(o.do(commands.PauseDigest{ID: 1}), "I can't say whether that was kept")
	o.Digests = nil
	o.wants(o.do(commands.ListDigests{}), "not switched on")
}
