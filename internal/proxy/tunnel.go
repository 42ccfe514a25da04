package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"
)

// tunnel returns a connection to target through the proxy at u. The end of ctx ends the attempt.
func tunnel(ctx context.Context, dial Dial, u *url.URL, target string) (net.Conn, error) {
	fail := func(fault Fault, err error) error {
		return &Error{Proxy: hostPort(u), Target: target, Fault: fault, Named: u.User != nil, Err: err}
	}
	conn, err := dial(ctx, "tcp", hostPort(u))
	if err != nil {
		return nil, fail(Unreachable, err)
	}
	if u.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, fail(NoProxy, err)
		}
		conn = secure
	}
	if strings.HasPrefix(u.Scheme, "socks5") {
		return socks(ctx, conn, u, target, fail)
	}
	bounded := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends what waits
	err = connect(conn, u, target, fail)
	if !bounded() && err == nil {
		err = fail(Unreachable, context.Cause(ctx))
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// mostHead bounds the head of a proxy's answer.
const mostHead = 64 << 10

// connect asks an HTTP proxy for a tunnel to target. From then on conn is the tunnel.
func connect(conn net.Conn, u *url.URL, target string, fail func(Fault, error) error) error {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{"User-Agent": {"ahtbot"}}}
	if u.User != nil {
		req.Header.Set("Proxy-Authorization", "Basic "+basic(u))
	}
	if err := req.Write(conn); err != nil {
		return fail(Unreachable, err)
	}
	answer := bufio.NewReader(io.LimitReader(conn, mostHead))
	resp, err := http.ReadResponse(answer, req)
	if err != nil {
		if _, broken := errors.AsType[net.Error](err); broken {
			return fail(Unreachable, err)
		}
		return fail(NoProxy, err)
	}
	defer func() { _ = resp.Body.Close() }()
	switch status := resp.StatusCode; {
	case status/100 == 2 && answer.Buffered() == 0:
		return nil
	case status/100 == 2: // whoever is behind a tunnel waits until it is spoken to
		return fail(NoProxy, errors.New("more than an answer came"))
	case status == http.StatusProxyAuthRequired && !offersBasic(resp.Header):
		return withStatus(fail(OtherSignIn, nil), status)
	case status == http.StatusProxyAuthRequired:
		return withStatus(fail(Password, nil), status)
	case status/100 == 5:
		return withStatus(fail(Lost, nil), status)
	case status/100 == 4:
		return withStatus(fail(Denied, nil), status)
	default:
		return withStatus(fail(NoProxy, nil), status)
	}
}

func withStatus(err error, status int) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Status = status
	}
	return err
}

// offersBasic reports whether a proxy takes a user and password as ahtbot can send them (RFC 7617).
// One that names no scheme is believed to.
func offersBasic(h http.Header) bool {
	schemes := h.Values("Proxy-Authenticate")
	for _, s := range schemes {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(s)), "basic") {
			return true
		}
	}
	return len(schemes) == 0
}

// socks asks a SOCKS5 proxy, by the name of target, which the proxy looks up.
func socks(ctx context.Context, conn net.Conn, u *url.URL, target string, fail func(Fault, error) error) (net.Conn, error) {
	var auth *proxy.Auth
	if u.User != nil {
		password, _ := u.User.Password()
		auth = &proxy.Auth{User: u.User.Username(), Password: password}
	}
	d, err := proxy.SOCKS5("tcp", hostPort(u), auth, connected{conn})
	if dialer, ok := d.(proxy.ContextDialer); ok && err == nil {
		conn, err = dialer.DialContext(ctx, "tcp", target)
	}
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, fail(Unreachable, ctx.Err())
	case strings.Contains(err.Error(), "authentication"), strings.Contains(err.Error(), "username/password"): // the library has no type for it
		return nil, fail(Password, nil)
	case strings.Contains(err.Error(), "not allowed"):
		return nil, fail(Denied, nil)
	case strings.Contains(err.Error(), "unknown error"): // what the proxy answered
		return nil, fail(Lost, nil)
	default:
		return nil, fail(NoProxy, err)
	}
}

// connected is a dialer that has dialled already.
type connected struct{ net.Conn }

func (c connected) Dial(string, string) (net.Conn, error) { return c.Conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.Conn, nil
}
