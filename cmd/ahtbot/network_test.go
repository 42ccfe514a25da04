package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app"
	"ahtbot/internal/proxy"
)

func TestDoctorReachesSlacksOwnHosts(t *testing.T) {
	for api, want := range map[string]string{
		"https://slack.com/api/":     "[https://slack.com/api/ https://hooks.slack.com]",
		"https://slack-gov.com/api/": "[https://slack-gov.com/api/ https://hooks.slack-gov.com]",
		"http://127.0.0.1:9/api/":    "[http://127.0.0.1:9/api/]",
	} {
		if got := fmt.Sprint(slackHosts(api)); got != want {
			t.Errorf("%s: %s, want %s", api, got, want)
		}
	}
}

// TestTheLogHidesTheProxysPasswordAndSaysTheWayOut logs what nothing should ever log, and an error of the network's.
func TestTheLogHidesTheProxysPasswordAndSaysTheWayOut(t *testing.T) {
	const address = "http://floor.bot:p%40ss-of-the-proxy@proxy.test:3128"
	rules, err := proxy.New(address, "")
	if err != nil {
		t.Fatal(err)
	}
	refuses := func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("dialling: %w", syscall.ECONNREFUSED)
	}
	_, refused := rules.Through(refuses)(t.Context(), "tcp", "slack.com:443")
	var out bytes.Buffer
	newLog(settings.Settings{Settings: app.Settings{Proxies: rules}, LogJSON: new(true)}, &out).Warn("trying again",
		"a", address, "b", "Basic Zmxvb3IuYm90OnBAc3Mtb2YtdGhlLXByb3h5", "c", errors.New("p@ss-of-the-proxy"), "d", "p%40ss-of-the-proxy",
		"err", fmt.Errorf("Post: %w", refused))
	if text := out.String(); strings.Contains(text, "ss-of-the") || strings.Contains(text, "Zmxv") {
		t.Errorf("the log shows it: %s", text)
	}
	want := `"err":"Post: proxy proxy.test:3128 refuses the connection: check host and port in HTTPS_PROXY`
	if text := out.String(); !strings.Contains(text, want) {
		t.Errorf("no %s in %s", want, text)
	}
}
