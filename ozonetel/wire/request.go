// Package wire knows what goes over the network to Ozonetel and back: the requests, how one is
// sent once and in time, and what an answer means. It decides neither when to ask nor what
// to do about a refusal.
//
// The contract followed is ozonetel.md §1A. No public sample of an AHT answer exists, so
// decoding is tolerant of shape and strict about meaning.
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

const maxAnswer = 1 << 20 // bytes of an answer's body

var (
	errNotWritten = errors.New("request not written in time")
	errTooSlow    = errors.New("no whole answer in time")
)

// Account is one account as it is asked over the network.
type Account struct {
	BaseURL          *url.URL
	APIKey, Username string
	Method           string          // of an AHT request
	Basic            bool            // the account takes the API key itself, and no token
	Tokens           func() []string // the tokens of late, which no text may hold
}

// Upstream sends calls to an account, and classifies what it answers.
type Upstream struct {
	Account
	transport *http.Transport
	http      *http.Client
}

// New returns the upstream of an account. Nil dials the network, directly.
func New(a Account, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Upstream {
	base := *a.BaseURL
	a.BaseURL = &base
	u := &Upstream{Account: a, transport: newTransport(dial)}
	u.http = &http.Client{
		Transport:     u.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return u
}

// CloseIdle closes the connections kept for further requests.
func (u *Upstream) CloseIdle() { u.transport.CloseIdleConnections() }

// secrets are what no text about a request about t may hold.
func (u *Upstream) secrets(t aht.Target) []string {
	local, _, _ := strings.Cut(t.Name(), "@") // of an e-mail address, which tells as much
	return append(u.Tokens(), u.APIKey, u.Username, t.Name(), local)
}

// Call is one request to be: the same for the first attempt and for a repeat.
type Call struct {
	Op     string
	method string
	path   string // below the base URL
	body   map[string]string
	header string     // the one credential's header …
	value  string     // … and what it says
	About  aht.Target // whose name no text may hold; zero for calls about nobody
}

// call is a request with the API key as its credential.
func (u *Upstream) call(op, method, path string, body map[string]string, about aht.Target) Call {
	return Call{Op: op, method: method, path: "ca_apis/" + path, body: body, header: "apiKey", value: u.APIKey, About: about}
}

// WithToken is k with a token as its credential instead.
func (k Call) WithToken(token string) Call {
	k.header, k.value = "Authorization", "Bearer "+token
	return k
}

// Answer is what came back, whole.
type Answer struct {
	Status int
	body   []byte
}

// Attempt says how far a request got.
type Attempt struct {
	Connected atomic.Bool // had a connection, so something may have reached the upstream
	reused    atomic.Bool // … that had been used before
	answered  atomic.Bool // the first byte of an answer came
}

// Send makes one request, which may be written until writeBy and must be answered by
// answerBy: a process stopped in between sends nothing. setOut is called when it is about to
// go, and refuses it by false.
func (u *Upstream) Send(ctx context.Context, k Call, writeBy, answerBy time.Time, setOut func() bool, try *Attempt) (Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, stop := context.WithDeadlineCause(ctx, answerBy, errTooSlow)
	defer stop()
	left := time.Until(writeBy)
	if left <= 0 {
		return Answer{}, errNotWritten
	}
	late := time.AfterFunc(left, func() { cancel(errNotWritten) })
	defer late.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			try.Connected.Store(true)
			try.reused.Store(info.Reused)
			// From here the connection itself keeps the limit. WroteRequest cannot be
			// used: it comes when the request is in the transport's buffer.
			late.Stop()
			if err := info.Conn.SetWriteDeadline(writeBy); err != nil {
				cancel(errNotWritten)
			}
		},
		GotFirstResponseByte: func() { try.answered.Store(true) },
	})
	req, err := u.request(ctx, k)
	if err != nil {
		return Answer{}, err
	}
	if !setOut() {
		return Answer{}, errNotWritten
	}
	ans, err := u.receive(req)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return ans, err
}

// request is k as HTTP.
func (u *Upstream) request(ctx context.Context, k Call) (*http.Request, error) {
	body, err := json.Marshal(k.body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, k.method, u.BaseURL.JoinPath(k.path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.GetBody = nil // else the transport repeats a GET by itself, uncounted
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "ahtbot")
	req.Header[k.header] = []string{k.value} // spelled as documented: apiKey
	return req, nil
}

// receive sends req and reads the whole answer.
func (u *Upstream) receive(req *http.Request) (Answer, error) {
	resp, err := u.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	return Answer{Status: resp.StatusCode, body: body}, err
}

// Stale reports whether a request with no answer failed with err on a connection that was
// kept and that the other side had closed: its siblings are as old.
func (a *Attempt) Stale(err error) bool {
	return a.reused.Load() && !a.answered.Load() && !isTimeout(err)
}

// TransportError says why no whole answer came to k.
func (u *Upstream) TransportError(k Call, try *Attempt, err error) *fault.Error {
	e := &fault.Error{Op: k.Op, Class: fault.Unreachable, Reason: fault.HungUp, Err: err}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // without the method and the URL
	}
	_, network := errors.AsType[net.Error](err)
	switch {
	case !try.Connected.Load():
		e.Reason = fault.ConnectFailed
	case isTimeout(err):
		e.Reason = fault.Timeout
	case try.answered.Load() && !network && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.ErrClosedPipe):
		e.Class, e.Reason = fault.Unreadable, fault.NotJSON // something that is not HTTP
	}
	e.Detail = redact(err.Error(), u.secrets(k.About)...)
	return e
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout() || errors.Is(err, errNotWritten) || errors.Is(err, errTooSlow)
}

const (
	dialLimit = 3 * time.Second // a proxy's tunnel included; with TLS it has less, by the time to write in
	tlsLimit  = 2 * time.Second
	idleLimit = 30 * time.Second // below what upstreams usually keep, so that stale connections are rare
)

// newTransport returns a transport that sends what it is told, once: HTTP/1.1 only, since
// HTTP/2 replays refused streams on its own.
func newTransport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	t := &http.Transport{
		TLSHandshakeTimeout:    tlsLimit,
		IdleConnTimeout:        idleLimit,
		MaxIdleConnsPerHost:    8,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialLimit)
		defer cancel()
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &deadlineConn{Conn: conn}, nil
	}
	return t
}

// deadlineConn looks at both clocks before each write. The timers behind an ordinary write
// deadline may fire a moment too late when a stopped process goes on, and do not run while
// the machine sleeps.
type deadlineConn struct {
	net.Conn
	writeBy atomic.Pointer[time.Time]
}

// SetWriteDeadline is kept, and kept for Write.
func (c *deadlineConn) SetWriteDeadline(t time.Time) error {
	c.writeBy.Store(&t)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is SetWriteDeadline and SetReadDeadline.
func (c *deadlineConn) SetDeadline(t time.Time) error {
	c.writeBy.Store(&t)
	return c.Conn.SetDeadline(t)
}

// Write refuses when its deadline has passed.
func (c *deadlineConn) Write(p []byte) (int, error) {
	if until := c.writeBy.Load(); until != nil && !until.IsZero() {
		if now := time.Now(); !now.Before(*until) || !now.Round(0).Before(until.Round(0)) {
			return 0, os.ErrDeadlineExceeded
		}
	}
	return c.Conn.Write(p)
}
