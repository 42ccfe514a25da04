package proxysim

import (
	"bufio"
	"cmp"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"
)

// The first byte a client sends says what it speaks.
const (
	firstOfTLS   = 0x16 // RFC 8446 §5.1: a handshake record
	firstOfSOCKS = 0x05 // RFC 1928 §3
)

// requestTimeout is how long a client may take to say what it wants.
const requestTimeout = 10 * time.Second

// serveClient finds out what a client speaks and wants, and serves it until either side ends it.
func (p *Proxy) serveClient(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(requestTimeout)) // cannot fail before the read does
	client := newPeekConn(conn)
	first, err := client.first()
	if err != nil {
		return
	}
	if first == firstOfTLS { // to the proxy itself
		secure, err := p.endTLS(client, "127.0.0.1")
		if err != nil {
			return
		}
		client = newPeekConn(secure)
		if first, err = client.first(); err != nil {
			return
		}
	}
	if first == firstOfSOCKS {
		p.socks(client)
		return
	}
	p.connect(client)
}

// connect reads a CONNECT and leads through where it may.
func (p *Proxy) connect(client *peekConn) {
	req, err := http.ReadRequest(client.r)
	if err != nil {
		return
	}
	refuse := func(status int, headers string) {
		_, _ = fmt.Fprintf(client, "HTTP/1.1 %d %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n", status, http.StatusText(status), headers)
	}
	if req.Method != http.MethodConnect {
		refuse(http.StatusMethodNotAllowed, "")
		return
	}
	req.Header.Set("Authorization", req.Header.Get("Proxy-Authorization")) // both are written alike (RFC 7617)
	user, password, named := req.BasicAuth()
	if !p.admits(user, password, named) {
		signIn := cmp.Or(p.cfg.SignIn, `Basic realm="company"`)
		refuse(http.StatusProxyAuthRequired, "Proxy-Authenticate: "+signIn+"\r\n")
		return
	}
	host := req.Host
	behind, status := p.dialHost(host)
	if behind == nil {
		refuse(status, "")
		return
	}
	if _, err := fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = behind.Close()
		return
	}
	p.tunnel(client, behind, host)
}

// admits reports whether a client may come in, and counts who may not.
func (p *Proxy) admits(user, password string, named bool) bool {
	if p.cfg.User == "" {
		return true
	}
	right := subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(p.cfg.User+":"+p.cfg.Password)) == 1
	p.count(func(c *Counts) {
		switch {
		case !named:
			c.Asked++
		case !right:
			c.Wrong++
		}
	})
	return named && right
}

// dialHost connects to a host behind the proxy, or says with which HTTP status it is refused.
func (p *Proxy) dialHost(host string) (net.Conn, int) {
	dial := p.cfg.Hosts[host]
	if dial == nil || slices.Contains(p.cfg.Deny, host) {
		p.count(func(c *Counts) { c.Denied++ })
		return nil, http.StatusForbidden
	}
	behind, err := dial(p.ctx, "tcp", host)
	if err != nil {
		return nil, http.StatusBadGateway
	}
	p.count(func(c *Counts) { c.Tunnels[host]++ })
	return behind, http.StatusOK
}

// peekConn is a connection whose first byte may be looked at before it is read.
type peekConn struct {
	net.Conn
	r *bufio.Reader
}

func newPeekConn(conn net.Conn) *peekConn { return &peekConn{conn, bufio.NewReader(conn)} }

func (c *peekConn) first() (byte, error) {
	b, err := c.r.Peek(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// Read reads what was looked at first.
func (c *peekConn) Read(b []byte) (int, error) { return c.r.Read(b) }
