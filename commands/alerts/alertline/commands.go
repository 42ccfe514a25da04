package alertline

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// The commands about what an alert is to be; what is asked of those that stand is a standing.Command.
type (
	// Add makes an alert.
	Add struct{ Draft Draft }
	// Preview asks when one would have fired over the readings kept.
	Preview struct{ Draft Draft }
	// Edit changes what Draft says.
	Edit struct {
		ID    int64
		Draft Draft
	}
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return alertLineOf("add", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Preview) Typed(w grammar.Writer) string { return alertLineOf("preview", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return alertLineOf("edit", grammar.ID(c.ID), c.Draft.words(w))
}

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Preview) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }

// About is whom it is about.
func (c Add) About() aht.Target { return c.Draft.Target }

// About is whom it is about.
func (c Preview) About() aht.Target { return c.Draft.Target }
