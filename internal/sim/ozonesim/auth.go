package ozonesim

import (
	"crypto/hmac"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
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

// Of ozonetel.md §1A.3: how long a token lives, and how many an hour has.
const (
	tokenLife     = time.Hour
	tokensPerHour = 10
)

// tokens is the account's token: one is alive at a time.
type tokens struct {
	key    []byte // HMAC; from the seed, so that a run repeats
	issued window // grants of the last hour, those of another consumer included
	serial int    // of the newest token; only that one is alive
}

func newTokens(seed uint64) tokens {
	r := rand.New(rand.NewPCG(seed, 0x746f6b656e))
	var key []byte
	for range 8 {
		key = binary.BigEndian.AppendUint64(key, r.Uint64())
	}
	return tokens{key: key, issued: window{span: time.Hour}}
}

// claims is the payload of a token.
type claims struct {
	Subject  string `json:"sub"`
	Serial   int    `json:"jti"`
	Expires  int64  `json:"exp"` // Unix seconds
	IssuedAt int64  `json:"iat"`
}

// grant makes a token and ends the one before it. It reports false when the hour has had
// its ten.
func (t *tokens) grant(user string, now time.Time) (string, bool) {
	if !t.issued.take(now, tokensPerHour) {
		return "", false
	}
	t.serial++
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS512"}`))
	payload, _ := json.Marshal(claims{user, t.serial, now.Add(tokenLife).Unix(), now.Unix()})
	signed := head + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + t.sign(signed), true
}

func (t *tokens) sign(text string) string {
	mac := hmac.New(sha512.New, t.key)
	_, _ = mac.Write([]byte(text)) // hash.Hash never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// The two texts of §2A about a token that was sent.
const (
	tokenExpired = "Token Expired"
	tokenInvalid = "Invalid Token"
)

// refusal says what is wrong with a token, or nothing. A superseded one is Invalid Token:
// the sheet does not know (Part 7.7), and token-rival can say either.
func (t *tokens) refusal(token string, now time.Time) string {
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 || !hmac.Equal([]byte(t.sign(token[:cut])), []byte(token[cut+1:])) {
		return tokenInvalid
	}
	_, encoded, _ := strings.Cut(token[:cut], ".")
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	var c claims
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return tokenInvalid
	}
	switch {
	case c.Expires <= now.Unix():
		return tokenExpired
	case c.Serial != t.serial:
		return tokenInvalid
	}
	return ""
}

// RevokeTokens has another consumer generate a token: ours is dead from now on. The other's
// spends one of the ten an hour, if one is left; ours dies in any case.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens.grantElsewhere(time.Now())
}

func (t *tokens) grantElsewhere(now time.Time) {
	t.issued.take(now, tokensPerHour)
	t.serial++
}

// serveToken is POST generateToken: §1A.3 and §2A.
func (s *Server) serveToken(q *question) {
	q.quirks, _ = s.quirksOf(q.path)
	if s.transportQuirk(q) {
		return
	}
	if q.r.Method != http.MethodPost {
		q.plainStatus(http.StatusMethodNotAllowed)
		return
	}
	fields, ok := fieldsOf(q.body)
	switch {
	case !ok:
		q.send(unreadable())
	case fields["userName"] == "":
		q.send(denied("UserName is null"))
	case fields["userName"] != s.cfg.Username || q.r.Header.Get("apiKey") != s.cfg.APIKey:
		q.send(denied("Invalid userName or apiKey"))
	default:
		q.send(s.grant(q.quirks))
	}
}

// grant answers a well-formed generateToken. The eleventh in an hour is refused as 429 by
// default, since the sheet does not know (§3.2).
func (s *Server) grant(t requestQuirks) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	spent := answer{http.StatusTooManyRequests, denied("max limit exceeded").body, limited}
	if t.has(quirk.TokenExhausted) {
		if t.form(quirk.TokenExhausted) == "200" {
			spent.status = http.StatusOK
		}
		return spent
	}
	token, ok := s.tokens.grant(s.cfg.Username, time.Now())
	if !ok {
		return spent
	}
	message := ""
	if t.has(quirk.TokenExtraMessage) {
		message = "Token generated successfully"
	}
	return succeeded(object{{"token", token}, {"message", message}})
}
