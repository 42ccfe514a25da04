package commands

import "ahtbot/internal/aht"

// Typed is [Command].
func (share) Typed(writer) string { return Name }

// Effect is [Command].
func (share) Effect() Effect { return EffectNone }

// About is whom it is about.
func (c share) About() aht.Target { return c.reading.Target }
