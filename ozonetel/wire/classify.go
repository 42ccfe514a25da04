package wire

import (
	"strings"
	"unicode"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/fault"
)

// meaning is what the upstream's words stand for.
type meaning uint8

const (
	unknownWords    meaning = iota
	noData                  // nothing in the window: not an error for us
	badToken                // the token is old, wrong or not seen
	noKeySeen               // the generic refusal of credentials (ozonetel.md §1A.10)
	documentedWords         // a reason of its own
)

// phrases are the upstream's texts, squeezed (ozonetel.md §2A, §3.1 to §3.3).
var phrases = map[string]struct {
	meaning meaning
	reason  fault.Reason
}{
	"usernameshouldnotbeempty":                        {documentedWords, fault.EmptyUser},
	"usernameshouldnotbenullorempty":                  {documentedWords, fault.EmptyUser},
	"usernameisnull":                                  {documentedWords, fault.EmptyUser},
	"apikeyshouldnotbeempty":                          {documentedWords, fault.EmptyKey},
	"bothagentidandcampaignnamecannotbepassedatatime": {documentedWords, fault.BothGiven},
	"bothagentidandcampaignnamecannotbeempty":         {documentedWords, fault.NoneGiven},
	"usernameorapikeyisinvalid":                       {documentedWords, fault.BadCredentials},
	"invalidusernameorapikey":                         {documentedWords, fault.BadCredentials},
	"authenticationfailed":                            {documentedWords, fault.BadCredentials},
	"agentidisinvalid":                                {documentedWords, fault.BadAgent},
	"campaignnameisinvalid":                           {documentedWords, fault.BadCampaign},
	"maxlimitexceeded":                                {documentedWords, fault.LimitExceeded},
	"invalidjsonpassvalidjson":                        {documentedWords, fault.BadRequestBody},
	"tokenexpired":                                    {badToken, fault.TokenRefused},
	"invalidtoken":                                    {badToken, fault.TokenRefused},
	"tokenshouldnotbenullorempty":                     {badToken, fault.TokenRefused},
	"apikeyshouldnotbenullorempty":                    {noKeySeen, fault.EmptyKey},
	"missingusernameorapikey":                         {noKeySeen, fault.BadCredentials},
	"allparametersaremandatory":                       {documentedWords, fault.NoList},
	"norecordfound":                                   {documentedWords, fault.NoList},
	"nodatafound":                                     {noData, ""},
	"nodata":                                          {noData, ""},
	"nodataavailable":                                 {noData, ""},
}

// classifyMessage reads the upstream's words whatever their case, spacing and punctuation.
func classifyMessage(words string) (meaning, fault.Reason) {
	squeezed := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, words)
	if p, ok := phrases[squeezed]; ok {
		return p.meaning, p.reason
	}
	for _, part := range []string{"limitexceeded", "limitreached", "toomanyrequests", "ratelimit"} {
		if len(squeezed) < 200 && strings.Contains(squeezed, part) {
			return documentedWords, fault.LimitExceeded
		}
	}
	return unknownWords, fault.UnknownRefusal
}

// classify turns an answer about t into what read finds in it, the zero V for no data, or an
// error. The body counts first, then the HTTP status, and words last (ozonetel.md §1A.5):
// only a 2xx with a good status word and what read can rely on is a success, and a fault
// the body names outright is believed under any HTTP status.
func classify[V any](u *Upstream, op string, t aht.Target, ans Answer, read func(*object) (V, fault.Reason)) (none V, _ *fault.Error) {
	problem := func(r fault.Reason, words string) *fault.Error {
		return &fault.Error{
			Op: op, Class: r.Class(), Reason: r, Status: ans.Status,
			Detail: redact(words, u.secrets(t)...),
		}
	}
	if len(ans.body) > maxAnswer {
		return none, u.byStatus(ans.Status, problem(fault.TooLarge, ""))
	}
	o, ok := findObject(ans.body)
	if !ok {
		return none, u.byStatus(ans.Status, problem(fault.NotJSON, ""))
	}
	words := o.message()
	m, r := classifyMessage(words)
	if r == fault.NoList && op != fault.OpCampaigns {
		m = unknownWords // of another endpoint: here they mean nothing we know
	}
	if o.succeeded() && ans.Status/100 == 2 {
		found, reason := read(o)
		if reason == "" {
			return found, nil
		}
		if m == unknownWords {
			return none, problem(reason, "")
		}
	}
	switch m {
	case noData:
		return none, nil
	case badToken, noKeySeen:
		return none, authFault(problem(u.modeReason(m), words))
	case documentedWords:
		return none, authFault(problem(r, words))
	case unknownWords:
		r = fault.UnknownRefusal
		if !o.has("status") || o.succeeded() || o.conflicting["status"] {
			r = fault.NoFigure
		}
		return none, u.byStatus(ans.Status, problem(r, words))
	default:
		return none, problem(fault.UnknownRefusal, words)
	}
}

// modeReason says what a refusal of the credential means in the mode we use: a token told
// to be an API key, or an API key told to be a token, is the wrong mode.
func (u *Upstream) modeReason(m meaning) fault.Reason {
	switch {
	case !u.Basic && m == badToken:
		return fault.TokenRefused
	case u.Basic && m == noKeySeen:
		return fault.BadCredentials
	default:
		return fault.WrongMode
	}
}

// authFault marks refusals that a new token may cure, or that should pause an API key.
// A user name or key not seen is neither: sending the same again changes nothing.
func authFault(e *fault.Error) *fault.Error {
	e.Renewable = e.Class == fault.Auth && e.Reason != fault.EmptyUser && e.Reason != fault.EmptyKey
	return e
}

// byStatus lets the HTTP status decide where the body did not; e is what stands otherwise.
func (u *Upstream) byStatus(status int, e *fault.Error) *fault.Error {
	switch {
	case status == 401:
		e.Reason = fault.TokenRefused
		if u.Basic {
			e.Reason = fault.BadCredentials
		}
		e.Class = fault.Auth
		return authFault(e)
	case status == 403:
		e.Class, e.Reason = fault.Auth, fault.UnknownRefusal
		return e
	case status == 405:
		e.Reason = fault.MethodRefused
	case status == 429:
		e.Reason = fault.LimitExceeded
	case status == 408:
		e.Reason = fault.Timeout
	case status >= 500:
		e.Reason = fault.ServerError
	case status/100 == 3:
		e.Reason = fault.Redirected
	}
	e.Class = e.Reason.Class()
	return e
}
