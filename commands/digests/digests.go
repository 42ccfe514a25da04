// Package digests does what lines and buttons about digests ask. What the lines say is read by digestline; what is posted at
// a digest's time is worded by digestpost.
package digests

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// What digests are bound by here.
const (
	mostDigests = 100              // of one channel: nobody reads more
	undoFor     = 10 * time.Minute // after which a removed digest is gone
	showNext    = 3                // runs named in an answer
)

// Handler does what lines and buttons about digests ask.
type Handler struct{ *request.Base }

// Do does cmd when it is about digests; false when it is not.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	var do func() (reply.Reply, error)
	switch cmd := cmd.(type) {
	case digestline.Add:
		do = func() (reply.Reply, error) { return h.add(ctx, cmd, q) }
	case digestline.Edit:
		do = func() (reply.Reply, error) { return h.edit(ctx, cmd, q) }
	case undoEdit:
		do = func() (reply.Reply, error) { return h.undo(ctx, cmd, q) }
	case standing.List:
		if cmd.Noun != standing.NounDigest {
			return reply.Reply{}, false, nil
		}
		do = func() (reply.Reply, error) { return h.list(ctx, cmd.All, q) }
	case standing.Command:
		id, alone := cmd.Alone()
		switch {
		case cmd.Noun != standing.NounDigest:
			return reply.Reply{}, false, nil
		case !alone:
			r, err = standing.Things{Kept: h.Digests != nil, Away: digestAway(), Zone: h.Zone, Find: h.find, All: h.all}.Several(ctx, cmd, q)
			return r, true, err
		}
		do = func() (reply.Reply, error) { return h.one(ctx, cmd, id, q) }
	default:
		return reply.Reply{}, false, nil
	}
	if h.Digests == nil {
		return reply.OneLine("off", notSwitchedOn), true, nil
	}
	r, err = do()
	return r, true, err
}

// one does what is asked of one digest that stands.
func (h Handler) one(ctx context.Context, c standing.Command, id int64, q request.Question) (reply.Reply, error) {
	switch c.Verb {
	case "show":
		return h.show(ctx, id, q)
	case "run":
		return h.run(ctx, id, q)
	case "send":
		return h.send(ctx, id, q)
	default:
		return h.change(ctx, c, id, q)
	}
}

const notSwitchedOn = "Digests are not switched on here."

// digestReply is lines about digests, without anything else.
func digestReply(lines ...string) reply.Reply {
	return reply.Reply{Outcome: "digest", Lines: lines, Text: reply.JoinSentences(lines...)}
}

// digestRefusal says why a line about digests is not done, and what to type instead.
func digestRefusal(line string, try ...string) *reply.Reply {
	return &reply.Reply{Outcome: "usage", Lines: []string{line}, Try: try, Text: reply.JoinSentences(line, reply.TryText(try))}
}

// about is a refusal that names the field of a form that it is about.
func about(field string, no *reply.Reply) *reply.Reply {
	no.Field = field
	return no
}

// digestAway is for a store that can't be read.
func digestAway() reply.Reply {
	line := "The store that keeps digests does not answer, so I can't tell you about them now. Try again in a minute."
	return reply.OneLine("store_away", line)
}

// digestUnkept is for a change that err kept from being kept.
func digestUnkept(err error) reply.Reply {
	return request.NotKept(err, "The store that keeps digests does not answer, so I can't say whether that was kept. In a minute the list shows it:", standing.List{Noun: standing.NounDigest})
}

// digest returns the digest id that stands, or the Reply that there is none.
func (h Handler) digest(ctx context.Context, id int64) (digest.Digest, *reply.Reply, error) {
	d, ok, err := h.Digests.Digest(ctx, id)
	switch {
	case err != nil:
		return d, new(digestAway()), err
	case !ok:
		return d, digestRefusal(fmt.Sprintf("There is no digest %d. Those there are:", id), request.CommandWord+" digest list all"), nil
	case !d.Removed.IsZero():
		return d, digestRefusal(fmt.Sprintf("Digest %d was removed. Within ten minutes of that you can bring it back:", id), digestline.AboutDigest("restore", id)), nil
	}
	return d, nil, nil
}

// own is digest for who wants to change the digest.
func (h Handler) own(ctx context.Context, id int64, q request.Question) (digest.Digest, *reply.Reply, error) {
	d, no, err := h.digest(ctx, id)
	if no != nil {
		return d, no, err
	}
	no, err = h.mayChangeIt(ctx, d, q)
	return d, no, err
}

func (h Handler) mayChangeIt(ctx context.Context, d digest.Digest, q request.Question) (*reply.Reply, error) {
	return h.MayChange(ctx, d.By, fmt.Sprintf("set up digest %d", d.ID), q)
}

// keep keeps d in the place of was. A digest whose next slot alone has moved meanwhile has
// been changed by nobody, so then it is tried once more.
func (h Handler) keep(ctx context.Context, was, d digest.Digest, did string, q request.Question) (digest.Digest, *reply.Reply, error) {
	kept, err := h.Digests.Change(ctx, d, q.User, did)
	if errors.Is(err, request.ErrChanged) {
		now, ok, lost := h.Digests.Digest(ctx, d.ID)
		if lost == nil && ok && sameButNext(was, now) {
			d.Version = now.Version
			if d.Next == was.Next {
				d.Next = now.Next
			}
			kept, err = h.Digests.Change(ctx, d, q.User, did)
		}
	}
	switch {
	case errors.Is(err, request.ErrChanged) && q.Once != "":
		return d, new(whileOpen(d.ID)), nil
	case errors.Is(err, request.ErrChanged):
		r, err := h.meanwhile(ctx, d.ID, q)
		return d, &r, err
	case err != nil:
		return d, new(digestUnkept(err)), err
	}
	return kept, nil, nil
}

// sameButNext reports whether two states of a digest differ in nothing that people change.
func sameButNext(a, b digest.Digest) bool {
	a.Next, b.Next = digest.Slot{}, digest.Slot{}
	a.Version, b.Version = 0, 0
	return reflect.DeepEqual(a, b)
}

// meanwhile says that somebody else was faster, and how the digest stands now.
func (h Handler) meanwhile(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	return h.stands(ctx, id, fmt.Sprintf("Somebody changed digest %d meanwhile, so your change was not kept. This is how it stands:", id), q)
}

// stands shows a digest that was not changed, and says why first.
func (h Handler) stands(ctx context.Context, id int64, line string, q request.Question) (reply.Reply, error) {
	r, err := h.show(ctx, id, q)
	r.Lines, r.Text = append([]string{line}, r.Lines...), reply.JoinSentences(line, r.Text)
	r.Outcome = "changed"
	return r, err
}

// slotAfter is the next slot of d, which is not paused, after a moment.
func (h Handler) slotAfter(d digest.Digest, after time.Time) digest.Slot {
	slot, _ := d.Order.Rule.Next(after, h.Digests.Calendars())
	return slot
}

// upcomingRuns is what comes of d, which may be paused.
func (h Handler) upcomingRuns(d digest.Digest, now time.Time) []digest.Run {
	if d.Paused && d.Until.IsZero() {
		return nil
	}
	if d.Paused {
		now = digestpost.Later(now, beginning(d.Until, d.Order.Rule.Zone()))
	}
	return d.Order.Rule.Upcoming(now, showNext, h.Digests.Calendars())
}

// beginning is the last moment before a day.
func beginning(d digest.Date, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).Add(-1)
}

// nextRunsWords says when d comes next.
func (h Handler) nextRunsWords(d digest.Digest, now time.Time) string {
	runs := digestpost.RunsWords(h.upcomingRuns(d, now), now, d.Order.Rule.Zone())
	switch {
	case d.Paused && d.Until.IsZero():
		return "It is paused, so nothing comes until somebody resumes it."
	case runs == "":
		return "Nothing comes any more: its last day is over."
	case d.Paused:
		return "It is paused until " + grammar.DateWords(d.Until) + ". Next: " + runs + "."
	case d.Next.At.IsZero():
		return "It was never started. To start it: " + digestline.AboutDigest("resume", d.ID) + "."
	default:
		return "Next: " + runs + "."
	}
}

// digestSentence says what d is: the line that was understood.
func digestSentence(d digest.Digest, in grammar.Place, q request.Question) string {
	words := whatComes(d) + ", " + digestPlaceWords(d, in, q)
	if d.Order.View != digest.ViewBoth {
		words += ", as a " + d.Order.View.String()
	}
	if d.Order.Filter != digest.ShowAll {
		words += ", only " + digestpost.FilterWords(d.Order.Filter)
	}
	return words + "."
}

// whatComes says what d shows, and when.
func whatComes(d digest.Digest) string {
	return fmt.Sprintf("%s: %s (%s)", reply.UpperFirst(digestpost.WhatWords(d.Order.Selection)), digestpost.WhenWords(d.Order.Rule), d.Order.Rule.Spec().Zone)
}

// digestPlaceWords says where d is posted; the name of another channel stands in a Credit.
func digestPlaceWords(d digest.Digest, in grammar.Place, q request.Question) string {
	switch {
	case d.Channel == q.Place && strings.HasPrefix(d.Channel, "D"):
		return "in this direct message"
	case d.Channel == q.Place:
		return "in this channel"
	case d.Channel == in.ID && in.Name != "":
		return "in #" + reply.Short(in.Name)
	case strings.HasPrefix(d.Channel, "D"):
		return "in a direct message"
	case q.Place == "": // on Home
		return "in a channel"
	default:
		return "in another channel"
	}
}

// digestPlace returns the channel a line means, or why it can't be one.
func digestPlace(in grammar.Place, q request.Question) (string, *reply.Reply) {
	switch {
	case in == grammar.Place{} && q.Place == "":
		return "", about(form.FieldPlace, digestRefusal("I can't tell which channel this is. Name it with in #channel, chosen from Slack's list."))
	case in == grammar.Place{}:
		return q.Place, nil
	case in.ID == "":
		return "", about(form.FieldPlace, digestRefusal(fmt.Sprintf("I can't tell which channel #%s is. Type # and choose the channel from the list Slack shows, so that the name becomes a link.", reply.Short(in.Name))))
	case !slices.Contains([]string{"C", "G", "D"}, in.ID[:1]) || in.ID[0] == 'D' && in.ID != q.Place && q.Once == "": // a form is filled in anywhere: Slack says whose it is
		return "", about(form.FieldPlace, digestRefusal("A digest goes to a channel, or to the direct message it is set up in. Choose a channel from Slack's list, or type the line in our direct message."))
	default:
		return in.ID, nil
	}
}
