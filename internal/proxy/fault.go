package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"unicode"
)

// Fault says what is wrong with a proxy. The zero Fault is none.
type Fault uint8

// The faults.
const (
	Unreachable Fault = iota + 1 // no connection to it, or none in time
	Password                     // it wants a user and password, or other ones
	OtherSignIn                  // it wants a sign-in that ahtbot does not know
	Denied                       // it does not let through to the target
	Lost                         // it can't reach the target itself
	NoProxy                      // what answers is no such proxy
)

// Error is a tunnel that was not had. Its text is for the operator's log and holds neither user nor
// password; [Explain] adds the way out.
type Error struct {
	Proxy  string // host:port
	Target string // host:port that was to be reached
	Fault  Fault
	Status int   // HTTP status of the proxy's answer; zero without one
	Named  bool  // whether a user was named
	Err    error // what the network said; may be nil
}

// Error says what is wrong, in one line.
func (e *Error) Error() string {
	text := "proxy " + e.Proxy + " " + e.what()
	if e.Status != 0 {
		text += fmt.Sprintf(" (%d)", e.Status)
	}
	return text
}

// Unwrap returns what the network said, or nil.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) what() string {
	switch e.Fault {
	case Unreachable:
		return reason(e.Err)
	case Password:
		if e.Named {
			return "does not take the user and password"
		}
		return "wants a user and password"
	case OtherSignIn:
		return "takes no user and password, it wants another sign-in"
	case Denied:
		return "does not let ahtbot through to " + e.Target
	case Lost:
		return "does not reach " + e.Target
	case NoProxy:
		return "does not answer like a proxy"
	default:
		return "can't be used"
	}
}

// reason is why nothing could be dialled, without the addresses the network's own words repeat.
func reason(err error) string {
	dns, unknown := errors.AsType[*net.DNSError](err)
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refuses the connection"
	case unknown && dns.IsNotFound:
		return "can't be found: its name is not known"
	case ok && timeout.Timeout():
		return "does not answer in time"
	default:
		return "can't be reached"
	}
}

// ways are what to do about the faults.
var ways = map[Fault]string{
	Unreachable: "check host and port in HTTPS_PROXY, and that the proxy is up; NO_PROXY names hosts that need none",
	OtherSignIn: "let its keeper allow Basic sign-in for ahtbot, or run a local proxy that signs in (such as cntlm) and name that in HTTPS_PROXY",
	Denied:      "have its keeper allow that host for ahtbot, or name the host in NO_PROXY if it can be reached without",
	Lost:        "ask its keeper; name the host in NO_PROXY if it can be reached without",
	NoProxy:     "check the port in HTTPS_PROXY, and whether it begins with http://, https:// or socks5://",
}

// Written is how the address of a proxy is written, for who has to correct one.
const Written = "http://USER:PASSWORD@HOST:PORT, with @ : / # ? % in the password as %40 %3A %2F %23 %3F %25"

func (e *Error) wayOut() string {
	switch {
	case e.Fault == Password && e.Named:
		return "correct them in HTTPS_PROXY: " + Written
	case e.Fault == Password:
		return "put them into HTTPS_PROXY: " + Written
	default:
		return ways[e.Fault]
	}
}

// Explain words err for the operator when it is about the way to a host, a proxy or a certificate:
// what is wrong, and what to do about it. Both are empty for every other error. It quotes of a
// certificate only who signed it.
func Explain(err error) (what, way string) {
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate is signed by " + signer(unknown.Cert) + ", which this machine does not trust",
			"a proxy that reads along signs with an authority of its own: put its certificate (PEM) into a file and set SSL_CERT_FILE to that file"
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Error(), e.wayOut()
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate can't be trusted: " + oneLine(bad.Err.Error()), "check this machine's clock, the address, and what is in between"
	}
	return "", ""
}

// signer names the authority a certificate says it is from: anybody can write anything there.
func signer(cert *x509.Certificate) string {
	if cert == nil || oneLine(cert.Issuer.CommonName) == "" {
		return "an authority"
	}
	return "“" + oneLine(cert.Issuer.CommonName) + "”"
}

// oneLine makes text from outside fit for a line of the log.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if r := []rune(text); len(r) > 100 {
		text = string(r[:99]) + "…"
	}
	return text
}
