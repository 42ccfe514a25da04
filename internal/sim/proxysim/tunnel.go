package proxysim

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// tunnel passes on what either side sends until one ends or nothing goes through for Idle. TLS ends here.
func (p *Proxy) tunnel(client *peekConn, behind net.Conn, host string) {
	defer func() { _ = behind.Close() }()
	_ = client.SetDeadline(time.Time{}) // cannot fail before the read does
	var idle atomic.Bool
	cut := time.AfterFunc(p.cfg.Idle, func() {
		idle.Store(true)
		_ = client.Close()
	})
	defer cut.Stop()
	moving := &watchedConn{client, func() { cut.Reset(p.cfg.Idle) }}
	ended := context.AfterFunc(p.ctx, func() { _ = client.Close() })
	defer ended()
	near, err := p.endTLSOf(newPeekConn(moving), host)
	if err == nil {
		copyBoth(near, behind)
	}
	if idle.Load() {
		p.count(func(c *Counts) { c.Cut++ })
	}
}

// endTLSOf ends TLS as host, "host:port", where the client begins it. What is in the clear is passed on as it is.
func (p *Proxy) endTLSOf(client *peekConn, host string) (net.Conn, error) {
	first, err := client.first()
	if err != nil || first != firstOfTLS {
		return client, err
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return nil, err
	}
	return p.endTLS(client, name)
}

// endTLS ends TLS as a host, by its name.
func (p *Proxy) endTLS(client net.Conn, name string) (net.Conn, error) {
	config, err := p.ca.serverFor(name)
	if err != nil {
		return nil, err
	}
	secure := tls.Server(client, config)
	if err := secure.HandshakeContext(p.ctx); err != nil {
		p.count(func(c *Counts) { c.Distrusted++ })
		return nil, err
	}
	return secure, nil
}

// copyBoth copies both ways until one way ends.
func copyBoth(a, b net.Conn) {
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // any end is the end
			_ = way[0].Close()
			_ = way[1].Close()
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

// watchedConn tells when something moves.
type watchedConn struct {
	net.Conn
	moved func()
}

// Read tells of what came.
func (c *watchedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.moved()
	}
	return n, err
}

// Write tells of what went.
func (c *watchedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if n > 0 {
		c.moved()
	}
	return n, err
}

// Front serves addr on a free loopback port, over TLS as host, for who comes without the proxy. It returns the port.
func (p *Proxy) Front(ctx context.Context, host, addr string) (port string, err error) {
	config, err := p.ca.serverFor(host)
	if err != nil {
		return "", err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(p.ctx, func() { _ = l.Close() })
	p.accept(l, func(conn net.Conn) {
		p.busy.Go(func() { p.forward(tls.Server(conn, config), addr) })
	})
	_, port, err = net.SplitHostPort(l.Addr().String())
	return port, err
}

// forward passes on what a client of Front sends.
func (p *Proxy) forward(client net.Conn, addr string) {
	defer func() { _ = client.Close() }()
	defer context.AfterFunc(p.ctx, func() { _ = client.Close() })()
	behind, err := To(addr)(p.ctx, "tcp", addr)
	if err != nil {
		return
	}
	copyBoth(client, behind)
}
