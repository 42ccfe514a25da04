package digests_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestBook is a place that keeps digests by the rules of the port: a change of another version
// than the one that stands is refused, removed ones are found for a while, and what is
// handed out is a copy.
type digestBook struct {
	t        *testing.T
	digests  map[int64]digest.Digest
	changes  map[int64][]request.Change
	ran      []digest.SlotResult
	names    []string // of campaigns, for groups
	watched  []string
	perMin   int
	away     bool
	before   func() // runs ahead of the next Change
	err      error  // what Change answers
	sent     []int64
	sendErr  error
	report   digest.Report
	holidays digest.Calendars
}

var errAway = errors.New("store away: SECRET CAUSE")

func newDigestBook(t *testing.T) *digestBook {
	t.Helper()
	return &digestBook{t: t, digests: map[int64]digest.Digest{}, changes: map[int64][]request.Change{}, perMin: 40}
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
	if b.err != nil {
		return d, b.err
	}
	if b.digests[d.ID].Version != d.Version {
		return d, request.ErrChanged
	}
	d.Version++
	b.digests[d.ID] = d
	b.changes[d.ID] = append([]request.Change{{At: commandstest.Noon, By: by, Did: did}}, b.changes[d.ID]...)
	return d, nil
}

func (b *digestBook) Ran(_ context.Context, _ int64, most int) ([]digest.SlotResult, error) {
	return b.ran[:min(most, len(b.ran))], nil
}

func (b *digestBook) Changes(_ context.Context, id int64, most int) ([]request.Change, error) {
	all := b.changes[id]
	return all[:min(most, len(all))], nil
}

func (b *digestBook) Preview(_ context.Context, d digest.Digest) (digest.Report, error) {
	r := b.report
	r.Digest, r.At = d, commandstest.Noon
	return r, b.sendErr
}

func (b *digestBook) Send(_ context.Context, d digest.Digest, _ string) error {
	if b.sendErr == nil {
		b.sent = append(b.sent, d.ID)
	}
	return b.sendErr
}

func (b *digestBook) Begin(due time.Time, n int) (time.Time, error) {
	return digest.ReadingStart(due, n, b.perMin)
}
func (b *digestBook) Calendars() digest.Calendars { return b.holidays }

func (b *digestBook) Campaigns(_ context.Context, w digest.Selection) ([]aht.Target, error) {
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
		out = append(out, commandstest.Campaign(b.t, n))
	}
	return out, nil
}

// board is channels to announce in.
type board struct {
	said []reply.Reply
	in   []string
	err  error
}

func (b *board) Announce(_ context.Context, channel string, r reply.Reply) error {
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
	w     *commandstest.World
}

func newOffice(t *testing.T, access request.Access) *office {
	t.Helper()
	o := &office{t: t, book: newDigestBook(t), board: &board{}, w: &commandstest.World{Remembered: true, Asker: request.Person{ID: "U1", Zone: "Asia/Calcutta"}}}
	o.Handler = o.w.Handler(access)
	o.Digests, o.Places = o.book, o.board
	return o
}

// do is what a person is told who types cmd in channel C1.
func (o *office) do(cmd request.Command, change ...func(*request.Question)) reply.Reply {
	o.t.Helper()
	q := request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Ref: "abc234"}
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

func as(user string) func(*request.Question) {
	return func(q *request.Question) { q.User = user }
}

func sure(q *request.Question) { q.Action = reply.ActionSure }

// tiles is the schedule of the README: every two hours of the shift.
var tiles = digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}}

func draft(names ...string) digestline.Draft {
	return digestline.Draft{What: digest.Selection{Campaigns: names}, When: tiles, HasWhen: true}
}

func (o *office) wants(r reply.Reply, words ...string) {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(r.Text, w) {
			o.t.Errorf("%q does not say %q", r.Text, w)
		}
	}
}
