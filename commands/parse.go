package commands

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ahtbot/internal/aht"
)

// Name is the slash command people type, as manifest.yml declares it.
const Name = "/aht"

// MaxLine is the longest line read, in characters. Slack states no limit of its own for what
// is typed (slack.md §2.1), and 2,000 for what a button carries (§3), which is lines too.
const MaxLine = 1900

// Command is one thing a person can ask for. One that is about a single campaign or agent also has
// About() aht.Target; one whose line is not what its button should say has Label() string.
type Command interface {
	// Typed writes the command as a person can type it, the command word included: with a
	// Writer that writes for Parse, so that Parse reads it back to the same command. A press
	// that no line stands for is the command word alone.
	Typed(w writer) string
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

// Show asks for the AHT of one target.
type Show struct{ Target aht.Target }

// Help asks what can be asked; Topic is a verb, or empty for the whole list.
type Help struct{ Topic string }

// Status asks how ahtbot itself is doing.
type Status struct{}

// Parse reads the line after the command word, as Slack delivers it: links, escapes and
// typographic quotes are undone first (slack.md §2.2, §2.3). It asks nobody anything. A
// line that can only mean one command is that command, however it is written. Any other
// gives a *UsageError, which says what was understood and offers lines to copy.
func Parse(text string) (Command, error) {
	p, err := understand(text)
	return p.cmd, err
}

// interpreted is a command whose line was not in the language's own words, although it can
// only have meant that. A parser returns it in the place of the command.
type interpreted struct{ Command }

// probable is interpreted where the same line, word for word, may be a campaign's name: it
// is asked about instead when that campaign is known.
type probable struct {
	Command
	literal aht.Target
}

// parsed is one line, understood.
type parsed struct {
	cmd     Command
	loosely bool       // it was interpreted: who typed it is told how it was read
	literal aht.Target // of a probable
}

// understand is Parse, and reports how the line was read.
func understand(text string) (parsed, error) {
	cmd, err := parse(text)
	p := parsed{cmd: cmd}
	for {
		switch in := p.cmd.(type) {
		case interpreted:
			p.cmd, p.loosely = in.Command, true
		case probable:
			p.cmd, p.loosely, p.literal = in.Command, true, in.literal
		default:
			return p, err
		}
	}
}

func parse(text string) (Command, error) {
	if utf8.RuneCountInString(text) > MaxLine {
		return nil, &UsageError{Fault: FaultLong}
	}
	line := stripCommand(normalise(strings.ToValidUTF8(text, "\ufffd")))
	plain := asTyped(line)
	if n, ok := kindWord(plain); ok {
		return n.show()
	}
	word, rest := splitVerb(plain)
	_, raw := splitVerb(line)
	key := strings.ToLower(strings.Trim(word, "-—–:=,.!?"))
	switch {
	case word == "" || slices.Contains(greetings, key):
		return Help{}, nil
	case key == "" || key == "h":
		return parseHelp(rest)
	}
	if v, ok := lookup(key); ok {
		return v.parse(v.rest(rest, raw))
	}
	if cmd, ok, err := parseListWord(key, rest); ok {
		if err != nil {
			return nil, err
		}
		return cmd, nil
	}
	if cmd, ok := spoken(line); ok {
		return cmd, nil
	}
	if near := nearest(key); len(near) > 0 {
		return misspelt(word, near, rest, raw)
	}
	return nil, &UsageError{Fault: FaultUnknown, Said: word, Guesses: guesses(word, rest)}
}

// greetings are what people say to a bot before they know what it does.
var greetings = []string{"hi", "hello", "hey", "thanks", "thank", "namaste"}

// splitVerb takes the first word off a line; "target=Sales" and "target:Sales" count as two.
func splitVerb(line string) (word, rest string) {
	word, rest = splitWord(line)
	if i := strings.IndexAny(word, ":="); i > 0 {
		if _, ok := lookup(strings.ToLower(word[:i])); ok || len(nearest(strings.ToLower(word[:i]))) > 0 {
			return word[:i], strings.TrimSpace(word[i+1:] + " " + rest)
		}
	}
	return word, rest
}

// stripCommand drops a command word typed again, as people do in direct messages.
func stripCommand(line string) string {
	word, rest := splitWord(line)
	if w := strings.ToLower(word); w == Name || w == strings.TrimPrefix(Name, "/") {
		return rest
	}
	return line
}

func splitWord(line string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return word, strings.TrimSpace(rest)
}

// misspelt reads the line with the verb that its first word is near to. A question that can
// only be one is asked; so is a change that the answer can undo. Any other change is offered.
func misspelt(word string, near []verb, rest, raw string) (Command, error) {
	e := &UsageError{Fault: FaultMisspelt, Said: word, Meant: near[0].name}
	for _, v := range near {
		cmd, err := v.parse(v.rest(rest, raw))
		if err != nil {
			if len(near) == 1 {
				return nil, err
			}
			continue
		}
		if !harmless(cmd) || len(near) > 1 {
			e.Guesses = append(e.Guesses, bare(cmd))
			continue
		}
		return orCampaign(cmd, word+" "+rest), nil
	}
	return nil, e
}

// bare is cmd without a word on how it was read.
func bare(cmd Command) Command {
	switch in := cmd.(type) {
	case interpreted:
		return bare(in.Command)
	case probable:
		return bare(in.Command)
	default:
		return cmd
	}
}

// harmless reports whether doing cmd by mistake does no harm: it only asks, or its answer
// has Undo. What had to be interpreted once already is not interpreted twice.
func harmless(cmd Command) bool {
	switch cmd.(type) {
	case interpreted, probable:
		return false
	default:
		return cmd.Effect() <= EffectUndo
	}
}

// parseAlone reads the rest of a line whose verb stands alone. What comes behind it is not
// used, and the answer says so.
func parseAlone(c Command, verb, rest string) Command {
	if rest == "" {
		return c
	}
	return orCampaign(c, verb+" "+rest)
}

// orCampaign is c, as a line is read that may be the name of a campaign.
func orCampaign(c Command, line string) Command {
	if whole, err := aht.NewTarget(aht.KindCampaign, line); err == nil {
		return probable{c, whole}
	}
	return interpreted{c}
}

// parseHelp reads a topic. Of what nobody knows there is the whole list.
func parseHelp(rest string) (Command, error) {
	topic, _ := splitWord(rest)
	topic = strings.ToLower(strings.Trim(topic, "-\"'.?!"))
	if topic == "" {
		return Help{}, nil
	}
	if _, ok := lookup(topic); ok {
		return Help{Topic: topic}, nil
	}
	if near := nearest(topic); len(near) > 0 {
		return orCampaign(Help{Topic: near[0].name}, "help "+rest), nil
	}
	return orCampaign(Help{}, "help "+rest), nil
}
