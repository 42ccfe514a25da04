package blocks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/digests/digestpost"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

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
		r.Previous = read(before, slotAt.At.Add(-121*time.Minute))
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
func digestMessages(t *testing.T) map[string]Message {
	t.Helper()
	out := map[string]Message{}
	post := func(name string, change func(*digest.Report)) {
		report := floorReport(t)
		change(&report)
		out["digest-post-"+name] = Message{Reply: digestpost.Message(report), For: ForAll}
	}
	post("floor", func(*digest.Report) {})
	plain := out["digest-post-floor"]
	plain.plain = true
	out["digest-post-floor-plain"] = plain
	post("table", func(r *digest.Report) { r.Digest.Order.View = digest.ViewTable; r.Digest.Order.Name = "Morning round" })
	post("chart", func(r *digest.Report) { r.Digest.Order.View = digest.ViewChart })
	post("late-missed", func(r *digest.Report) {
		r.Late = 6 * time.Minute
		for i := range r.Rows {
			if r.Rows[i].HasReading() {
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
			if r.Rows[i].HasReading() {
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
	post("off-target", func(r *digest.Report) { r.Digest.Order.Filter = digest.ShowOffTarget; r.Rows = r.Rows[:3] })
	post("filter-empty", func(r *digest.Report) {
		r.Digest.Order.Filter = digest.ShowOffTarget
		r.Rows = []digest.Row{figuresOf(t, "Sales Outbound", 171, 180, 210), figuresOf(t, "Renewals", 171, 180, 180), figuresOf(t, "Winter Trial", 0, 0, 0)}
	})
	post("no-targets", func(r *digest.Report) {
		for i := range r.Rows {
			r.Rows[i].Goal = aht.Goal{}
		}
	})
	post("one", func(r *digest.Report) { r.Rows = r.Rows[2:3] })
	post("none", func(r *digest.Report) { r.Digest.Order.Selection, r.Rows = digest.Selection{Group: "West"}, nil })
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
