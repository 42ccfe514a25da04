package commands

import (
	"time"

	"ahtbot/internal/aht"
)

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

// The commands about alerts.
type (
	// AddAlert makes an alert.
	AddAlert struct{ Draft AlertDraft }
	// PreviewAlert asks when one would have fired over the readings kept.
	PreviewAlert struct{ Draft AlertDraft }
	// EditAlert changes what Draft says.
	EditAlert struct {
		ID    int64
		Draft AlertDraft
	}
	// ListAlerts asks for the alerts of this channel, or All.
	ListAlerts struct{ All bool }
	// ShowAlert asks for one, with how it stands and why.
	ShowAlert struct{ ID int64 }
	// PauseAlert stops judging one; ResumeAlert starts it again.
	PauseAlert struct{ ID int64 }
	// ResumeAlert judges one again.
	ResumeAlert struct{ ID int64 }
	// MuteAlert keeps its notices back for a time, or until tomorrow; zero For and no
	// Tomorrow ends a mute.
	MuteAlert struct {
		ID       int64
		For      time.Duration
		Tomorrow bool
	}
	// TestAlert posts what it would look like, marked as a test.
	TestAlert struct{ ID int64 }
	// RemoveAlert takes one away; within ten minutes RestoreAlert brings it back.
	RemoveAlert struct{ ID int64 }
	// RestoreAlert undoes a RemoveAlert.
	RestoreAlert struct{ ID int64 }
)
