package webapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestOnlySlacksOwnAddressesArePostedTo(t *testing.T) {
	real, local := &Client{}, &Client{loopback: "127.0.0.1:8443"}
	for raw, want := range map[string][2]bool{ // with the real API, with one on loopback
		"https://hooks.slack.com/commands/T1/2/x":          {true, true},
		"https://hooks.slack.com:443/commands/T1/2/x":      {true, true},
		"https://hooks.slack-gov.com/actions/T1/2/x":       {true, true},
		"http://hooks.slack.com/commands/T1/2/x":           {false, false},
		"https://hooks.slack.com.evil.example/x":           {false, false},
		"https://evilslack.com/x":                          {false, false},
		"https://slack.com.evil.example/x":                 {false, false},
		"https://user@hooks.slack.com/x":                   {false, false},
		"https://hooks.slack.com:8443/x":                   {false, false},
		"https://hooks.slack.com@evil.example/x":           {false, false},
		"http://127.0.0.1:8443/commands/x":                 {false, true},
		"http://127.0.0.1:9999/commands/x":                 {false, false},
		"http://localhost:8443/commands/x":                 {false, false},
		"file:///etc/passwd":                               {false, false},
		"":                                                 {false, false},
		"https://":                                         {false, false},
		"//hooks.slack.com/x":                              {false, false},
		"https://hooks.slack.com%2f.evil.example/commands": {false, false},
	} {
		if got := [2]bool{real.IsSlack(raw), local.IsSlack(raw)}; got != want {
			t.Errorf("%q: %v, want %v", raw, got, want)
		}
	}
}

func TestTokensDoNotFollowARedirect(t *testing.T) {
	var leaked []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		leaked = append(leaked, r.Form.Get("token")+r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	slackURL := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer slackURL.Close()
	c, err := New(Config{AppToken: "xapp-secret", BotToken: "xoxb-secret", URL: slackURL.URL + "/api/"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, _, opening := c.Once.StartSocketModeContext(ctx)
	for _, err := range []error{c.Identify(ctx), opening, c.Call(ctx, MethodPost, nil, nil)} {
		if err == nil {
			t.Error("a redirect was followed")
		}
	}
	if len(leaked) > 0 {
		t.Errorf("the other host was sent %v", leaked)
	}
}
