package wire

import (
	"net/http"
	"slices"
	"strings"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// Campaign is one campaign as the account lists it (ozonetel.md §3.3).
type Campaign struct {
	Name     string // as the account spells it; it makes an [aht.Target]
	Position string // such as RUNNING, READY or COMPLETED; empty when the account does not say
}

// CampaignsCall is the request for the list of campaigns, a GET in every account
// (ozonetel.md §3.3).
func (u *Upstream) CampaignsCall() Call {
	return u.call(fault.OpCampaigns, http.MethodGet, "campaignStatus", map[string]string{"userName": u.Username, "campaignName": ""}, aht.Target{})
}

// ClassifyCampaigns turns an answer about the account into its campaigns, or an error.
func (u *Upstream) ClassifyCampaigns(ans Answer) ([]Campaign, *fault.Error) {
	return classify(u, fault.OpCampaigns, aht.Target{}, ans, parseCampaigns)
}

// nameKeys are the keys of a campaign's name: the documented one, and the one a sibling's
// production answers have (ozonetel.md §3.3).
var nameKeys = []string{"campaignname", "campaign"}

// parseCampaigns reads the campaigns of a successful answer, or why there are none. A row
// whose name nobody could ask for is left out.
func parseCampaigns(o *object) ([]Campaign, fault.Reason) {
	p := payload{keys: nameKeys}
	p.gather(o, 0)
	list := make([]Campaign, 0, len(p.rows))
	for _, row := range p.rows {
		for _, key := range nameKeys {
			if t, err := aht.NewTarget(aht.KindCampaign, row.text(key)); err == nil && !row.conflicting[key] {
				list = append(list, Campaign{Name: t.Name(), Position: row.position()})
				break
			}
		}
	}
	if len(list) == 0 && !p.empty {
		return nil, fault.NoFigure
	}
	slices.SortStableFunc(list, func(a, b Campaign) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(list, func(a, b Campaign) bool { return a.Name == b.Name }), ""
}

// position is what a campaign's row says it is doing: one plain word.
func (o *object) position() string {
	s := o.text("position")
	if s == "" && !o.succeeded() { // else the row is the answer itself, and its status is of that
		s = o.text("status")
	}
	if len(s) > 40 || !HeaderSafe(s) {
		return ""
	}
	return s
}
