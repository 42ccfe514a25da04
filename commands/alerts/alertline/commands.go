package alertline

import (
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return alertLineOf("add", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Preview) Typed(w grammar.Writer) string { return alertLineOf("preview", c.Draft.words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return alertLineOf("edit", grammar.ID(c.ID), c.Draft.words(w))
}

// Typed is [request.Command].
func (c List) Typed(grammar.Writer) string { return alertLineOf("list", grammar.AllWord(c.All)) }

// Typed is [request.Command].
func (c Mute) Typed(grammar.Writer) string { return muteLine(c) }

// Typed is [request.Command].
func (c Show) Typed(grammar.Writer) string { return alertLineOf("show", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Pause) Typed(grammar.Writer) string { return alertLineOf("pause", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Resume) Typed(grammar.Writer) string { return alertLineOf("resume", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Test) Typed(grammar.Writer) string { return alertLineOf("test", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Remove) Typed(grammar.Writer) string { return alertLineOf("remove", grammar.ID(c.ID)) }

// Typed is [request.Command].
func (c Restore) Typed(grammar.Writer) string { return alertLineOf("restore", grammar.ID(c.ID)) }

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Preview) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (List) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Mute) Effect() request.Effect { return request.EffectSwitch }

// Effect is [request.Command].
func (Show) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Pause) Effect() request.Effect { return request.EffectSwitch }

// Effect is [request.Command].
func (Resume) Effect() request.Effect { return request.EffectSwitch }

// Effect is [request.Command].
func (Test) Effect() request.Effect { return request.EffectPost }

// Effect is [request.Command].
func (Remove) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Restore) Effect() request.Effect { return request.EffectSwitch }

// About is whom it is about.
func (c Add) About() aht.Target { return c.Draft.Target }

// About is whom it is about.
func (c Preview) About() aht.Target { return c.Draft.Target }

// The commands about alerts.
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
	// List asks for the alerts of this channel, or All.
	List struct{ All bool }
	// Show asks for one, with how it stands and why.
	Show struct{ ID int64 }
	// Pause stops judging one; Resume starts it again.
	Pause struct{ ID int64 }
	// Resume judges one again.
	Resume struct{ ID int64 }
	// Mute keeps its notices back for a time, or until tomorrow; zero For and no
	// Tomorrow ends a mute.
	Mute struct {
		ID       int64
		For      time.Duration
		Tomorrow bool
	}
	// Test posts what it would look like, marked as a test.
	Test struct{ ID int64 }
	// Remove takes one away; within ten minutes Restore brings it back.
	Remove struct{ ID int64 }
	// Restore undoes a Remove.
	Restore struct{ ID int64 }
)
