package aht

import (
	"fmt"
	"slices"
)

// Words are how the numbers of a closed set are written, by number; an empty word is none.
type Words[T ~uint8] []string

// Of returns the word of n, or "none" where there is none.
func (w Words[T]) Of(n T) string {
	if int(n) < len(w) && w[n] != "" {
		return w[n]
	}
	return "none"
}

// Number returns the number of the word text.
func (w Words[T]) Number(text []byte) (T, error) {
	if n := slices.Index(w, string(text)); n >= 0 && len(text) > 0 {
		return T(n), nil
	}
	return 0, fmt.Errorf("%q is none of %q", text, w)
}
