package commands

// The nouns of what stands.
const (
	nounAlert  = "alert"
	nounDigest = "digest"
)

// severalLine writes c as people type it.
func severalLine(c Several) string {
	which := numbersWords(c.IDs, "")
	if c.All {
		which = "all"
	}
	rest := dated("until", c.Until)
	switch {
	case c.Tomorrow:
		rest = "until tomorrow"
	case c.For > 0:
		rest = durationWord(c.For)
	}
	return Name + " " + joinSentences(c.Noun, c.Verb, which, rest)
}

// alone returns the number of the one thing that c is about, which needs no asking back; false when
// there may be more.
func (c Several) alone() (int64, bool) {
	if c.All || len(c.IDs) != 1 {
		return 0, false
	}
	return c.IDs[0], true
}

// Typed is [Command].
func (c Several) Typed(writer) string { return severalLine(c) }

// Effect is [Command].
func (Several) Effect() Effect { return EffectChange }

var (
	anAlert = noun{nounAlert, "an alert"}
	aDigest = noun{nounDigest, "a digest"}
)
