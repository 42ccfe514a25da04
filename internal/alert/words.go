package alert

import "fmt"

// word returns the word of i, or "none" where the set has none.
func word[T ~uint8](words []string, i T) string {
	if int(i) < len(words) && words[i] != "" {
		return words[i]
	}
	return "none"
}

// parseWord returns the member of a closed set that text names.
func parseWord[T ~uint8](words []string, text []byte) (T, error) {
	for i, w := range words {
		if w != "" && w == string(text) {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("%q is none of %q", text, words)
}
