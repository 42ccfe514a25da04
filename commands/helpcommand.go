package commands

import "strings"

// Typed is [Command].
func (c Help) Typed(writer) string { return strings.TrimSpace(Name + " help " + c.Topic) }

// Effect is [Command].
func (Help) Effect() Effect { return EffectNone }

// Label is [Command].
func (c Help) Label() string {
	switch {
	case c.Topic == "":
		return "Help"
	case !strings.HasSuffix(c.Topic, "s") && c.Topic != "help":
		return "Help about " + c.Topic + "s"
	default:
		return "Help about " + c.Topic
	}
}
