package request

import (
	"strings"
	"time"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// GoalLine writes a command about goals so that it reads back.
func GoalLine(t aht.Target, rest string) string {
	if t.IsZero() {
		return CommandWord + " target"
	}
	return strings.TrimSpace(CommandWord + " target campaign " + Spell(t) + " " + rest)
}

// SetTargetLine writes the line that sets the target of t.
func SetTargetLine(t aht.Target, mean time.Duration) string {
	return GoalLine(t, strings.ReplaceAll(aht.FormatDuration(mean), " ", ""))
}

// Typed is [Command].
func (c Help) Typed(grammar.Writer) string {
	return strings.TrimSpace(CommandWord + " help " + c.Topic)
}

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

// Spell writes a name so that it reads back whole.
func Spell(t aht.Target) string {
	name := t.Name()
	if cmd, err := showAsTyped(t.Kind().String() + " " + name); err == nil && cmd == Command(Show{t}) && !strings.ContainsFunc(name, unicode.IsSpace) {
		return name
	}
	if strings.Contains(name, `"`) && !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + name + `"`
}

// showAsTyped reads a line that begins with the word for a kind of target.
func showAsTyped(line string) (Command, error) {
	n, _ := KindWord(grammar.AsTyped(grammar.Normalise(strings.ToValidUTF8(line, "\ufffd"))))
	return n.Show()
}

// Show asks for the AHT of one target.
type Show struct{ Target aht.Target }

// Help asks what can be asked; Topic is a verb, or empty for the whole list.
type Help struct{ Topic string }

// Typed is [Command].
func (c Show) Typed(grammar.Writer) string {
	return CommandWord + " " + c.Target.Kind().String() + " " + Spell(c.Target)
}

// Effect is [Command].
func (Show) Effect() Effect { return EffectNone }

// Label is [Command].
func (c Show) Label() string {
	if kind := c.Target.Kind().String(); strings.HasPrefix(strings.ToLower(c.Target.Name()), kind) {
		return "Ask " + kind + " “" + reply.Short(c.Target.Name()) + "”"
	}
	return "Ask " + reply.Short(reply.Subject(c.Target))
}

// About is whom it is about.
func (c Show) About() aht.Target { return c.Target }
