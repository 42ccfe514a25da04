package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// sealer keeps the token secret at rest: AES-256-GCM with a key from the API key, bound to
// the base URL and the user name, so that a row of another account, or from before the key
// was changed, does not open. The API key is long and random, hence no salt.
type sealer struct {
	aead  cipher.AEAD
	bound []byte
}

func newSealer(baseURL, apiKey, username string) (sealer, error) {
	key, err := hkdf.Key(sha256.New, []byte(apiKey), nil, "ahtbot token row 1", 32)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	return sealer{aead: aead, bound: fmt.Appendf(nil, "%q %q", baseURL, username)}, nil
}

func (s sealer) seal(value string) []byte { return s.aead.Seal(nil, nil, []byte(value), s.bound) }

// open returns the token sealed, or nothing when it cannot be opened.
func (s sealer) open(sealed []byte) string {
	value, err := s.aead.Open(nil, nil, sealed, s.bound)
	if err != nil {
		return ""
	}
	return string(value)
}

// accountOf names the row of an account without naming the account. It stays the same when
// the API key changes, since the upstream goes on counting.
func accountOf(baseURL, username string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", baseURL, username))
	return hex.EncodeToString(sum[:16])
}
