package wire

import (
	"net/http"
	"strings"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// TokenCall is the request for a token.
func (u *Upstream) TokenCall() Call {
	return u.call(fault.OpToken, http.MethodPost, "CAToken/generateToken", map[string]string{"userName": u.Username}, aht.Target{})
}

// ClassifyToken finds the token in an answer. Token present decides, whatever else is said
// (ozonetel.md §1A.3).
func (u *Upstream) ClassifyToken(ans Answer) (string, *fault.Error) {
	e := &fault.Error{Op: fault.OpToken, Reason: fault.NotJSON, Status: ans.Status}
	o, ok := findObject(ans.body)
	if len(ans.body) > maxAnswer {
		e.Reason = fault.TooLarge
	} else if ok {
		if value := o.token(); value != "" && len(value) <= 8<<10 && HeaderSafe(value) {
			return value, nil
		}
		words := o.message()
		e.Detail = redact(words, u.secrets(aht.Target{})...)
		switch m, r := classifyMessage(words); m {
		case documentedWords, noKeySeen:
			e.Reason = r
			if r.Class() == fault.Refused && r != fault.BadRequestBody {
				e.Reason = fault.UnknownRefusal // about a question, which this was not
			}
		case badToken:
			e.Reason = fault.BadCredentials
		case unknownWords, noData:
			e.Reason = fault.UnknownRefusal
		}
	}
	e.Class = e.Reason.Class()
	switch {
	case e.Reason == fault.LimitExceeded || ans.Status == 429:
		e.Class, e.Reason = fault.Limit, fault.TokensSpent
	case e.Reason != fault.UnknownRefusal && ok:
	case ans.Status == 401:
		e.Class, e.Reason = fault.Auth, fault.BadCredentials
	case ans.Status == 403:
		e.Class, e.Reason = fault.Auth, fault.UnknownRefusal
	case ans.Status >= 300:
		e = u.byStatus(ans.Status, e)
	}
	if e.Reason == fault.UnknownRefusal {
		e.Class = fault.Auth
	}
	return "", e
}

// HeaderSafe reports whether s has neither spaces nor control nor non-ASCII characters.
func HeaderSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
