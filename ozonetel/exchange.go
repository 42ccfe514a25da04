package ozonetel

import (
	"context"
	"time"
)

// exchange takes slots and sends k: once, and once more when a kept connection turned out
// to have been closed by the other side before any answer. before is called with each slot
// and may refuse it. sent reports whether anything may have reached the upstream.
func (c *Client) exchange(alive, wanted context.Context, p *turn, k call, before func(context.Context) error) (ans answer, g grant, sent bool, err error) {
	for again := false; ; again = true {
		g, err := c.door.take(wanted, p)
		if err != nil {
			return answer{}, grant{}, sent, err
		}
		if err := before(wanted); err != nil {
			c.door.unused(g)
			return answer{}, grant{}, sent, err
		}
		var try attempt
		ans, err := c.upstream.send(alive, k, g.writeBy(), g.answerBy(), func() bool { return c.door.setOut(g) }, &try)
		sent = sent || try.connected.Load()
		switch {
		case err == nil:
			c.door.answered(g)
			return ans, g, sent, nil
		case try.connected.Load():
			c.door.lost(g)
		default:
			c.door.unused(g)
		}
		stale := try.stale(err) && alive.Err() == nil
		problem := c.upstream.transportError(k, &try, err)
		c.finished(alive, k, g, problem.Class.String(), "err", problem, "stale", stale)
		if !stale || again {
			return answer{}, grant{}, sent, problem
		}
		c.upstream.closeIdle() // its siblings are as old
	}
}

// requestToken makes one token call. perhaps says that one may have been issued although
// there is none.
func (c *Client) requestToken(alive, wanted context.Context, before func(context.Context) error) (value string, perhaps bool, err error) {
	place := c.door.first()
	defer c.door.leave(place)
	k := c.upstream.tokenCall()
	ans, g, sent, err := c.exchange(alive, wanted, place, k, before)
	if err != nil {
		return "", sent, err
	}
	value, problem := c.upstream.classifyToken(ans)
	if problem != nil {
		c.finished(alive, k, g, problem.Class.String(), "err", problem)
		return "", problem.Class == Unreadable && ans.status < 300, problem
	}
	c.finished(alive, k, g, "ok", "status", ans.status)
	return value, false, nil
}

// finished reports one request that took its slot, to the log and to the metrics.
func (c *Client) finished(ctx context.Context, k call, g grant, outcome string, args ...any) {
	took := time.Since(g.at)
	if !k.about.IsZero() {
		args = append(args, "target", c.cfg.Name(k.about))
	}
	c.log.DebugContext(ctx, "upstream request", append([]any{"op", k.op, "outcome", outcome, "took", took}, args...)...)
	if c.cfg.Observe != nil {
		c.cfg.Observe(Event{Op: k.op, Class: g.class.String(), Outcome: outcome, Took: took})
	}
}
