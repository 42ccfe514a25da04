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
		do = func() (reply.Reply, error) { return h.addDigest(ctx, cmd, q) }
	case digestline.Edit:
		do = func() (reply.Reply, error) { return h.editDigest(ctx, cmd, q) }
	case digestline.List:
		do = func() (reply.Reply, error) { return h.listDigests(ctx, cmd, q) }
	case digestline.Show:
		do = func() (reply.Reply, error) { return h.showDigest(ctx, cmd.ID, q) }
	case digestline.Pause:
		do = func() (reply.Reply, error) { return h.pauseDigest(ctx, cmd, q) }
	case digestline.Resume:
		do = func() (reply.Reply, error) { return h.resumeDigest(ctx, cmd.ID, q) }
	case digestline.Run:
		do = func() (reply.Reply, error) { return h.runDigest(ctx, cmd.ID, q) }
	case digestline.Send:
		do = func() (reply.Reply, error) { return h.sendDigest(ctx, cmd.ID, q) }
	case digestline.Remove:
		do = func() (reply.Reply, error) { return h.removeDigest(ctx, cmd.ID, q) }
	case undoEdit:
		do = func() (reply.Reply, error) { return h.undoDigest(ctx, cmd, q) }
	case digestline.Restore:
		do = func() (reply.Reply, error) { return h.restoreDigest(ctx, cmd.ID, q) }
	case standing.Several:
		if cmd.Noun != standing.NounDigest {
			return reply.Reply{}, false, nil
		}
		r, err = standing.Things{Kept: h.Digests != nil, Away: digestAway(), Zone: h.Zone, Find: h.digestOne, All: h.digestsOf}.Several(ctx, cmd, q)
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
