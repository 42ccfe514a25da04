package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"ahtbot/internal/proxy"
)

// network is how one side is reached.
type network struct {
	proxies proxy.Rules
	dial    proxy.Dial
}

// check finds out whether every one of the addresses is reached, and by which way.
func (n network) check(ctx context.Context, what string, addresses ...*url.URL) finding {
	f := finding{what: what}
	var ways []string
	for _, u := range addresses {
		addr := net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), map[string]string{"http": "80", "ws": "80"}[u.Scheme], "443"))
		if err := n.reach(ctx, u, addr); err != nil {
			f.todo = n.todo(err, addr)
			return f
		}
		ways = append(ways, u.Hostname()+" "+n.way(addr))
	}
	f.well = strings.Join(ways, ", ")
	return f
}

// reach connects to a host as for a request, and sends none.
func (n network) reach(ctx context.Context, u *url.URL, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := n.dial(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if u.Scheme == "http" || u.Scheme == "ws" {
		return nil
	}
	return tls.Client(conn, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}).HandshakeContext(ctx)
}

// way says by which way a host is reached.
func (n network) way(addr string) string {
	switch via := n.proxies.Via(addr); {
	case via != "":
		return "through proxy " + via
	case n.proxies.Any():
		return "directly, past the proxy"
	default:
		return "directly"
	}
}

// todo is what to do about a host that is not reached.
func (n network) todo(err error, addr string) string {
	what, way := proxy.Explain(err)
	if _, tunnel := errors.AsType[*proxy.Error](err); tunnel && way != "" {
		return what + ": " + way
	}
	if way != "" {
		return addr + " " + n.way(addr) + ": " + what + ": " + way
	}
	if n.proxies.Via(addr) != "" {
		return addr + " can't be reached through the proxy " + n.proxies.Via(addr) + ": ask its keeper whether it lets TLS through"
	}
	return addr + " can't be reached directly: check the network, and HTTPS_PROXY when a proxy leads out" + otherProxies()
}

// otherProxies names variables that other programs read and ahtbot does not: everything it sends is https.
func otherProxies() string {
	var set []string
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return ""
	}
	return " (ahtbot sends nothing but https: " + strings.Join(set, " and ") + " is not for it)"
}
