// Package proxy is the way out of a company's network: which proxy leads to a host, a tunnel
// through it, and what is wrong with one, in words for whoever runs ahtbot. It knows HTTP proxies
// (CONNECT, RFC 9110 §9.3.6), spoken to in the clear or over TLS, and SOCKS5 (RFC 1928, 1929).
// The proxy's user and password are in no error and no text of this package.
//
// net/http and the WebSocket library each have a proxy of their own. They differ (the latter knows no proxy
// over TLS), say of a refusal no more than the proxy's words, and hide the wire that package bot watches.
package proxy

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpproxy"
)

// Dial makes a connection to addr, "host:port". It is the shape of net.Dialer.DialContext.
type Dial func(ctx context.Context, network, addr string) (net.Conn, error)

// Rules say which proxy leads to which host, as net/http would decide from the same words.
// The zero Rules know no proxy. They print nothing of its user and password.
type Rules struct {
	choose  func(*url.URL) (*url.URL, error)
	secrets func() []string
}

// ErrAddress is text that is no address of a proxy. It does not quote it.
var ErrAddress = errors.New("no address of a proxy")

// defaultPorts are the ports of proxies whose address names none, and with them the schemes known.
var defaultPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// New reads the proxy's address, as of HTTPS_PROXY, and a list of what goes past it, as of
// NO_PROXY. An address without a scheme is an HTTP proxy's; an empty one is no proxy. The error is
// [ErrAddress].
func New(address, except string) (Rules, error) {
	address = strings.TrimSpace(address)
	if address == "" {
		return Rules{}, nil
	}
	u, err := parse(address)
	if err != nil {
		return Rules{}, err
	}
	config := httpproxy.Config{HTTPSProxy: u.String(), NoProxy: except}
	return Rules{choose: config.ProxyFunc(), secrets: func() []string { return secretsOf(address, u) }}, nil
}

func parse(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || defaultPorts[u.Scheme] == "" || !isHost(u.Hostname()) || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, ErrAddress
	}
	if port, err := strconv.Atoi(cmp.Or(u.Port(), "1")); err != nil || port < 1 || port > 65535 {
		return nil, ErrAddress
	}
	u.Path = ""
	return u, nil
}

// isHost reports whether text can be a machine's name or IP address: net/url takes more for one.
func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	})
}

// secretsOf are the forms in which the password of u could show. A user without one may be a token,
// and is the secret then.
func secretsOf(raw string, u *url.URL) []string {
	if u.User == nil {
		return nil
	}
	secret, _ := u.User.Password()
	secret = cmp.Or(secret, u.User.Username())
	forms := []string{u.String(), raw, basic(u), secret, url.QueryEscape(secret), url.PathEscape(secret)}
	typed := raw[:strings.LastIndex(raw, "@")]
	typed = typed[strings.LastIndex(typed, "/")+1:]
	for _, both := range []string{typed, u.User.String()} {
		_, password, _ := strings.Cut(both, ":")
		forms = append(forms, both, password)
	}
	forms = slices.DeleteFunc(forms, func(s string) bool { return s == "" })
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // none inside another comes first
	return slices.Compact(forms)
}

// basic is the user and password of u as RFC 7617 sends them.
func basic(u *url.URL) string {
	password, _ := u.User.Password()
	return base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
}

// Secrets are the forms of the proxy's password that no text may hold, longest first.
func (r Rules) Secrets() []string {
	if r.secrets == nil {
		return nil
	}
	return r.secrets()
}

// Any reports whether there is a proxy at all.
func (r Rules) Any() bool { return r.choose != nil }

// Via is the proxy that leads to addr, as "host:port"; empty when the way is direct, as it always
// is to this machine.
func (r Rules) Via(addr string) string {
	u := r.to(addr)
	if u == nil {
		return ""
	}
	return hostPort(u)
}

// to is the proxy that leads to addr, or nil. All of ahtbot's traffic that leaves the machine is https.
func (r Rules) to(addr string) *url.URL {
	if r.choose == nil {
		return nil
	}
	u, err := r.choose(&url.URL{Scheme: "https", Host: addr})
	if err != nil { // cannot happen for https
		return nil
	}
	return u
}

func hostPort(u *url.URL) string {
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), defaultPorts[u.Scheme]))
}

// Through returns dial, led through the proxy where there is one. A tunnel that is not had is an
// [*Error]; the other errors are dial's own.
func (r Rules) Through(dial Dial) Dial {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		u := r.to(addr)
		if u == nil {
			return dial(ctx, network, addr)
		}
		return tunnel(ctx, dial, u, addr)
	}
}
