package proxy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/proxy"
	"ahtbot/internal/sim/proxysim"
)

const password = "p@ss:of/the#proxy"

// address is a proxy's, with its password as it has to be written.
func address(scheme, user, password string) string {
	u := url.URL{Scheme: scheme, Host: "proxy.test:3128"}
	if user != "" {
		u.User = url.UserPassword(user, url.PathEscape(password))
	}
	return strings.ReplaceAll(u.String(), "%25", "%")
}

// echo is a host that says back what it is told.
func echo(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() { _, _ = io.Copy(there, there) }()
	return here, nil
}

// company is a proxy in a bubble, and what leads through it.
func company(t *testing.T, c proxysim.Config) *proxysim.Proxy {
	t.Helper()
	c.Hosts = map[string]proxysim.Dial{
		"host.test:443": echo,
		"gone.test:443": func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("gone") },
	}
	p, err := proxysim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func rules(t *testing.T, address, except string) proxy.Rules {
	t.Helper()
	r, err := proxy.New(address, except)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestATunnelCarriesBothWays(t *testing.T) {
	for _, scheme := range []string{"http", "socks5", "socks5h"} {
		t.Run(scheme, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := company(t, proxysim.Config{User: "floor.bot", Password: password})
				conn, err := rules(t, address(scheme, "floor.bot", password), "").Through(p.Dial)(t.Context(), "tcp", "host.test:443")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(conn, "hello"); err != nil {
					t.Fatal(err)
				}
				back := make([]byte, 5)
				if _, err := io.ReadFull(conn, back); err != nil || string(back) != "hello" {
					t.Errorf("came back: %q, %v", back, err)
				}
				_ = conn.Close()
				if n := p.Counts().Tunnels["host.test:443"]; n != 1 {
					t.Errorf("%d tunnels", n)
				}
			})
		})
	}
}

// TestEveryFaultEndsWithTheWayOut meets each fault of a proxy, and none of the words holds its password.
func TestEveryFaultEndsWithTheWayOut(t *testing.T) {
	answers := func(text string) proxy.Dial {
		return func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				_, _ = there.Read(make([]byte, 4<<10))
				_, _ = io.WriteString(there, text)
				_ = there.Close()
			}()
			return here, nil
		}
	}
	silent := func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, there) }()
		return here, nil
	}
	asks := proxysim.Config{User: "floor.bot", Password: password}
	for name, c := range map[string]struct {
		sim     *proxysim.Config
		dial    proxy.Dial // where there is no sim
		address string
		target  string
		fault   proxy.Fault
		what    string
		way     string
	}{
		"no user":         {&asks, nil, address("http", "", ""), "host.test:443", proxy.Password, "wants a user and password (407)", "put them into HTTPS_PROXY: http://USER:PASSWORD@"},
		"wrong password":  {&asks, nil, address("http", "floor.bot", "w@rong"), "host.test:443", proxy.Password, "does not take the user and password (407)", "correct them in HTTPS_PROXY"},
		"socks, no user":  {&asks, nil, address("socks5", "", ""), "host.test:443", proxy.Password, "wants a user and password", "put them into HTTPS_PROXY"},
		"socks, wrong":    {&asks, nil, address("socks5", "floor.bot", "w@rong"), "host.test:443", proxy.Password, "does not take the user and password", "correct them"},
		"another sign-in": {&proxysim.Config{User: "u", SignIn: "NTLM"}, nil, address("http", "floor.bot", password), "host.test:443", proxy.OtherSignIn, "takes no user and password, it wants another sign-in (407)", "allow Basic sign-in"},
		"not let through": {&asks, nil, address("http", "floor.bot", password), "else.test:443", proxy.Denied, "does not let ahtbot through to else.test:443 (403)", "allow that host"},
		"socks, not let":  {&asks, nil, address("socks5", "floor.bot", password), "else.test:443", proxy.Denied, "does not let ahtbot through to else.test:443", "allow that host"},
		"host gone":       {&asks, nil, address("http", "floor.bot", password), "gone.test:443", proxy.Lost, "does not reach gone.test:443 (502)", "ask its keeper"},
		"socks, gone":     {&asks, nil, address("socks5", "floor.bot", password), "gone.test:443", proxy.Lost, "does not reach gone.test:443", "ask its keeper"},
		"a web server":    {nil, answers("HTTP/1.1 405 Method Not Allowed\r\n\r\n"), address("http", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy (405)", "check the port"},
		"no HTTP":         {nil, answers("220 mail.test ESMTP\r\n"), address("http", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy", "check the port"},
		"no SOCKS":        {nil, answers("HTTP/1.1 400 Bad Request\r\n\r\n"), address("socks5", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy", "socks5://"},
		"talks first":     {nil, answers("HTTP/1.1 200 OK\r\n\r\nand more"), address("http", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy (200)", "check the port"},
		"no TLS":          {nil, answers("HTTP/1.1 400 Bad Request\r\n\r\n"), address("https", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy", "https://"},
		"endless head":    {nil, answers("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10)), address("http", "floor.bot", password), "host.test:443", proxy.NoProxy, "does not answer like a proxy", "check the port"},
		"silent":          {nil, silent, address("http", "floor.bot", password), "host.test:443", proxy.Unreachable, "does not answer in time", "check host and port"},
		"silent, socks":   {nil, silent, address("socks5", "floor.bot", password), "host.test:443", proxy.Unreachable, "does not answer in time", "check host and port"},
		"gone": {
			nil, func(context.Context, string, string) (net.Conn, error) { return nil, &net.DNSError{IsNotFound: true} },
			address("http", "floor.bot", password), "host.test:443", proxy.Unreachable, "its name is not known", "check host and port",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := c.dial
				if c.sim != nil {
					dial = company(t, *c.sim).Dial
				}
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				_, err := rules(t, c.address, "").Through(dial)(ctx, "tcp", c.target)
				e, ok := errors.AsType[*proxy.Error](err)
				if !ok || e.Fault != c.fault || e.Proxy != "proxy.test:3128" || e.Target != c.target {
					t.Fatalf("%#v (%v)", err, err)
				}
				what, way := proxy.Explain(fmt.Errorf("asking: %w", err))
				if !strings.HasPrefix(what, "proxy proxy.test:3128 ") || !strings.HasSuffix(what, c.what) || !strings.Contains(way, c.way) {
					t.Errorf("explained as %q, %q", what, way)
				}
				all := strings.ReplaceAll(fmt.Sprintf("%v %+v %s %s", err, err, what, way), proxy.Written, "")
				for _, secret := range append(rules(t, c.address, "").Secrets(), "floor.bot", "ss:of", "w@rong") {
					if strings.Contains(all, secret) {
						t.Errorf("%q shows in %s", secret, all)
					}
				}
			})
		})
	}
}

func TestASilentProxyIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, there) }()
			return here, nil
		}
		began := time.Now()
		_, err := rules(t, address("http", "floor.bot", password), "").Through(silent)(t.Context(), "tcp", "host.test:443")
		if took := time.Since(began); err == nil || took != 10*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

func TestWhichWayLeadsWhere(t *testing.T) {
	for _, c := range []struct{ address, except, addr, via string }{
		{"", "", "slack.com:443", ""},
		{"http://proxy.test", "", "slack.com:443", "proxy.test:80"},
		{"https://proxy.test/", "", "slack.com:443", "proxy.test:443"},
		{"socks5://proxy.test", "", "slack.com:443", "proxy.test:1080"},
		{" proxy.test:3128\n", "", "slack.com:443", "proxy.test:3128"},
		{"user:pa%40ss@proxy.test:3128", "", "slack.com:443", "proxy.test:3128"},
		{"[2001:db8::1]:3128", "", "slack.com:443", "[2001:db8::1]:3128"},
		{"proxy.test", "slack.com", "slack.com:443", ""},
		{"proxy.test", "slack.com", "wss-primary.slack.com:443", ""},
		{"proxy.test", ".slack.com", "slack.com:443", "proxy.test:80"},
		{"proxy.test", "example.com, 10.0.0.0/8", "10.1.2.3:443", ""},
		{"proxy.test", "*", "slack.com:443", ""},
		{"proxy.test", "", "127.0.0.1:8080", ""},
		{"proxy.test", "", "localhost:8080", ""},
		{"proxy.test", "", "[::1]:8080", ""},
	} {
		if got := rules(t, c.address, c.except).Via(c.addr); got != c.via {
			t.Errorf("%q but %q: %s through %q, want %q", c.address, c.except, c.addr, got, c.via)
		}
	}
}

func TestRulesPrintNoSecret(t *testing.T) {
	r := rules(t, "http://floor.bot:p%40ss:of%2Fthe%23proxy@proxy.test:3128", "")
	all := fmt.Sprintf("%v %+v %#v %+v", r, r, r, struct{ R proxy.Rules }{r})
	for _, secret := range r.Secrets() {
		if strings.Contains(all, secret) {
			t.Errorf("%q shows in %s", secret, all)
		}
	}
	for _, form := range []string{password, "p%40ss:of%2Fthe%23proxy", "p%40ss%3Aof%2Fthe%23proxy", "Zmxvb3IuYm90OnBAc3M6b2YvdGhlI3Byb3h5"} {
		if !strings.Contains(strings.Join(r.Secrets(), "\n"), form) {
			t.Errorf("%s is not held for a secret", form)
		}
	}
	if token := rules(t, "http://a-token@proxy.test", "").Secrets(); !strings.Contains(strings.Join(token, "\n"), "a-token") {
		t.Errorf("a user alone is not held for a secret: %q", token)
	}
}

// FuzzNew holds an address to its promise: it is refused without being quoted, or leads somewhere.
func FuzzNew(f *testing.F) {
	for _, seed := range []string{
		"", "http://proxy.test:3128", "proxy.test:3128", "user:pass@proxy.test", "http://user:p#ss@proxy.test:1", "http://user:p/ss@proxy.test:1",
		"http://user:50%@proxy.test", "ftp://proxy.test", "http://proxy.test:port", "http://proxy.test:99999", "http://:3128", "http://proxy.test/path",
		"http://proxy.test?q", "//proxy.test", "socks5h://u:p@[::1]:1080", "http://\x00", "http://user:p@ss@proxy.test:1", "http:proxy.test:1", "HTTP://PROXY.TEST", "]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		r, err := proxy.New(address, "")
		if err != nil {
			if !errors.Is(err, proxy.ErrAddress) || err.Error() != proxy.ErrAddress.Error() {
				t.Errorf("%q: %v", address, err)
			}
			return
		}
		_ = r.Secrets()
		via := r.Via("slack.com:443")
		if (via == "") != (strings.TrimSpace(address) == "") {
			t.Fatalf("%q leads through %q", address, via)
		}
		if via == "" {
			return
		}
		if host, port, err := net.SplitHostPort(via); err != nil || host == "" || port == "" {
			t.Errorf("%q leads through %q", address, via)
		}
	})
}
