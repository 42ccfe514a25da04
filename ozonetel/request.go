package ozonetel

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
	"strings"
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
)

const maxAnswer = 1 << 20 // bytes of an answer's body

var (
	errNotWritten = errors.New("request not written in time")
	errTooSlow    = errors.New("no whole answer in time")
)

// account is one account as it is asked over the network.
type account struct {
	baseURL          *url.URL
	apiKey, username string
	method           string          // of an AHT request
	basic            bool            // the account takes the API key itself, and no token
	tokens           func() []string // the tokens of late, which no text may hold
}

// upstream sends calls to an account, and classifies what it answers.
type upstream struct {
	account
	transport *http.Transport
	http      *http.Client
}

// newUpstream returns the upstream of an account. Nil dials the network, directly.
func newUpstream(a account, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *upstream {
	base := *a.baseURL
	a.baseURL = &base
	u := &upstream{account: a, transport: newTransport(dial)}
	u.http = &http.Client{
		Transport:     u.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return u
}

// closeIdle closes the connections kept for further requests.
func (u *upstream) closeIdle() { u.transport.CloseIdleConnections() }

// secrets are what no text about a request about t may hold.
func (u *upstream) secrets(t aht.Target) []string {
	local, _, _ := strings.Cut(t.Name(), "@") // of an e-mail address, which tells as much
	return append(u.tokens(), u.apiKey, u.username, t.Name(), local)
}

// call is one request to be: the same for the first attempt and for a repeat.
type call struct {
	op     string
	method string
	path   string // below the base URL
	body   map[string]string
	header string     // the one credential's header …
	value  string     // … and what it says
	about  aht.Target // whose name no text may hold; zero for calls about nobody
}

// answer is what came back, whole.
type answer struct {
	status int
	body   []byte
}

// attempt says how far a request got.
type attempt struct {
	connected atomic.Bool // had a connection, so something may have reached the upstream
	reused    atomic.Bool // … that had been used before
	answered  atomic.Bool // the first byte of an answer came
}

// send makes one request, which may be written until writeBy and must be answered by
// answerBy: a process stopped in between sends nothing. setOut is called when it is about to
// go, and refuses it by false.
func (u *upstream) send(ctx context.Context, k call, writeBy, answerBy time.Time, setOut func() bool, try *attempt) (answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, stop := context.WithDeadlineCause(ctx, answerBy, errTooSlow)
	defer stop()
	left := time.Until(writeBy)
	if left <= 0 {
		return answer{}, errNotWritten
	}
	late := time.AfterFunc(left, func() { cancel(errNotWritten) })
	defer late.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			try.connected.Store(true)
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
		return answer{}, err
	}
	if !setOut() {
		return answer{}, errNotWritten
	}
	ans, err := u.receive(req)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return ans, err
}

// request is k as HTTP.
func (u *upstream) request(ctx context.Context, k call) (*http.Request, error) {
	body, err := json.Marshal(k.body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, k.method, u.baseURL.JoinPath(k.path).String(), bytes.NewReader(body))
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
func (u *upstream) receive(req *http.Request) (answer, error) {
	resp, err := u.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	return answer{status: resp.StatusCode, body: body}, err
}

// stale reports whether a request with no answer failed with err on a connection that was
// kept and that the other side had closed: its siblings are as old.
func (a *attempt) stale(err error) bool {
	return a.reused.Load() && !a.answered.Load() && !isTimeout(err)
}

// transportError says why no whole answer came to k.
func (u *upstream) transportError(k call, try *attempt, err error) *Error {
	e := &Error{Op: k.op, Class: Unreachable, Reason: HungUp, Err: err}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // without the method and the URL
	}
	_, network := errors.AsType[net.Error](err)
	switch {
	case !try.connected.Load():
		e.Reason = ConnectFailed
	case isTimeout(err):
		e.Reason = Timeout
	case try.answered.Load() && !network && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.ErrClosedPipe):
		e.Class, e.Reason = Unreadable, NotJSON // something that is not HTTP
	}
	e.Detail = redact(err.Error(), u.secrets(k.about)...)
	return e
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout() || errors.Is(err, errNotWritten) || errors.Is(err, errTooSlow)
}
