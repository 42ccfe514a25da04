package digests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// How much of its past a digest shows.
const (
	showRan     = 6
	showChanges = 3
)

// mostEdits is how many digests of a list have a button of their own, for who may change them.
const mostEdits = 3

// newDigest is the line that opens the form of a new digest.
const newDigest = "digest add"

// list lists the digests of a place, or those everywhere.
func (h Handler) list(ctx context.Context, everywhere bool, q request.Question) (reply.Reply, error) {
	all, err := h.Digests.All(ctx)
	if err != nil {
		return digestAway(), err
	}
	shown := slices.DeleteFunc(slices.Clone(all), func(d digest.Digest) bool { return !everywhere && d.Channel != q.Place })
	if len(shown) == 0 {
		return h.noDigests(everywhere, len(all)), nil
	}
	r := reply.Reply{Outcome: "digest", Title: "Digests", Table: &reply.Table{
		Caption: "Digests, what they show and when", Header: []string{"No.", "Shows", "When", "Next"}, Narrow: []int{0, 1, 3},
	}}
	words := make([]string, 0, len(shown))
	for _, d := range shown {
		what, when, next := listed(d), digestpost.WhenWords(d.Order.Rule)+" ("+d.Order.Rule.Spec().Zone+")", h.nextCell(d, q.At)
		r.Table.Rows = append(r.Table.Rows, []reply.Cell{reply.Number(strconv.FormatInt(d.ID, 10), float64(d.ID)), reply.Words(what), reply.Words(when), reply.Words(next)})
		words = append(words, fmt.Sprintf("%d: %s, %s, next %s", d.ID, what, when, next))
	}
	where := " in this channel."
	switch {
	case everywhere:
		where = " in all."
	case strings.HasPrefix(q.Place, "D"):
		where = " in this direct message."
	}
	line := reply.Plural(len(shown), "digest") + where
	r.Lines, r.Try = []string{line}, []string{digestline.AboutDigest("show", shown[0].ID)}
	if len(all) > len(shown) {
		r.Try = append(r.Try, request.CommandWord+" digest list all")
	}
	if everywhere {
		r.Credits = placesOf(shown)
	}
	for _, d := range shown[:min(len(shown), mostEdits)] {
		r.Buttons = h.editButton(ctx, r.Buttons, fmt.Sprintf("Edit digest %d", d.ID), d, q)
	}
	r.Buttons = h.AppendForm(r.Buttons, "New digest", newDigest)
	r.Text = reply.JoinSentences(line, strings.Join(words, "; ")+".")
	return r, nil
}

// Mine are the digests that who asks q set up, wherever they are posted.
func (h Handler) Mine(ctx context.Context, q request.Question) (out []standing.Brief, err error) {
	all, err := h.Digests.All(ctx)
	for _, d := range all {
		if d.By == q.User {
			out = append(out, h.Brief(d, q))
		}
	}
	return out, err
}

// Brief is a digest in a line, and when it comes next, for who asks q.
func (h Handler) Brief(d digest.Digest, q request.Question) standing.Brief {
	next := h.nextCell(d, q.At)
	if !d.Paused && !d.Next.At.IsZero() {
		next = "next " + next
	}
	return standing.Brief{Noun: standing.NounDigest, ID: d.ID, Says: fmt.Sprintf("%s, %s, %s", listed(d), digestpost.WhenWords(d.Order.Rule), next)}
}

// noDigests is the list when it is empty.
func (h Handler) noDigests(everywhere bool, elsewhere int) reply.Reply {
	line := "No digest is posted here yet. To get figures at fixed times, type for example:"
	if everywhere {
		line = "There is no digest yet. To get figures at fixed times, type for example:"
	}
	r := digestReply(line)
	r.Try = []string{request.CommandWord + ` digest add campaign "Sales Outbound" weekdays at 11:00, 13:00, 15:00`}
	r.Example = true
	if elsewhere > 0 {
		r.Try = append(r.Try, request.CommandWord+" digest list all")
		r.Note = fmt.Sprintf("Other places have %s.", reply.Plural(elsewhere, "digest"))
	}
	r.Buttons = h.AppendForm(nil, "New digest", newDigest)
	r.Text = reply.JoinSentences(r.Note, line, reply.TryText(r.Try))
	return r
}

// listed names a digest in the list.
func listed(d digest.Digest) string {
	if d.Order.Name != "" {
		return reply.Short(d.Order.Name)
	}
	return digestpost.WhatWords(d.Order.Selection)
}

func (h Handler) nextCell(d digest.Digest, now time.Time) string {
	switch {
	case d.Paused && d.Until.IsZero():
		return "paused"
	case d.Paused:
		return "paused until " + grammar.DateWords(d.Until)
	case d.Next.At.IsZero() && h.slotAfter(d, now).At.IsZero():
		return "over"
	case d.Next.At.IsZero():
		return "not started"
	default:
		return digestpost.SlotWords(d.Next, now, d.Order.Rule.Zone())
	}
}

// placesOf says which digests are in which channels, of the first five.
func placesOf(all []digest.Digest) []reply.Credit {
	var order []string
	ids := map[string][]string{}
	for _, d := range all {
		if ids[d.Channel] == nil && !strings.HasPrefix(d.Channel, "D") {
			order = append(order, d.Channel)
		}
		ids[d.Channel] = append(ids[d.Channel], strconv.FormatInt(d.ID, 10))
	}
	var out []reply.Credit
	for _, channel := range order[:min(len(order), 5)] {
		out = append(out, reply.Credit{Role: reply.RolePlace, ID: channel, When: reply.SomeOf(ids[channel], 8)})
	}
	return out
}

// show tells all about one.
func (h Handler) show(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	d, no, err := h.digest(ctx, id)
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
	lines := []string{digestSentence(d, grammar.Place{}, q), h.nextRunsWords(d, q.At), ranWords(ran, d, q.At)}
	if d.Paused && d.Why != "" {
		lines = append(lines, orphaned)
	}
	when := func(at time.Time) string {
		at = at.In(d.Order.Rule.Zone())
		return "on " + digestpost.DayWords(at, q.At) + ", " + at.Format("15:04 MST")
	}
	r := reply.Reply{
		Outcome: "digest", Title: digestpost.DigestName(d), Lines: lines,
		Try:     []string{digestline.AboutDigest("run", id), digestline.AboutDigest("pause", id), digestline.AboutDigest("remove", id)},
		Note:    "To change it: " + digestline.AboutDigest("edit", id) + " and what changes.",
		Credits: append(digestpost.DigestPlaceCredit(d, q), standing.Credits(d.By, d.Made, changes, when, " (%s)")...),
	}
	r.Buttons = h.editButton(ctx, nil, "Edit", d, q)
	if d.Paused {
		r.Try[1] = digestline.AboutDigest("resume", id)
	}
	r.Text = reply.JoinSentences(append([]string{r.Title + ":"}, lines...)...)
	return r, nil
}

// orphaned says why ahtbot paused a digest.
const orphaned = "ahtbot paused it: who set it up has no active account here any more. Whoever resumes it takes it over."

// ranWords says what became of the last runs, the newest first.
func ranWords(ran []digest.SlotResult, d digest.Digest, now time.Time) string {
	if len(ran) == 0 {
		return "It has not been posted yet."
	}
	words := make([]string, 0, len(ran))
	for _, r := range ran {
		words = append(words, digestpost.SlotWords(r.Slot, now, d.Order.Rule.Zone())+" "+outcomeWords(r, d.Channel))
	}
	return "Last runs: " + strings.Join(words, "; ") + "."
}

func outcomeWords(r digest.SlotResult, channel string) string {
	switch r.Outcome {
	case digest.Posted:
		if r.Late >= digest.LateFrom {
			return "posted, late by " + reply.InMinutes(r.Late)
		}
		return "posted"
	case digest.Unsure:
		return "may stand in the channel: ahtbot was cut off while posting, and did not repeat it"
	case digest.Skipped:
		return "missed"
	case digest.Failed:
		return "not posted: " + reply.LowerFirst(strings.TrimSuffix(reply.PostFault(r.Cause, channel), "."))
	default:
		return "under way"
	}
}

// run shows who asks what the digest would be now.
func (h Handler) run(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	d, no, err := h.digest(ctx, id)
	if no != nil {
		return *no, err
	}
	report, err := h.Digests.Preview(ctx, d)
	if err != nil {
		return h.unread(err, q), err
	}
	report.Preview = true
	return digestpost.Message(report), nil
}

// unread words why the figures of a digest can't be had now.
func (h Handler) unread(err error, q request.Question) reply.Reply {
	_, known := errors.AsType[request.UpstreamError](err)
	if known || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return request.Explain(err, aht.Target{}, q.Ref)
	}
	return digestAway()
}
