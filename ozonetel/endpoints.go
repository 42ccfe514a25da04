package ozonetel

import (
	"net/http"

	"ahtbot/internal/aht"
)

// ahtCall is the request about t (ozonetel.md §3.1).
func (u *upstream) ahtCall(t aht.Target) call {
	body := map[string]string{"userName": u.username}
	if t.Kind() == aht.KindAgent {
		body["agentId"] = t.Name()
	} else {
		body["campaignName"] = t.Name()
	}
	return u.call(opAHT, u.method, "aht", body, t)
}

// campaignsCall is the request for the list of campaigns, a GET in every account
// (ozonetel.md §3.3).
func (u *upstream) campaignsCall() call {
	return u.call(opCampaigns, http.MethodGet, "campaignStatus", map[string]string{"userName": u.username, "campaignName": ""}, aht.Target{})
}

// tokenCall is the request for a token.
func (u *upstream) tokenCall() call {
	return u.call(opToken, http.MethodPost, "CAToken/generateToken", map[string]string{"userName": u.username}, aht.Target{})
}

// call is a request with the API key as its credential.
func (u *upstream) call(op, method, path string, body map[string]string, about aht.Target) call {
	return call{op: op, method: method, path: "ca_apis/" + path, body: body, header: "apiKey", value: u.apiKey, about: about}
}

// withToken is k with a token as its credential instead.
func (k call) withToken(token string) call {
	k.header, k.value = "Authorization", "Bearer "+token
	return k
}
