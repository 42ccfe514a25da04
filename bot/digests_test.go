package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestShelf is one digest that stands, and what can go wrong around it.
type digestShelf struct {
	t       *testing.T
	d       digest.Digest
	ran     []digest.Ran
	changes []commands.Change
	post    error // of an announcement
	err     error // of the store
	changed bool  // somebody else was faster
	room    int   // requests a minute
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
		return d, commands.ErrChanged
	}
	return d, s.err
}

func (s *digestShelf) Ran(context.Context, int64, int) ([]digest.Ran, error) { return s.ran, s.err }
func (s *digestShelf) Changes(context.Context, int64, int) ([]commands.Change, error) {
	return s.changes, s.err
}

func (s *digestShelf) Preview(_ context.Context, d digest.Digest) (digest.Report, error) {
	s.report.Digest = d
	return s.report, s.err
}
func (s *digestShelf) Send(context.Context, digest.Digest, string) error { return s.post }

func (s *digestShelf) Begin(due time.Time, n int) (time.Time, error) { return digest.Begin(due, n, s.room) }

func (s *digestShelf) Calendars() digest.Calendars {
	return digest.Calendars{Named: map[string]digest.Calendar{"india": {digest.Date{Year: 2026, Month: 11, Day: 24}: "Guru Nanak Jayanti"}}}
}

func (s *digestShelf) Campaigns(_ context.Context, w digest.What) ([]aht.Target, error) {
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

func (s *digestShelf) Announce(context.Context, string, commands.Reply) error { return s.post }

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
func standingDigest(t *testing.T, change ...func(*digest.Digest)) digest.Digest {
	t.Helper()
	rule, err := digest.NewRule(shiftSpec)
	if err != nil {
		t.Fatal(err)
	}
	next, _ := rule.Next(noon, digest.Calendars{})
	d := digest.Digest{
		ID: 3, Version: 1, Channel: "C1", By: "U1", Made: noon.AddDate(0, 0, -9), Next: next,
		Order: digest.Order{What: digest.What{Campaigns: []string{"Collections – North", "Sales Outbound"}}, When: rule},
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

// digestAnswers are what people are told about digests, by the name of the golden file.
func digestAnswers(t *testing.T) map[string]message {
	t.Helper()
	out := map[string]message{}
	answer := func(name string, cmd commands.Command, set ...func(*digestShelf, *commands.Handler)) {
		h := scene{person: commands.Person{Zone: "Asia/Kolkata"}}.handler(t, commands.Access{Admins: []string{"U9"}})
		s := &digestShelf{t: t, d: standingDigest(t), room: 40}
		h.Digests, h.Places, h.Names = s, s, seenNames{"Collections – North", "Collections – South", "Sales Outbound"}
		for _, c := range set {
			c(s, h)
		}
		r, _ := h.Do(t.Context(), cmd, commands.Question{User: "U1", Place: "C1", At: noon, Ref: "abc234"})
		out["digest-"+name] = message{Reply: r, as: "ephemeral"}
	}
	with := func(change func(*digest.Digest)) func(*digestShelf, *commands.Handler) {
		return func(s *digestShelf, _ *commands.Handler) { change(&s.d) }
	}
	add := func(change ...func(*commands.DigestDraft)) commands.AddDigest {
		d := commands.DigestDraft{What: digest.What{Campaigns: []string{"collections – north", "Sales Outbound"}}, When: shiftSpec, HasWhen: true}
		d.When.Zone, d.When.Holidays = "", []string{"*"}
		for _, c := range change {
			c(&d)
		}
		return commands.AddDigest{Draft: d}
	}
	theirs := with(func(d *digest.Digest) { d.By = "U2" })
	answer("add", add())
	answer("add-overlap", add(func(d *commands.DigestDraft) {
		d.When = digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540, 600}, Holidays: []string{"mars"}, Zone: "Asia/Kathmandu"}
		d.In, d.As, d.Only, d.HasOnly = commands.Place{ID: "C2", Name: "ops"}, digest.ViewChart, digest.ShowOffTarget, true
	}))
	answer("add-unseen", add(func(d *commands.DigestDraft) { d.What.Campaigns = []string{"Colections – North", "Winter Trial"} }))
	answer("add-no-channel", add(func(d *commands.DigestDraft) { d.In.Name = "ops" }))
	answer("add-refused", add(), func(s *digestShelf, _ *commands.Handler) {
		s.post = &commands.PlaceError{Code: "not_in_channel", Channel: "C1"}
	})
	answer("add-unsure", add(), func(s *digestShelf, _ *commands.Handler) { s.post = context.DeadlineExceeded })
	answer("add-too-many", add(func(d *commands.DigestDraft) {
		for i := range 40 {
			d.What.Campaigns = append(d.What.Campaigns, fmt.Sprintf("Floor %d", i))
		}
	}), func(s *digestShelf, h *commands.Handler) { s.room, h.Names = 2, nil })
	answer("edit", commands.EditDigest{ID: 3, Draft: commands.DigestDraft{Name: "Morning round", As: digest.ViewTable, HasAs: true}})
	answer("edit-theirs", commands.EditDigest{ID: 3, Draft: commands.DigestDraft{Name: "Mine"}}, theirs)
	answer("edit-changed", commands.EditDigest{ID: 3, Draft: commands.DigestDraft{Name: "Mine"}}, func(s *digestShelf, _ *commands.Handler) { s.changed = true })
	answer("list", commands.ListDigests{})
	answer("list-all", commands.ListDigests{All: true}, with(func(d *digest.Digest) { d.Channel, d.Order.Name = "C2", "Morning round" }))
	answer("list-none", commands.ListDigests{}, with(func(d *digest.Digest) { d.Channel = "C2" }))
	answer("show", commands.ShowDigest{ID: 3}, history)
	answer("show-new", commands.ShowDigest{ID: 3})
	answer("show-none", commands.ShowDigest{ID: 8})
	answer("show-orphan", commands.ShowDigest{ID: 3}, with(func(d *digest.Digest) { d.Paused, d.Why, d.Next = true, "deactivated", digest.Slot{} }))
	answer("pause", commands.PauseDigest{ID: 3})
	answer("pause-until", commands.PauseDigest{ID: 3, Until: digest.Date{Year: 2026, Month: 11, Day: 30}})
	answer("resume", commands.ResumeDigest{ID: 3}, with(func(d *digest.Digest) { d.Paused = true }))
	answer("send", commands.SendDigest{ID: 3})
	answer("remove", commands.RemoveDigest{ID: 3})
	answer("restore", commands.RestoreDigest{ID: 3}, with(func(d *digest.Digest) { d.Removed = noon.Add(-time.Minute) }))
	answer("restore-late", commands.RestoreDigest{ID: 3}, with(func(d *digest.Digest) { d.Removed = noon.Add(-time.Hour) }))
	answer("away", commands.ShowDigest{ID: 3}, func(s *digestShelf, _ *commands.Handler) { s.err = errors.New("SECRET CAUSE") })
	answer("away-change", commands.PauseDigest{ID: 3}, func(s *digestShelf, h *commands.Handler) { h.Digests = halfAway{s} })
	answer("preview", commands.RunDigest{ID: 3}, func(s *digestShelf, _ *commands.Handler) { s.report = floorReport(t); s.report.Slot = digest.Slot{} })
	out["digest-stuck"] = message{Reply: commands.DigestStuck(standingDigest(t), "not_in_channel")}
	out["digest-stuck-over"] = message{Reply: commands.DigestStuck(standingDigest(t, func(d *digest.Digest) { d.Next = digest.Slot{} }), "is_archived")}
	out["digest-orphan"] = message{Reply: commands.DigestOrphan(standingDigest(t))}
	return out
}

// halfAway is a store that is read but not written.
type halfAway struct{ *digestShelf }

func (halfAway) Change(_ context.Context, d digest.Digest, _, _ string) (digest.Digest, error) {
	return d, errors.New("SECRET CAUSE")
}

// history gives a digest a past.
func history(s *digestShelf, _ *commands.Handler) {
	day := noon.Truncate(24 * time.Hour)
	for i, r := range []digest.Ran{
		{Outcome: digest.Posted}, {Outcome: digest.Posted, Late: 6 * time.Minute}, {Outcome: digest.Skipped}, {Outcome: digest.Unsure}, {Outcome: digest.Failed, Cause: "is_archived"},
	} {
		at := day.Add(time.Duration(7*60+30-120*i) * time.Minute)
		r.Slot = digest.Slot{At: at, Local: at.In(s.d.Order.When.Zone()).Format("2006-01-02T15:04") + " Asia/Kolkata"}
		s.ran = append(s.ran, r)
	}
	s.changes = []commands.Change{
		{At: noon.Add(-time.Hour), By: "U2", Did: "edited"},
		{At: noon.Add(-26 * time.Hour), By: "U1", Did: "resumed"},
		{At: noon.Add(-50 * time.Hour), By: "U1", Did: "paused"},
		{At: noon.AddDate(0, 0, -9), By: "U1", Did: "made"},
	}
}

// slotAt is the slot of 13:00 in India, an hour and five minutes ago.
var slotAt = digest.Slot{Local: "2026-11-22T13:00 Asia/Kolkata", At: time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)}

// figuresOf is a campaign's row: mean now and two hours before, in seconds, its target,
// and its course; zero is no calls, or none.
func figuresOf(t *testing.T, name string, mean, before, goal int, course ...int) digest.Row {
	t.Helper()
	target := floorCampaign(t, name)
	read := func(mean int, at time.Time) aht.Reading {
		return aht.Reading{Target: target, Mean: time.Duration(mean) * time.Second, At: at}
	}
	r := digest.Row{Target: target, Reading: read(mean, slotAt.At.Add(-70*time.Second))}
	if before > 0 {
		r.Before = read(before, slotAt.At.Add(-121*time.Minute))
	}
	if goal > 0 {
		r.Goal = aht.Goal{Target: target, Mean: time.Duration(goal) * time.Second}
	}
	for i, mean := range course {
		r.Course = append(r.Course, read(mean, slotAt.At.Add(time.Duration(i-len(course)+1)*time.Hour)))
	}
	return r
}

func unread(t *testing.T, name string, why error, last int) digest.Row {
	t.Helper()
	r := figuresOf(t, name, 0, 0, 0)
	r.Reading, r.Failure = aht.Reading{}, why
	if last > 0 {
		r.Last = aht.Reading{Target: r.Target, Mean: time.Duration(last) * time.Second, At: slotAt.At.Add(-50 * time.Minute)}
	}
	return r
}

// floorReport has a campaign over its target, one within, one as unusual as can be, one
// without calls and one that was not read.
func floorReport(t *testing.T) digest.Report {
	t.Helper()
	odd := figuresOf(t, "Renewals", 410, 400, 0, 400, 405, 410)
	odd.Usual = aht.Band{Low: 2 * time.Minute, High: 3 * time.Minute, Median: 150 * time.Second, Readings: 12}
	within := figuresOf(t, "Sales Outbound", 171, 180, 210, 180, 0, 171)
	within.Usual = aht.Band{Low: 160 * time.Second, High: 200 * time.Second, Median: 3 * time.Minute, Readings: 12}
	return digest.Report{
		Digest: standingDigest(t), Slot: slotAt, At: slotAt.At.Add(2 * time.Second), Next: digest.Slot{Local: "2026-11-22T15:00 Asia/Kolkata", At: slotAt.At.Add(2 * time.Hour)},
		Rows: []digest.Row{
			within, figuresOf(t, "Winter Trial", 0, 200, 0), figuresOf(t, "Collections – North", 245, 192, 210, 192, 210, 245),
			unread(t, "Surveys", upstreamError{class: "unreachable", reason: "timeout"}, 245), odd,
		},
	}
}

// digestMessages are the messages of digests, by the name of the golden file.
func digestMessages(t *testing.T) map[string]message {
	t.Helper()
	out := map[string]message{}
	post := func(name string, change func(*digest.Report)) {
		report := floorReport(t)
		change(&report)
		out["digest-post-"+name] = message{Reply: commands.DigestMessage(report)}
	}
	post("floor", func(*digest.Report) {})
	plain := out["digest-post-floor"]
	plain.plain = true
	out["digest-post-floor-plain"] = plain
	post("table", func(r *digest.Report) { r.Digest.Order.As = digest.ViewTable; r.Digest.Order.Name = "Morning round" })
	post("chart", func(r *digest.Report) { r.Digest.Order.As = digest.ViewChart })
	post("late-missed", func(r *digest.Report) {
		r.Late = 6 * time.Minute
		for i := range r.Rows {
			if r.Rows[i].Read() {
				r.Rows[i].Reading.At = slotAt.At.Add(time.Duration(i) * 30 * time.Second)
			}
		}
		r.Missed = []digest.Slot{
			{Local: "2026-11-21T19:00 Asia/Kolkata", At: slotAt.At.Add(-18 * time.Hour)}, {Local: "2026-11-22T11:00 Asia/Kolkata", At: slotAt.At.Add(-2 * time.Hour)},
		}
		r.Next = digest.Slot{Local: "2026-11-23T11:00 Asia/Kolkata", At: slotAt.At.Add(22 * time.Hour)}
	})
	post("own-times", func(r *digest.Report) {
		for i := range r.Rows {
			if r.Rows[i].Read() {
				r.Rows[i].Reading.At = slotAt.At.Add(-time.Duration(9-i) * time.Minute)
			}
		}
	})
	post("no-calls", func(r *digest.Report) {
		r.Rows = []digest.Row{figuresOf(t, "Sales Outbound", 0, 200, 210), figuresOf(t, "Winter Trial", 0, 0, 0), figuresOf(t, "Renewals", 0, 0, 0)}
	})
	post("failed", func(r *digest.Report) {
		r.Rows = []digest.Row{
			unread(t, "Sales Outbound", upstreamError{class: "limit", reason: "limit-exceeded"}, 200), unread(t, "Winter Trial", upstreamError{class: "refused", reason: "bad-campaign"}, 0),
			unread(t, "Renewals", upstreamError{class: "limit", reason: "queue-full"}, 0),
		}
	})
	post("off-target", func(r *digest.Report) { r.Digest.Order.Only = digest.ShowOffTarget; r.Rows = r.Rows[:3] })
	post("filter-empty", func(r *digest.Report) {
		r.Digest.Order.Only = digest.ShowOffTarget
		r.Rows = []digest.Row{figuresOf(t, "Sales Outbound", 171, 180, 210), figuresOf(t, "Renewals", 171, 180, 180), figuresOf(t, "Winter Trial", 0, 0, 0)}
	})
	post("one", func(r *digest.Report) { r.Rows = r.Rows[2:3] })
	post("none", func(r *digest.Report) { r.Digest.Order.What, r.Rows = digest.What{Group: "West"}, nil })
	post("by-hand", func(r *digest.Report) {
		r.Slot, r.ByHand, r.Next, r.Digest.Paused = digest.Slot{}, "U2", digest.Slot{}, true
	})
	post("fifty", func(r *digest.Report) {
		r.Rows = nil
		for i := range 50 {
			r.Rows = append(r.Rows, figuresOf(t, fmt.Sprintf("Campaign number %d of the floor", i), 150+i*3, 200, 240, 180+i, 0, 150+i*3))
		}
	})
	post("long-names", func(r *digest.Report) {
		r.Digest.Order.Name = strings.Repeat("Runde ", 20)
		for i := range r.Rows {
			r.Rows[i].Target = floorCampaign(t, strings.Repeat("नाम ", 60)+fmt.Sprint(i))
		}
	})
	post("hostile", func(r *digest.Report) {
		r.Digest.Order.Name = "<!channel> *b*"
		for i, name := range []string{"<!channel> @here", "*b* _i_ `c` <@U1>", "x | <https://evil.example|good>"} {
			r.Rows[i].Target = floorCampaign(t, name)
		}
	})
	return out
}
