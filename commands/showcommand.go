package commands

import (
	"strings"

	"ahtbot/internal/aht"
)

// Typed is [Command].
func (c Show) Typed(writer) string {
	return Name + " " + c.Target.Kind().String() + " " + spell(c.Target)
}

// Effect is [Command].
func (Show) Effect() Effect { return EffectNone }

// Label is [Command].
func (c Show) Label() string {
	if kind := c.Target.Kind().String(); strings.HasPrefix(strings.ToLower(c.Target.Name()), kind) {
		return "Ask " + kind + " “" + short(c.Target.Name()) + "”"
	}
	return "Ask " + short(subject(c.Target))
}

// About is whom it is about.
func (c Show) About() aht.Target { return c.Target }
