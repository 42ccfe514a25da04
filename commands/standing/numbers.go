package standing

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// The nouns of what stands.
const (
	NounAlert  = "alert"
	NounDigest = "digest"
)

// SeveralLine writes c as people type it.
func SeveralLine(c Several) string {
	which := grammar.NumbersWords(c.IDs, "")
	if c.All {
		which = "all"
	}
	rest := grammar.Dated("until", c.Until)
	switch {
	case c.Tomorrow:
		rest = "until tomorrow"
	case c.For > 0:
		rest = grammar.DurationWord(c.For)
	}
	return request.CommandWord + " " + reply.JoinSentences(c.Noun, c.Verb, which, rest)
}

// Alone returns the number of the one thing that c is about, which needs no asking back; false when
// there may be more.
func (c Several) Alone() (int64, bool) {
	if c.All || len(c.IDs) != 1 {
		return 0, false
	}
	return c.IDs[0], true
}

// Typed is [request.Command].
func (c Several) Typed(grammar.Writer) string { return SeveralLine(c) }

// Effect is [request.Command].
func (Several) Effect() request.Effect { return request.EffectChange }

// The things that are known by a number.
var (
	AnAlert = grammar.Noun{Word: NounAlert, WithArticle: "an alert"}
	ADigest = grammar.Noun{Word: NounDigest, WithArticle: "a digest"}
)
