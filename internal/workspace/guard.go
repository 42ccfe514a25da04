package workspace

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets the page load its own files and nothing else. Nothing of it is inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard lets through what the page itself asks for: under a name of this machine, so that no foreign name can be pointed at it, and
// from no other site.
func guard(next http.Handler) http.Handler {
	same := http.NewCrossOriginProtection() // of what changes something
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !isHere(r.Host):
			refuse(rw, http.StatusMisdirectedRequest, "This page answers on this machine only. Open the address that the terminal shows.")
		case isForeign(r) || same.Check(r) != nil:
			refuse(rw, http.StatusForbidden, "Another site asked for this. Open the page itself.")
		default:
			next.ServeHTTP(rw, r)
		}
	})
}

// isHere reports whether a Host header names this machine's loopback.
func isHere(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback() || strings.EqualFold(name, "localhost")
}

// isForeign reports whether a browser says that another site asks. A link to the page may be followed from anywhere.
func isForeign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	default:
		return r.URL.Path != "/" || r.Header.Get("Sec-Fetch-Mode") != "navigate"
	}
}
