package ozonetel

import (
	"strings"
	"time"
	"unicode"

	"ahtbot/internal/aht"
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
	reason  Reason
}{
	"usernameshouldnotbeempty":                        {documentedWords, EmptyUser},
	"usernameshouldnotbenullorempty":                  {documentedWords, EmptyUser},
	"usernameisnull":                                  {documentedWords, EmptyUser},
	"apikeyshouldnotbeempty":                          {documentedWords, EmptyKey},
	"bothagentidandcampaignnamecannotbepassedatatime": {documentedWords, BothGiven},
	"bothagentidandcampaignnamecannotbeempty":         {documentedWords, NoneGiven},
	"usernameorapikeyisinvalid":                       {documentedWords, BadCredentials},
	"invalidusernameorapikey":                         {documentedWords, BadCredentials},
	"authenticationfailed":                            {documentedWords, BadCredentials},
	"agentidisinvalid":                                {documentedWords, BadAgent},
	"campaignnameisinvalid":                           {documentedWords, BadCampaign},
	"maxlimitexceeded":                                {documentedWords, LimitExceeded},
	"invalidjsonpassvalidjson":                        {documentedWords, BadRequestBody},
	"tokenexpired":                                    {badToken, TokenRefused},
	"invalidtoken":                                    {badToken, TokenRefused},
	"tokenshouldnotbenullorempty":                     {badToken, TokenRefused},
	"apikeyshouldnotbenullorempty":                    {noKeySeen, EmptyKey},
	"missingusernameorapikey":                         {noKeySeen, BadCredentials},
	"allparametersaremandatory":                       {documentedWords, NoList},
	"norecordfound":                                   {documentedWords, NoList},
	"nodatafound":                                     {noData, ""},
	"nodata":                                          {noData, ""},
	"nodataavailable":                                 {noData, ""},
}

// classifyWords reads the upstream's words whatever their case, spacing and punctuation.
func classifyWords(words string) (meaning, Reason) {
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
			return documentedWords, LimitExceeded
		}
	}
	return unknownWords, UnknownRefusal
}

// classifyAHT turns an answer about t into a mean, zero for no calls, or an error.
func (u *upstream) classifyAHT(t aht.Target, ans answer) (time.Duration, *Error) {
	return classify(u, opAHT, t, ans, func(o *object) (time.Duration, Reason) { return parseMean(o, t) })
}

// classify turns an answer about t into what read finds in it, the zero V for no data, or an
// error. The body counts first, then the HTTP status, and words last (ozonetel.md §1A.5):
// only a 2xx with a good status word and what read can rely on is a success, and a fault
// the body names outright is believed under any HTTP status.
func classify[V any](u *upstream, op string, t aht.Target, ans answer, read func(*object) (V, Reason)) (none V, _ *Error) {
	problem := func(r Reason, words string) *Error {
		return &Error{
			Op: op, Class: r.class(), Reason: r, Status: ans.status,
			Detail: redact(words, u.secrets(t)...),
		}
	}
	if len(ans.body) > maxAnswer {
		return none, u.byStatus(ans.status, problem(TooLarge, ""))
	}
	o, ok := findObject(ans.body)
	if !ok {
		return none, u.byStatus(ans.status, problem(NotJSON, ""))
	}
	words := o.words()
	m, r := classifyWords(words)
	if r == NoList && op != opCampaigns {
		m = unknownWords // of another endpoint: here they mean nothing we know
	}
	if o.good() && ans.status/100 == 2 {
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
		r = UnknownRefusal
		if !o.has("status") || o.good() || o.clash["status"] {
			r = NoFigure
		}
		return none, u.byStatus(ans.status, problem(r, words))
	default:
		return none, problem(UnknownRefusal, words)
	}
}

// modeReason says what a refusal of the credential means in the mode we use: a token told
// to be an API key, or an API key told to be a token, is the wrong mode.
func (u *upstream) modeReason(m meaning) Reason {
	switch {
	case !u.basic && m == badToken:
		return TokenRefused
	case u.basic && m == noKeySeen:
		return BadCredentials
	default:
		return WrongMode
	}
}

// authFault marks refusals that a new token may cure, or that should pause an API key.
// A user name or key not seen is neither: sending the same again changes nothing.
func authFault(e *Error) *Error {
	e.renew = e.Class == Auth && e.Reason != EmptyUser && e.Reason != EmptyKey
	return e
}

// byStatus lets the HTTP status decide where the body did not; e is what stands otherwise.
func (u *upstream) byStatus(status int, e *Error) *Error {
	switch {
	case status == 401:
		e.Reason = TokenRefused
		if u.basic {
			e.Reason = BadCredentials
		}
		e.Class = Auth
		return authFault(e)
	case status == 403:
		e.Class, e.Reason = Auth, UnknownRefusal
		return e
	case status == 405:
		e.Reason = MethodRefused
	case status == 429:
		e.Reason = LimitExceeded
	case status == 408:
		e.Reason = Timeout
	case status >= 500:
		e.Reason = ServerError
	case status/100 == 3:
		e.Reason = Redirected
	}
	e.Class = e.Reason.class()
	return e
}

// classifyCampaigns turns an answer about the account into its campaigns, or an error.
func (u *upstream) classifyCampaigns(ans answer) ([]Campaign, *Error) {
	return classify(u, opCampaigns, aht.Target{}, ans, parseCampaigns)
}

// classifyToken finds the token in an answer. Token present decides, whatever else is said
// (ozonetel.md §1A.3).
func (u *upstream) classifyToken(ans answer) (string, *Error) {
	e := &Error{Op: opToken, Reason: NotJSON, Status: ans.status}
	o, ok := findObject(ans.body)
	if len(ans.body) > maxAnswer {
		e.Reason = TooLarge
	} else if ok {
		if value := o.token(); validToken(value) {
			return value, nil
		}
		words := o.words()
		e.Detail = redact(words, u.secrets(aht.Target{})...)
		switch m, r := classifyWords(words); m {
		case documentedWords, noKeySeen:
			e.Reason = r
			if r.class() == Refused && r != BadRequestBody {
				e.Reason = UnknownRefusal // about a question, which this was not
			}
		case badToken:
			e.Reason = BadCredentials
		case unknownWords, noData:
			e.Reason = UnknownRefusal
		}
	}
	e.Class = e.Reason.class()
	switch {
	case e.Reason == LimitExceeded || ans.status == 429:
		e.Class, e.Reason = Limit, TokensSpent
	case e.Reason != UnknownRefusal && ok:
	case ans.status == 401:
		e.Class, e.Reason = Auth, BadCredentials
	case ans.status == 403:
		e.Class, e.Reason = Auth, UnknownRefusal
	case ans.status >= 300:
		e = u.byStatus(ans.status, e)
	}
	if e.Reason == UnknownRefusal {
		e.Class = Auth
	}
	return "", e
}

// validToken reports whether s can be sent in a header.
func validToken(s string) bool {
	return s != "" && len(s) <= 8<<10 && headerSafe(s)
}

// headerSafe reports whether s has neither spaces nor control nor non-ASCII characters.
func headerSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
