package blocks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestShelf is one digest that stands, and what can go wrong around it.
type digestShelf struct {
	t       *testing.T
	d       digest.Digest
	ran     []digest.SlotResult
	changes []request.Change
	post    error       // of an announcement
	err     error       // of the store
	changed bool        // somebody else was faster
	keeps   bool        // a change stands afterwards
	room    int         // requests a minute
	said    reply.Reply // to a channel
	report  digest.Report
}

func (s *digestShelf) All(context.Context) ([]digest.Digest, error) {
	if s.d.ID == 0 || !s.d.Removed.IsZero() {
		return nil, s.err
	}
	return []digest.Digest{s.d}, s.err
}

func (s *digestShelf) Digest(_ context.Context, id int64) (digest.Digest, bool, error) {
	return s.d, s.d.ID != 0 && s.d.ID == id, s.err
}

func (s *digestShelf) Add(_ context.Context, d digest.Digest) (digest.Digest, error) {
	d.ID, d.Version = 4, 1
	return d, s.err
}

func (s *digestShelf) Change(_ context.Context, d digest.Digest, _, _ string) (digest.Digest, error) {
	if s.changed {
		s.d.Order.Name, s.d.Version = "Theirs", d.Version+1
		return d, request.ErrChanged
	}
	if s.keeps {
		s.d = d
	}
	return d, s.err
}

func (s *digestShelf) Ran(context.Context, int64, int) ([]digest.SlotResult, error) {
	return s.ran, s.err
}

func (s *digestShelf) Changes(context.Context, int64, int) ([]request.Change, error) {
	return s.changes, s.err
}

func (s *digestShelf) Preview(_ context.Context, d digest.Digest) (digest.Report, error) {
	s.report.Digest = d
	return s.report, s.err
}
func (s *digestShelf) Send(context.Context, digest.Digest, string) error { return s.post }

func (s *digestShelf) Begin(due time.Time, n int) (time.Time, error) {
	return digest.ReadingStart(due, n, s.room)
}

func (s *digestShelf) Calendars() digest.Calendars {
	return digest.Calendars{Named: map[string]digest.Calendar{"india": {digest.Date{Year: 2026, Month: 11, Day: 24}: "Guru Nanak Jayanti"}}}
}

func (s *digestShelf) Campaigns(_ context.Context, w digest.Selection) ([]aht.Target, error) {
	var out []aht.Target
	names := w.Campaigns
	if w.Watched {
		names = []string{"Sales Outbound"}
	}
	for _, n := range names {
		out = append(out, floorCampaign(s.t, n))
	}
	return out, nil
}

func (s *digestShelf) Announce(_ context.Context, _ string, r reply.Reply) error {
	s.said = r
	return s.post
}

// seenNames are the campaigns seen so far.
type seenNames []string

func (n seenNames) Campaigns() ([]string, time.Time) { return n, time.Time{} }

func floorCampaign(t *testing.T, name string) aht.Target {
	t.Helper()
	c, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shiftSpec is the schedule of the README.
var shiftSpec = digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Zone: "Asia/Kolkata"}

// standingDigest is number 3, set up by U1.
func standingDigest(tb testing.TB, change ...func(*digest.Digest)) digest.Digest {
	tb.Helper()
	rule, err := digest.NewRule(shiftSpec)
	if err != nil {
		tb.Fatal(err)
	}
	next, _ := rule.Next(noon, digest.Calendars{})
	d := digest.Digest{
		ID: 3, Version: 1, Channel: "C1", By: "U1", Made: noon.AddDate(0, 0, -9), Next: next,
		Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Collections – North", "Sales Outbound"}}, Rule: rule},
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

// digestAnswers are what people are told about digests, by the name of the golden file.
func digestAnswers(t *testing.T) map[string]Message {
	t.Helper()
	out := map[string]Message{}
	answer := func(name string, cmd request.Command, set ...func(*digestShelf, *commands.Handler)) {
		h := scene{person: request.Person{Zone: "Asia/Kolkata"}}.handler(t, request.Access{Admins: []string{"U9"}})
		s := &digestShelf{t: t, d: standingDigest(t), room: 40}
		h.Digests, h.Places, h.Names = s, s, seenNames{"Collections – North", "Collections – South", "Sales Outbound"}
		for _, c := range set {
			c(s, h)
		}
		r, _ := h.Do(t.Context(), cmd, request.Question{User: "U1", Place: "C1", At: noon, Ref: "abc234"})
		out["digest-"+name] = Message{Reply: r, For: ForOne}
		if name == "add" {
			out["digest-announced"] = Message{Reply: s.said, For: ForAll}
		}
	}
	with := func(change func(*digest.Digest)) func(*digestShelf, *commands.Handler) {
		return func(s *digestShelf, _ *commands.Handler) { change(&s.d) }
	}
	add := func(change ...func(*digestline.Draft)) digestline.Add {
		d := digestline.Draft{What: digest.Selection{Campaigns: []string{"collections – north", "Sales Outbound"}}, When: shiftSpec, HasWhen: true}
		d.When.Zone, d.When.Holidays = "", []string{"*"}
		for _, c := range change {
			c(&d)
		}
		return digestline.Add{Draft: d}
	}
	theirs := with(func(d *digest.Digest) { d.By = "U2" })
	answer("add", add())
	answer("add-overlap", add(func(d *digestline.Draft) {
		d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540, 600}, Holidays: []string{"mars"}, Zone: "Asia/Kathmandu"}
		d.In, d.As, d.Only, d.HasOnly = grammar.Place{ID: "C2", Name: "ops"}, digest.ViewChart, digest.ShowOffTarget, true
	}))
	answer("add-unseen", add(func(d *digestline.Draft) { d.What.Campaigns = []string{"Colections – North", "Winter Trial"} }))
	answer("add-no-channel", add(func(d *digestline.Draft) { d.In.Name = "ops" }))
	answer("add-refused", add(), func(s *digestShelf, _ *commands.Handler) {
		s.post = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	})
	answer("add-unsure", add(), func(s *digestShelf, _ *commands.Handler) { s.post = context.DeadlineExceeded })
	answer("add-too-many", add(func(d *digestline.Draft) {
		for i := range 40 {
			d.What.Campaigns = append(d.What.Campaigns, fmt.Sprintf("Floor %d", i))
		}
	}), func(s *digestShelf, h *commands.Handler) { s.room, h.Names = 2, nil })
	monthly := func(d *digestline.Draft) {
		d.When = digest.Spec{Month: 31, Times: []digest.Clock{540}}
	}
	answer("add-skips", add(monthly))
	answer("add-weeks", add(func(d *digestline.Draft) {
		d.When = digest.Spec{Days: digest.Days(time.Wednesday), Weeks: 2, Times: []digest.Clock{540}, Except: []digest.Date{{Month: 12, Day: 25}}}
	}))
	answer("add-zones", add(), with(func(d *digest.Digest) {
		spec := d.Order.Rule.Spec()
		spec.Zone = "Europe/Berlin"
		d.Order.Rule, _ = digest.NewRule(spec) // the zone is one
	}))
	answer("edit", digestline.Edit{ID: 3, Draft: digestline.Draft{Name: "Morning round", As: digest.ViewTable, HasAs: true}})
	answer("edit-theirs", digestline.Edit{ID: 3, Draft: digestline.Draft{Name: "Mine"}}, theirs)
	answer("edit-changed", digestline.Edit{ID: 3, Draft: digestline.Draft{Name: "Mine"}}, func(s *digestShelf, _ *commands.Handler) { s.changed = true })
	answer("list", standing.List{Noun: "digest"})
	answer("list-all", standing.List{Noun: "digest", All: true}, with(func(d *digest.Digest) { d.Channel, d.Order.Name = "C2", "Morning round" }))
	answer("list-none", standing.List{Noun: "digest"}, with(func(d *digest.Digest) { d.Channel = "C2" }))
	answer("show", standing.About("digest", "show", 3), history)
	answer("show-new", standing.About("digest", "show", 3))
	answer("show-none", standing.About("digest", "show", 8))
	answer("show-orphan", standing.About("digest", "show", 3), with(func(d *digest.Digest) { d.Paused, d.Why, d.Next = true, "deactivated", digest.Slot{} }))
	answer("pause", standing.About("digest", "pause", 3))
	answer("pause-until", standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{3}, Until: digest.Date{Year: 2026, Month: 11, Day: 30}})
	answer("resume", standing.About("digest", "resume", 3), with(func(d *digest.Digest) { d.Paused = true }))
	answer("send", standing.About("digest", "send", 3))
	answer("remove", standing.About("digest", "remove", 3))
	answer("restore", standing.About("digest", "restore", 3), with(func(d *digest.Digest) { d.Removed = noon.Add(-time.Minute) }))
	answer("restore-late", standing.About("digest", "restore", 3), with(func(d *digest.Digest) { d.Removed = noon.Add(-time.Hour) }))
	answer("away", standing.About("digest", "show", 3), func(s *digestShelf, _ *commands.Handler) { s.err = errors.New("SECRET CAUSE") })
	answer("away-change", standing.About("digest", "pause", 3), func(s *digestShelf, h *commands.Handler) { h.Digests = halfAway{s} })
	answer("preview", standing.About("digest", "run", 3), func(s *digestShelf, _ *commands.Handler) { s.report = floorReport(t); s.report.Slot = digest.Slot{} })
	out["digest-loose"] = spoken(t, request.Question{Text: `digest add campaign "Sales Outbound" first monday 9am new york`})
	edit := digestline.Edit{ID: 3, Draft: digestline.Draft{When: digest.Spec{Times: []digest.Clock{540}}}}
	edited := spoken(t, request.Question{Text: request.Line(edit)})
	press := edited.Buttons[slices.IndexFunc(edited.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionUndo })]
	out["digest-undo"] = spoken(t, request.Question{Action: press.Action, Value: press.Value}, edit)
	out["digest-undo-late"] = spoken(t, request.Question{Action: press.Action, Value: press.Value})
	out["digest-stuck"] = Message{Reply: digestpost.Stuck(standingDigest(t), "not_in_channel"), For: ForAll}
	out["digest-stuck-over"] = Message{Reply: digestpost.Stuck(standingDigest(t, func(d *digest.Digest) { d.Next = digest.Slot{} }), "is_archived"), For: ForAll}
	out["digest-orphan"] = Message{Reply: digestpost.Orphan(standingDigest(t)), For: ForAll}
	return out
}

// spoken is the answer to a line or a press of U1 after other commands.
func spoken(t *testing.T, q request.Question, before ...request.Command) Message {
	t.Helper()
	h := scene{person: request.Person{Zone: "Asia/Kolkata"}}.handler(t, request.Access{})
	s := &digestShelf{t: t, d: standingDigest(t), room: 40, keeps: true}
	h.Digests, h.Places = s, s
	q.User, q.Place, q.At, q.Ref = "U1", "C1", noon, "abc234"
	for _, cmd := range before {
		if _, err := h.Do(t.Context(), cmd, q); err != nil {
			t.Error(err)
		}
	}
	r, err := h.Answer(t.Context(), q)
	if err != nil {
		t.Error(err)
	}
	return Message{Reply: r, For: ForOne}
}

// halfAway is a store that is read but not written.
type halfAway struct{ *digestShelf }

func (halfAway) Change(_ context.Context, d digest.Digest, _, _ string) (digest.Digest, error) {
	return d, errors.New("SECRET CAUSE")
}

// history gives a digest a past.
func history(s *digestShelf, _ *commands.Handler) {
	day := noon.Truncate(24 * time.Hour)
	for i, r := range []digest.SlotResult{
		{Outcome: digest.Posted}, {Outcome: digest.Posted, Late: 6 * time.Minute}, {Outcome: digest.Skipped}, {Outcome: digest.Unsure}, {Outcome: digest.Failed, Cause: "is_archived"},
	} {
		at := day.Add(time.Duration(7*60+30-120*i) * time.Minute)
		r.Slot = digest.Slot{At: at, Local: at.In(s.d.Order.Rule.Zone()).Format("2006-01-02T15:04") + " Asia/Kolkata"}
		s.ran = append(s.ran, r)
	}
	s.changes = []request.Change{
		{At: noon.Add(-time.Hour), By: "U2", Did: "edited"},
		{At: noon.Add(-26 * time.Hour), By: "U1", Did: "resumed"},
		{At: noon.Add(-50 * time.Hour), By: "U1", Did: "paused"},
		{At: noon.AddDate(0, 0, -9), By: "U1", Did: "made"},
	}
}
