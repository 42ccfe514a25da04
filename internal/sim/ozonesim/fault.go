package ozonesim

import (
	"maps"
	"net/http"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/sim/transport"
)

// slowness is what Slow adds to an answer.
const slowness = 20 * time.Second

// transportQuirk lets a transport quirk answer, or not answer, in place of the account. It reports
// false when the account has to answer after all.
func (s *Server) transportQuirk(q *question) (answered bool) {
	delay := s.cfg.Latency
	if q.quirks.has(quirk.Slow) {
		delay += slowness
	}
	if !s.Pause(q.r, delay) {
		transport.HangUp(q.w)
		return true
	}
	switch q.quirks.first(quirk.HTML502, quirk.Hang, quirk.Reset, quirk.Empty200) {
	case quirk.HTML502:
		q.page(http.StatusBadGateway, "text/html", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"+
			"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n")
	case quirk.Hang:
		s.Pause(q.r, transport.Forever)
		transport.HangUp(q.w)
	case quirk.Reset:
		transport.HangUp(q.w)
	case quirk.Empty200:
		q.w.WriteHeader(http.StatusOK)
	default:
		return false
	}
	return true
}

// sendRaw gives an exact answer.
func (s *Server) sendRaw(q *question, raw *Raw) {
	if !s.Pause(q.r, s.cfg.Latency+raw.Delay) || raw.Hangup {
		transport.HangUp(q.w)
		return
	}
	if raw.Header == nil {
		q.w.Header().Set("Content-Type", jsonType)
	}
	maps.Copy(q.w.Header(), raw.Header)
	q.w.WriteHeader(max(raw.Status, http.StatusOK))
	_, _ = q.w.Write(raw.Body)
}
