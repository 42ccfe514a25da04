// Package commandstest is what the tests of the rooms of commands share: what a Handler sees
// in memory, and short ways to ask it. Only tests import it.
package commandstest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Noon is when questions are asked: 08:35 UTC on a Sunday.
var Noon = time.Date(2026, 11, 22, 8, 35, 0, 0, time.UTC)

// World is what a Handler sees: one reading at most, one person, an upstream that counts.
type World struct {
	Reading    *aht.Reading   // the latest of every target
	Past       *aht.Reading   // an older one
	Asker      request.Person // whoever asks
	Remembered bool           // whether it is known from memory who asks
	Group      string         // the user group the person is in
	Asked      int            // questions upstream
	AskedFor   string         // who the last of them was for
	Err        error          // what upstream answers
}

// Latest implements [request.Memory].
func (w *World) Latest(t aht.Target) (aht.Reading, bool) {
	if w.Reading == nil {
		return aht.Reading{}, false
	}
	r := *w.Reading
	r.Target = t
	return r, true
}

// Before implements [request.Memory].
func (w *World) Before(t aht.Target, at time.Time) (aht.Reading, bool) {
	if w.Past == nil || w.Past.At.After(at) {
		return aht.Reading{}, false
	}
	r := *w.Past
	r.Target = t
	return r, true
}

// Ask implements [request.Upstream].
func (w *World) Ask(_ context.Context, who string, t aht.Target) (aht.Reading, error) {
	w.Asked++
	w.AskedFor = who
	return aht.Reading{Target: t, Mean: time.Minute, At: Noon.Add(time.Second)}, w.Err
}

// Turn implements [request.Upstream]: nobody waits.
func (w *World) Turn(aht.Target) (int, time.Duration, bool) { return 0, 0, false }

// Known implements [request.People].
func (w *World) Known(string) (request.Person, bool) { return w.Asker, w.Remembered }

// Person implements [request.People].
func (w *World) Person(context.Context, string) (request.Person, error) { return w.Asker, nil }

// KnownMember implements [request.People]: nothing is known of groups from memory.
func (w *World) KnownMember(string, []string) (in, known bool) { return false, false }

// Member implements [request.People].
func (w *World) Member(_ context.Context, _ string, groups []string) (bool, error) {
	return slices.Contains(groups, w.Group), nil
}

// Handler returns a Handler over w that keeps nothing.
func (w *World) Handler(access request.Access) *commands.Handler {
	return commands.NewHandler(request.Config{
		Memory: w, Upstream: w, People: w, Access: access, Health: func() request.Health { return request.Health{} },
		MaxAge: time.Minute, Zone: time.UTC,
	})
}

// Ask is the line text, typed by U1 at Noon.
func Ask(text string) request.Question { return request.Question{User: "U1", Text: text, At: Noon} }

// Campaign is the target of the campaign of that name.
func Campaign(t *testing.T, name string) aht.Target {
	t.Helper()
	c, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Names are the campaigns known, listed three hours before Noon.
type Names []string

// Campaigns implements [request.Names].
func (n Names) Campaigns() ([]string, time.Time) { return n, Noon.Add(-3 * time.Hour) }

// Floor are the campaigns of a small contact centre.
var Floor = Names{"Collections North", "Collections_South", "Sales Outbound"}

// Has checks that r says all of words.
func Has(t *testing.T, r reply.Reply, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(r.Text, w) {
			t.Errorf("%q does not say %q", r.Text, w)
		}
	}
}

// ErrFull is what a store says that can be read and not written.
var ErrFull error = fullError{}

// Refusal is how an answer begins that changed nothing because of ErrFull.
const Refusal = "My store can't keep anything just now (its disk is full), so nothing was changed."

// Full is whether such a store keeps anything: a Config's Keeps.
func Full(context.Context) error { return ErrFull }

type fullError struct{}

func (fullError) Error() string      { return "the store is away: SECRET CAUSE" }
func (fullError) StoreCause() string { return "disk-full" }
func (fullError) NothingKept() bool  { return true }

// UpstreamError is an error of the upstream, by its class and reason, which says a secret.
type UpstreamError struct {
	Class, Reason string
	In            time.Duration // until asking again makes sense
}

// Error implements error.
func (UpstreamError) Error() string { return "SECRET" }

// ErrorClass implements [request.UpstreamError].
func (e UpstreamError) ErrorClass() string { return e.Class }

// ErrorReason implements [request.UpstreamError].
func (e UpstreamError) ErrorReason() string { return e.Reason }

// RetryIn implements [request.UpstreamError].
func (e UpstreamError) RetryIn() time.Duration { return e.In }

// Links keeps who is which agent by the rules of [request.Links], by Slack id.
type Links map[string]aht.Link

// Link implements [request.Links].
func (s Links) Link(_ context.Context, user string) (aht.Link, bool, error) {
	l, ok := s[user]
	return l, ok, nil
}

// SetLink implements [request.Links].
func (s Links) SetLink(_ context.Context, l aht.Link) (bool, error) {
	for user, other := range s {
		if user == l.User || other.Agent != l.Agent {
			continue
		}
		if l.Proof < other.Proof || l.Proof == aht.Said {
			return false, nil
		}
		delete(s, user)
	}
	s[l.User] = l
	return true, nil
}

// DropLink implements [request.Links].
func (s Links) DropLink(_ context.Context, user string) (bool, error) {
	_, had := s[user]
	delete(s, user)
	return had, nil
}
