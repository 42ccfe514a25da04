package digests

import (
	"context"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
)

// Do does cmd when it is about digests; false when it is not.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	var do func() (reply.Reply, error)
	switch cmd := cmd.(type) {
	case digestline.Add:
		do = func() (reply.Reply, error) { return h.add(ctx, cmd, q) }
	case digestline.Edit:
		do = func() (reply.Reply, error) { return h.edit(ctx, cmd, q) }
	case digestline.List:
		do = func() (reply.Reply, error) { return h.list(ctx, cmd, q) }
	case digestline.Show:
		do = func() (reply.Reply, error) { return h.show(ctx, cmd.ID, q) }
	case digestline.Pause:
		do = func() (reply.Reply, error) { return h.pause(ctx, cmd, q) }
	case digestline.Resume:
		do = func() (reply.Reply, error) { return h.resume(ctx, cmd.ID, q) }
	case digestline.Run:
		do = func() (reply.Reply, error) { return h.run(ctx, cmd.ID, q) }
	case digestline.Send:
		do = func() (reply.Reply, error) { return h.send(ctx, cmd.ID, q) }
	case digestline.Remove:
		do = func() (reply.Reply, error) { return h.remove(ctx, cmd.ID, q) }
	case undoEdit:
		do = func() (reply.Reply, error) { return h.undo(ctx, cmd, q) }
	case digestline.Restore:
		do = func() (reply.Reply, error) { return h.restore(ctx, cmd.ID, q) }
	case standing.Several:
		if cmd.Noun != standing.NounDigest {
			return reply.Reply{}, false, nil
		}
		r, err = standing.Things{Kept: h.Digests != nil, Away: digestAway(), Zone: h.Zone, Find: h.find, All: h.all}.Several(ctx, cmd, q)
		return r, true, err
	default:
		return reply.Reply{}, false, nil
	}
	if h.Digests == nil {
		return digestReply("Digests are not switched on here."), true, nil
	}
	r, err = do()
	return r, true, err
}
