package ozonesim

import (
	"maps"
	"net"
	"net/http"
	"time"
)

// slowness is what Slow adds to an answer.
const slowness = 20 * time.Second

// fault lets a transport quirk answer, or not answer, in place of the account. It reports
// false when the account has to answer after all.
func (s *Server) fault(q *question) (answered bool) {
	delay := s.cfg.Latency
	if q.traits.has(Slow) {
		delay += slowness
	}
	if !s.pause(q.r, delay) {
		hangUp(q.w)
		return true
	}
	// Only these quirks concern it.
	//exhaustive:ignore
	switch q.traits.first(HTML502, Hang, Reset, Empty200) {
	case HTML502:
		q.w.Header().Set("Content-Type", "text/html")
		q.w.WriteHeader(http.StatusBadGateway)
		_, _ = q.w.Write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
			"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"))
	case Hang:
		select {
		case <-q.r.Context().Done():
		case <-s.net.done:
		}
		hangUp(q.w)
	case Reset:
		hangUp(q.w)
	case Empty200:
		q.w.WriteHeader(http.StatusOK)
	default:
		return false
	}
	return true
}

// hangUp closes the connection without an answer; over TCP the client sees a reset.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the writer cannot be hijacked; net/http drops the connection
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// sendRaw gives an exact answer.
func (s *Server) sendRaw(q *question, raw *Raw) {
	if !s.pause(q.r, s.cfg.Latency+raw.Delay) || raw.Hangup {
		hangUp(q.w)
		return
	}
	if raw.Header == nil {
		q.w.Header().Set("Content-Type", jsonType)
	}
	maps.Copy(q.w.Header(), raw.Header)
	q.w.WriteHeader(max(raw.Status, http.StatusOK))
	_, _ = q.w.Write(raw.Body)
}
