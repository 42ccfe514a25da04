package ozonetel

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// noListFor is how long it is remembered that the account does not list its campaigns.
const noListFor = 24 * time.Hour

// Campaign is one campaign as the account lists it (ozonetel.md §3.3).
type Campaign struct {
	Name     string // as the account spells it; it makes an [aht.Target]
	Position string // such as RUNNING, READY or COMPLETED; empty when the account does not say
}

// Campaigns asks the account for its campaigns, by name and each once. It is background
// work that goes behind every question, for as long as ctx lets it wait, and takes a slot
// of the allowance. All who ask at once share one request. What the documented field
// campaignName does is not known, so it is sent empty: an account that wants it filled, or
// finds nothing for it, does not list its campaigns. That is an *[Error] of class [Refused]
// and reason [NoList], remembered for a day, with the time left of it as its Wait.
//
// Its errors are those of [Client.Ask], and none of them stops a question: a refused token
// is renewed once, a limit refusal is taken to be of this endpoint alone.
func (c *Client) Campaigns(ctx context.Context) ([]Campaign, error) {
	list, err := c.lists.do(ctx, struct{}{}, c.listCampaigns)
	return slices.Clone(list), err
}

func (c *Client) listCampaigns(alive, wanted context.Context) ([]Campaign, error) {
	now := time.Now()
	if err := cmp.Or(c.remembered(now), c.tokens.doubted(now)); err != nil {
		return nil, err
	}
	place := c.door.last()
	defer c.door.leave(place)
	for renewed := false; ; {
		k, held, err := c.campaignsCall(wanted)
		if err != nil {
			return nil, err
		}
		list, err := c.listOnce(alive, wanted, place, k, held)
		switch e, _ := errors.AsType[*Error](err); {
		case err == nil:
			c.accepted(held)
			return list, nil
		case errors.Is(err, errOldToken):
		case e == nil || !e.renew || renewed || held.value == "":
			return nil, err
		default:
			c.log.InfoContext(alive, "token refused for the list of campaigns, renewing it once", "err", e)
			c.tokens.drop(held)
			renewed = true
		}
	}
}

// campaignsCall is the request for the list, a GET in every account, with the one
// credential of the account's mode.
func (c *Client) campaignsCall(wanted context.Context) (call, token, error) {
	k := call{
		op: opCampaigns, method: http.MethodGet, path: []string{"ca_apis", "campaignStatus"},
		body: map[string]string{"userName": c.cfg.Username, "campaignName": ""}, header: "apiKey", value: c.cfg.APIKey,
	}
	held, err := c.credential(wanted, &k)
	return k, held, err
}

func (c *Client) listOnce(alive, wanted context.Context, place *turn, k call, held token) ([]Campaign, error) {
	ans, _, err := c.exchange(alive, wanted, place, k, func(context.Context) error {
		if !c.tokens.current(held, time.Now()) {
			return errOldToken
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, fault := judge(c, k.op, k.about, ans, campaignsIn)
	if fault == nil {
		c.finished(alive, k, ans.grant, "ok", "status", ans.status, "campaigns", len(list))
		return list, nil
	}
	c.finished(alive, k, ans.grant, fault.Class.String(), "err", fault)
	if fault.Reason == LimitExceeded {
		fault.Wait = holdFor
	}
	if fault.Reason == NoList {
		fault = c.remember(fault, time.Now())
	}
	return nil, fault
}

// remember keeps in mind that the account does not list its campaigns.
func (c *Client) remember(e *Error, now time.Time) *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noList = pause{err: e, until: now.Add(noListFor)}
	return c.noList.active(now)
}

// remembered is what remember keeps in mind, while it lasts.
func (c *Client) remembered(now time.Time) *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.noList.active(now)
}

// nameKeys are the keys of a campaign's name: the documented one, and the one a sibling's
// production answers have (ozonetel.md §3.3).
var nameKeys = []string{"campaignname", "campaign"}

// campaignsIn reads the campaigns of a successful answer, or why there are none. A row
// whose name nobody could ask for is left out.
func campaignsIn(o *object) ([]Campaign, Reason) {
	p := payload{keys: nameKeys}
	p.gather(o, 0)
	list := make([]Campaign, 0, len(p.rows))
	for _, row := range p.rows {
		for _, key := range nameKeys {
			if t, err := aht.NewTarget(aht.KindCampaign, row.text(key)); err == nil && !row.clash[key] {
				list = append(list, Campaign{Name: t.Name(), Position: row.position()})
				break
			}
		}
	}
	if len(list) == 0 && !p.empty {
		return nil, NoFigure
	}
	slices.SortStableFunc(list, func(a, b Campaign) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(list, func(a, b Campaign) bool { return a.Name == b.Name }), ""
}

// position is what a campaign's row says it is doing: one plain word.
func (o *object) position() string {
	s := o.text("position")
	if s == "" && !o.good() { // else the row is the answer itself, and its status is of that
		s = o.text("status")
	}
	if len(s) > 40 || strings.ContainsFunc(s, notHeaderSafe) {
		return ""
	}
	return s
}
