package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/app"
	"ahtbot/internal/secret"
)

func TestASecretPrintsNowhere(t *testing.T) {
	const value = "xoxb-the-secret"
	s := secret.New(value)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "in", struct{ S secret.Text }{s})
	asJSON, err := json.Marshal(map[string]any{"s": s, "in": Settings{Settings: app.Settings{SlackBot: s}}})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %q %s %v %+v %#v", s, s, s, s, s, Settings{Settings: app.Settings{APIKey: s}}, Settings{Settings: app.Settings{APIKey: s}}, Settings{Settings: app.Settings{APIKey: s}}) + log.String() + string(asJSON)
	if strings.Contains(all, "the-secret") {
		t.Errorf("it prints: %s", all)
	}
	if hex := fmt.Sprintf("%x %X", s, s); strings.Contains(hex, fmt.Sprintf("%x", value)) {
		t.Errorf("it prints in hex: %s", hex)
	}
}

// given sets only what settings need, and what a test adds.
func given(t *testing.T, more map[string]string) {
	t.Helper()
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "SLACK_") || strings.HasPrefix(name, "OZONETEL_") || strings.HasPrefix(name, "DATABASE_") {
			t.Setenv(name, "")
		}
	}
	all := map[string]string{
		"SLACK_APP_TOKEN": "xapp-1-A1-x", "SLACK_BOT_TOKEN": "xoxb-1-x", "OZONETEL_API_KEY": "key", "OZONETEL_USERNAME": "user",
	}
	maps.Copy(all, more)
	for name, value := range all {
		t.Setenv(name, value)
	}
}

func TestSettingsHaveTheirDefaults(t *testing.T) {
	given(t, map[string]string{"LOG_LEVEL": " ", "READING_MAX_AGE": ""})
	s, err := Read(Need{Slack: true, Upstream: true}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if s.PerMinute != 50 || s.MaxAge != time.Minute || s.Zone.String() != "Asia/Kolkata" || s.HTTPAddr != "127.0.0.1:8080" || s.LogLevel != slog.LevelInfo ||
		s.Method != "GET" || s.BaseURL.String() != "https://in1-ccaas-api.ozonetel.com" || s.SlackURL != "https://slack.com/api/" || s.Access.Restricted || s.LogJSON != nil || s.Database.Reveal() != "sqlite://ahtbot.db" {
		t.Errorf("defaults: %+v", s)
	}
}

func TestSettingsTurnTextIntoValues(t *testing.T) {
	given(t, map[string]string{
		"OZONETEL_REGION": "International", "OZONETEL_METHOD": "post", "OZONETEL_AUTH": "BASIC", "READING_MAX_AGE": "2m", "HTTP_ADDR": "",
		"ADMINS": "U1, S2 ;U1", "AGENT_READERS": "admins", "LOG_LEVEL": "debug", "LOG_FORMAT": "json", "SLACK_API_URL": "http://127.0.0.1:9/api",
	})
	s, err := Read(Need{Slack: true, Upstream: true}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if s.BaseURL.Host != "api.ccaas.ozonetel.com" || s.Zone != time.UTC || s.Method != "POST" || s.Auth == 0 || s.MaxAge != 2*time.Minute || s.HTTPAddr != "" ||
		fmt.Sprint(s.Access.Admins) != "[U1 S2]" || !s.Access.Restricted || s.SlackURL != "http://127.0.0.1:9/api/" || s.LogJSON == nil || !*s.LogJSON {
		t.Errorf("settings: %+v", s)
	}
}

func TestTheWorkingWeekIsThatOfTheRegion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "IN.txt")
	if err := os.WriteFile(file, []byte("2026-12-25 Christmas\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		set  map[string]string
		want string
	}{
		{nil, "mon,tue,wed,thu,fri,sat"},
		{map[string]string{"OZONETEL_REGION": "international"}, "mon,tue,wed,thu,fri"},
		{map[string]string{"WORKING_WEEK": "Sun - Thu", "HOLIDAYS": " " + file, "POLL_INTERVAL": "1s"}, "mon,tue,wed,thu,sun"},
	} {
		given(t, c.set)
		s, err := Read(Need{Slack: true, Upstream: true}, "test")
		if err != nil {
			t.Fatal(err)
		}
		if s.Days.Week.String() != c.want {
			t.Errorf("%v: the week is %s, want %s", c.set, s.Days.Week, c.want)
		}
		if holidays := len(s.Days.Named["in"]); c.set["HOLIDAYS"] != "" && (holidays != 1 || s.Poll != time.Second) {
			t.Errorf("%d holidays, polling every %v", holidays, s.Poll)
		}
	}
}
