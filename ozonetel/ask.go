package ozonetel

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
	"ahtbot/ozonetel/wire"
)

// Ask asks the upstream about t for the person who. All who ask about t while a question is open
// share it; each one's ctx ends only that one's wait. When the last has gone, a question that still
// waits for its turn is withdrawn and costs nothing; one already sent is finished and its reading kept.
//
// People have a turn each. The error is an *[Error], [ErrClosed], or ctx's error. A question that would wait
// over two minutes is refused at once: [fault.Limit], with [fault.QueueFull] or [fault.StoreAway] and the wait.
func (c *Client) Ask(ctx context.Context, who string, t aht.Target) (aht.Reading, error) {
	return c.ask(ctx, t, allowance.Asker{Class: allowance.People, Who: who})
}

// AskBackground is [Client.Ask] for work nobody is looking at: it gets only slots that
// people leave free, the more urgent priority first, and waits for as long as ctx lets it.
func (c *Client) AskBackground(ctx context.Context, t aht.Target, priority Priority) (aht.Reading, error) {
	return c.ask(ctx, t, allowance.Asker{Class: allowance.Background, Priority: priority})
}

func (c *Client) ask(ctx context.Context, t aht.Target, w allowance.Asker) (aht.Reading, error) {
	if t.IsZero() {
		return aht.Reading{}, &fault.Error{Op: fault.OpAHT, Class: fault.Refused, Reason: fault.NoneGiven, Detail: "no target; not sent"}
	}
	defer c.allowance.AddAsker(t, w)()
	return c.questions.Do(ctx, t, func(alive, wanted context.Context) (aht.Reading, error) {
		return c.question(alive, wanted, t)
	})
}

// Login makes sure there is a usable token, so that wrong credentials show at start. It
// cannot tell whether the account wants tokens: only a question can. In basic mode it does
// nothing. Its errors are those of [Client.Ask].
func (c *Client) Login(ctx context.Context) error {
	if c.cfg.Auth == BasicAuth {
		return nil
	}
	if err := c.tokens.Stopped(time.Now()); err != nil {
		return err
	}
	_, err := c.tokens.Token(ctx)
	return err
}

// question gets t's reading: a credential, a slot, a request, a verdict; and once or twice
// more when the credential was refused. When another process is asking just now, its reading
// serves.
func (c *Client) question(alive, wanted context.Context, t aht.Target) (aht.Reading, error) {
	if err := c.tokens.Stopped(time.Now()); err != nil {
		return aht.Reading{}, err
	}
	entry, refusal := c.allowance.Join(t, time.Now())
	if refusal != nil {
		return aht.Reading{}, refusal
	}
	defer c.allowance.Leave(entry)
	shared := c.shareQuestion(t)
	defer shared.release()
	if c.cfg.Auth == TokenAuth {
		c.tokens.Freshen(wanted)
	}
	var tried token.Tries
	defer c.tokens.Probed(&tried)
	for {
		k, held, err := c.authorize(wanted, c.upstream.AHTCall(t))
		if err != nil {
			return aht.Reading{}, err
		}
		r, asked, err := c.askOnce(alive, wanted, entry, k, func(ctx context.Context) error {
			if !c.tokens.Current(held, time.Now()) {
				return errOldToken
			}
			if err := shared.claim(ctx); err != nil {
				return err
			}
			return c.tokens.Probe(ctx, &tried)
		})
		if err == nil {
			c.tokens.Accept(held)
			c.deliver(alive, r, asked)
			return r, nil
		}
		if errors.Is(err, errElsewhere) {
			r, ok, err := shared.await(wanted)
			if ok && r.At.After(held.Issued) {
				c.tokens.Accept(held) // by its asker, which shares our credential
			}
			if ok || err != nil {
				return r, err
			}
			continue
		}
		if err := c.again(alive, wanted, held, &tried, err); err != nil {
			return aht.Reading{}, err
		}
	}
}

// again returns nil when a question that failed with err is to be asked once more, as soon
// as that makes sense, and otherwise the error that stands.
func (c *Client) again(alive, wanted context.Context, held token.Token, tried *token.Tries, err error) error {
	switch e, _ := errors.AsType[*fault.Error](err); {
	case errors.Is(err, errOldToken):
		return nil
	case errors.Is(err, token.ErrProbing):
		if err := c.tokens.AwaitProbe(wanted); err != nil {
			return err
		}
		return orNil(c.tokens.Stopped(time.Now()))
	case errors.Is(err, token.ErrResting):
		return orNil(c.tokens.Stopped(time.Now()))
	case e != nil && e.AskAgain: // until the hold is over, as everybody in the queue
		c.tokens.Probed(tried)
		return nil
	case e == nil || e.Class != fault.Auth:
		if e != nil && (e.Reason == fault.BadAgent || e.Reason == fault.BadCampaign) {
			c.tokens.Accept(held)
		}
		return err
	default:
		return c.tokens.RepeatAfter(alive, held, e, tried)
	}
}

// orNil keeps a nil *Error from becoming an error.
func orNil(e *fault.Error) error {
	if e == nil {
		return nil
	}
	return e
}

// authorize gives k, which has the API key, the token instead when the account wants that.
func (c *Client) authorize(wanted context.Context, k wire.Call) (wire.Call, token.Token, error) {
	if c.cfg.Auth == BasicAuth {
		return k, token.Token{}, nil
	}
	held, err := c.tokens.Token(wanted)
	return k.WithToken(held.Value), held, err
}

// askOnce sends one question, and says when it set out to.
func (c *Client) askOnce(alive, wanted context.Context, entry *allowance.Entry, k wire.Call, before func(context.Context) error) (r aht.Reading, asked time.Time, err error) {
	ans, g, _, err := c.exchange(alive, wanted, entry, k, before)
	if err != nil {
		return aht.Reading{}, time.Time{}, err
	}
	mean, problem := c.upstream.ClassifyAHT(k.About, ans)
	now := time.Now()
	if problem == nil {
		outcome := "ok"
		if mean == 0 {
			outcome = "no_calls"
		}
		c.finished(alive, k, g, outcome, "status", ans.Status)
		return aht.Reading{Target: k.About, Mean: mean, At: now}, g.At, nil
	}
	if problem.Class == fault.Limit {
		c.limited(alive, entry, problem, now)
	}
	c.finished(alive, k, g, problem.Class.String(), "err", problem)
	return aht.Reading{}, time.Time{}, problem
}

// limited stops everything for a while, since the upstream refused the question of entry
// with problem, which it completes.
func (c *Client) limited(ctx context.Context, entry *allowance.Entry, problem *fault.Error, now time.Time) {
	reason, waits := c.allowance.Refused(entry, now)
	problem.AskAgain = waits
	if problem.Reason == fault.LimitExceeded && !waits {
		problem.Reason = reason
	}
	problem.Wait = allowance.HoldAfterRefusal
	c.cfg.Log.WarnContext(ctx, "upstream refuses for its limit, sending nothing for a while", "err", problem, "asked_again", problem.AskAgain)
}

// deliver keeps r before anybody gets it.
func (c *Client) deliver(ctx context.Context, r aht.Reading, asked time.Time) {
	var err error
	if c.cfg.Keep != nil {
		err = c.cfg.Keep(r, asked)
	}
	c.mu.Lock()
	c.lastOK = r.At
	if err != nil {
		c.notKept++
	}
	c.mu.Unlock()
	if err != nil {
		c.cfg.Log.DebugContext(ctx, "reading not kept", "err", err)
	}
}
