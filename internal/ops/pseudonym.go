package ops

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"ahtbot/internal/aht"
)

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
