package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// How much of its past a digest shows.
const (
	showRan     = 6
	showChanges = 3
)

// listDigests lists the digests of a place, or all.
func (h DigestRoom) listDigests(ctx context.Context, c ListDigests, q Question) (Reply, error) {
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	var shown []digest.Digest
	for _, d := range all {
		if c.All || d.Channel == q.Place {
			shown = append(shown, d)
		}
	}
	if len(shown) == 0 {
		return noDigests(c, len(all)), nil
	}
	r := Reply{Outcome: "digest", Title: "Digests", Table: &Table{
		Caption: "Digests, what they show and when", Header: []string{"No.", "Shows", "When", "Next"}, Narrow: []int{0, 1, 3},
	}}
	words := make([]string, 0, len(shown))
	for _, d := range shown {
		what, when, next := listed(d), whenWords(d.Order.Rule)+" ("+d.Order.Rule.Spec().Zone+")", h.nextCell(d, q.At)
		r.Table.Rows = append(r.Table.Rows, []Cell{Number(strconv.FormatInt(d.ID, 10), float64(d.ID)), Words(what), Words(when), Words(next)})
		words = append(words, fmt.Sprintf("%d: %s, %s, next %s", d.ID, what, when, next))
	}
	line := plural(len(shown), "digest") + " in all."
	if !c.All {
		line = plural(len(shown), "digest") + " in this channel."
		if strings.HasPrefix(q.Place, "D") {
			line = plural(len(shown), "digest") + " in this direct message."
		}
	}
	r.Lines, r.Try = []string{line}, []string{aboutDigest("show", shown[0].ID)}
	if len(all) > len(shown) {
		r.Try = append(r.Try, Name+" digest list all")
	}
	if c.All {
		r.Credits = placesOf(shown)
	}
	r.Text = joinSentences(line, strings.Join(words, "; ")+".")
	return r, nil
}

// noDigests is the list when it is empty.
func noDigests(c ListDigests, elsewhere int) Reply {
	line := "No digest is posted here yet. To get figures at fixed times, type for example:"
	if c.All {
		line = "There is no digest yet. To get figures at fixed times, type for example:"
	}
	r := digestReply(line)
	r.Try = []string{Name + ` digest add campaign "Sales Outbound" weekdays at 11:00, 13:00, 15:00`}
	if elsewhere > 0 {
		r.Try = append(r.Try, Name+" digest list all")
		r.Note = fmt.Sprintf("Other places have %s.", plural(elsewhere, "digest"))
	}
	r.Text = joinSentences(r.Note, line, tryText(r.Try))
	return r
}

// listed names a digest in the list.
func listed(d digest.Digest) string {
	if d.Order.Name != "" {
		return short(d.Order.Name)
	}
	return whatWords(d.Order.Selection)
}

func (h DigestRoom) nextCell(d digest.Digest, now time.Time) string {
	switch {
	case d.Paused && d.Until.IsZero():
		return "paused"
	case d.Paused:
		return "paused until " + dateWords(d.Until)
	case d.Next.At.IsZero() && h.slotAfter(d, now).At.IsZero():
		return "over"
	case d.Next.At.IsZero():
		return "not started"
	default:
		return slotWords(d.Next, now, d.Order.Rule.Zone())
	}
}

// placesOf says which digests are in which channels, of the first five.
func placesOf(all []digest.Digest) []Credit {
	var order []string
	ids := map[string][]string{}
	for _, d := range all {
		if ids[d.Channel] == nil && !strings.HasPrefix(d.Channel, "D") {
			order = append(order, d.Channel)
		}
		ids[d.Channel] = append(ids[d.Channel], strconv.FormatInt(d.ID, 10))
	}
	var out []Credit
	for _, channel := range order[:min(len(order), 5)] {
		out = append(out, Credit{Role: RolePlace, ID: channel, When: someOf(ids[channel], 8)})
	}
	return out
}

// showDigest tells all about one.
func (h DigestRoom) showDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	d, no, err := h.findDigest(ctx, id)
	if no != nil {
		return *no, err
	}
	ran, err := h.Digests.Ran(ctx, id, showRan)
	if err != nil {
		return digestAway(), err
	}
	changes, err := h.Digests.Changes(ctx, id, showChanges)
	if err != nil {
		return digestAway(), err
	}
	lines := []string{digestSentence(d, Place{}, q), h.nextRunsWords(d, q.At), ranWords(ran, d, q.At)}
	if d.Paused && d.Why != "" {
		lines = append(lines, orphaned)
	}
	r := Reply{
		Outcome: "digest", Title: digestName(d), Lines: lines,
		Try:     []string{aboutDigest("run", id), aboutDigest("pause", id), aboutDigest("remove", id)},
		Note:    "To change it: " + aboutDigest("edit", id) + " and what changes.",
		Credits: append(digestPlaceCredit(d, q), h.digestHistory(d, changes, q)...),
	}
	if d.Paused {
		r.Try[1] = aboutDigest("resume", id)
	}
	r.Text = joinSentences(append([]string{r.Title + ":"}, lines...)...)
	return r, nil
}

// orphaned says why ahtbot paused a digest.
const orphaned = "ahtbot paused it: who set it up has no active account here any more. Whoever resumes it takes it over."

// digestHistory says who set d up and who changed it, the newest first.
func (h DigestRoom) digestHistory(d digest.Digest, changes []Change, q Question) []Credit {
	when := func(at time.Time) string {
		at = at.In(d.Order.Rule.Zone())
		return "on " + dayWords(at, q.At) + ", " + at.Format("15:04 MST")
	}
	out := []Credit{{Role: RoleSetUp, ID: d.By, When: when(d.Made)}}
	for _, c := range changes {
		if c.By == "" || c.Did == "made" {
			continue
		}
		role, how := RoleChanged, ""
		switch c.Did {
		case "paused":
			role = RolePaused
		case "removed":
			role = RoleRemoved
		case "sent":
			role = RoleSent
		case "edited":
		default:
			how = " (" + c.Did + ")"
		}
		out = append(out, Credit{Role: role, ID: c.By, When: when(c.At) + how})
	}
	return out
}

// ranWords says what became of the last runs, the newest first.
func ranWords(ran []digest.SlotResult, d digest.Digest, now time.Time) string {
	if len(ran) == 0 {
		return "It has not been posted yet."
	}
	words := make([]string, 0, len(ran))
	for _, r := range ran {
		words = append(words, slotWords(r.Slot, now, d.Order.Rule.Zone())+" "+outcomeWords(r, d.Channel))
	}
	return "Last runs: " + strings.Join(words, "; ") + "."
}

func outcomeWords(r digest.SlotResult, channel string) string {
	switch r.Outcome {
	case digest.Posted:
		if r.Late >= digest.LateFrom {
			return "posted, late by " + inMinutes(r.Late)
		}
		return "posted"
	case digest.Unsure:
		return "may stand in the channel: ahtbot was cut off while posting, and did not repeat it"
	case digest.Skipped:
		return "missed"
	case digest.Failed:
		return "not posted: " + lowerFirst(strings.TrimSuffix(PostFault(r.Cause, channel), "."))
	default:
		return "under way"
	}
}

// runDigest shows who asks what the digest would be now.
func (h DigestRoom) runDigest(ctx context.Context, id int64, q Question) (Reply, error) {
	d, no, err := h.findDigest(ctx, id)
	if no != nil {
		return *no, err
	}
	report, err := h.Digests.Preview(ctx, d)
	if err != nil {
		return h.digestUnread(err, q), err
	}
	report.Preview = true
	return DigestMessage(report), nil
}

// digestUnread words why the figures of a digest can't be had now.
func (h DigestRoom) digestUnread(err error, q Question) Reply {
	_, known := errors.AsType[upstreamError](err)
	if known || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Explain(err, aht.Target{}, q.Ref)
	}
	return digestAway()
}
