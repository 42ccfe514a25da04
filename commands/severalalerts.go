package commands

import (
	"context"
	"fmt"

	"ahtbot/internal/alert"
)

// alertsOf are the alerts that all means.
func (h AlertRoom) alertsOf(ctx context.Context, q Question) (ids []int64, err error) {
	all, err := h.Alerts.All(ctx)
	for _, s := range all {
		if direct(q) && s.Watch.By == q.User || !direct(q) && s.Watch.Channel == here(q) {
			ids = append(ids, s.Watch.ID)
		}
	}
	return ids, err
}

// alertOne is what is to become of one alert.
func (h AlertRoom) alertOne(ctx context.Context, c Several, id int64, q Question) (one, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	o := one{id: id, name: fmt.Sprintf("%s, %s", short(s.Watch.Target.Name()), condition(h.figures(s.Watch, s.State.Usual)))}
	if err != nil || !ok {
		o.fate = fateMissing
		return o, err
	}
	gone, restores := !s.Watch.Removed.IsZero(), c.Verb == "restore"
	may := h.mayChangeAlert
	if c.Verb == "mute" || c.Verb == "unmute" {
		may = h.mayMute
	}
	no, err := may(ctx, s.Watch, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.fate = fateRemoved
	case no != nil:
		o.fate = fateForeign
	default:
		o.do, ok = h.alertDeed(s, c, q)
		if o.fate = fateAlready; ok {
			o.fate = fateDone
		}
	}
	return o, nil
}

// alertDeed is what does c to an alert; false when it is like that already.
func (h AlertRoom) alertDeed(s alert.Standing, c Several, q Question) (func(context.Context) error, bool) {
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
