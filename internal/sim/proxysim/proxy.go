// Package proxysim is a company's proxy as a program: it asks for a user and password, ends TLS with
// an authority of its own and reads along, cuts tunnels nothing goes through, and can be down. On one port it
// speaks HTTP (CONNECT, RFC 9110 §9.3.6), the same over TLS, and SOCKS5 (RFC 1928, 1929). It knows the hosts
// it is told of and no others, so nothing that goes through it leaves the machine. It is for tests, and reads
// the wire for itself: it shares no code with what connects through it.
package proxysim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"sync"
	"time"
)

// Dial makes a connection to a host behind the proxy, in the clear. The simulators' Dial is one.
type Dial func(ctx context.Context, network, addr string) (net.Conn, error)

// To is a Dial to one address, whatever it is asked for.
func To(addr string) Dial {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", addr)
	}
}

// Config says which proxy to play.
type Config struct {
	User, Password string // empty: nobody is asked
	// Hosts are those it leads to, by the "host:port" asked for. TLS to them ends here.
	Hosts map[string]Dial
	// Idle is how long a tunnel lives through which nothing goes; 0 means 60 s.
	Idle time.Duration
	// SignIn is what its 407 offers (the header Proxy-Authenticate); empty means Basic realm="company".
	SignIn string
	// Deny are hosts it does not let through to, by "host:port"; it answers 403.
	Deny []string
}

// Proxy is one proxy. Its methods may be called from any goroutine.
type Proxy struct {
	cfg    Config
	ca     *authority
	ctx    context.Context //nolint:containedctx // the life of everything under way
	cancel context.CancelFunc
	busy   sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener
	addr     string // of the listener, once there was one
	down     bool
	closed   bool
	open     map[net.Conn]bool
	counts   Counts
}

// Counts are what came to the proxy so far.
type Counts struct {
	Tunnels    map[string]int // opened, by "host:port"
	Asked      int            // requests without a user and password, where one is wanted
	Wrong      int            // requests with another user or password
	Denied     int            // requests for hosts it does not let through to, or does not know
	Distrusted int            // clients that did not take its certificate
	Cut        int            // tunnels cut because nothing went through
}

// New returns a proxy that plays c, with an authority made for it.
func New(c Config) (*Proxy, error) {
	if c.Idle <= 0 {
		c.Idle = time.Minute
	}
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Proxy{cfg: c, ca: ca, ctx: ctx, cancel: cancel, open: map[net.Conn]bool{}, counts: Counts{Tunnels: map[string]int{}}}, nil
}

// Listen serves on a free loopback port and returns it as "127.0.0.1:PORT".
func (p *Proxy) Listen(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr, p.listen(ctx, "127.0.0.1:0")
}

// listen serves on addr; mu is held.
func (p *Proxy) listen(ctx context.Context, addr string) error {
	if p.closed {
		return net.ErrClosed
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("proxysim: %w", err)
	}
	p.listener, p.addr, p.down = l, l.Addr().String(), false
	p.accept(l, p.serve)
	return nil
}

// accept takes connections until l is closed.
func (p *Proxy) accept(l net.Listener, take func(net.Conn)) {
	p.busy.Go(func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			take(conn)
		}
	})
}

// Dial connects to the proxy through a pipe, whatever the address says. It needs no socket, so that time can be fake.
func (p *Proxy) Dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.mu.Lock()
	refuses := p.down || p.closed
	p.mu.Unlock()
	if refuses {
		return nil, errors.New("proxysim: down")
	}
	p.serve(there)
	return here, nil
}

// serve takes a client's connection.
func (p *Proxy) serve(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.down {
		_ = conn.Close()
		return
	}
	p.open[conn] = true
	p.busy.Go(func() {
		p.serveClient(conn)
		_ = conn.Close() // often a second time
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.open, conn)
	})
}

// Down has nobody listen any more, and cuts every tunnel.
func (p *Proxy) Down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	if p.listener != nil {
		_ = p.listener.Close() // nothing to be done about a failed close
	}
	p.cut()
}

// Up listens again where it did before Down.
func (p *Proxy) Up(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
	if p.addr == "" {
		return nil
	}
	return p.listen(ctx, p.addr)
}

// CutAll cuts every tunnel, as a proxy that reloads its rules does.
func (p *Proxy) CutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut()
}

// cut closes what is open; mu is held.
func (p *Proxy) cut() {
	for conn := range p.open {
		_ = conn.Close() // ends whoever waits for it
	}
}

// Close ends everything and waits for it.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.cancel()
	var err error
	if p.listener != nil && !p.down {
		err = p.listener.Close()
	}
	p.cut()
	p.mu.Unlock()
	p.busy.Wait()
	return err
}

// Counts returns what came so far.
func (p *Proxy) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.counts
	c.Tunnels = maps.Clone(c.Tunnels)
	return c
}

// count notes something.
func (p *Proxy) count(note func(*Counts)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note(&p.counts)
}

// CA is the certificate of the proxy's authority, as PEM.
func (p *Proxy) CA() []byte { return p.ca.pem }
