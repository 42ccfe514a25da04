package alerts

import (
	"context"
	"fmt"

	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
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
func (h Handler) find(ctx context.Context, c standing.Command, id int64, q request.Question) (standing.One, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	o := standing.One{ID: id, Name: fmt.Sprintf("%s, %s", reply.Short(s.Watch.Target.Name()), alertpost.Condition(h.figures(s.Watch, s.State.Usual)))}
	if err != nil || !ok {
		o.Result = standing.ResultMissing
		return o, err
	}
	gone, restores := !s.Watch.Removed.IsZero(), c.Verb == "restore"
	no, err := h.may(ctx, c.Verb, s.Watch, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.Result = standing.ResultRemoved
	case no != nil:
		o.Result = standing.ResultForeign
	default:
		o.Do, ok = h.deed(s, c, q)
		if o.Result = standing.ResultAlready; ok {
			o.Result = standing.ResultDone
		}
	}
	return o, nil
}
