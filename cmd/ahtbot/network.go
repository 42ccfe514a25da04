package main

import (
	"crypto/x509"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"ahtbot/internal/proxy"
)

// slackDial and upstreamDial open the connections of the two sides. Ozonetel's has less time, since a
// request must be written soon after its slot was taken.
func slackDial(s settings) proxy.Dial {
	return s.proxies.Through((&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext)
}

func upstreamDial(s settings) proxy.Dial {
	return s.proxies.Through((&net.Dialer{Timeout: 2 * time.Second}).DialContext)
}

// proxies reads which proxy leads where. The lower-case names are read where the others are not set, as by most programs.
func (f *faults) proxies(env environment) proxy.Rules {
	name, except := "HTTPS_PROXY", env.NoProxy
	address := f.secret(name, env.Proxy, env.ProxyFile).reveal()
	if address == "" {
		name, address = "https_proxy", os.Getenv("https_proxy")
	}
	if except == "" {
		except = os.Getenv("no_proxy")
	}
	rules, err := proxy.New(address, except)
	if err != nil {
		f.add(name, "%v: write it as %s", err, proxy.Written)
	}
	return rules
}

// certFile looks whether there are certificates in a file: Go itself passes over one it can't use.
func (f *faults) certFile(path string) {
	if path == "" {
		return
	}
	text, err := os.ReadFile(path)
	switch {
	case err != nil:
		f.add("SSL_CERT_FILE", "cannot be read (%s): check the path and its permissions", plainCause(err))
	case !x509.NewCertPool().AppendCertsFromPEM(text):
		f.add("SSL_CERT_FILE", "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----): convert it with openssl x509 -inform der")
	}
}

// withWayOut adds to an error about the network what to do about it.
func withWayOut(a slog.Attr) slog.Attr {
	err, ok := a.Value.Any().(error)
	if !ok {
		return a
	}
	what, way := proxy.Explain(err)
	if way == "" {
		return a
	}
	text := err.Error()
	if !strings.Contains(text, what) { // words of the network's, or cut short
		text += ": " + what
	}
	return slog.String(a.Key, text+": "+way)
}
