package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ahtbot/internal/sim/proxysim"
	"ahtbot/internal/sim/slacksim"
)

// The names that both sides have behind the company's proxy. Nobody else knows them, but for the one
// of response_urls, which must be Slack's: it is used only after the others were reached.
const (
	slackName    = "slack.test"
	socketName   = "wss-primary.slack.test"
	hooksName    = "hooks.slack.com"
	ozonetelName = "ozonetel.test"

	proxyUser     = "floor.bot"
	proxyPassword = "p@ss:of/the#proxy" // which an address has to write in escapes
	proxyWritten  = "p%40ss%3Aof%2Fthe%23proxy"
)

// proxied is the network around one script: a proxy, and nothing else that leads to the simulators.
type proxied struct{ proxy *proxysim.Proxy }

func (c *proxied) close() error {
	if c.proxy == nil {
		return nil
	}
	return c.proxy.Close()
}

// bare is where a simulator's port is.
func bare(url string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	return host
}

// newCompany is a proxy that leads to a Slack and an Ozonetel, which from now on have names of their own, over TLS.
func newCompany(slack *slacksim.Workspace, slackURL, upstreamURL string, c proxysim.Config) (*proxysim.Proxy, error) {
	toSlack := proxysim.To(bare(slackURL))
	c.Hosts = map[string]proxysim.Dial{
		slackName + ":443": toSlack, socketName + ":443": toSlack, hooksName + ":443": toSlack,
		ozonetelName + ":443": proxysim.To(bare(upstreamURL)),
	}
	slack.Secure(slacksim.Hosts{API: slackName, Socket: socketName, Hooks: hooksName})
	return proxysim.New(c)
}

// companyProxy starts the company's proxy and points the settings at what is behind it; PROXY is its
// address, ca.pem its authority. An argument is what it offers to sign in by. Later it is told down, up or cut.
func companyProxy(ts *testscript.TestScript, _ bool, args []string) {
	w, ctx := worldOf(ts), context.Background()
	switch c := w.company; {
	case c.proxy == nil:
		p, err := newCompany(w.slack, ts.Getenv("SLACK_API_URL"), ts.Getenv("OZONETEL_BASE_URL"),
			proxysim.Config{User: proxyUser, Password: proxyPassword, SignIn: strings.Join(args, " "), Deny: []string{"denied.test:443"}})
		ts.Check(err)
		c.proxy = p
		addr, err := p.Listen(ctx)
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "ca.pem"), p.CA(), 0o600))
		ts.Setenv("PROXY", addr)
		ts.Setenv("BARE_SLACK", bare(ts.Getenv("SLACK_API_URL")))
		ts.Setenv("BARE_OZONETEL", bare(ts.Getenv("OZONETEL_BASE_URL")))
		ts.Setenv("SLACK_API_URL", "https://"+slackName+"/api/")
		ts.Setenv("OZONETEL_BASE_URL", "https://"+ozonetelName)
	case args[0] == "down":
		c.proxy.Down()
		gone(ts)
	case args[0] == "up":
		ts.Check(c.proxy.Up(ctx))
	case args[0] == "cut":
		c.proxy.CutAll()
		gone(ts)
	default:
		ts.Fatalf("usage: proxy, proxy down, proxy up, proxy cut")
	}
}

// gone waits until Slack's side, too, has noticed that the one connection is cut.
func gone(ts *testscript.TestScript) {
	for until := time.Now().Add(20 * time.Second); worldOf(ts).slack.Connections() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			ts.Fatalf("a connection outlives its tunnel")
		}
	}
}

// through wants tunnels to a host to have been opened, or with ! none; with a number, so many.
func through(ts *testscript.TestScript, neg bool, args []string) {
	least := 1
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		least = n
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) { // a refusal may reach the proxy after its program has ended
		counts := worldOf(ts).company.proxy.Counts()
		got := map[string]int{"asked": counts.Asked, "wrong": counts.Wrong, "distrusted": counts.Distrusted, "denied": counts.Denied}
		maps.Copy(got, counts.Tunnels)
		switch n := got[args[0]]; {
		case n >= least && !neg, neg && n < least:
			return
		case neg, time.Now().After(until):
			ts.Fatalf("%s: %d, of %+v", args[0], n, counts)
		}
	}
}

// front has a side be reached without the proxy, over TLS with its authority, at 0.0.0.0, an address of this
// machine that is not loopback's: NO_PROXY alone keeps the proxy out of the way. The variable named gets
// its URL.
func front(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	w := worldOf(ts)
	variable, path := args[0], ""
	bareAddr := ts.Getenv("BARE_OZONETEL")
	if variable == "SLACK_API_URL" {
		bareAddr, path = ts.Getenv("BARE_SLACK"), "/api/"
	}
	port, err := w.company.proxy.Front(ctx, "0.0.0.0", bareAddr)
	ts.Check(err)
	if variable == "SLACK_API_URL" {
		at := "0.0.0.0:" + port
		w.slack.Secure(slacksim.Hosts{API: at, Socket: at, Hooks: at})
	}
	ts.Setenv(variable, "https://0.0.0.0:"+port+path)
}

// heard waits until a file that a program writes its log to has a line that matches a pattern.
func heard(ts *testscript.TestScript, _ bool, args []string) {
	pattern, text := regexp.MustCompile(args[1]), ""
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		written, _ := os.ReadFile(ts.MkAbs(args[0])) // it may not be there yet
		if text = string(written); pattern.MatchString(text) {
			return
		}
	}
	ts.Fatalf("%s has nothing like %s:\n%s", args[0], args[1], text)
}
