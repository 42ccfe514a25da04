// Package answers answers what is asked about one campaign or agent: the figure, sharing it, the trend, and the target.
package answers

import (
	"context"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Handler answers what is asked about one campaign or agent, and keeps targets.
type Handler struct{ *request.Base }

// Typed is [request.Command].
func (Share) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (Share) Effect() request.Effect { return request.EffectNone }

// About is whom it is about.
func (c Share) About() aht.Target { return c.Reading.Target }

// Share is the press of "Share in channel": it carries the reading the person saw.
type Share struct{ Reading aht.Reading }

// RefreshAfter is how old a reading must be for Refresh to ask upstream again; a younger
// one is shown as it is, so that impatient pressing spends no requests.
const RefreshAfter = 10 * time.Second

// Do does cmd when it is one of these, and asks nothing upstream. A line that turns out not to be one
// command gives a [*request.UsageError].
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	switch cmd := cmd.(type) {
	case Trend:
		r, err = h.trend(ctx, cmd, q)
	case SetGoal:
		r, err = h.setGoal(ctx, cmd, q)
	case ClearGoal:
		r, err = h.dropGoal(ctx, cmd, q)
	case undoGoal:
		r, err = h.undo(ctx, cmd, q)
	default:
		return reply.Reply{}, false, nil
	}
	return r, true, err
}

// Known answers cmd from memory, if that can; it never blocks.
func (h Handler) Known(cmd request.Command, q request.Question) (r reply.Reply, known bool, usage *request.UsageError) {
	switch cmd := cmd.(type) {
	case ShowGoal:
		r, usage = h.goals(cmd, q)
		return r, true, usage
	case Share:
		return h.shared(cmd.Reading, q), true, nil
	case request.Show:
		limit := h.MaxAge
		if q.Action == reply.ActionRefresh {
			limit = min(limit, RefreshAfter)
		}
		if r, ok := h.Memory.Latest(cmd.Target); ok && r.Age(q.At) < limit {
			return h.Figure(r, q), true, nil
		}
	}
	return reply.Reply{}, false, nil
}
