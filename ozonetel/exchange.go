package ozonetel

import (
	"context"
	"time"

	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/wire"
)

// exchange takes slots and sends k: once, and once more when a kept connection turned out
// to have been closed by the other side before any answer. before is called with each slot
// and may refuse it. sent reports whether anything may have reached the upstream.
func (c *Client) exchange(alive, wanted context.Context, p *allowance.Entry, k wire.Call, before func(context.Context) error) (ans wire.Answer, g allowance.Grant, sent bool, err error) {
	for again := false; ; again = true {
		g, err := c.allowance.Take(wanted, p)
		if err != nil {
			return wire.Answer{}, allowance.Grant{}, sent, err
		}
		if err := before(wanted); err != nil {
			c.allowance.Unused(g)
			return wire.Answer{}, allowance.Grant{}, sent, err
		}
		var try wire.Attempt
		ans, err := c.upstream.Send(alive, k, g.WriteBy(), g.AnswerBy(), func() bool { return c.allowance.SetOut(g) }, &try)
		sent = sent || try.Connected.Load()
		switch {
		case err == nil:
			c.allowance.Answered(g)
			return ans, g, sent, nil
		case try.Connected.Load():
			c.allowance.Lost(g)
		default:
			c.allowance.Unused(g)
		}
		stale := try.Stale(err) && alive.Err() == nil
		problem := c.upstream.TransportError(k, &try, err)
		c.finished(alive, k, g, problem.Class.String(), "err", problem, "stale", stale)
		if !stale || again {
			return wire.Answer{}, allowance.Grant{}, sent, problem
		}
		c.upstream.CloseIdle() // its siblings are as old
	}
}

// requestToken makes one token call. perhaps says that one may have been issued although
// there is none.
func (c *Client) requestToken(alive, wanted context.Context, before func(context.Context) error) (value string, perhaps bool, err error) {
	entry := c.allowance.First()
	defer c.allowance.Leave(entry)
	k := c.upstream.TokenCall()
	ans, g, sent, err := c.exchange(alive, wanted, entry, k, before)
	if err != nil {
		return "", sent, err
	}
	value, problem := c.upstream.ClassifyToken(ans)
	if problem != nil {
		c.finished(alive, k, g, problem.Class.String(), "err", problem)
		return "", problem.Class == fault.Unreadable && ans.Status < 300, problem
	}
	c.finished(alive, k, g, "ok", "status", ans.Status)
	return value, false, nil
}

// finished reports one request that took its slot, to the log and to the metrics.
func (c *Client) finished(ctx context.Context, k wire.Call, g allowance.Grant, outcome string, args ...any) {
	took := time.Since(g.At)
	if !k.About.IsZero() {
		args = append(args, "target", c.cfg.Name(k.About))
	}
	c.cfg.Log.DebugContext(ctx, "upstream request", append([]any{"op", k.Op, "outcome", outcome, "took", took}, args...)...)
	if c.cfg.Observe != nil {
		c.cfg.Observe(Event{Op: k.Op, Class: g.Class.String(), Outcome: outcome, Took: took})
	}
}
