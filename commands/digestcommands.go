package commands

import "ahtbot/internal/digest"

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

// The commands about digests. An ID is as people read it in the list.
type (
	// AddDigest makes a digest.
	AddDigest struct{ Draft DigestDraft }
	// EditDigest changes what Draft says.
	EditDigest struct {
		ID    int64
		Draft DigestDraft
	}
	// ListDigests asks for the digests of this channel, or All.
	ListDigests struct{ All bool }
	// ShowDigest asks for one with its last and next runs.
	ShowDigest struct{ ID int64 }
	// PauseDigest stops one, until a day or until it is resumed.
	PauseDigest struct {
		ID    int64
		Until digest.Date
	}
	// ResumeDigest starts one again.
	ResumeDigest struct{ ID int64 }
	// RunDigest shows one as it would be now, to who asks alone.
	RunDigest struct{ ID int64 }
	// SendDigest posts one now, out of turn.
	SendDigest struct{ ID int64 }
	// RemoveDigest takes one away; within ten minutes RestoreDigest brings it back.
	RemoveDigest struct{ ID int64 }
	// RestoreDigest undoes a RemoveDigest.
	RestoreDigest struct{ ID int64 }
)
