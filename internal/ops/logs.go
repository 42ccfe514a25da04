package ops

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"ahtbot/internal/aht"
)

// secretShapes are secrets recognisable by their form: Slack's tokens, bearer tokens and
// JWTs, addresses that may be posted to, and the ticket of a socket (slack.md §8).
var secretShapes = regexp.MustCompile(`xox[a-z]-[\w-]+|xapp-[\w-]+|(?i:bearer) +[\w.~+/=-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|https?://[\w.:-]+/(?:commands|actions|services)/\S+|ticket=[\w-]+`)

// Redactor returns a ReplaceAttr for slog that takes secrets out of every attribute: the
// given ones wherever they appear, and whatever has the shape of one. It is the last
// line of defence; code does not log secrets in the first place.
func Redactor(secrets ...string) func([]string, slog.Attr) slog.Attr {
	var pairs []string
	for _, s := range secrets {
		if len(s) >= 4 { // shorter ones would blot out ordinary words
			pairs = append(pairs, s, "[secret]")
		}
	}
	known := strings.NewReplacer(pairs...)
	return func(_ []string, a slog.Attr) slog.Attr {
		var text string
		switch v := a.Value.Resolve(); v.Kind() { //nolint:exhaustive // numbers, times and groups hold no text
		case slog.KindString:
			text = v.String()
		case slog.KindAny:
			text = fmt.Sprint(v.Any())
		default:
			return a
		}
		if cleaned := secretShapes.ReplaceAllString(known.Replace(text), "[secret]"); cleaned != text || a.Value.Kind() == slog.KindAny {
			a.Value = slog.StringValue(cleaned)
		}
		return a
	}
}

// Pseudonyms names targets in logs: a campaign by its name, an agent only by eight hex
// digits of a keyed hash, since an agent id is often an e-mail address. The same key
// gives the same digits after a restart; without it they lead nowhere.
type Pseudonyms struct{ key []byte }

// NewPseudonyms derives the key from a secret of the account.
func NewPseudonyms(secret string) Pseudonyms {
	key := sha256.Sum256([]byte("ahtbot pseudonyms\x00" + secret))
	return Pseudonyms{key[:]}
}

// Name returns how a log line names t.
func (p Pseudonyms) Name(t aht.Target) string {
	if t.Kind() != aht.KindAgent {
		return t.String()
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(t.Name()))
	return "agent:" + hex.EncodeToString(mac.Sum(nil)[:4])
}
