package commands

import "ahtbot/internal/aht"

// Typed is [Command].
func (share) Typed(writer) string { return Name }

// Effect is [Command].
func (share) Effect() Effect { return EffectNone }

// About is whom it is about.
func (c share) About() aht.Target { return c.reading.Target }

// share is the press of "Share in channel": it carries the reading the person saw.
type share struct{ reading aht.Reading }
