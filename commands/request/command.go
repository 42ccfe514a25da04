// Package request is what a person asks: the Question as it arrives, who asks and what they may see, the Command it is
// understood as, the UsageError where it is not one, and the ports that answers are made from.
package request

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// ButtonValue is a command as a button carries it.
func ButtonValue(c Command) string { return strings.TrimPrefix(Line(c), CommandWord+" ") }

// Changes reports whether doing c changes something that stays changed. What only asks may
// be done on a guess.
func Changes(c Command) bool { return c.Effect() != EffectNone }

// Line returns the command as a person can type it, with quotes where they are needed, so
// that Parse reads it back to the same command. A name that no line can spell (one with
// a double quote inside, or markup of Slack's) comes back as near as can be.
func Line(c Command) string { return c.Typed(grammar.ToParse) }

// Readable returns Line(c) as people read it: with channels as #name. Where a channel has an
// id, Parse reads another channel out of it: a button carries Line.
func Readable(c Command) string { return c.Typed(grammar.ToRead) }

// CommandWord is the slash command people type, as manifest.yml declares it.
const CommandWord = "/aht"

// MaxLine is the longest line read, in characters. Slack states no limit of its own for what
// is typed (slack.md §2.1), and 2,000 for what a button carries (§3), which is lines too.
const MaxLine = 1900

// Command is one thing a person can ask for. One that is about a single campaign or agent also has
// About() aht.Target; one whose line is not what its button should say has Label() string.
type Command interface {
	// Typed writes the command as a person can type it, the command word included: with a
	// Writer that writes for Parse, so that Parse reads it back to the same command. A press
	// that no line stands for is the command word alone.
	Typed(w grammar.Writer) string
	// Effect says what doing it changes.
	Effect() Effect
}

// Effect is what doing a command changes.
type Effect uint8

// The effects.
const (
	EffectNone   Effect = iota // it only asks, so it may be done on a guess
	EffectUndo                 // changes what its answer can take back
	EffectSwitch               // turns on or off what stands, which its opposite takes back
	EffectPost                 // posts, and keeps nothing
	EffectChange               // changes what stays changed
)

// Interpreted is a command whose line was not in the language's own words, although it can
// only have meant that. A parser returns it in the place of the command.
type Interpreted struct{ Command }

// Probable is interpreted where the same line, word for word, may be a campaign's name: it
// is asked about instead when that campaign is known.
type Probable struct {
	Command
	Literal aht.Target
}

// Plain is cmd without a word on how it was read.
func Plain(cmd Command) Command {
	switch in := cmd.(type) {
	case Interpreted:
		return Plain(in.Command)
	case Probable:
		return Plain(in.Command)
	default:
		return cmd
	}
}

// About returns whom cmd is about; the zero Target when about nobody.
func About(cmd Command) aht.Target {
	if one, ok := cmd.(interface{ About() aht.Target }); ok {
		return one.About()
	}
	return aht.Target{}
}

// Keeps reports whether cmd changes what is kept. A digest that is sent and an alert that is
// tried out are posted, whatever becomes of the record.
func Keeps(cmd Command) bool { return Changes(cmd) && cmd.Effect() != EffectPost }

// Verb is one word of the language with all that help says about it. Help, the suggestions and the parser read the same
// Verb, so they cannot disagree.
type Verb struct {
	Name     string   // what is typed
	Args     string   // how the rest is written, in the help's notation
	Does     string   // one line: what comes back
	More     []string // what /aht help <Name> adds
	Examples []string // without the command itself
	// Places is true when the rest may name channels, which Parse then gets as grammar.Normalise writes them; else as #name.
	Places bool
	// Parse reads what comes behind Name. Its error is a [*UsageError].
	Parse func(rest string) (Command, error)
}

// Rest is what v reads of a line behind its name: plain, or raw as grammar.Normalise writes it.
func (v Verb) Rest(plain, raw string) string {
	if v.Places {
		return raw
	}
	return plain
}

// Line is how a person types v, for help: "/aht agent <agent id>".
func (v Verb) Line() string { return strings.TrimSpace(CommandWord + " " + v.Name + " " + v.Args) }

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
	case c.Topic == "me":
		return "Help about “me”"
	case !strings.HasSuffix(c.Topic, "s") && c.Topic != "help":
		return "Help about " + c.Topic + "s"
	default:
		return "Help about " + c.Topic
	}
}

// Spell writes a name so that it reads back whole.
func Spell(t aht.Target) string {
	name := t.Name()
	if cmd, err := showAsTyped(t.Kind().String() + " " + name); err == nil && cmd == Command(Show{t}) && !strings.ContainsFunc(name, unicode.IsSpace) && name[0] != '@' && !IsOneself(name) { // who are people in Slack
		return name
	}
	if strings.Contains(name, `"`) && !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + name + `"`
}

// IsOneself reports whether what is typed behind the word agent, without quotes, is whoever types.
func IsOneself(typed string) bool { return strings.EqualFold(strings.Trim(typed, ":=?!. "), "me") }

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

// Fault says what is wrong with a line.
type Fault uint8

// What can be wrong with a line. Each is worded by usageReply.
const (
	FaultUnknown    Fault = iota + 1 // first word is no verb and near none
	FaultMisspelt                    // first word is near a verb
	FaultEmpty                       // the kind is there, the name is not
	FaultBoth                        // an agent and a campaign at once
	FaultTwice                       // the kind twice: "agent Agent 42"
	FaultAfterQuote                  // more words behind the closing quote
	FaultLong                        // line or name too long
	FaultUnreadable                  // control characters or broken text in a name
	FaultMention                     // a Slack person where an agent id belongs
	FaultGoalPerson                  // a goal for one person
	FaultGoalZero                    // a goal of no time at all
	FaultBare                        // a goal without a unit, which may be minutes or seconds
	FaultNoGoal                      // words behind a campaign that are no length of time
	FaultSpan                        // words behind a campaign that are no span of a trend
	FaultPerson                      // an agent where only a campaign makes sense
	FaultDigest                      // a line about digests; Says has the words
	FaultAlert                       // a line about alerts; Says has the words
	FaultPeople                      // a line about which agent somebody is; Says has the words
)

// UsageError is a line that is not exactly one command. It costs nothing upstream.
type UsageError struct {
	Fault   Fault
	Kind    aht.Kind  // which name was being read, when one was
	Said    string    // the words in question, as typed
	Meant   string    // the verb it is probably meant to be
	Says    string    // what is wrong with a line about digests or alerts
	Guesses []Command // what the person may have meant, best first; five of them are offered
	Labels  []string  // what the button of each guess says; none, or an empty one: the line
	Try     []string  // lines to copy when there are no guesses, without the command itself
	Err     error     // the cause, if there is one
}

// Error is for the operator: the fault, without the words of the person.
func (e *UsageError) Error() string { return fmt.Sprintf("usage fault %d", e.Fault) }

func (e *UsageError) Unwrap() error { return e.Err }

// Label is what the button of a guess says.
func (e *UsageError) Label(i int) string {
	if i < len(e.Labels) && e.Labels[i] != "" {
		return e.Labels[i]
	}
	return Label(e.Guesses[i])
}
