package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/app/apptest"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/proxysim"
	"ahtbot/internal/sim/slacksim"
)

// TestTheProxysPasswordIsNowhere plants it, has everything be said that is said about a proxy that works, refuses,
// is down, signs with a strange authority or has no address, at every level of the log, and searches all of it.
func TestTheProxysPasswordIsNowhere(t *testing.T) {
	slack := slacksim.New(slacksim.Config{})
	upstream := ozonesim.New(ozonesim.Config{APIKey: "key-of-the-account", Username: "floor_user"})
	t.Cleanup(func() { _, _ = slack.Close(), upstream.Close() })
	slackURL, err := slack.Listen(t.Context())
	must(t, err)
	upstreamURL, err := upstream.Listen(t.Context())
	must(t, err)
	p, err := newCompany(slack, slackURL, upstreamURL, proxysim.Config{User: proxyUser, Password: proxyPassword})
	must(t, err)
	t.Cleanup(func() { _ = p.Close() })
	addr, err := p.Listen(t.Context())
	must(t, err)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(ca, p.CA(), 0o600))
	right := proxyUser + ":" + proxyWritten + "@" + addr

	for name, c := range map[string]struct {
		proxy, ca string
		ready     string // what /readyz says in the end
		says      string // what some of it says, so that it is about the case
	}{
		"it works":          {"http://" + right, ca, "ready", "ok    ozonetel network"},
		"socks":             {"socks5://" + right, ca, "ready", "ok    ozonetel network"},
		"wrong password":    {"http://" + proxyUser + ":" + proxyWritten + "x@" + addr, ca, "no Socket Mode", "(407)"},
		"strange authority": {"http://" + right, "", "no Socket Mode", "SSL_CERT_FILE"},
		"down":              {"http://" + proxyUser + ":" + proxyWritten + "@127.0.0.1:1", ca, "no Socket Mode", "refuses the connection"},
		"no proxy there":    {"http://" + proxyUser + ":" + proxyWritten + "@" + bare(upstreamURL), ca, "no Socket Mode", "does not answer like a proxy"},
		"no address":        {"http://" + proxyUser + ":" + proxyPassword + "@" + addr, ca, "", "no address of a proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			health, err := apptest.FreeAddr()
			must(t, err)
			env := []string{
				"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "HTTPS_PROXY=" + c.proxy, "SSL_CERT_FILE=" + c.ca, "LOG_LEVEL=debug",
				"SLACK_API_URL=https://" + slackName + "/api/", "SLACK_APP_TOKEN=xapp-1-A0DEMO-demo", "SLACK_BOT_TOKEN=xoxb-demo",
				"OZONETEL_BASE_URL=https://" + ozonetelName, "OZONETEL_API_KEY=key-of-the-account", "OZONETEL_USERNAME=floor_user",
				"OZONETEL_REQUESTS_PER_MINUTE=3000", "HTTP_ADDR=" + health,
			}
			folder := t.TempDir()
			must(t, makeStore(folder))
			all := said(t, env, folder, nil, "doctor", "--yes") + said(t, env, folder, nil, "get", "agent", "42", "--yes")
			all += said(t, env, folder, func() (text string) {
				if c.ready == "" {
					return ""
				}
				for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
					metrics := page(t, "http://"+health+"/metrics")
					tried := strings.Contains(metrics, `ahtbot_socket_events_total{event="refused"}`) || strings.Contains(metrics, `{event="hello"}`)
					if text = page(t, "http://"+health+"/readyz"); tried && strings.Contains(text, c.ready) {
						return text + metrics
					}
				}
				t.Errorf("never %q, at last %q", c.ready, text)
				return ""
			}, "run")
			if !strings.Contains(all, c.says) {
				t.Errorf("nothing says %q:\n%s", c.says, all)
			}
			for _, form := range []string{
				proxyPassword, proxyWritten, url.QueryEscape(proxyPassword), url.PathEscape(proxyPassword), "of/the", "of%2F", proxyUser,
				base64.StdEncoding.EncodeToString([]byte(proxyUser + ":" + proxyPassword))[:20],
			} {
				if strings.Contains(all, form) {
					t.Errorf("%q shows in:\n%s", form, all)
				}
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// said runs a command of the program and returns all it wrote. With meanwhile it is interrupted after that, which
// may add to it.
func said(t *testing.T, env []string, folder string, meanwhile func() string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ahtbot", args...) // testscript has put it on PATH
	var out bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = env, folder, &out, &out
	must(t, cmd.Start())
	more := ""
	if meanwhile != nil {
		more = meanwhile()
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended by itself
	}
	_ = cmd.Wait() // a fault is what some cases are about
	return out.String() + more
}

// page reads a page of the program's health; nobody there is an empty page.
func page(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	must(t, err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body) // what is missing will not match
	return string(text)
}
