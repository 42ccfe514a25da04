package commands

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// What digests are bound by here.
const (
	mostDigests = 100              // of one channel: nobody reads more
	undoFor     = 10 * time.Minute // after which a removed digest is gone
	showNext    = 3                // runs named in an answer
)

// Do does cmd when it is about digests; false when it is not.
func (h DigestRoom) Do(ctx context.Context, cmd Command, q Question) (r Reply, err error, done bool) {
	var do func() (Reply, error)
	switch cmd := cmd.(type) {
	case AddDigest:
		do = func() (Reply, error) { return h.addDigest(ctx, cmd, q) }
	case EditDigest:
		do = func() (Reply, error) { return h.editDigest(ctx, cmd, q) }
	case ListDigests:
		do = func() (Reply, error) { return h.listDigests(ctx, cmd, q) }
	case ShowDigest:
		do = func() (Reply, error) { return h.showDigest(ctx, cmd.ID, q) }
	case PauseDigest:
		do = func() (Reply, error) { return h.pauseDigest(ctx, cmd, q) }
	case ResumeDigest:
		do = func() (Reply, error) { return h.resumeDigest(ctx, cmd.ID, q) }
	case RunDigest:
		do = func() (Reply, error) { return h.runDigest(ctx, cmd.ID, q) }
	case SendDigest:
		do = func() (Reply, error) { return h.sendDigest(ctx, cmd.ID, q) }
	case RemoveDigest:
		do = func() (Reply, error) { return h.removeDigest(ctx, cmd.ID, q) }
	case undoEdit:
		do = func() (Reply, error) { return h.undoDigest(ctx, cmd, q) }
	case RestoreDigest:
		do = func() (Reply, error) { return h.restoreDigest(ctx, cmd.ID, q) }
	case Several:
		if cmd.Noun != nounDigest {
			return Reply{}, nil, false
		}
		r, err = things{kept: h.Digests != nil, away: digestAway(), zone: h.Zone, find: h.digestOne, all: h.digestsOf}.several(ctx, cmd, q)
		return r, err, true
	default:
		return Reply{}, nil, false
	}
	if h.Digests == nil {
		return digestReply("Digests are not switched on here."), nil, true
	}
	r, err = do()
	return r, err, true
}

// digestReply is lines about digests, without anything else.
func digestReply(lines ...string) Reply {
	return Reply{Outcome: "digest", Lines: lines, Text: joinSentences(lines...)}
}

// digestRefusal says why a line about digests is not done, and what to type instead.
func digestRefusal(line string, try ...string) *Reply {
	r := Reply{Outcome: "usage", Lines: []string{line}, Try: try, Text: joinSentences(line, tryText(try))}
	return &r
}

// digestAway is for a store that can't be read.
func digestAway() Reply {
	line := "The store that keeps digests does not answer, so I can't tell you about them now. Try again in a minute."
	return oneLine("store_away", line)
}

// digestUnkept is for a change that err kept from being kept.
func digestUnkept(err error) Reply {
	return notKept(err, "The store that keeps digests does not answer, so I can't say whether that was kept. In a minute the list shows it:", ListDigests{})
}

// digestName names d at the beginning of a sentence.
func digestName(d digest.Digest) string {
	if d.Order.Name == "" {
		return fmt.Sprintf("Digest %d", d.ID)
	}
	return fmt.Sprintf("Digest %d (%s)", d.ID, short(d.Order.Name))
}

// findDigest returns the digest id that stands, or the Reply that there is none.
func (h DigestRoom) findDigest(ctx context.Context, id int64) (digest.Digest, *Reply, error) {
	d, ok, err := h.Digests.Digest(ctx, id)
	switch {
	case err != nil:
		away := digestAway()
		return d, &away, err
	case !ok:
		return d, digestRefusal(fmt.Sprintf("There is no digest %d. Those there are:", id), Name+" digest list all"), nil
	case !d.Removed.IsZero():
		return d, digestRefusal(fmt.Sprintf("Digest %d was removed. Within ten minutes of that you can bring it back:", id), aboutDigest("restore", id)), nil
	}
	return d, nil, nil
}

// ownDigest is findDigest for who wants to change the digest.
func (h DigestRoom) ownDigest(ctx context.Context, id int64, q Question) (digest.Digest, *Reply, error) {
	d, no, err := h.findDigest(ctx, id)
	if no != nil {
		return d, no, err
	}
	no, err = h.mayChangeDigest(ctx, d, q)
	return d, no, err
}

func (h DigestRoom) mayChangeDigest(ctx context.Context, d digest.Digest, q Question) (*Reply, error) {
	return h.mayChange(ctx, d.By, fmt.Sprintf("set up digest %d", d.ID), q)
}

// keepDigest keeps d in the place of was. A digest whose next slot alone has moved meanwhile has
// been changed by nobody, so then it is tried once more.
func (h DigestRoom) keepDigest(ctx context.Context, was, d digest.Digest, did string, q Question) (digest.Digest, *Reply, error) {
	kept, err := h.Digests.Change(ctx, d, q.User, did)
	if errors.Is(err, ErrChanged) {
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
	case errors.Is(err, ErrChanged):
		r, err := h.digestMeanwhile(ctx, d.ID, q)
		return d, &r, err
	case err != nil:
		r := digestUnkept(err)
		return d, &r, err
	}
	return kept, nil, nil
}

// sameButNext reports whether two states of a digest differ in nothing that people change.
func sameButNext(a, b digest.Digest) bool {
	a.Next, b.Next = digest.Slot{}, digest.Slot{}
	a.Version, b.Version = 0, 0
	return reflect.DeepEqual(a, b)
}

// digestMeanwhile says that somebody else was faster, and how the digest stands now.
func (h DigestRoom) digestMeanwhile(ctx context.Context, id int64, q Question) (Reply, error) {
	return h.digestStands(ctx, id, fmt.Sprintf("Somebody changed digest %d meanwhile, so your change was not kept. This is how it stands:", id), q)
}

// digestStands shows a digest that was not changed, and says why first.
func (h DigestRoom) digestStands(ctx context.Context, id int64, line string, q Question) (Reply, error) {
	r, err := h.showDigest(ctx, id, q)
	r.Lines, r.Text = append([]string{line}, r.Lines...), joinSentences(line, r.Text)
	r.Outcome = "changed"
	return r, err
}

// slotAfter is the next slot of d, which is not paused, after a moment.
func (h DigestRoom) slotAfter(d digest.Digest, after time.Time) digest.Slot {
	slot, _ := d.Order.Rule.Next(after, h.Digests.Calendars())
	return slot
}

// upcomingRuns is what comes of d, which may be paused.
func (h DigestRoom) upcomingRuns(d digest.Digest, now time.Time) []digest.Run {
	if d.Paused && d.Until.IsZero() {
		return nil
	}
	if d.Paused {
		now = later(now, beginning(d.Until, d.Order.Rule.Zone()))
	}
	return d.Order.Rule.Upcoming(now, showNext, h.Digests.Calendars())
}

// beginning is the last moment before a day.
func beginning(d digest.Date, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).Add(-1)
}

// nextRunsWords says when d comes next.
func (h DigestRoom) nextRunsWords(d digest.Digest, now time.Time) string {
	runs := runsWords(h.upcomingRuns(d, now), now, d.Order.Rule.Zone())
	switch {
	case d.Paused && d.Until.IsZero():
		return "It is paused, so nothing comes until somebody resumes it."
	case runs == "":
		return "Nothing comes any more: its last day is over."
	case d.Paused:
		return "It is paused until " + dateWords(d.Until) + ". Next: " + runs + "."
	case d.Next.At.IsZero():
		return "It was never started. To start it: " + aboutDigest("resume", d.ID) + "."
	default:
		return "Next: " + runs + "."
	}
}

// digestSentence says what d is: the line that was understood.
func digestSentence(d digest.Digest, in Place, q Question) string {
	words := fmt.Sprintf("%s: %s (%s), %s", upperFirst(whatWords(d.Order.Selection)), whenWords(d.Order.Rule), d.Order.Rule.Spec().Zone, digestPlaceWords(d, in, q))
	switch d.Order.View {
	case digest.ViewTable:
		words += ", as a table"
	case digest.ViewChart:
		words += ", as a chart"
	case digest.ViewBoth:
	}
	switch d.Order.Filter {
	case digest.ShowOffTarget:
		words += ", only those off target"
	case digest.ShowChanged:
		words += ", only those that changed"
	case digest.ShowWithCalls:
		words += ", only those with calls"
	case digest.ShowAll:
	}
	return words + "."
}

// digestPlaceWords says where d is posted; the name of another channel stands in a Credit.
func digestPlaceWords(d digest.Digest, in Place, q Question) string {
	switch {
	case d.Channel == q.Place && strings.HasPrefix(d.Channel, "D"):
		return "in this direct message"
	case d.Channel == q.Place:
		return "in this channel"
	case d.Channel == in.ID && in.Name != "":
		return "in #" + short(in.Name)
	case strings.HasPrefix(d.Channel, "D"):
		return "in a direct message"
	default:
		return "in another channel"
	}
}

// digestPlaceCredit names the channel of d where the words don't.
func digestPlaceCredit(d digest.Digest, q Question) []Credit {
	if d.Channel == q.Place || strings.HasPrefix(d.Channel, "D") {
		return nil
	}
	return []Credit{{Role: RolePlace, ID: d.Channel}}
}

// digestPlace returns the channel a line means, or why it can't be one.
func digestPlace(in Place, q Question) (string, *Reply) {
	switch {
	case in == Place{} && q.Place == "":
		return "", digestRefusal("I can't tell which channel this is. Name it with in #channel, chosen from Slack's list.")
	case in == Place{}:
		return q.Place, nil
	case in.ID == "":
		return "", digestRefusal(fmt.Sprintf("I can't tell which channel #%s is. Type # and choose the channel from the list Slack shows, so that the name becomes a link.", short(in.Name)))
	case !slices.Contains([]string{"C", "G", "D"}, in.ID[:1]) || in.ID[0] == 'D' && in.ID != q.Place:
		return "", digestRefusal("A digest goes to a channel, or to the direct message it is set up in. Choose a channel from Slack's list, or type the line in our direct message.")
	default:
		return in.ID, nil
	}
}

// DigestRoom does what lines and buttons about digests ask.
type DigestRoom struct{ *Desk }
