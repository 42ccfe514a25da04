package commandstest

import (
	"context"
	"time"

	"ahtbot/internal/aht"
)

// Goals keeps targets of campaigns by the rules of [request.Goals], and counts changes.
type Goals struct {
	Kept    map[aht.Target]aht.Goal // not nil
	Changes int
}

// KeptGoals returns Goals of which these are kept.
func KeptGoals(kept ...aht.Goal) *Goals {
	g := &Goals{Kept: map[aht.Target]aht.Goal{}}
	for _, one := range kept {
		g.Kept[one.Target] = one
	}
	return g
}

// Goal implements [request.Goals].
func (g *Goals) Goal(t aht.Target) (aht.Goal, bool) { one, ok := g.Kept[t]; return one, ok }

// All implements [request.Goals].
func (g *Goals) All() (all []aht.Goal) {
	for _, one := range g.Kept {
		all = append(all, one)
	}
	return all
}

// SetGoal implements [request.Goals].
func (g *Goals) SetGoal(_ context.Context, one aht.Goal) error {
	g.Kept[one.Target], g.Changes = one, g.Changes+1
	return nil
}

// DropGoal implements [request.Goals].
func (g *Goals) DropGoal(_ context.Context, t aht.Target, _ string) error {
	delete(g.Kept, t)
	g.Changes++
	return nil
}

// ChangeGoal implements [request.Goals].
func (g *Goals) ChangeGoal(_ context.Context, now, next aht.Goal, _ string) (bool, error) {
	t := now.Target
	if t.IsZero() {
		t = next.Target
	}
	stands, ok := g.Kept[t]
	if ok == now.Target.IsZero() || ok && (stands.Mean != now.Mean || stands.By != now.By || !stands.At.Truncate(time.Millisecond).Equal(now.At)) {
		return false, nil
	}
	if g.Changes++; next.Target.IsZero() {
		delete(g.Kept, t)
	} else {
		g.Kept[t] = next
	}
	return true, nil
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
		if l.Proof <= other.Proof && l.Proof != aht.Vouched {
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
