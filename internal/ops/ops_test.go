package ops_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/ops"
)

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestReadinessGivesEveryReason(t *testing.T) {
	fault := ""
	h := ops.Handler(ops.NewMetrics("v1"), func() string { return fault }, func() string { return fault })
	if code, body := get(t, h, "/readyz"); code != http.StatusOK || body != "ready\n" {
		t.Errorf("well: %d %q", code, body)
	}
	fault = "no hello"
	if code, body := get(t, h, "/readyz"); code != http.StatusServiceUnavailable || body != "no hello\nno hello\n" {
		t.Errorf("unwell: %d %q", code, body)
	}
	if code, _ := get(t, h, "/healthz"); code != http.StatusOK {
		t.Errorf("healthz: %d", code)
	}
}

func TestMetricsCountWhatHappens(t *testing.T) {
	m := ops.NewMetrics("v1.2.3")
	m.Watch(func() ops.Figures {
		return ops.Figures{
			Connections: 2, Allowance: 50, Usable: 40, Used: 31, Background: 22, Refused: 3, Waiting: 4, WaitingBackground: 5, Held: 6 * time.Second, Opening: 61 * time.Second, AuthRest: 15 * time.Second,
			TokenAge: 7 * time.Minute, TokensThisHour: 8, Rival: true, LastReading: time.UnixMilli(1_795_348_800_500), NotKept: 9,
			Watched: 10, Interval: 5 * time.Minute, Reached: 6 * time.Minute,
		}
	})
	m.Command("slash", "figure", time.Second)
	m.Acked(2 * time.Millisecond)
	m.Envelope("again")
	m.Socket("hello")
	m.Slot("posted")
	m.Alert(true)
	m.Alert(false)
	m.Request("aht", "person", "no_calls", 300*time.Millisecond)
	_, body := get(t, ops.Handler(m), "/metrics")
	for _, want := range []string{
		`ahtbot_commands_total{outcome="figure",via="slash"} 1`, `ahtbot_ack_seconds_count 1`, `ahtbot_envelopes_total{outcome="again"} 1`,
		`ahtbot_socket_events_total{event="hello"} 1`, `ahtbot_upstream_requests_total{class="person",op="aht",outcome="no_calls"} 1`,
		`ahtbot_socket_connections 2`, `ahtbot_upstream_allowance 50`, `ahtbot_upstream_ceiling 40`, `ahtbot_upstream_used 31`,
		`ahtbot_upstream_used_background 22`, `ahtbot_upstream_used_refused 3`, `ahtbot_upstream_waiting 4`, `ahtbot_upstream_waiting_background 5`,
		`ahtbot_upstream_held_seconds 6`, `ahtbot_upstream_opening_seconds 61`, `ahtbot_token_age_seconds 420`, `ahtbot_token_issues 8`, `ahtbot_token_rival 1`, `ahtbot_auth_refused 0`, `ahtbot_auth_rest_seconds 15`,
		`ahtbot_last_reading_timestamp_seconds 1.7953488005e+09`, `ahtbot_store_away 0`, `ahtbot_readings_not_kept_total 9`,
		`ahtbot_poll_targets 10`, `ahtbot_poll_interval_seconds 300`, `ahtbot_poll_reached_seconds 360`,
		`ahtbot_digest_slots_total{outcome="posted"} 1`, `ahtbot_alert_messages_total{kind="message"} 1`, `ahtbot_alert_messages_total{kind="line"} 1`,
		`ahtbot_build_info{version="v1.2.3"} 1`, `ahtbot_reply_seconds_count{via="slash"} 1`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
}

func TestServeAndProbe(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fault := ""
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- ops.Serve(ctx, listener, ops.Handler(ops.NewMetrics("v1"), func() string { return fault }))
	}()
	addr := listener.Addr().String()
	if err := ops.Probe(t.Context(), addr); err != nil {
		t.Errorf("ready: %v", err)
	}
	_, port, _ := net.SplitHostPort(addr)
	if err := ops.Probe(t.Context(), ":"+port); err != nil {
		t.Errorf("without a host: %v", err)
	}
	fault = "one\ntwo"
	if err := ops.Probe(t.Context(), addr); err == nil || err.Error() != "not ready: one; two" {
		t.Errorf("not ready: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v", err)
	}
	if err := ops.Probe(t.Context(), addr); err == nil || !strings.Contains(err.Error(), "is ahtbot running?") {
		t.Errorf("gone: %v", err)
	}
	if err := ops.Probe(t.Context(), "8080"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:8080") {
		t.Errorf("no address: %v", err)
	}
}

func TestPseudonymsHideAgentsAndLastOverRestarts(t *testing.T) {
	agent, err := aht.NewTarget(aht.KindAgent, "asha@example.com")
	if err != nil {
		t.Fatal(err)
	}
	campaign, err := aht.NewTarget(aht.KindCampaign, "Sales")
	if err != nil {
		t.Fatal(err)
	}
	name := ops.NewPseudonyms("key").Name(agent)
	if len(name) != len("agent:")+8 || strings.Contains(name, "asha") {
		t.Errorf("named %q", name)
	}
	if again := ops.NewPseudonyms("key").Name(agent); again != name {
		t.Errorf("after a restart %q, before %q", again, name)
	}
	if other := ops.NewPseudonyms("other").Name(agent); other == name {
		t.Error("the name does not depend on the key")
	}
	if got := ops.NewPseudonyms("key").Name(campaign); got != "campaign:Sales" {
		t.Errorf("a campaign is named %q", got)
	}
}

func TestRedactorTakesSecretsOutOfEveryAttribute(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: ops.Redactor("my-api-key", "")}))
	log.Debug("call with my-api-key", "err", errors.New("bad token xoxb-12-abc and xapp-1-A1-9"), "url", "https://hooks.slack.com/commands/T1/2/secretpart",
		"ws", "wss://x/link?ticket=abc-1", "auth", "Bearer abc.def", "jwt", "eyJhbGciOi.eyJleHAi.c2ln", slog.Group("g", "key", "my-api-key"), "n", 7)
	for _, banned := range []string{"my-api-key", "xoxb-12", "xapp-1", "secretpart", "ticket=abc", "abc.def", "eyJ"} {
		if strings.Contains(out.String(), banned) {
			t.Errorf("the log shows %s: %s", banned, out.String())
		}
	}
	if !strings.Contains(out.String(), `"n":7`) {
		t.Errorf("numbers are gone: %s", out.String())
	}
}

func TestMetricsNameWhyTheStoreIsAway(t *testing.T) {
	figures := ops.Figures{StoreAway: true, StoreCause: "disk-full", StoreTimes: map[string]int{"disk-full": 2, "locked": 1}, StoreRoom: 4096, Unkept: 7}
	m := ops.NewMetrics("v1")
	m.Watch(func() ops.Figures { return figures })
	wants := func(all ...string) {
		t.Helper()
		_, body := get(t, ops.Handler(m), "/metrics")
		for _, want := range all {
			if !strings.Contains(body, "\n"+want+"\n") {
				t.Errorf("no %q in\n%s", want, body)
			}
		}
	}
	wants("ahtbot_store_away 1", `ahtbot_store_away_cause{cause="disk-full"} 1`, `ahtbot_store_away_cause{cause="locked"} 0`,
		`ahtbot_store_away_total{cause="disk-full"} 2`, `ahtbot_store_away_total{cause="locked"} 1`, "ahtbot_store_room_bytes 4096", "ahtbot_readings_waiting 7")
	figures.StoreAway, figures.StoreCause, figures.StoreRoom = false, "", -1
	wants("ahtbot_store_away 0", `ahtbot_store_away_cause{cause="disk-full"} 0`)
	if _, body := get(t, ops.Handler(m), "/metrics"); strings.Contains(body, "store_room") {
		t.Error("a server has no room of its own")
	}
}
