package wire

import (
	"net/http"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// AHTCall is the request about t (ozonetel.md §3.1).
func (u *Upstream) AHTCall(t aht.Target) Call {
	body := map[string]string{"userName": u.Username}
	if t.Kind() == aht.KindAgent {
		body["agentId"] = t.Name()
	} else {
		body["campaignName"] = t.Name()
	}
	return u.call(fault.OpAHT, u.Method, "aht", body, t)
}

// CampaignsCall is the request for the list of campaigns, a GET in every account
// (ozonetel.md §3.3).
func (u *Upstream) CampaignsCall() Call {
	return u.call(fault.OpCampaigns, http.MethodGet, "campaignStatus", map[string]string{"userName": u.Username, "campaignName": ""}, aht.Target{})
}

// TokenCall is the request for a token.
func (u *Upstream) TokenCall() Call {
	return u.call(fault.OpToken, http.MethodPost, "CAToken/generateToken", map[string]string{"userName": u.Username}, aht.Target{})
}

// call is a request with the API key as its credential.
func (u *Upstream) call(op, method, path string, body map[string]string, about aht.Target) Call {
	return Call{Op: op, method: method, path: "ca_apis/" + path, body: body, header: "apiKey", value: u.APIKey, About: about}
}

// WithToken is k with a token as its credential instead.
func (k Call) WithToken(token string) Call {
	k.header, k.value = "Authorization", "Bearer "+token
	return k
}
