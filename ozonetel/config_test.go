package ozonetel_test

import (
	"net/url"
	"strings"
	"testing"

	"ahtbot/ozonetel"
)

func TestNewReportsEveryFaultAndQuotesNothing(t *testing.T) {
	_, err := ozonetel.New(ozonetel.Config{
		BaseURL: &url.URL{Scheme: "ftp", Host: "api.example.test", User: url.User("who"), RawQuery: "q=1"},
		APIKey:  "spaced secret", Username: "two\nlines", Auth: 7, Method: "PUT", PerMinute: 0,
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"absolute http", "no user, query", "API key has spaces", "user name has control", "auth mode", "GET or POST", "is 0, must be 1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in %v", want, err)
		}
	}
	for _, secret := range []string{"spaced", "two", "who", "q=1"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is quoted", secret)
		}
	}
	_, err = ozonetel.New(ozonetel.Config{PerMinute: 10001})
	for _, want := range []string{"base URL is not set", "API key is not set", "user name is not set", "10001"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in %v", want, err)
		}
	}
}

func TestPlainHTTPIsForLoopbackOnly(t *testing.T) {
	for base, ok := range map[string]bool{
		"https://api.example.test": true, "http://127.0.0.1:9": true, "http://[::1]:9/x": true, "http://localhost": true,
		"http://api.example.test": false, "http://127.0.0.1.example.test": false, "/x": false, "https:": false,
	} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ozonetel.New(ozonetel.Config{BaseURL: u, APIKey: "k", Username: "u", PerMinute: 50})
		if (err == nil) != ok {
			t.Errorf("%s: %v, want ok %v", base, err, ok)
		}
		if err == nil {
			c.Close()
		}
	}
}
