package proxysim

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strconv"
)

// The words of SOCKS5 used here (RFC 1928 §3 to §6, RFC 1929).
const (
	socksNoSignIn   = 0x00
	socksPassword   = 0x02
	socksNoMethod   = 0xff
	socksConnect    = 0x01
	socksIPv4       = 0x01
	socksDomain     = 0x03
	socksNotAllowed = 0x02
	socksNoHost     = 0x04
)

// socks serves a SOCKS5 client: sign-in, one CONNECT, the tunnel.
func (p *Proxy) socks(client *peekConn) {
	if !p.socksSignIn(client) {
		return
	}
	host, ok := socksRequest(client)
	if !ok {
		return
	}
	behind, status := p.dialHost(host)
	answer := byte(0)
	switch {
	case status == http.StatusForbidden:
		answer = socksNotAllowed
	case behind == nil:
		answer = socksNoHost
	}
	_, err := client.Write([]byte{firstOfSOCKS, answer, 0, socksIPv4, 0, 0, 0, 0, 0, 0})
	if behind == nil {
		return
	}
	if err != nil {
		_ = behind.Close()
		return
	}
	p.tunnel(client, behind, host)
}

// socksSignIn lets a client in, or not.
func (p *Proxy) socksSignIn(client *peekConn) bool {
	methods, ok := lengthPrefixed(client, 1) // after the version
	if !ok {
		return false
	}
	if p.cfg.User == "" {
		_, err := client.Write([]byte{firstOfSOCKS, socksNoSignIn})
		return err == nil
	}
	if !bytes.Contains(methods, []byte{socksPassword}) {
		p.admits("", "", false)
		_, _ = client.Write([]byte{firstOfSOCKS, socksNoMethod}) // it is refused either way
		return false
	}
	if _, err := client.Write([]byte{firstOfSOCKS, socksPassword}); err != nil {
		return false
	}
	user, ok := lengthPrefixed(client, 1)
	password, also := lengthPrefixed(client, 0)
	if !ok || !also {
		return false
	}
	admitted := p.admits(string(user), string(password), true)
	answer := []byte{1, 0}
	if !admitted {
		answer[1] = 1
	}
	_, err := client.Write(answer)
	return admitted && err == nil
}

// socksRequest reads which host and port a client wants.
func socksRequest(client *peekConn) (string, bool) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(client, head); err != nil || head[1] != socksConnect {
		return "", false
	}
	var host string
	switch head[3] {
	case socksIPv4:
		ip := make(net.IP, net.IPv4len)
		if _, err := io.ReadFull(client, ip); err != nil {
			return "", false
		}
		host = ip.String()
	case socksDomain:
		name, ok := lengthPrefixed(client, 0)
		if !ok {
			return "", false
		}
		host = string(name)
	default:
		return "", false
	}
	port := make([]byte, 2)
	if _, err := io.ReadFull(client, port); err != nil {
		return "", false
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port)))), true
}

// lengthPrefixed reads skip bytes, a byte that says how many follow, and those.
func lengthPrefixed(r io.Reader, skip int) ([]byte, bool) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, false
	}
	body := make([]byte, head[skip])
	_, err := io.ReadFull(r, body)
	return body, err == nil
}
