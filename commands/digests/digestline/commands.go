package digestline

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return digestLineOf("add", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return digestLineOf("edit", grammar.ID(c.ID), c.Draft.words(w))
}

// Typed is [request.Command].
func (c List) Typed(grammar.Writer) string { return digestLineOf("list", grammar.AllWord(c.All)) }

// Typed is [request.Command].
func (c Pause) Typed(grammar.Writer) string {
	return digestLineOf("pause", grammar.ID(c.ID), grammar.Dated("until", c.Until))
}

// Typed is [request.Command].
func (c Show) Typed(grammar.Writer) string { return digestLineOf("show", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Resume) Typed(grammar.Writer) string { return digestLineOf("resume", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Run) Typed(grammar.Writer) string { return digestLineOf("run", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Send) Typed(grammar.Writer) string { return digestLineOf("send", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Remove) Typed(grammar.Writer) string { return digestLineOf("remove", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Restore) Typed(grammar.Writer) string { return digestLineOf("restore", grammar.ID(c.ID)) }

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (List) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Pause) Effect() request.Effect { return request.EffectSwitch }

// Effect is [request.Command].
func (Show) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Resume) Effect() request.Effect { return request.EffectSwitch }

// Effect is [request.Command].
func (Run) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Send) Effect() request.Effect { return request.EffectPost }

// Effect is [request.Command].
func (Remove) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Restore) Effect() request.Effect { return request.EffectSwitch }

// The commands about digests. An ID is as people read it in the list.
type (
	// Add makes a digest.
	Add struct{ Draft Draft }
	// Edit changes what Draft says.
	Edit struct {
		ID    int64
		Draft Draft
	}
	// List asks for the digests of this channel, or All.
	List struct{ All bool }
	// Show asks for one with its last and next runs.
	Show struct{ ID int64 }
	// Pause stops one, until a day or until it is resumed.
	Pause struct {
		ID    int64
		Until digest.Date
	}
	// Resume starts one again.
	Resume struct{ ID int64 }
	// Run shows one as it would be now, to who asks alone.
	Run struct{ ID int64 }
	// Send posts one now, out of turn.
	Send struct{ ID int64 }
	// Remove takes one away; within ten minutes Restore brings it back.
	Remove struct{ ID int64 }
	// Restore undoes a Remove.
	Restore struct{ ID int64 }
)
