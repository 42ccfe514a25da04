package alert

import (
	"context"
	"errors"
	"time"
)

// UnknownTarget is the code that [Poster.TellMaker] gets of a rule whose target the account
// does not know.
const UnknownTarget = "unknown_target"

// Unknown notes that the account knows no target of that name, and puts a word to the maker
// of the rule on its way: once, until a reading comes or the rule is resumed. The message
// of an alert that stands shows it. Errors are those of [Loop.Amend].
func (l *Loop) Unknown(ctx context.Context, id int64, at time.Time) error {
	_, err := l.Amend(ctx, id, By{}, func(s Standing) (State, Turn, bool) {
		if !s.State.Unknown.IsZero() || s.State.Paused || !s.Watch.Removed.IsZero() {
			return s.State, Turn{}, false
		}
		s.State.Unknown = stamp(at)
		return s.State, Turn{Standing: s, Why: Unknown, At: stamp(at)}, true
	})
	return err
}

// unknown tells the maker of a rule that its target is not known, unless it is by now, or
// nobody wants to know any more. Where nobody takes that message, trying again would not help.
func (p *parcel) unknown(ctx context.Context) error {
	if p.State.Unknown.IsZero() || p.State.Paused || !p.Watch.Removed.IsZero() {
		return nil
	}
	err := p.cfg.Poster.TellMaker(ctx, p.Watch, UnknownTarget)
	refused, ok := errors.AsType[*PostError](err)
	switch {
	case err == nil:
		p.cfg.Log.InfoContext(ctx, "the maker of an alert was told that its target is not known", "rule", p.Watch.ID)
		return nil
	case ok && refused.Kind == FaultPlace:
		p.cfg.Log.WarnContext(ctx, "nobody can be told that the target of an alert is not known", "rule", p.Watch.ID, "code", refused.Code)
		return nil
	default:
		return p.after(ctx, err)
	}
}
