package ozonetel

import (
	"cmp"
	"context"
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
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
	"ahtbot/ozonetel/token"
	"ahtbot/ozonetel/wire"
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
	// fragment. Plain http is for loopback only.
	BaseURL          *url.URL
	APIKey, Username string   // the account's; both are required and neither is ever logged
	Auth             AuthMode // the account's
	Method           string   // of an AHT request: GET, also when empty, or POST for the older form; both carry a JSON body
	PerMinute        int      // the account's allowance, 1 to 10000 requests in any 60 s
	Reserve          int      // slots of it that background work leaves free for people, at most a quarter; 0: 5, negative: none

	// Ledger counts the allowance over all processes of the account. Nil counts this
	// process only, in memory, and opens slowly since something may have used the account.
	Ledger allowance.Ledger
	Tokens token.Row     // shares the token with other processes and over restarts; nil: in memory
	Leases single.Leases // let one process ask about a target at a time; nil knows this process only
	// Latest reads the newest reading of t that any process received, which Keep put
	// there. Nil: there are no other processes.
	Latest func(ctx context.Context, t aht.Target) (aht.Reading, bool, error)
	// Known returns the newest reading of t that who asks could know, and asked all the same. It
	// never blocks. Nil: whatever was received before the question does not serve.
	Known func(t aht.Target) (aht.Reading, bool)
	// Away tells a store that cannot be reached from one that is broken; nil: stores never are.
	// While it is away nothing is sent for a minute, and then this process's share of the allowance.
	Away func(error) bool
	// Processes is the largest number of processes seen alive today, which share the
	// allowance while the store is away; it must not wait. Nil means one.
	Processes func() int
	// MayIssue is asked before a new token is made, since that ends the one before, whoever
	// holds it. Its error refuses, and is what the asker gets. Nil never refuses.
	MayIssue func() error
	// Dial opens every connection, in 3 s: through a company's proxy, or to a simulator over pipes.
	// Nil dials the network, directly.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Keep is called with every reading received, wanted or not, and when it was asked for, before
	// the askers have their answer. Where it fails they have it too, and Status.NotKept counts it. May be nil.
	Keep    func(r aht.Reading, asked time.Time) error
	Log     *slog.Logger            // gets a line per request at debug and what the operator must know; nil: none
	Name    func(aht.Target) string // how a log line names a target; nil: Target.String, which hides agents
	Observe func(Event)             // called once per upstream request finished, for metrics; may be nil

	drift func() time.Duration // how far the wall clock has run ahead of the monotonic one; nil: measured
}

// Event is one upstream request finished.
type Event struct {
	Op      string        // "aht", "campaigns" or "token"
	Class   string        // who it was for: "person" or "background"; a token is for persons
	Outcome string        // "ok", "no_calls", or the Class as a word
	Took    time.Duration // from taking the slot to the verdict; the wait for it is not in it
}

// Client asks one account. It is safe for use by many goroutines.
type Client struct {
	cfg       Config
	upstream  *wire.Upstream
	allowance *allowance.Limiter
	questions single.Group[aht.Target, aht.Reading]
	lists     single.Group[struct{}, []Campaign]
	tokens    *token.Source

	mu      sync.Mutex
	lastOK  time.Time
	notKept int
	noList  fault.Pause // the account does not list its campaigns
}

// New returns a client for the account in cfg, or all faults of cfg joined; a fault does
// not quote a value. It sends nothing. Close it after use.
func New(cfg Config) (*Client, error) {
	if err := cfg.faults(); err != nil {
		return nil, err
	}
	cfg.defaults()
	c := &Client{cfg: cfg}
	c.allowance = allowance.New(allowance.Config{
		Ledger: cfg.Ledger, Away: cfg.Away, Processes: cfg.Processes, Total: cfg.PerMinute, Reserve: cfg.Reserve, Drift: cfg.drift, Log: cfg.Log,
	})
	var err error
	c.tokens, err = token.New(token.Config{
		BaseURL: cfg.BaseURL.String(), APIKey: cfg.APIKey, Username: cfg.Username,
		Row: cfg.Tokens, Leases: cfg.Leases, Process: c.allowance.ID, Request: c.requestToken, MayIssue: cfg.MayIssue,
		Store: c.allowance, RequestLimit: allowance.TotalLimit, StoreLimit: allowance.StoreLimit, Log: cfg.Log,
	})
	if err != nil {
		c.allowance.Close()
		return nil, err
	}
	c.upstream = wire.New(wire.Account{
		BaseURL: cfg.BaseURL, APIKey: cfg.APIKey, Username: cfg.Username,
		Method: cfg.Method, Basic: cfg.Auth == BasicAuth, Tokens: c.tokens.Secrets,
	}, cfg.Dial)
	c.questions.Log, c.lists.Log = cfg.Log, cfg.Log
	return c, nil
}

// defaults fills in what was left zero.
func (cfg *Config) defaults() {
	cfg.Method = cmp.Or(cfg.Method, http.MethodGet)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Name == nil {
		cfg.Name = aht.Target.String
	}
	if cfg.drift == nil {
		cfg.drift = allowance.ClockDrift(time.Now())
	}
	if cfg.Ledger == nil {
		cfg.Ledger = allowance.NewOpeningLedger(cfg.PerMinute)
	}
	if cfg.Tokens == nil {
		cfg.Tokens = new(token.MemoryRow)
	}
	if cfg.Leases == nil {
		cfg.Leases = new(single.MemoryLeases)
	}
}

func (cfg *Config) faults() error {
	var all []error
	complain := func(bad bool, text string) {
		if bad {
			all = append(all, errors.New("ozonetel: "+text))
		}
	}
	if u := cfg.BaseURL; u == nil {
		complain(true, "base URL is not set")
	} else {
		complain(u.Scheme != "https" && u.Scheme != "http" || u.Host == "", "base URL must be an absolute http or https address")
		complain(u.User != nil || u.RawQuery != "" || u.Fragment != "", "base URL must have no user, query or fragment")
		complain(u.Scheme == "http" && !loopback(u.Hostname()), "base URL must be https: plain http is for loopback only")
	}
	complain(cfg.APIKey == "", "API key is not set")
	complain(!wire.HeaderSafe(cfg.APIKey), "API key has spaces, control or non-ASCII characters")
	complain(strings.TrimSpace(cfg.Username) == "", "user name is not set")
	complain(strings.ContainsFunc(cfg.Username, unicode.IsControl), "user name has control characters")
	complain(cfg.Auth > BasicAuth, "auth mode is neither token nor basic")
	complain(cfg.Method != "" && cfg.Method != http.MethodGet && cfg.Method != http.MethodPost, "method must be GET or POST")
	if cfg.PerMinute < 1 || cfg.PerMinute > 10000 {
		all = append(all, fmt.Errorf("ozonetel: requests per minute is %d, must be 1 to 10000", cfg.PerMinute))
	}
	return errors.Join(all...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close ends every open question with [ErrClosed], waits for them to end, and drops the
// connections. The token stays good for the next start.
func (c *Client) Close() {
	c.questions.Close()
	c.lists.Close()
	c.tokens.Close()
	c.allowance.Close()
	c.upstream.CloseIdle()
}
