package commands

// Typed is [Command].
func (c AddDigest) Typed(w writer) string { return digestLineOf("add", c.Draft.words(w)) }

// Typed is [Command].
func (c EditDigest) Typed(w writer) string { return digestLineOf("edit", id(c.ID), c.Draft.words(w)) }

// Typed is [Command].
func (c ListDigests) Typed(writer) string { return digestLineOf("list", all(c.All)) }

// Typed is [Command].
func (c PauseDigest) Typed(writer) string {
	return digestLineOf("pause", id(c.ID), dated("until", c.Until))
}

// Typed is [Command].
func (c ShowDigest) Typed(writer) string { return digestLineOf("show", id(c.ID)) }

// Typed is [Command].
func (c ResumeDigest) Typed(writer) string { return digestLineOf("resume", id(c.ID)) }

// Typed is [Command].
func (c RunDigest) Typed(writer) string { return digestLineOf("run", id(c.ID)) }

// Typed is [Command].
func (c SendDigest) Typed(writer) string { return digestLineOf("send", id(c.ID)) }

// Typed is [Command].
func (c RemoveDigest) Typed(writer) string { return digestLineOf("remove", id(c.ID)) }

// Typed is [Command].
func (c RestoreDigest) Typed(writer) string { return digestLineOf("restore", id(c.ID)) }

// Effect is [Command].
func (AddDigest) Effect() Effect { return EffectChange }

// Effect is [Command].
func (EditDigest) Effect() Effect { return EffectChange }

// Effect is [Command].
func (ListDigests) Effect() Effect { return EffectNone }

// Effect is [Command].
func (PauseDigest) Effect() Effect { return EffectSwitch }

// Effect is [Command].
func (ShowDigest) Effect() Effect { return EffectNone }

// Effect is [Command].
func (ResumeDigest) Effect() Effect { return EffectSwitch }

// Effect is [Command].
func (RunDigest) Effect() Effect { return EffectNone }

// Effect is [Command].
func (SendDigest) Effect() Effect { return EffectPost }

// Effect is [Command].
func (RemoveDigest) Effect() Effect { return EffectChange }

// Effect is [Command].
func (RestoreDigest) Effect() Effect { return EffectSwitch }
