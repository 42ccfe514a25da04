package proxysim_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/proxysim"
)

// echo is a host that says back what it is told.
func echo(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() { _, _ = io.Copy(there, there) }()
	return here, nil
}

func start(t *testing.T, c proxysim.Config) *proxysim.Proxy {
	t.Helper()
	c.Hosts = map[string]proxysim.Dial{"host.test:443": echo}
	p, err := proxysim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// ask sends a request head and returns the answer's status, and what it wants to be signed in by.
func ask(t *testing.T, conn net.Conn, head string) (status int, signIn string) {
	t.Helper()
	if _, err := fmt.Fprintf(conn, "%s\r\n\r\n", head); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Proxy-Authenticate")
}

func dial(t *testing.T, p *proxysim.Proxy) net.Conn {
	t.Helper()
	conn, err := p.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

const toHost = "CONNECT host.test:443 HTTP/1.1\r\nHost: host.test:443"

// says sends a word through a tunnel and wants it back.
func says(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := io.WriteString(conn, "hello"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
}

func TestItAsksForAPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, proxysim.Config{User: "u", Password: "p"})
		for _, c := range []struct {
			more   string
			status int
		}{{"", 407}, {"\r\nProxy-Authorization: Basic dTp4", 407}, {"\r\nProxy-Authorization: Bearer dTpw", 407}, {"\r\nProxy-Authorization: Basic dTpw", 200}} {
			status, signIn := ask(t, dial(t, p), toHost+c.more)
			if status != c.status || (status == 407) != (signIn == `Basic realm="company"`) {
				t.Errorf("%q: %d %q, want %d", c.more, status, signIn, c.status)
			}
		}
		if c := p.Counts(); c.Asked != 2 || c.Wrong != 1 || c.Tunnels["host.test:443"] != 1 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestItLeadsNowhereElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, proxysim.Config{})
		if s, _ := ask(t, dial(t, p), "CONNECT else.test:443 HTTP/1.1\r\nHost: else.test:443"); s != 403 {
			t.Errorf("another host: %d", s)
		}
		if s, _ := ask(t, dial(t, p), "GET http://host.test/ HTTP/1.1\r\nHost: host.test"); s != 405 {
			t.Errorf("another method: %d", s)
		}
		p.Down()
		if _, err := p.Dial(t.Context(), "", ""); err == nil {
			t.Error("down, and takes a connection")
		}
	})
}

func TestItCutsWhatIsIdleForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, proxysim.Config{})
		conn := dial(t, p)
		ask(t, conn, toHost)
		for range 5 { // whatever goes through keeps it
			time.Sleep(59 * time.Second)
			says(t, conn)
		}
		idle := time.Now()
		_, err := conn.Read(make([]byte, 1))
		if took := time.Since(idle); err == nil || took != time.Minute {
			t.Errorf("read %v after %v", err, took)
		}
		synctest.Wait()
		if n := p.Counts().Cut; n != 1 {
			t.Errorf("%d cut", n)
		}
	})
}

func TestItEndsTLSWithItsOwnAuthority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, proxysim.Config{})
		conn := dial(t, p)
		ask(t, conn, toHost)
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(p.CA()) {
			t.Fatal("no certificate")
		}
		secure := tls.Client(conn, &tls.Config{ServerName: "host.test", RootCAs: roots, MinVersion: tls.VersionTLS12})
		says(t, secure)
		if by := secure.ConnectionState().PeerCertificates[0].Issuer.CommonName; by != proxysim.AuthorityName {
			t.Errorf("signed by %s", by)
		}

		conn = dial(t, p)
		ask(t, conn, toHost)
		if err := tls.Client(conn, &tls.Config{ServerName: "host.test", RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}).HandshakeContext(t.Context()); err == nil {
			t.Error("trusted by who does not know its authority")
		}
		synctest.Wait()
		if n := p.Counts().Distrusted; n != 1 {
			t.Errorf("distrusted %d times", n)
		}
	})
}
