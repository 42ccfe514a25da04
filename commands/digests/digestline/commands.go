package digestline

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
)

// The commands about what a digest is to be; what is asked of those that stand is a standing.Command.
type (
	// Add makes a digest.
	Add struct{ Draft Draft }
	// Edit changes what Draft says.
	Edit struct {
		ID    int64
		Draft Draft
	}
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return digestLineOf("add", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return digestLineOf("edit", grammar.ID(c.ID), c.Draft.words(w))
}

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }
