package alerts

import (
	"context"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
)

// Do does cmd when it is about alerts; false when it is not.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	var do func() (reply.Reply, error) // a Reply without Text stands for what alertFailed makes of the error
	switch cmd := cmd.(type) {
	case alertline.Add:
		do = func() (reply.Reply, error) { return h.add(ctx, cmd, q) }
	case alertline.Preview:
		do = func() (reply.Reply, error) { return h.preview(ctx, cmd, q) }
	case alertline.Edit:
		do = func() (reply.Reply, error) { return h.edit(ctx, cmd, q) }
	case alertline.List:
		do = func() (reply.Reply, error) { return h.list(ctx, cmd, q) }
	case alertline.Show:
		do = func() (reply.Reply, error) { return h.show(ctx, cmd.ID, q) }
	case alertline.Pause:
		do = func() (reply.Reply, error) { return h.pause(ctx, cmd.ID, q) }
	case alertline.Resume:
		do = func() (reply.Reply, error) { return h.resume(ctx, cmd.ID, q) }
	case alertline.Mute:
		do = func() (reply.Reply, error) { return h.muteAlert(ctx, cmd, q) }
	case alertline.Test:
		do = func() (reply.Reply, error) { return h.test(ctx, cmd.ID, q) }
	case alertline.Remove:
		do = func() (reply.Reply, error) { return h.remove(ctx, cmd.ID, q) }
	case alertline.Restore:
		do = func() (reply.Reply, error) { return h.restore(ctx, cmd.ID, q) }
	case press:
		do = func() (reply.Reply, error) { return h.pressed(ctx, cmd, q) }
	case standing.Several:
		if cmd.Noun != standing.NounAlert {
			return reply.Reply{}, false, nil
		}
		of := standing.Things{Kept: h.Alerts != nil, Away: alertFailed(nil), Zone: h.Zone, Find: h.find, All: h.all}
		r, err = of.Several(ctx, cmd, q)
		return r, true, err
	default:
		return reply.Reply{}, false, nil
	}
	if h.Alerts == nil {
		return alertReply("Alerts are not kept here: ahtbot runs without a store for them. Whoever runs it can change that."), true, nil
	}
	if r, err = do(); err != nil && r.Text == "" {
		r = alertFailed(err)
	}
	return r, true, err
}
