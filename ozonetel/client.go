package ozonetel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"ahtbot/internal/aht"
)

// AuthMode is how an account lets itself be asked (its setting API Authentication). The
// zero AuthMode is TokenAuth, the upstream's default.
type AuthMode uint8

// The two modes (ozonetel.md §1A.4). A request carries the credential of one of them only.
const (
	TokenAuth AuthMode = iota // a bearer token, made from the API key and good for an hour
	BasicAuth                 // the API key itself
)

// Config is what a [Client] needs to know.
type Config struct {
	// BaseURL is the domain, and a path for partners that have one; no user, query or
	// fragment. Plain http is for loopback and for a Dial of one's own.
	BaseURL *url.URL
	// APIKey and Username are the account's; both are required and neither is ever logged.
	APIKey, Username string
	// Auth is the account's mode.
	Auth AuthMode
	// Method of an AHT request: http.MethodGet, the default when empty, or http.MethodPost
	// for accounts that still answer the older form. Both carry a JSON body.
	Method string
	// PerMinute is the account's allowance, 1 to 10000 requests in any 60 s.
	PerMinute int
	// Fresh says that nothing has used this account in the last minute (a simulator made
	// just now). False, the safe zero, starts with an empty bucket.
	Fresh bool
	// Tokens keeps the token over restarts; nil keeps it in memory only.
	Tokens TokenStore
	// MayIssue is asked before a new token is made, since that ends the one before, whoever
	// holds it. Its error refuses, and is what the asker gets. Nil never refuses.
	MayIssue func() error
	// Dial is for simulators over pipes; nil is the ordinary dialer, which also honours the
	// environment's proxy. Either has 2 s.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Keep is called with every reading received, also one nobody waits for any more; it
	// returns before the askers have their answer. May be nil.
	Keep func(aht.Reading)
	// Log gets one line per request at debug and what the operator must know; nil: none.
	Log *slog.Logger
	// Name is how a log line names a target, a keyed hash for agents; nil: Target.String,
	// which hides agents.
	Name func(aht.Target) string
	// Observe is called once per upstream request finished, for metrics; may be nil.
	Observe func(Event)
}

// Event is one upstream request finished.
type Event struct {
	Op      string        // "aht" or "token"
	Outcome string        // "ok", "no_calls", or the Class as a word
	Took    time.Duration // from taking the turn to the verdict; the wait for the turn is not in it
}

// Client asks one account. It is safe for use by many goroutines.
type Client struct {
	cfg       Config
	base      *url.URL
	log       *slog.Logger
	transport *http.Transport
	http      *http.Client
	budget    *budget
	questions flights[aht.Target, aht.Reading]
	tokens    tokens

	mu          sync.Mutex
	lastOK      time.Time
	authRefused bool
}

// New returns a client for the account in cfg, or all faults of cfg joined; a fault does
// not quote a value. It reads cfg.Tokens and sends nothing. Close it after use.
func New(cfg Config) (*Client, error) {
	if err := cfg.faults(); err != nil {
		return nil, err
	}
	if cfg.Method == "" {
		cfg.Method = http.MethodGet
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Name == nil {
		cfg.Name = aht.Target.String
	}
	base := *cfg.BaseURL
	c := &Client{cfg: cfg, base: &base, log: cfg.Log, transport: newTransport(cfg.Dial)}
	c.http = &http.Client{
		Transport:     c.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.budget = newBudget(cfg.PerMinute, cfg.Fresh, time.Now())
	c.questions.log, c.tokens.flights.log = c.log, c.log
	c.tokens.account = fingerprint(cfg)
	if cfg.Auth == TokenAuth {
		c.recall(time.Now())
	}
	return c, nil
}

func (cfg *Config) faults() error {
	var all []error
	fault := func(bad bool, text string) {
		if bad {
			all = append(all, errors.New("ozonetel: "+text))
		}
	}
	if u := cfg.BaseURL; u == nil {
		fault(true, "base URL is not set")
	} else {
		fault(u.Scheme != "https" && u.Scheme != "http" || u.Host == "", "base URL must be an absolute http or https address")
		fault(u.User != nil || u.RawQuery != "" || u.Fragment != "", "base URL must have no user, query or fragment")
		fault(u.Scheme == "http" && cfg.Dial == nil && !loopback(u.Hostname()), "base URL must be https: plain http is for loopback only")
	}
	fault(cfg.APIKey == "", "API key is not set")
	fault(strings.ContainsFunc(cfg.APIKey, notHeaderSafe), "API key has spaces, control or non-ASCII characters")
	fault(strings.TrimSpace(cfg.Username) == "", "user name is not set")
	fault(strings.ContainsFunc(cfg.Username, unicode.IsControl), "user name has control characters")
	fault(cfg.Auth > BasicAuth, "auth mode is neither token nor basic")
	fault(cfg.Method != "" && cfg.Method != http.MethodGet && cfg.Method != http.MethodPost, "method must be GET or POST")
	if cfg.PerMinute < 1 || cfg.PerMinute > 10000 {
		all = append(all, fmt.Errorf("ozonetel: requests per minute is %d, must be 1 to 10000", cfg.PerMinute))
	}
	return errors.Join(all...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func notHeaderSafe(r rune) bool { return r <= ' ' || r > '~' }

// fingerprint tells accounts apart without naming them.
func fingerprint(cfg Config) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", cfg.BaseURL.String(), cfg.Username, cfg.APIKey))
	return hex.EncodeToString(sum[:16])
}

// secrets are what no text about a request about t may hold.
func (c *Client) secrets(t aht.Target) []string {
	local, _, _ := strings.Cut(t.Name(), "@") // of an e-mail address, which tells as much
	return append(c.tokens.secrets(), c.cfg.APIKey, c.cfg.Username, t.Name(), local)
}

// Wait is a question's place in the queue for the allowance.
type Wait struct {
	Target aht.Target
	Place  int           // 1 is next
	For    time.Duration // about how long until it is sent
	Askers int           // how many wait for its answer
}

// Waiting reports whether t's question still waits for its turn, and how long it will.
func (c *Client) Waiting(t aht.Target) (Wait, bool) {
	w, ok := c.budget.wait(t, time.Now())
	if ok {
		w.Askers = c.questions.askers(t)
	}
	return w, ok
}

// Status is a snapshot of how the client stands with the upstream.
type Status struct {
	Allowance      int           // requests in any 60 s
	Used60         int           // requests sent in the last 60 s, tokens and repeats included
	Refused60      int           // of those, refused by the upstream for its limit
	Waiting        []Wait        // questions waiting for their turn, next first
	Held           time.Duration // over zero: the upstream refused for its limit, and nothing is sent for this long
	TokenAge       time.Duration // since the token in use was issued; zero without one
	TokensThisHour int           // issues in the last hour that we know of, at most nine
	AuthRefused    bool          // the upstream refuses our credentials, as far as we last heard
	LastOK         time.Time     // when the last reading came; zero: none yet
}

// Status returns a snapshot. It does not wait for input or output.
func (c *Client) Status() Status {
	now := time.Now()
	s := Status{Allowance: c.cfg.PerMinute, Waiting: c.budget.waits(now)}
	s.Used60, s.Refused60, s.Held = c.budget.figures(now)
	for i := range s.Waiting {
		s.Waiting[i].Askers = c.questions.askers(s.Waiting[i].Target)
	}
	s.TokenAge, s.TokensThisHour = c.tokens.figures(now)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.AuthRefused, s.LastOK = c.authRefused, c.lastOK
	return s
}

// Close ends every open question with [ErrClosed], waits for them to end, and drops the
// connections. The token stays good for the next start.
func (c *Client) Close() {
	c.questions.close()
	c.tokens.flights.close()
	c.transport.CloseIdleConnections()
}
