// Package answers answers what is asked about one campaign or agent: the figure, sharing it, the trend, and the target.
package answers

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Handler answers what is asked about one campaign or agent, and keeps targets.
type Handler struct{ *request.Base }

// Typed is [request.Command].
func (Share) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (Share) Effect() request.Effect { return request.EffectNone }

// About is whom it is about.
func (c Share) About() aht.Target { return c.Reading.Target }

// Share is the press of "Share in channel": it carries the reading the person saw.
type Share struct{ Reading aht.Reading }
