package commands

import "ahtbot/internal/aht"

// Typed is [Command].
func (c AddAlert) Typed(w writer) string { return alertLineOf("add", c.Draft.words(w)) }

// Typed is [Command].
func (c PreviewAlert) Typed(w writer) string { return alertLineOf("preview", c.Draft.words(w)) }

// Typed is [Command].
func (c EditAlert) Typed(w writer) string { return alertLineOf("edit", id(c.ID), c.Draft.words(w)) }

// Typed is [Command].
func (c ListAlerts) Typed(writer) string { return alertLineOf("list", all(c.All)) }

// Typed is [Command].
func (c MuteAlert) Typed(writer) string { return muteLine(c) }

// Typed is [Command].
func (c ShowAlert) Typed(writer) string { return alertLineOf("show", id(c.ID)) }

// Typed is [Command].
func (c PauseAlert) Typed(writer) string { return alertLineOf("pause", id(c.ID)) }

// Typed is [Command].
func (c ResumeAlert) Typed(writer) string { return alertLineOf("resume", id(c.ID)) }

// Typed is [Command].
func (c TestAlert) Typed(writer) string { return alertLineOf("test", id(c.ID)) }

// Typed is [Command].
func (c RemoveAlert) Typed(writer) string { return alertLineOf("remove", id(c.ID)) }

// Typed is [Command].
func (c RestoreAlert) Typed(writer) string { return alertLineOf("restore", id(c.ID)) }

// Effect is [Command].
func (AddAlert) Effect() Effect { return EffectChange }

// Effect is [Command].
func (PreviewAlert) Effect() Effect { return EffectNone }

// Effect is [Command].
func (EditAlert) Effect() Effect { return EffectChange }

// Effect is [Command].
func (ListAlerts) Effect() Effect { return EffectNone }

// Effect is [Command].
func (MuteAlert) Effect() Effect { return EffectSwitch }

// Effect is [Command].
func (ShowAlert) Effect() Effect { return EffectNone }

// Effect is [Command].
func (PauseAlert) Effect() Effect { return EffectSwitch }

// Effect is [Command].
func (ResumeAlert) Effect() Effect { return EffectSwitch }

// Effect is [Command].
func (TestAlert) Effect() Effect { return EffectPost }

// Effect is [Command].
func (RemoveAlert) Effect() Effect { return EffectChange }

// Effect is [Command].
func (RestoreAlert) Effect() Effect { return EffectSwitch }

// About is whom it is about.
func (c AddAlert) About() aht.Target { return c.Draft.Target }

// About is whom it is about.
func (c PreviewAlert) About() aht.Target { return c.Draft.Target }
