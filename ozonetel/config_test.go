package ozonetel_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func TestTokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	f := ozonetel.NewTokenFile(path)
	if s, err := f.Load(); err != nil || s.Token != "" {
		t.Errorf("no file: %+v, %v; want nothing and no error", s, err)
	}
	want := ozonetel.TokenState{
		Token: "a.b.c", Expires: time.Unix(1e9, 0).UTC(), Issued: []time.Time{time.Unix(1e9-3600, 5).UTC()}, Account: "x",
	}
	for range 2 { // the second replaces
		if err := f.Save(want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.Load()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if runtime.GOOS != "windows" {
		private(t, path)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Load(); err != nil {
			t.Error(err)
		}
		private(t, path)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
	for _, bad := range []string{"", "{", `{"token":"sEcReT","issued":5}`, strings.Repeat(" ", 1<<17)} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := f.Load()
		if err == nil || s.Token != "" || strings.Contains(err.Error(), "sEcReT") {
			t.Errorf("corrupt file: %+v, %v", s, err)
		}
	}
	if _, err := ozonetel.NewTokenFile(t.TempDir()).Load(); err == nil {
		t.Error("a folder passes for a file")
	}
}

func private(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestTokenFileHoldsNoCredentials(t *testing.T) {
	b, err := json.Marshal(ozonetel.TokenState{})
	if err != nil || strings.Contains(string(b), "key") {
		t.Errorf("%s, %v", b, err)
	}
}
