package ozonesim

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
)

const missingCredentials = "Missing userName or apiKey" // the generic refusal (§1A.10)

// authorise judges the credential a request carries against the account's mode, and
// returns nil when it is good. With both sent, the one of the mode counts.
func (s *Server) authorise(r *http.Request, t requestQuirks) *answer {
	_, hasKey := r.Header["Apikey"]
	authorization := r.Header.Get("Authorization")
	switch {
	case hasKey && authorization != "" && t.has(quirk.BothCredsRefused):
		return new(denied(missingCredentials))
	case s.cfg.Auth == BasicAuth || t.has(quirk.WrongMode) || t.has(quirk.BasicNull):
		return s.authoriseKey(r.Header.Get("apiKey"), hasKey, t)
	case authorization == "":
		if t.has(quirk.MissingTokenLies) {
			return new(denied(t.form(quirk.MissingTokenLies)))
		}
		return new(denied(missingCredentials))
	default:
		return s.authoriseToken(authorization, t)
	}
}

func (s *Server) authoriseKey(key string, sent bool, t requestQuirks) *answer {
	switch {
	case !sent && t.first(quirk.WrongMode, quirk.BasicNull) == quirk.BasicNull:
		return new(denied("Api Key Should Not be Null or Empty."))
	case !sent:
		return new(denied(missingCredentials))
	case key == "":
		return new(failed("apiKey should not be empty"))
	case subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.APIKey)) == 0:
		return new(failed("userName or apiKey is Invalid"))
	default:
		return nil
	}
}

func (s *Server) authoriseToken(authorization string, t requestQuirks) *answer {
	word, token, spaced := strings.Cut(authorization, " ")
	bearer := spaced && strings.EqualFold(word, "Bearer")
	if !bearer {
		token = authorization
	}
	s.mu.Lock()
	rival := t.has(quirk.TokenRival)
	if rival {
		s.tokens.grantElsewhere(time.Now())
	}
	text := s.tokens.refusal(token, time.Now())
	s.mu.Unlock()
	switch {
	case bearer == t.has(quirk.RawToken):
		text = tokenInvalid
	case text == "":
		return nil
	case rival:
		text = t.form(quirk.TokenRival)
	}
	refusal := denied(text)
	if t.has(quirk.TokenAs200) {
		refusal.status = http.StatusOK
	}
	return &refusal
}
