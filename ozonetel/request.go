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
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
)

const (
	opAHT       = "aht"
	opToken     = "token"
	opCampaigns = "campaigns"

	totalLimit = 15 * time.Second // from setting out to take a slot to the last byte of the answer
	dialLimit  = 3 * time.Second  // a proxy's tunnel included; with TLS it has less, by writeLimit
	tlsLimit   = 2 * time.Second
	idleLimit  = 30 * time.Second // below what upstreams usually keep, so that stale connections are rare
	maxAnswer  = 1 << 20          // bytes of an answer's body
)

var (
	errNotWritten = errors.New("request not written in time")
	errTooSlow    = errors.New("no whole answer in time")
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
		return &timelyConn{Conn: conn}, nil
	}
	return t
}

// call is one request to be: the same for the first attempt and for a repeat.
type call struct {
	op     string
	method string
	path   []string
	body   any
	header string     // the one credential's header …
	value  string     // … and what it says
	about  aht.Target // whose name no text may hold; zero for calls about nobody
}

// answer is what came back, whole.
type answer struct {
	grant  grant // with which it was asked
	status int
	body   []byte
}

// attempt says how far a request got.
type attempt struct {
	connected atomic.Bool // had a connection, so something may have reached the upstream
	reused    atomic.Bool // … that had been used before
	answered  atomic.Bool // the first byte of an answer came
}

// exchange takes slots and sends k: once, and once more when a kept connection turned out
// to have been closed by the other side before any answer. before is called with each slot
// and may refuse it. sent reports whether anything may have reached the upstream.
func (c *Client) exchange(alive, wanted context.Context, p *turn, k call, before func(context.Context) error) (ans answer, sent bool, err error) {
	for again := false; ; again = true {
		g, err := c.door.take(wanted, p)
		if err != nil {
			return answer{}, sent, err
		}
		if err := before(wanted); err != nil {
			c.door.unused(g)
			return answer{}, sent, err
		}
		var try attempt
		ans, err := c.send(alive, k, g, &try)
		sent = sent || try.connected.Load()
		switch {
		case err == nil:
			c.door.answered(g)
			return ans, sent, nil
		case try.connected.Load():
			c.door.lost(g)
		default:
			c.door.unused(g)
		}
		stale := try.reused.Load() && !try.answered.Load() && !isTimeout(err) && alive.Err() == nil
		fault := c.transportError(k, &try, err)
		c.finished(alive, k, g, fault.Class.String(), "err", fault, "stale", stale)
		if !stale || again {
			return answer{}, sent, fault
		}
		c.transport.CloseIdleConnections() // its siblings are as old
	}
}

// send makes one request with the slot g. When we set out to take it bounds how late the
// request may be written: a process stopped in between sends nothing.
func (c *Client) send(ctx context.Context, k call, g grant, try *attempt) (answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, stop := context.WithDeadlineCause(ctx, g.at.Add(totalLimit), errTooSlow)
	defer stop()
	left := writeLimit - time.Since(g.at)
	if left <= 0 || c.door.stepped(time.Now()) {
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
			if err := info.Conn.SetWriteDeadline(g.at.Add(writeLimit)); err != nil {
				cancel(errNotWritten)
			}
		},
		GotFirstResponseByte: func() { try.answered.Store(true) },
	})
	req, err := c.request(ctx, k)
	if err != nil {
		return answer{}, err
	}
	c.door.count(g)
	ans, err := c.receive(req)
	ans.grant = g
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return ans, err
}

func (c *Client) request(ctx context.Context, k call) (*http.Request, error) {
	body, err := json.Marshal(k.body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, k.method, c.base.JoinPath(k.path...).String(), bytes.NewReader(body))
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

func (c *Client) receive(req *http.Request) (answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	return answer{status: resp.StatusCode, body: body}, err
}

// transportError says why no whole answer came.
func (c *Client) transportError(k call, try *attempt, err error) *Error {
	e := &Error{Op: k.op, Class: Unreachable, Reason: HungUp, Err: err}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // without the method and the URL
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
	e.Detail = clean(err.Error(), c.secrets(k.about)...)
	return e
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout() || errors.Is(err, errNotWritten) || errors.Is(err, errTooSlow)
}

// finished reports one request that took its slot, to the log and to the metrics.
func (c *Client) finished(ctx context.Context, k call, g grant, outcome string, args ...any) {
	took := time.Since(g.at)
	if !k.about.IsZero() {
		args = append(args, "target", c.cfg.Name(k.about))
	}
	c.log.DebugContext(ctx, "upstream request", append([]any{"op", k.op, "outcome", outcome, "took", took}, args...)...)
	if c.cfg.Observe != nil {
		c.cfg.Observe(Event{Op: k.op, Class: g.class.String(), Outcome: outcome, Took: took})
	}
}
