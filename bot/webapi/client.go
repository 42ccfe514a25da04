// Package webapi is calls to Slack's Web API: the client and its connections, who we are by
// Slack's word, how fast we post, and what Slack's errors mean. It knows nothing of replies.
package webapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// CallTimeout bounds one call and its answer, waits for Slack's rate limit included.
const CallTimeout = 30 * time.Second

// Config is what a Client runs with.
type Config struct {
	AppToken string // app-level token, xapp-…, with the scope connections:write
	BotToken string // bot token, xoxb-…
	URL      string // with a trailing slash; empty means Slack's own
	// Dial opens the connections; nil dials the network, directly, for at most 5 s.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client calls the Web API for one app in one workspace, over one pool of connections. It follows
// no redirect.
type Client struct {
	// API repeats a call only when Slack says it was not done: 429, after the wait it asks for. A
	// lost answer is not retried, since chat.postMessage has no idempotency key (slack.md §4.2).
	API     *slack.Client
	Replies *slack.Client // the same for what people wait for: repeats what never left, too, as Do does
	Once    *slack.Client // repeats nothing

	config   Config
	loopback string // host of the API when it is loopback, else empty
	http     *http.Client
	pace     *pace
	self     Identity
	known    chan struct{} // closed when self is set
}

// New returns a Client. Its error is a URL that can't be read.
func New(c Config) (*Client, error) {
	if c.URL == "" {
		c.URL = slack.APIURL
	}
	base, err := url.Parse(c.URL)
	if err != nil {
		return nil, fmt.Errorf("API URL: %w", err)
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	w := &Client{config: c, pace: newPace(), known: make(chan struct{})}
	if host := base.Hostname(); host == "localhost" || net.ParseIP(host).IsLoopback() {
		w.loopback = base.Host
	}
	w.http = &http.Client{Transport: newTransport(c.Dial), Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect would carry the token along
	}}
	limited := slack.DefaultRetryConfig()
	limited.Handlers = []slack.RetryHandler{slack.NewRateLimitErrorRetryHandler(limited)}
	plainly := slack.OptionHTTPClient(w.http)
	w.API, w.Once = w.library(plainly, limited), w.library(plainly, slack.RetryConfig{})
	w.Replies = w.library(slack.OptionHTTPClient(w), limited)
	return w, nil
}

// library returns slack-go's client of the Web API that sends through and repeats as it is told.
func (w *Client) library(through slack.Option, again slack.RetryConfig) *slack.Client {
	return slack.New(w.config.BotToken, slack.OptionAppLevelToken(w.config.AppToken), slack.OptionAPIURL(w.config.URL),
		through, slack.OptionRetryConfig(again))
}

// Dial opens a connection as all others of the client are opened.
func (w *Client) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return w.config.Dial(ctx, network, addr)
}

// Do sends req, and again while no connection to Slack can be made, until its context ends.
func (w *Client) Do(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		resp, err := w.http.Do(req)
		op, ok := errors.AsType[*net.OpError](err)
		if !ok || op.Op != "dial" || req.GetBody == nil || !Sleep(req.Context(), time.Duration(min(try, 4))*500*time.Millisecond) {
			return resp, err
		}
		body, again := req.GetBody()
		if again != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.Body = body
	}
}

// Sleep waits for d, or less when ctx ends; it reports whether it was d.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// Close closes connections that nobody uses.
func (w *Client) Close() { w.http.CloseIdleConnections() }

// IsSlack reports whether raw is https on Slack's domains, or on the very host of a loopback API.
func (w *Client) IsSlack(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil {
		return false
	}
	if w.loopback != "" && u.Host == w.loopback {
		return u.Scheme == "http" || u.Scheme == "https"
	}
	host := u.Hostname()
	ours := strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com")
	return u.Scheme == "https" && ours && (u.Port() == "" || u.Port() == "443")
}

// newTransport returns the one pool of connections all calls to Slack share.
func newTransport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext: dial, ForceAttemptHTTP2: true,
		MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 15 * time.Second,
	}
}

// Identity is who we are, as auth.test says. Enterprise is empty outside an organisation.
type Identity struct{ Team, Enterprise, User, Bot string }

// Identify asks Slack (auth.test) who we are. It is called until it returns nil, and not after.
// Errors are Slack's own; [Fatal] tells which of them to give up on.
func (w *Client) Identify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	who, err := w.API.AuthTestContext(ctx)
	if err != nil {
		return err
	}
	w.self = Identity{Team: who.TeamID, Enterprise: who.EnterpriseID, User: who.UserID, Bot: who.BotID}
	close(w.known)
	return nil
}

// Identified is closed when Slack has said who we are.
func (w *Client) Identified() <-chan struct{} { return w.known }

// Self returns who we are; the zero Identity before Slack has said so.
func (w *Client) Self() Identity {
	select {
	case <-w.known:
		return w.self
	default:
		return Identity{}
	}
}

// AwaitSelf is Self once Slack has said so. Its error is a *CallError that the end of ctx caused.
func (w *Client) AwaitSelf(ctx context.Context) (Identity, error) {
	select {
	case <-w.known:
		return w.self, nil
	case <-ctx.Done():
		return Identity{}, &CallError{Method: "auth.test", Code: "unreachable", Kind: FaultLater, Err: context.Cause(ctx)}
	}
}

// Slack's ids. Nothing else may get between < and > in a message.
var (
	personID  = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)
	channelID = regexp.MustCompile(`^[CDG][A-Z0-9]{1,40}$`)
)

// IsPerson reports whether id is a person's.
func IsPerson(id string) bool { return personID.MatchString(id) }

// IsChannel reports whether id is a conversation's.
func IsChannel(id string) bool { return channelID.MatchString(id) }
