package digests_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

func TestAnEditChangesOnlyWhatItSays(t *testing.T) {
	o := newOffice(t, request.Access{})
	first := draft("A", "B")
	first.When.Zone, first.Name, first.Only, first.HasOnly = "Europe/Berlin", "Round", digest.ShowOffTarget, true
	first.When.Except = []digest.Date{{Year: 2026, Month: 12, Day: 25}}
	o.do(digestline.Add{Draft: first})
	before := o.book.digests[1]
	edit := func(d digestline.Draft) digest.Digest {
		t.Helper()
		o.wants(o.do(digestline.Edit{ID: 1, Draft: d}), "is changed", "Next: ")
		return o.book.digests[1]
	}
	if d := edit(digestline.Draft{Name: "Morning"}); d.Order.Name != "Morning" || !sameWhen(d, before) || len(d.Order.Selection.Campaigns) != 2 || d.Order.Filter != digest.ShowOffTarget {
		t.Errorf("a new name made it %+v", d.Order)
	}
	if d := edit(digestline.Draft{When: digest.Spec{Zone: "Asia/Kolkata"}}); d.Order.Rule.Spec().Zone != "Asia/Kolkata" || d.Order.Rule.Spec().Every != tiles.Every || len(d.Order.Rule.Spec().Except) != 1 {
		t.Errorf("a new zone made it %+v", d.Order.Rule.Spec())
	}
	whole := digestline.Draft{When: digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}}, HasWhen: true}
	d := edit(whole)
	if s := d.Order.Rule.Spec(); s.Zone != "Asia/Kolkata" || len(s.Except) != 0 || d.Next.Local != "2026-11-23T09:00 Asia/Kolkata" {
		t.Errorf("a new schedule made it %+v, next %v", s, d.Next)
	}
	if d := edit(digestline.Draft{HasOnly: true}); d.Order.Filter != digest.ShowAll {
		t.Error("only all did not take the filter away")
	}
	o.wants(o.do(digestline.Edit{ID: 1, Draft: whole}), "like that already")
	if o.book.digests[1].Version != d.Version+1 || o.book.changes[1][0].Did != "edited" || len(o.board.said) != 1 {
		t.Errorf("version %d, %d announcements", o.book.digests[1].Version, len(o.board.said))
	}
	o.wants(o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{In: grammar.Place{ID: "C2", Name: "ops"}}}), "in #ops")
	if o.board.in[1] != "C2" {
		t.Error("the new channel was not told")
	}
	o.board.err = &request.PlaceError{Code: "is_archived", Channel: "C3"}
	o.wants(o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{In: grammar.Place{ID: "C3"}}}), "archived", "Nothing was changed")
	if o.book.digests[1].Channel != "C2" {
		t.Error("moved into a channel that takes no posts")
	}
	over := digestline.Draft{When: digest.Spec{Until: digest.Date{Year: 2026, Month: 11, Day: 1}}}
	o.wants(o.do(digestline.Edit{ID: 1, Draft: over}), "It would never run")
}

func TestAnEditOfAPartOfTheScheduleKeepsTheRest(t *testing.T) {
	nine, noon := digest.Clock(540), digest.Clock(720)
	except := []digest.Date{{Year: 2026, Month: time.December, Day: 25}}
	stepped := digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 660, To: 1140}, Except: except, Until: digest.Date{Year: 2027, Month: 6, Day: 30}}
	timed := digest.Spec{Days: digest.MondayToFriday, Times: []digest.Clock{nine}}
	for name, c := range map[string]struct {
		was digest.Spec
		say digestline.Draft
		now string // the sentence; empty: refused
		and string // what the answer says beside
	}{
		"a step":            {stepped, digestline.Draft{When: digest.Spec{Every: digest.Every{Hours: 3}}}, "Mon to Sat every 3 h from 11:00 to 19:00, the last at 17:00 until Wed 30 Jun 2027, except Fri 25 Dec 2026", ""},
		"hours":             {stepped, digestline.Draft{When: digest.Spec{Every: digest.Every{From: nine, To: noon}}, HasSpan: true}, "Mon to Sat every 2 h from 09:00 to 12:00, the last at 11:00 until", ""},
		"days":              {stepped, digestline.Draft{When: digest.Spec{Workdays: true}}, "on working days every 2 h from 11:00 to 19:00 until", ""},
		"times":             {stepped, digestline.Draft{When: digest.Spec{Times: []digest.Clock{noon}}}, "Mon to Sat at 12:00 until", ""},
		"other times":       {timed, digestline.Draft{When: digest.Spec{Times: []digest.Clock{noon}}}, "Mon to Fri at 12:00", ""},
		"a day of a month":  {timed, digestline.Draft{When: digest.Spec{Month: 1}}, "on day 1 of each month at 09:00", ""},
		"a step and hours":  {timed, digestline.Draft{When: digest.Spec{Every: digest.Every{Hours: 1, From: nine, To: noon}}, HasSpan: true}, "Mon to Fri every 1 h from 09:00 to 12:00", ""},
		"a step for times":  {timed, digestline.Draft{When: digest.Spec{Every: digest.Every{Hours: 3}}}, "", "every 3h from 9:00 to 19:00"},
		"hours for times":   {timed, digestline.Draft{When: digest.Spec{Every: digest.Every{From: nine, To: noon}}, HasSpan: true}, "", "don't go together"},
		"days for cron":     {digest.Spec{Cron: "0 9 * * *"}, digestline.Draft{When: digest.Spec{Days: digest.EveryDay}}, "", "don't go together"},
		"a whole, and says": {stepped, digestline.Draft{When: timed, HasWhen: true}, "Mon to Fri at 09:00 (", "Gone with the old schedule: until Wed 30 Jun 2027, except Fri 25 Dec 2026."},
	} {
		o := newOffice(t, request.Access{})
		o.do(digestline.Add{Draft: digestline.Draft{What: digest.Selection{Campaigns: []string{"A"}}, When: c.was, HasWhen: true}})
		before := o.book.digests[1]
		r := o.do(digestline.Edit{ID: 1, Draft: c.say})
		if c.now == "" {
			if o.wants(r, c.and); !sameWhen(before, o.book.digests[1]) {
				t.Errorf("%s was refused and kept: %q", name, r.Lines)
			}
			continue
		}
		o.wants(r, "is changed", c.now, c.and)
	}
}

func sameWhen(a, b digest.Digest) bool {
	x, _ := a.Order.Rule.MarshalJSON()
	y, _ := b.Order.Rule.MarshalJSON()
	return string(x) == string(y)
}

func TestOnlyWhoMadeADigestOrAnAdminChangesIt(t *testing.T) {
	changes := []request.Command{
		digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "x"}},
		standing.About("digest", "pause", 1),
		standing.About("digest", "resume", 1),
		standing.About("digest", "send", 1),
		standing.About("digest", "remove", 1),
		standing.About("digest", "restore", 1),
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
			o := newOffice(t, request.Access{Admins: c.admins})
			o.do(digestline.Add{Draft: draft("A")})
			switch c, _ := cmd.(standing.Command); c.Verb {
			case "restore":
				o.do(standing.About("digest", "remove", 1))
			case "resume":
				o.do(standing.About("digest", "pause", 1))
			}
			version, sent := o.book.digests[1].Version, len(o.book.sent)
			o.w.Group = c.group
			r := o.do(cmd, as(c.user))
			did := o.book.digests[1].Version > version || len(o.book.sent) > sent
			if did != c.want || (r.Outcome == "denied") == c.want {
				t.Errorf("%s, %T: done %v, %q", name, cmd, did, r.Text)
			}
		}
		o := newOffice(t, request.Access{Admins: c.admins})
		o.do(digestline.Add{Draft: draft("A")})
		for _, cmd := range []request.Command{standing.List{Noun: "digest"}, standing.About("digest", "show", 1), standing.About("digest", "run", 1)} {
			if r := o.do(cmd, as(c.user)); r.Outcome != "digest" || r.Public {
				t.Errorf("%s, %T: %+v", name, cmd, r)
			}
		}
	}
	o := newOffice(t, request.Access{})
	o.w.Asker.Guest = true
	if r := o.do(standing.List{Noun: "digest", All: true}); r.Outcome != "denied" {
		t.Errorf("a guest is told %q", r.Text)
	}
}

func TestPauseAndResume(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	r := o.do(standing.About("digest", "pause", 1))
	o.wants(r, "Digest 1 is paused.", "Nothing comes until somebody resumes it")
	if d := o.book.digests[1]; !d.Paused || d.PausedBy != "U1" || d.Next != (digest.Slot{}) || r.Buttons[0].Value != "digest resume 1" {
		t.Errorf("%+v, %+v", d, r.Buttons)
	}
	o.wants(o.do(digestline.Edit{ID: 1, Draft: digestline.Draft{Name: "x"}}), "It is paused")
	if d := o.book.digests[1]; !d.Paused || d.Next != (digest.Slot{}) {
		t.Errorf("an edit started it: %+v", d)
	}
	o.wants(o.do(standing.About("digest", "resume", 1)), "runs again", "Next: Mon 23 Nov 11:00")
	o.wants(o.do(standing.About("digest", "resume", 1)), "is not paused")
	o.wants(o.do(standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{1}, Until: digest.Date{Year: 2026, Month: 11, Day: 30}}), "is paused", "It starts again by itself: Mon 30 Nov 11:00, 13:00 and 15:00")
	if d := o.book.digests[1]; d.Next.Local != "2026-11-30T11:00 Asia/Kolkata" {
		t.Errorf("after the pause it comes %v", d.Next)
	}
	o.wants(o.do(standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{1}, Until: digest.Date{Year: 2026, Month: 11, Day: 22}}), "has come already")
	d := o.book.digests[1]
	d.By, d.Paused, d.Why, d.PausedBy = "U5", true, "deactivated", ""
	o.book.digests[1] = d
	o.wants(o.do(standing.About("digest", "show", 1)), "no active account")
	o.wants(o.do(standing.About("digest", "resume", 1)), "It is yours now")
	if d := o.book.digests[1]; d.By != "U1" || d.Why != "" {
		t.Errorf("%+v", d)
	}
}

func TestRemoveCanBeUndoneForTenMinutes(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	r := o.do(standing.About("digest", "remove", 1))
	o.wants(r, "is removed", "until 08:45 UTC")
	if b := r.Buttons[0]; b.Action != reply.ActionLine || b.Value != "digest restore 1" || o.book.digests[1].Next != (digest.Slot{}) {
		t.Errorf("%+v", b)
	}
	o.wants(o.do(standing.About("digest", "show", 1)), "was removed", "/aht digest restore 1")
	after := func(d time.Duration) func(*request.Question) {
		return func(q *request.Question) { q.At = commandstest.Noon.Add(d) }
	}
	o.wants(o.do(standing.About("digest", "restore", 1), after(10*time.Minute+1)), "more than ten minutes ago")
	o.wants(o.do(standing.About("digest", "restore", 1), after(10*time.Minute)), "is back", "Next: Mon 23 Nov 11:00")
	o.wants(o.do(standing.About("digest", "restore", 1)), "nothing to undo")
	o.wants(o.do(standing.About("digest", "restore", 9)), "there never was one")
	if d := o.book.digests[1]; !d.Removed.IsZero() || d.Next == (digest.Slot{}) || o.book.changes[1][0].Did != "restored" {
		t.Errorf("%+v", d)
	}
}

func TestSendPostsAndRecords(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	o.wants(o.do(standing.About("digest", "send", 1)), "is posted in this channel")
	if len(o.book.sent) != 1 || o.book.changes[1][0].Did != "sent" {
		t.Errorf("sent %v, %+v", o.book.sent, o.book.changes[1])
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&request.PlaceError{Code: "is_archived", Channel: "C1"}, "archived"},
		{errors.New("x"), "Look into the channel before you send it again"},
		{commandstest.UpstreamError{Class: "limit", Reason: "limit-exceeded", In: time.Minute}, "allows this account no more requests"},
	} {
		o.book.sendErr = c.err
		o.wants(o.do(standing.About("digest", "send", 1)), c.want)
	}
	o.wants(o.do(standing.About("digest", "run", 1)), "allows this account no more requests")
}

func TestAChangeOfAnothersIsNotOverwritten(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.do(digestline.Add{Draft: draft("A")})
	o.book.before = func() { // somebody renames it in between
		d := o.book.digests[1]
		d.Order.Name, d.Version = "Theirs", d.Version+1
		o.book.digests[1] = d
	}
	r := o.do(standing.About("digest", "pause", 1))
	o.wants(r, "Somebody changed digest 1 meanwhile", "Digest 1 (Theirs)")
	if r.Outcome != "changed" || o.book.digests[1].Paused {
		t.Error("the change was overwritten")
	}
	slot := digest.Slot{Local: "2026-11-23T13:00 Asia/Kolkata", At: commandstest.Noon.Add(24 * time.Hour)}
	o.book.before = func() { // the loop goes on to the next slot in between
		d := o.book.digests[1]
		d.Next, d.Version = slot, d.Version+1
		o.book.digests[1] = d
	}
	o.wants(o.do(standing.About("digest", "send", 1)), "is posted")
	if d := o.book.digests[1]; d.Next != slot || o.book.changes[1][0].Did != "sent" {
		t.Errorf("next %v, %+v", d.Next, o.book.changes[1])
	}
}

func TestListAndShow(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.wants(o.do(standing.List{Noun: "digest"}), "No digest is posted here yet", "/aht digest add")
	o.do(digestline.Add{Draft: draft("A")})
	elsewhere := draft("B")
	elsewhere.In = grammar.Place{ID: "C2", Name: "ops"}
	o.do(digestline.Add{Draft: elsewhere})
	o.do(standing.About("digest", "pause", 2))
	if r := o.do(standing.List{Noun: "digest"}); len(r.Table.Rows) != 1 || r.Try[len(r.Try)-1] != "/aht digest list all" {
		t.Errorf("%+v", r)
	}
	r := o.do(standing.List{Noun: "digest", All: true})
	o.wants(r, "2 digests in all", "next Mon 23 Nov 11:00", "next paused")
	if len(r.Table.Rows) != 2 || len(r.Credits) != 2 || r.Credits[1].ID != "C2" || r.Credits[1].When != "2" {
		t.Errorf("%+v", r)
	}
	slot := func(at string) digest.Slot {
		when, _ := time.ParseInLocation("2006-01-02T15:04", at, time.FixedZone("IST", 19800))
		return digest.Slot{Local: at + " Asia/Kolkata", At: when}
	}
	o.wants(o.do(standing.About("digest", "show", 1)), "It has not been posted yet.")
	o.book.ran = []digest.SlotResult{
		{Slot: slot("2026-11-22T13:00"), Outcome: digest.Posted, Late: 6 * time.Minute},
		{Slot: slot("2026-11-22T11:00"), Outcome: digest.Posted, Late: 59 * time.Second},
		{Slot: slot("2026-11-21T19:00"), Outcome: digest.Skipped},
		{Slot: slot("2026-11-21T17:00"), Outcome: digest.Unsure},
		{Slot: slot("2026-11-21T15:00"), Outcome: digest.Failed, Cause: "is_archived"},
	}
	o.wants(o.do(standing.About("digest", "show", 1)), "Last runs: 13:00 posted, late by 6 min; 11:00 posted; Sat 21 Nov 19:00 missed; Sat 21 Nov 17:00 may stand in the channel",
		"15:00 not posted: that channel is archived")
	if r := o.do(standing.About("digest", "show", 2)); len(r.Credits) != 3 || r.Credits[2].Role != reply.RolePaused || r.Credits[0].Role != reply.RolePlace {
		t.Errorf("%+v", r.Credits)
	}
	o.wants(o.do(standing.About("digest", "show", 7)), "There is no digest 7")
	lost := o.book.digests[1] // a crash between keeping it and telling its channel
	lost.Next = digest.Slot{}
	o.book.digests[1] = lost
	o.wants(o.do(standing.List{Noun: "digest"}), "next not started")
	o.wants(o.do(standing.About("digest", "show", 1)), "never started")
	o.wants(o.do(standing.About("digest", "resume", 1)), "runs again")
}

func TestAStoreThatIsAwayIsSaid(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.away = true
	for _, cmd := range []request.Command{
		digestline.Add{Draft: draft("A")},
		digestline.Edit{ID: 1},
		standing.List{Noun: "digest"},
		standing.About("digest", "show", 1),
		standing.About("digest", "pause", 1),
		standing.About("digest", "resume", 1),
		standing.About("digest", "run", 1),
		standing.About("digest", "send", 1),
		standing.About("digest", "remove", 1),
		standing.About("digest", "restore", 1),
	} {
		if r := o.do(cmd); r.Outcome != "store_away" || len(o.board.said) > 0 {
			t.Errorf("%T: %+v", cmd, r)
		}
	}
	o.book.away = false
	o.do(digestline.Add{Draft: draft("A")})
	o.book.before = func() { o.book.away = true }
	o.wants(o.do(standing.About("digest", "pause", 1)), "I can't say whether that was kept")
	o.Digests = nil
	o.wants(o.do(standing.List{Noun: "digest"}), "not switched on")
}

func TestAPressedLineIsReadAsIfTyped(t *testing.T) {
	o := newOffice(t, request.Access{})
	for _, action := range []reply.Action{reply.ActionLine, reply.ActionSure} {
		typed, _ := o.Answer(t.Context(), commandstest.Ask("help campaign"))
		pressed, err := o.Answer(t.Context(), request.Question{User: "U1", Action: action, Value: "help campaign", At: commandstest.Noon})
		if err != nil || pressed.Text != typed.Text {
			t.Errorf("%s: %q, %v", action, pressed.Text, err)
		}
	}
}

func TestADigestIsNotChangedNorAnnouncedWhileNothingCanBeKept(t *testing.T) {
	o := newOffice(t, request.Access{})
	for range 3 {
		o.do(digestline.Add{Draft: draft("A")})
	}
	o.do(standing.About("digest", "pause", 2))
	o.do(standing.About("digest", "remove", 3))
	o.Keeps, o.board.said = commandstest.Full, nil
	before := len(o.book.changes[1]) + len(o.book.changes[2]) + len(o.book.changes[3])
	moved := draft("A", "B")
	moved.In = grammar.Place{ID: "C9"}
	for _, cmd := range []request.Command{
		digestline.Add{Draft: draft("B")},
		digestline.Edit{ID: 1, Draft: moved},
		standing.About("digest", "pause", 1),
		standing.About("digest", "resume", 2),
		standing.About("digest", "remove", 1),
		standing.About("digest", "restore", 3),
	} {
		if r := o.do(cmd); r.Outcome != "store_away" || !strings.HasPrefix(r.Text, commandstest.Refusal) || !r.Retry() {
			t.Errorf("%T: %+v", cmd, r)
		}
	}
	for _, cmd := range []request.Command{standing.List{Noun: "digest"}, standing.About("digest", "show", 1), standing.About("digest", "run", 1)} {
		if r := o.do(cmd); r.Outcome == "store_away" {
			t.Errorf("%T: %+v, which only reads", cmd, r)
		}
	}
	if after := len(o.book.changes[1]) + len(o.book.changes[2]) + len(o.book.changes[3]); after != before || len(o.book.digests) != 3 || len(o.board.said) > 0 {
		t.Errorf("%d changes, %d digests, told %+v", after-before, len(o.book.digests), o.board.said)
	}
}

// The store fills up between the word to the channel and the digest's first slot.
func TestADigestWhoseFirstSlotIsNotKeptSaysHowItIsStarted(t *testing.T) {
	o := newOffice(t, request.Access{})
	o.book.err = commandstest.ErrFull
	r := o.do(digestline.Add{Draft: draft("A")})
	o.wants(r, "its disk is full", "does not run yet", "/aht digest resume 1")
	o.book.err = nil
	o.wants(o.do(standing.About("digest", "resume", 1)), "runs again")
}

// TestWhatMayMeanTwoThingsIsAskedBack checks the buttons, in their order.
func TestWhatMayMeanTwoThingsIsAskedBack(t *testing.T) {
	for said, want := range map[string]string{
		"at 9:00":                      "Every day; Working days",
		"daily at 9 tz IST":            "Asia/Kolkata, India; Europe/Dublin, Ireland; Asia/Jerusalem, Israel",
		"daily at 9 GMT+5:30":          "Asia/Kolkata, India; Asia/Colombo, Sri Lanka",
		"daily at 9 until 03/04/27":    "Sat 3 Apr 2027; Thu 4 Mar 2027",
		"monthly at 9":                 "First day; Last day; First working day; Last working day",
		"fortnightly at 9":             "Mondays; Tuesdays; Wednesdays; Thursdays; Fridays",
		"every second monday at 9":     "Every 2 weeks; Once a month",
		"biweekly mon,thu at 9":        "Every 2 weeks; Each week on those days",
		"at 9:00 until 03/04/2027":     `Add digest: "Sales" daily at 9:00 until 2027-04-03; Add digest: "Sales" daily at 9:00 until 2027-03-04`,
		"daily 9am tz +05:30 as chart": "Asia/Kolkata, India; Asia/Colombo, Sri Lanka",
	} {
		o := newOffice(t, request.Access{})
		r, ok := o.Now(request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Text: "digest add campaign Sales " + said})
		var labels []string
		answers := slices.DeleteFunc(commands.Pressable(r).Buttons, func(b reply.Button) bool { return strings.HasPrefix(b.Value, "help") || b.Action == reply.ActionForm })
		for _, b := range answers {
			labels = append(labels, b.Label)
		}
		if got := strings.Join(labels, "; "); !ok || got != want || len(r.Try) != len(labels) {
			t.Errorf("%q offers %q for %q, want %q", said, got, r.Try, want)
		}
		for _, b := range answers {
			if done, _ := o.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Action: b.Action, Value: b.Value}); done.Outcome != "digest" {
				t.Errorf("%q: %q is answered with %q", said, b.Value, done.Text)
			}
		}
	}
}
