package alerts

import (
	"context"
	"fmt"

	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// all are the alerts that all means.
func (h Handler) all(ctx context.Context, q request.Question) (ids []int64, err error) {
	all, err := h.Alerts.All(ctx)
	for _, s := range all {
		if standing.Direct(q) && s.Watch.By == q.User || !standing.Direct(q) && s.Watch.Channel == here(q) {
			ids = append(ids, s.Watch.ID)
		}
	}
	return ids, err
}

// find is what is to become of one alert.
func (h Handler) find(ctx context.Context, c standing.Several, id int64, q request.Question) (standing.One, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	o := standing.One{ID: id, Name: fmt.Sprintf("%s, %s", reply.Short(s.Watch.Target.Name()), alertpost.Condition(h.figures(s.Watch, s.State.Usual)))}
	if err != nil || !ok {
		o.Fate = standing.FateMissing
		return o, err
	}
	gone, restores := !s.Watch.Removed.IsZero(), c.Verb == "restore"
	may := h.mayChangeIt
	if c.Verb == "mute" || c.Verb == "unmute" {
		may = h.mayMute
	}
	no, err := may(ctx, s.Watch, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.Fate = standing.FateRemoved
	case no != nil:
		o.Fate = standing.FateForeign
	default:
		o.Do, ok = h.deed(s, c, q)
		if o.Fate = standing.FateAlready; ok {
			o.Fate = standing.FateDone
		}
	}
	return o, nil
}

// deed is what does c to an alert; false when it is like that already.
func (h Handler) deed(s alert.Standing, c standing.Several, q request.Question) (func(context.Context) error, bool) {
	id, paused := s.Watch.ID, s.State.Paused
	switch c.Verb {
	case "remove":
		return func(ctx context.Context) error { return h.removing(ctx, s, q) }, true
	case "restore":
		return func(ctx context.Context) error { return h.restoring(ctx, s.Watch, q) }, !s.Watch.Removed.IsZero()
	case "pause":
		return func(ctx context.Context) error { return h.pausing(ctx, id, q) }, !paused
	case "resume":
		return func(ctx context.Context) error { return h.resuming(ctx, id, q) }, paused
	default:
		until := muteEnd(s.Watch.Rule, c.For, c.Tomorrow, q.At, h.Zone)
		return func(ctx context.Context) error { return h.muting(ctx, id, until, q) }, !until.IsZero() || s.State.Muted(q.At)
	}
}
