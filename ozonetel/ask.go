package ozonetel

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
)

// Ask asks the upstream about t. All who ask about the same target while a question is
// open share it; each one's ctx ends only that one's wait. When the last of them has gone,
// a question that still waits for its turn is withdrawn and costs nothing; one already
// sent is finished and its reading kept (Config.Keep).
//
// The error is an *[Error], [ErrClosed], or ctx's error. A question that would wait over
// two minutes for its turn is refused at once with class [Limit] and the wait.
func (c *Client) Ask(ctx context.Context, t aht.Target) (aht.Reading, error) {
	if t.IsZero() {
		return aht.Reading{}, &Error{Op: opAHT, Class: Refused, Reason: NoneGiven, Detail: "no target; not sent"}
	}
	return c.questions.do(ctx, t, func(alive, wanted context.Context) (aht.Reading, error) {
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
	if err := c.tokens.stopped(time.Now()); err != nil {
		return err
	}
	_, err := c.token(ctx)
	return err
}

// question gets t's reading: a credential, a turn, a request, a verdict; and once more
// with a new token when the first was refused.
func (c *Client) question(alive, wanted context.Context, t aht.Target) (aht.Reading, error) {
	if err := c.tokens.stopped(time.Now()); err != nil {
		return aht.Reading{}, err
	}
	place, refusal := c.budget.join(t, time.Now())
	if refusal != nil {
		return aht.Reading{}, refusal
	}
	defer c.budget.leave(place)
	for renewed := false; ; renewed = true {
		k, held, err := c.ahtCall(wanted, t)
		if err != nil {
			return aht.Reading{}, err
		}
		r, err := c.askOnce(alive, wanted, place, k)
		e, _ := errors.AsType[*Error](err)
		switch {
		case err == nil:
			c.accepted(held)
			c.deliver(r)
			return r, nil
		case e == nil || e.Class != Auth:
			if e != nil && (e.Reason == BadAgent || e.Reason == BadCampaign) {
				c.accepted(held)
			}
			return aht.Reading{}, err
		}
		c.refuseAuth(true)
		if !e.renew {
			return aht.Reading{}, err
		}
		if stop := c.tokens.refuse(held, renewed || c.cfg.Auth == BasicAuth, e, time.Now()); stop != nil {
			c.log.WarnContext(alive, "upstream refuses our credentials", "err", stop)
			return aht.Reading{}, stop
		}
		c.log.InfoContext(alive, "token refused, renewing it once", "err", err)
	}
}

// ahtCall is the request about t with the one credential of the account's mode.
func (c *Client) ahtCall(wanted context.Context, t aht.Target) (call, token, error) {
	k := call{
		op: opAHT, method: c.cfg.Method, path: []string{"ca_apis", "aht"},
		header: "apiKey", value: c.cfg.APIKey, about: t,
	}
	body := map[string]string{"userName": c.cfg.Username}
	if t.Kind() == aht.KindAgent {
		body["agentId"] = t.Name()
	} else {
		body["campaignName"] = t.Name()
	}
	k.body = body
	if c.cfg.Auth == BasicAuth {
		return k, token{}, nil
	}
	held, err := c.token(wanted)
	k.header, k.value = "Authorization", "Bearer "+held.value
	return k, held, err
}

func (c *Client) askOnce(alive, wanted context.Context, place *turn, k call) (aht.Reading, error) {
	ans, _, err := c.exchange(alive, wanted, place, k, nil)
	if err != nil {
		return aht.Reading{}, err
	}
	mean, fault := c.judgeAHT(k.about, ans)
	now := time.Now()
	if fault == nil {
		c.finished(alive, k, ans.at, outcomeOf(mean), "status", ans.status)
		return aht.Reading{Target: k.about, Mean: mean, At: now}, nil
	}
	if fault.Class == Limit {
		c.budget.hold(now)
		fault.Wait = holdFor
		c.log.WarnContext(alive, "upstream refuses for its limit, sending nothing for a while", "err", fault)
	}
	c.finished(alive, k, ans.at, fault.Class.String(), "err", fault)
	return aht.Reading{}, fault
}

func outcomeOf(mean time.Duration) string {
	if mean == 0 {
		return "no_calls"
	}
	return "ok"
}

// accepted notes that the upstream took the credential.
func (c *Client) accepted(held token) {
	c.refuseAuth(false)
	c.tokens.accept(held)
}

func (c *Client) refuseAuth(refused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.authRefused = refused
}

// deliver keeps r before anybody gets it.
func (c *Client) deliver(r aht.Reading) {
	c.mu.Lock()
	c.lastOK = r.At
	c.mu.Unlock()
	if c.cfg.Keep != nil {
		c.cfg.Keep(r)
	}
}
