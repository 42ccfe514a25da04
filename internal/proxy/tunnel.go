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
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/proxy"
)

// within is how long a tunnel may take to be had, connecting to the proxy included: net/http goes on
// dialling when nobody waits any more.
const within = 10 * time.Second

// tunnel returns a connection to target through the proxy at u. The end of ctx ends the attempt.
func tunnel(ctx context.Context, dial Dial, u *url.URL, target string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
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
		if broken(err) {
			return fail(Unreachable, err)
		}
		return fail(NoProxy, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 == 2 && answer.Buffered() == 0 {
		return nil
	}
	err = fail(faultOf(resp), nil)
	if e, ok := errors.AsType[*Error](err); ok {
		e.Status = resp.StatusCode
	}
	return err
}

// broken reports whether the connection, and not what came over it, is why nothing was had.
func broken(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, context.Canceled) || errors.Is(err, syscall.ECONNRESET)
}

// faultOf says what a proxy's answer to CONNECT means. A success with more behind it is none: whoever
// is behind a tunnel waits until it is spoken to.
func faultOf(resp *http.Response) Fault {
	switch status := resp.StatusCode; {
	case status == http.StatusProxyAuthRequired && !offersBasic(resp.Header):
		return OtherSignIn
	case status == http.StatusProxyAuthRequired:
		return Password
	case slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusUnavailableForLegalReasons}, status):
		return Denied
	case status >= http.StatusInternalServerError && status != http.StatusNotImplemented:
		return Lost
	default: // such as 400, 404 and 405, what web servers answer
		return NoProxy
	}
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
	through, err := proxy.SOCKS5("tcp", hostPort(u), auth, connected{conn})
	if err == nil {
		conn, err = socksDial(ctx, through, target)
	}
	switch {
	case err == nil:
		return conn, nil
	case broken(err):
		return nil, fail(Unreachable, err)
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

// socksDial bounds what the library's oldest interface does not.
func socksDial(ctx context.Context, through proxy.Dialer, target string) (net.Conn, error) {
	if bounded, ok := through.(proxy.ContextDialer); ok {
		return bounded.DialContext(ctx, "tcp", target)
	}
	return through.Dial("tcp", target)
}

// connected is a dialer that has dialled already.
type connected struct{ net.Conn }

func (c connected) Dial(string, string) (net.Conn, error) { return c.Conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.Conn, nil
}
