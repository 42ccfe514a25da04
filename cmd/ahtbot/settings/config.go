// Package settings reads the environment variables of the program, and reports every fault at once.
package settings

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"

	"ahtbot/internal/aht"
	"ahtbot/internal/app"
	"ahtbot/internal/secret"
	"ahtbot/ozonetel"
)

// Settings is the environment turned into values: what exists is valid.
type Settings struct {
	app.Settings
	HTTPAddr string // empty: off
	LogLevel slog.Level
	LogJSON  *bool // nil: by whether the log goes to a terminal
}

// Need says which settings a subcommand cannot do without.
type Need struct{ Slack, Upstream bool }

// Read reads the environment. release is what this ahtbot calls itself. The error joins every fault found, each ending with
// what to do; it quotes no secret.
func Read(n Need, release string) (Settings, error) {
	var env environment
	if err := envconfig.Process("", &env); err != nil {
		return Settings{}, err // cannot happen: every field is text
	}
	applyDefaults(&env)
	f := &faults{}
	s := Settings{HTTPAddr: f.httpAddr(env.HTTPAddr), Settings: app.Settings{
		Release: release, SlackURL: f.slackURL(env.SlackAPIURL),
		Username: strings.TrimSpace(env.Username),
		SlackApp: f.secret("SLACK_APP_TOKEN", env.SlackAppToken, env.SlackAppTokenFile),
		SlackBot: f.secret("SLACK_BOT_TOKEN", env.SlackBotToken, env.SlackBotTokenFile),
		APIKey:   f.secret("OZONETEL_API_KEY", env.APIKey, env.APIKeyFile),
	}}
	if n.Slack {
		f.token("SLACK_APP_TOKEN", s.SlackApp, "xapp-", "make an app-level token with connections:write on the app's Basic Information page")
		f.token("SLACK_BOT_TOKEN", s.SlackBot, "xoxb-", "install the app, then copy the Bot User OAuth Token of its OAuth page")
	}
	if n.Upstream {
		f.given("OZONETEL_API_KEY", s.APIKey.Reveal(), "copy the API key from CloudAgent's admin settings")
		if strings.ContainsFunc(s.APIKey.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' }) {
			f.add("OZONETEL_API_KEY", "has spaces or characters that no key has: copy it again, without what stands around it")
		}
		f.given("OZONETEL_USERNAME", s.Username, "use the account's CloudAgent user name")
	}
	s.Connections = f.number("SLACK_CONNECTIONS", env.SlackConnections, 4, "2 is right for one process")
	f.upstream(&s, env)
	s.Database, s.Retention = f.databaseURL(f.secret("DATABASE_URL", env.DatabaseURL, env.DatabaseFile)), f.retention(env.Retention)
	f.rest(&s, env)
	if n.Slack || n.Upstream {
		s.Proxies = f.proxies(env)
		f.certFile(env.CertFile)
	}
	s.Poll, s.Days = f.pollInterval(env.PollInterval), f.calendars(env)
	f.unknown()
	return s, errors.Join(f.list...)
}

// faults collects everything wrong with the environment.
type faults struct{ list []error }

func (f *faults) add(name, format string, args ...any) {
	f.list = append(f.list, fmt.Errorf("%s: "+format, append([]any{name}, args...)...))
}

// secret takes a secret from its variable, or from the file the _FILE variable names.
func (f *faults) secret(name, value, path string) secret.Text {
	value, path = strings.TrimSpace(value), strings.TrimSpace(path)
	switch {
	case path == "":
		return secret.New(value)
	case value != "":
		f.add(name, "set twice, also as %s_FILE: keep one of them", name)
		return secret.New(value)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		f.add(name+"_FILE", "cannot be read (%s): check the path and its permissions", plainCause(err))
	}
	return secret.New(strings.TrimSpace(string(text)))
}

// plainCause is the cause of a file error without its path.
func plainCause(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

func (f *faults) given(name, value, way string) {
	if value == "" {
		f.add(name, "not set: %s (README, “With your own account”)", way)
	}
}

func (f *faults) token(name string, value secret.Text, prefix, way string) {
	f.given(name, value.Reveal(), way)
	if text := value.Reveal(); text != "" && !strings.HasPrefix(text, prefix) {
		f.add(name, "does not begin with %s: are the two Slack tokens swapped? Else %s", prefix, way)
	}
}

func (f *faults) slackURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || !secureOrLocal(u) {
		f.add("SLACK_API_URL", "want https://…/api/, or http for this machine only: leave it empty for Slack itself")
		return ""
	}
	return strings.TrimSuffix(u.String(), "/") + "/"
}

// secureOrLocal reports whether secrets may travel to u.
func secureOrLocal(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && local)
}

func (f *faults) httpAddr(addr string) string {
	addr = strings.TrimSpace(addr)
	if addr == "" {
		return ""
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		f.add("HTTP_ADDR", "%q is no address: write it as 127.0.0.1:8080, or set it to nothing to turn it off", addr)
	}
	return addr
}

// regions are the two public addresses of the API and the zone their accounts live in
// (ozonetel.md §1A.1, §1A.11), with the working week that is usual there (product.md §E3).
var regions = map[string]struct{ host, zone, week string }{
	"domestic":      {"https://in1-ccaas-api.ozonetel.com", "Asia/Kolkata", "mon-sat"},
	"international": {"https://api.ccaas.ozonetel.com", "UTC", "mon-fri"},
}

func (f *faults) upstream(s *Settings, env environment) {
	region, ok := regions[strings.ToLower(strings.TrimSpace(env.Region))]
	if !ok {
		f.add("OZONETEL_REGION", "%q is none: use domestic or international", env.Region)
		region = regions["domestic"]
	}
	base, err := url.Parse(cmp.Or(strings.TrimSpace(env.BaseURL), region.host))
	if err != nil || base.Host == "" || base.RawQuery != "" || base.Fragment != "" || !secureOrLocal(base) {
		f.add("OZONETEL_BASE_URL", "want https://host, or http for this machine only: leave it empty for the address of your region")
	}
	s.BaseURL = base
	switch strings.ToLower(strings.TrimSpace(env.Auth)) {
	case "token":
		s.Auth = ozonetel.TokenAuth
	case "basic":
		s.Auth = ozonetel.BasicAuth
	default:
		f.add("OZONETEL_AUTH", "%q is none: use token or basic, as the account's setting API Authentication says", env.Auth)
	}
	s.Method = strings.ToUpper(strings.TrimSpace(env.Method))
	if s.Method != http.MethodGet && s.Method != http.MethodPost {
		f.add("OZONETEL_METHOD", "%q is none: use GET, or POST for accounts that answer the older form", env.Method)
	}
	s.PerMinute = f.number("OZONETEL_REQUESTS_PER_MINUTE", env.PerMinute, 10_000, "the usual account allows 50")
	s.Zone = f.zone(cmp.Or(strings.TrimSpace(env.Timezone), region.zone))
}

// number reads a whole number from 1 to most.
func (f *faults) number(name, text string, most int, way string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > most {
		f.add(name, "%q is no number from 1 to %d: %s", text, most, way)
	}
	return n
}

func (f *faults) rest(s *Settings, env environment) {
	var err error
	if s.MaxAge, err = age(env.MaxAge); err != nil || s.MaxAge > aht.Window {
		f.add("READING_MAX_AGE", "%q is no duration from 0s to 2h: write it as 60s or 2m", env.MaxAge)
	}
	if err := s.LogLevel.UnmarshalText([]byte(strings.TrimSpace(env.LogLevel))); err != nil {
		f.add("LOG_LEVEL", "%q is none: use debug, info, warn or error", env.LogLevel)
	}
	switch strings.ToLower(strings.TrimSpace(env.LogFormat)) {
	case "":
	case "text":
		s.LogJSON = new(false)
	case "json":
		s.LogJSON = new(true)
	default:
		f.add("LOG_FORMAT", "%q is none: use text or json, or leave it empty", env.LogFormat)
	}
	s.Access = f.access(env.Admins, env.AgentReaders, env.OwnFigure)
}

// retention is at least the day that changes look back over.
func (f *faults) retention(text string) time.Duration {
	d, err := age(text)
	if err != nil || d < 24*time.Hour {
		f.add("READING_RETENTION", "%q is no duration of a day or more: write it in hours, as 9600h", text)
	}
	return d
}

// pollInterval is how often watched targets are read.
func (f *faults) pollInterval(text string) time.Duration {
	d, err := age(text)
	if err != nil || d < time.Second || d > 15*time.Minute {
		f.add("POLL_INTERVAL", "%q is no duration from 1s to 15m: 5m is right for most floors", text)
	}
	return d
}

func age(text string) (time.Duration, error) {
	if d, err := aht.ParseDuration(text); err == nil {
		return d, nil
	}
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if d < 0 {
		return 0, aht.ErrDuration
	}
	return d, err
}

// unknown finds settings that are spelt like ours and are none, since a typo would
// otherwise be silence. Names that others use as well (SLACK_WEBHOOK_URL, the variables
// Kubernetes sets for a service) are let be.
func (f *faults) unknown() {
	typo := regexp.MustCompile(`^(OZONETEL_(AP|US|RE|BA|AU|ME)|SLACK_(APP|BOT|API)_|READING_|AGENT_READ|OWN_FIG|POLL_INT|WORKING_W|HOLIDAY)`)
	known := map[string]bool{}
	for field := range reflect.TypeFor[environment]().Fields() {
		known[field.Tag.Get("envconfig")] = true
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if typo.MatchString(name) && !known[name] {
			f.add(name, "is no setting of ahtbot: ahtbot run -h lists them all. Correct its name or remove it")
		}
	}
}

// databaseURL checks DATABASE_URL without quoting it, since it may hold a password.
func (f *faults) databaseURL(given secret.Text) secret.Text {
	raw := cmp.Or(given.Reveal(), "sqlite://ahtbot.db")
	u, err := url.Parse(raw)
	ok := err == nil
	switch {
	case ok && u.Scheme == "sqlite":
		ok = len(raw) > len("sqlite://")
	case ok && (u.Scheme == "postgres" || u.Scheme == "postgresql"):
		ok = u.Path != "" && u.Path != "/"
	default:
		ok = false
	}
	if !ok {
		f.add("DATABASE_URL", "want sqlite://FILE or postgres://USER@HOST/DATABASE: leave it empty for sqlite://ahtbot.db")
	}
	return secret.New(raw)
}
