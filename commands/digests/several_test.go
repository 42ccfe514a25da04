package digests_test

import (
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

func TestSeveralDigestsAreChangedAfterOneConfirmation(t *testing.T) {
	o := newOffice(t, request.Access{Admins: []string{"U9"}})
	d, inChannel := o.book, func(q *request.Question) { q.Channel = true }
	says := func(line string) reply.Reply {
		t.Helper()
		r, err := o.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Channel: true, Text: line, Ref: "abc234"})
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		return r
	}
	presses := func(r reply.Reply, label string) reply.Reply { t.Helper(); return o.press(r, label, inChannel) }
	rule, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{540}, Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	for id := int64(1); id <= 4; id++ {
		by, channel := "U1", "C1"
		switch id {
		case 3:
			by = "U2"
		case 4:
			channel = "D1"
		}
		next, _ := rule.Next(commandstest.Noon, digest.Calendars{})
		d.digests[id] = digest.Digest{ID: id, Version: 1, Channel: channel, By: by, Made: commandstest.Noon, Next: next, Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Sales"}}, Rule: rule}}
	}
	r := says("digest remove 1 2")
	commandstest.Has(t, r, "Nothing is changed yet", "#1 Sales, ", "#2 Sales, ")
	r = presses(r, "Remove 2 digests")
	if r.Title != "2 digests removed" || d.digests[1].Removed.IsZero() || d.digests[2].Removed.IsZero() {
		t.Errorf("%q, %+v", r.Title, d.digests)
	}
	presses(r, "Undo")
	if !d.digests[1].Removed.IsZero() || d.digests[1].Next.At.IsZero() {
		t.Errorf("after Undo: %+v", d.digests[1])
	}
	r = says("digest pause all")
	commandstest.Has(t, r, "“All” are the digests of this channel", "somebody else made them: #3")
	r = presses(r, "Pause 2 digests")
	if !d.digests[1].Paused || !d.digests[2].Paused || d.digests[3].Paused || d.digests[4].Paused {
		t.Errorf("%q, %+v", r.Title, d.digests)
	}
	r = presses(says("digest resume 1-4"), "Resume 2 digests")
	commandstest.Has(t, r, "Like that already: #4", "somebody else made them: #3")
	if d.digests[1].Paused || d.digests[1].Next.At.IsZero() {
		t.Errorf("after resume: %+v", d.digests[1])
	}
	commandstest.Has(t, says("digest pause 1, 2 until 2020-01-01"), "None of these", "#1: That day has come already")
	d.before = func() {
		e := d.digests[1]
		e.Order.Name = "Other"
		e.Version++
		d.digests[1] = e
	}
	commandstest.Has(t, says("digest pause 1, 2 until friday"), "Pause 2 digests until "+dayAfter(commandstest.Noon, time.Friday)+"?")
	r = presses(says("digest pause 1, 2 until 2099-01-01"), "Pause 2 digests")
	commandstest.Has(t, r, "#1: somebody else changed it at that moment", "#2 Sales")
	if r.Title != "1 digest paused until Thu 1 Jan 2099" && d.digests[2].Until.Year != 2099 {
		t.Errorf("%q, %+v", r.Title, d.digests[2])
	}
}

// dayAfter is the first such weekday after at, as people read it.
func dayAfter(at time.Time, day time.Weekday) string {
	for at = at.AddDate(0, 0, 1); at.Weekday() != day; {
		at = at.AddDate(0, 0, 1)
	}
	return at.Format("Mon 2 Jan 2006")
}
