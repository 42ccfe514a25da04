// Package bot is Slack in and out: Socket Mode connections, acknowledgements, bounded
// workers, and Replies drawn as Block Kit. Package commands words what people read; this
// one knows nothing of the upstream.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"ahtbot/commands"
	"ahtbot/internal/aht"
)

// Config is what a Bot runs with. Zero values are stated field by field.
type Config struct {
	AppToken string // app-level token, xapp-…, with the scope connections:write
	BotToken string // bot token, xoxb-…
	APIURL   string // with a trailing slash; empty means Slack's own
	// Dial opens every connection to Slack, the WebSocket's too: through a company's proxy, or to a
	// simulator over pipes. Nil dials the network, directly, for at most 5 s.
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Handler *commands.Handler
	People  *Directory // shared with Handler; Run gives it the API
	// First reports whether no other process has taken the delivery called key (a trigger_id
	// or event_id). It may ask a database; nil when there is no other process.
	First func(ctx context.Context, key string) bool
	// Elsewhere is how the processes tell one another which questions people gave up; nil
	// when there is no other process.
	Elsewhere Elsewhere
	// Connections is how many Socket Mode connections to keep, 1 to 4; 0 means 1. With two the
	// loss of one leaves no gap. A handover takes one more for a while.
	Connections int
	// Workers bounds the answers in the works at once; 0 means 256. A question beyond it
	// is answered with "too many questions", in the acknowledgement.
	Workers int
	// Grace is how long work under way may finish after the context of Run ends; 0 means
	// 5 s. What is cut short is told so.
	Grace   time.Duration
	Log     *slog.Logger
	Name    func(aht.Target) string // how a log line names a target; nil means Target.String
	Observe Observer                // nil observes nothing
}

// Observer is told what happens, for metrics. Its methods are called from many goroutines
// and must not block.
type Observer interface {
	// Command is called once for every question, after its answer was sent or given up.
	// via is slash, button, mention, message or home; outcome is the Reply's.
	Command(via, outcome string, took time.Duration)
	// Acked is called when an acknowledgement was written to the socket, with the time
	// since its envelope was read.
	Acked(took time.Duration)
	// Envelope is called for every envelope: handled, again (a redelivery), foreign,
	// unreadable, ignored (nothing we answer), no_address (nowhere to answer), busy,
	// stopping; and once more, with strange_address, for one whose response_url is not Slack's.
	Envelope(outcome string)
	// Socket is called when a connection opens, has taken the place of one that Slack did not
	// ask to end, is lost without a word, or cannot be opened: hello, renewed, lost, refused;
	// and when Slack says why it ends one: disconnect_ and the reason.
	Socket(event string)
}

type silent struct{}

func (silent) Command(string, string, time.Duration) {}
func (silent) Acked(time.Duration)                   {}
func (silent) Envelope(string)                       {}
func (silent) Socket(string)                         {}

// Bot serves one Slack workspace. Make one with New and run it once.
type Bot struct {
	Config
	api   *slack.Client
	says  *slack.Client // the same for what people are to read, through patient
	posts *http.Client  // for all calls to Slack: follows no redirect, which would carry the token along
	host  string        // host of the API when it is loopback, else empty
	self  identity      // set before the first envelope is read
	app   atomic.Value  // string: the app's id, as hello says
	crowd atomic.Int64  // connections of the app, all processes together, as the last hello said
	waits waits         // questions in the works that can be given up
	newer newer         // whether the workspace takes tables and charts
	pace  *pace         // of posts and edits that nobody waits for
	blind blind         // channels whose history is closed to us
	known chan struct{} // closed when self is set
	ends  chan error    // why Run must end, from whoever finds out
	seen  *memory

	seats    []*seat
	readers  sync.WaitGroup // all that serves connections
	opens    *slack.Client  // for apps.connections.open, which the back-off repeats
	openings *rate.Limiter  // of apps.connections.open, all connections together
	backoff  backoff
	planning sync.Mutex    // held while a seat plans its renewal
	slots    chan struct{} // one token for each answer in the works
	spare    chan struct{} // one for each reply on its way that needs no work
	// stopping is set when Run's context has ended: nothing new is taken on.
	stopping atomic.Bool
}

// identity is who we are, as auth.test and hello say.
type identity struct {
	team, enterprise, user, bot, app string // app is what an envelope names; our own is Bot.app
}

// noticeAfter is how long a person waits without a word (design.md §5).
const noticeAfter = 1500 * time.Millisecond

const (
	sendWithin   = 30 * time.Second        // for one answer, waits for Slack's rate limit included
	noticeWithin = 2 * time.Second         // for a notice, since the answer waits behind it
	lastWord     = 1500 * time.Millisecond // for what is cut short by the hard stop
)

// New returns a Bot for c. It refuses a Config without tokens, handler or people.
func New(c Config) (*Bot, error) {
	if c.AppToken == "" || c.BotToken == "" || c.Handler == nil || c.People == nil {
		return nil, errors.New("bot: tokens, handler and people must be set")
	}
	if c.APIURL == "" {
		c.APIURL = slack.APIURL
	}
	base, err := url.Parse(c.APIURL)
	if err != nil {
		return nil, fmt.Errorf("bot: API URL: %w", err)
	}
	c.Connections = min(max(1, c.Connections), 4)
	if c.Workers <= 0 {
		c.Workers = 256
	}
	if c.Grace <= 0 {
		c.Grace = 5 * time.Second
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Name == nil {
		c.Name = aht.Target.String
	}
	if c.Observe == nil {
		c.Observe = silent{}
	}
	b := &Bot{
		Config: c, seen: newMemory(), slots: make(chan struct{}, c.Workers), spare: make(chan struct{}, 64), ends: make(chan error, 1),
		openings: rate.NewLimiter(rate.Every(3*time.Second), 4), pace: newPace(), known: make(chan struct{}),
	}
	if loopback(base.Hostname()) {
		b.host = base.Host
	}
	transport := newTransport(c.Dial)
	b.posts = &http.Client{Transport: transport, Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	b.api, b.says = b.newAPI(b.posts, retries()), b.newAPI(patient{b.posts}, retries())
	b.opens = b.newAPI(b.posts, slack.RetryConfig{})
	c.People.api = b.api
	for range c.Connections {
		b.seats = append(b.seats, &seat{first: make(chan struct{})})
	}
	return b, nil
}

// newAPI returns a client of the Web API that sends through doer and repeats as again says.
func (b *Bot) newAPI(doer interface {
	Do(*http.Request) (*http.Response, error)
}, again slack.RetryConfig,
) *slack.Client {
	return slack.New(b.BotToken, slack.OptionAppLevelToken(b.AppToken), slack.OptionAPIURL(b.APIURL),
		slack.OptionHTTPClient(doer), slack.OptionRetryConfig(again))
}

// loopback reports whether host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// newTransport returns the one pool of connections all calls to Slack share.
func newTransport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext: dial, ForceAttemptHTTP2: true,
		MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 15 * time.Second,
	}
}

// retries repeats a call only when Slack says it was not done: 429, after the wait Slack
// asks for. A lost answer is not retried, since chat.postMessage has no idempotency key
// (slack.md §4.2).
func retries() slack.RetryConfig {
	c := slack.DefaultRetryConfig()
	c.Handlers = []slack.RetryHandler{slack.NewRateLimitErrorRetryHandler(c)}
	return c
}

// FatalError ends Run: Slack will not have this app until a person changes something. Its
// text ends with what to do and holds no secret.
type FatalError struct {
	Code string // Slack's error code
	Hint string // what to do
}

func (e *FatalError) Error() string { return "Slack answers " + e.Code + ": " + e.Hint }

// hints are the answers of Slack that no retry mends (slack.md §1.1, §4.2), and what to do.
var hints = map[string]string{
	"invalid_auth":           "a token is wrong or revoked; copy both tokens from the app's settings again",
	"not_authed":             "a token is empty; set SLACK_APP_TOKEN and SLACK_BOT_TOKEN",
	"account_inactive":       "the app was uninstalled; install it to the workspace and copy the new bot token",
	"token_revoked":          "the token was revoked; install the app again and copy the new token",
	"token_expired":          "the token has expired; turn token rotation off and copy a new token",
	"not_allowed_token_type": "the tokens are swapped; SLACK_APP_TOKEN is the xapp- one, SLACK_BOT_TOKEN the xoxb- one",
	"missing_scope":          "a scope is missing; the app-level token needs connections:write, the app the scopes of manifest.yml",
	"forbidden_team":         "the tokens belong to different workspaces; copy both from one app",
	"link_disabled":          "Socket Mode is switched off; turn it on in the app's settings, then start ahtbot again",
	"no_permission":          "the app-level token needs the scope connections:write; make a new one",
}

// fatal returns the *FatalError err stands for, or nil when trying again may help.
func fatal(err error) *FatalError {
	if err == nil {
		return nil
	}
	code := err.Error()
	if se, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		code = se.Err
	}
	if hint, known := hints[code]; known {
		return &FatalError{Code: code, Hint: hint}
	}
	return nil
}
