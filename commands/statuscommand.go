package commands

// Typed is [Command].
func (Status) Typed(writer) string { return Name + " status" }

// Effect is [Command].
func (Status) Effect() Effect { return EffectNone }

// Label is [Command].
func (Status) Label() string { return "Status" }
