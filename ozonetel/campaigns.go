package ozonetel

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
	"ahtbot/ozonetel/wire"
)

// noListFor is how long it is remembered that the account does not list its campaigns.
const noListFor = 24 * time.Hour

// Campaigns asks the account for its campaigns, by name and each once. It is background work that
// goes behind every question, and all who ask at once share one request. An account that wants the
// documented field campaignName filled, which is sent empty since nobody knows what it does, or
// finds nothing for it, does not list its campaigns: an *[Error] of class [Refused] and reason
// [NoList], remembered for a day, with the time left of it as its Wait. The other errors are those
// of [Client.Ask]; none stops a question: a refused token is renewed once, a limit refusal is taken
// to be of this endpoint alone.
func (c *Client) Campaigns(ctx context.Context) ([]Campaign, error) {
	list, err := c.lists.Do(ctx, struct{}{}, c.listCampaigns)
	return slices.Clone(list), err
}

func (c *Client) listCampaigns(alive, wanted context.Context) ([]Campaign, error) {
	now := time.Now()
	c.mu.Lock()
	noList := c.noList.Active(now)
	c.mu.Unlock()
	if err := cmp.Or(noList, c.tokens.Doubted(now)); err != nil {
		return nil, err
	}
	entry := c.allowance.Last()
	defer c.allowance.Leave(entry)
	for renewed := false; ; {
		k, held, err := c.authorize(wanted, c.upstream.CampaignsCall())
		if err != nil {
			return nil, err
		}
		list, err := c.listOnce(alive, wanted, entry, k, held)
		switch e, _ := errors.AsType[*fault.Error](err); {
		case err == nil:
			c.tokens.Accept(held)
			return list, nil
		case errors.Is(err, errOldToken):
		case e == nil || !e.Renewable || renewed || held.Value == "":
			return nil, err
		default:
			c.cfg.Log.InfoContext(alive, "token refused for the list of campaigns, renewing it once", "err", e)
			c.tokens.Drop(held)
			renewed = true
		}
	}
}

func (c *Client) listOnce(alive, wanted context.Context, entry *allowance.Entry, k wire.Call, held token.Token) ([]Campaign, error) {
	ans, g, _, err := c.exchange(alive, wanted, entry, k, func(context.Context) error {
		if !c.tokens.Current(held, time.Now()) {
			return errOldToken
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, problem := c.upstream.ClassifyCampaigns(ans)
	if problem == nil {
		c.finished(alive, k, g, "ok", "status", ans.Status, "campaigns", len(list))
		return list, nil
	}
	c.finished(alive, k, g, problem.Class.String(), "err", problem)
	if problem.Reason == fault.LimitExceeded {
		problem.Wait = allowance.HoldAfterRefusal
	}
	if problem.Reason == fault.NoList {
		c.mu.Lock()
		defer c.mu.Unlock()
		problem = c.noList.Begin(problem, noListFor, time.Now())
	}
	return nil, problem
}
