package commands

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ahtbot/internal/aht"
)

// Name is the slash command people type, as manifest.yml declares it.
const Name = "/aht"

// MaxLine is the longest line read, in characters. Slack states no limit of its own for what
// is typed (slack.md §2.1), and 2,000 for what a button carries (§3), which is lines too.
const MaxLine = 1900

// Command is one thing a person can ask for.
//
//sumtype:decl
type Command interface{ command() }

// Show asks for the AHT of one target.
type Show struct{ Target aht.Target }

// Help asks what can be asked; Topic is a verb, or empty for the whole list.
type Help struct{ Topic string }

// Status asks how ahtbot itself is doing.
type Status struct{}

func (Show) command()   {}
func (Help) command()   {}
func (Status) command() {}

// Parse reads the line after the command word, as Slack delivers it: links, escapes and
// typographic quotes are undone first (slack.md §2.2, §2.3). It asks nobody anything. A
// line that can only mean one command is that command, however it is written. Any other
// gives a *UsageError, which says what was understood and offers lines to copy.
func Parse(text string) (Command, error) {
	cmd, _, err := understand(text)
	return cmd, err
}

// interpreted is a command whose line was not in the language's own words, although it can
// only have meant that. A parser returns it in the place of the command.
type interpreted struct{ Command }

// understand is Parse, and reports whether the line was interpreted. Who typed it is told
// how it was read then.
func understand(text string) (cmd Command, loosely bool, err error) {
	cmd, err = parse(text)
	for {
		in, is := cmd.(interpreted)
		if !is {
			return cmd, loosely, err
		}
		cmd, loosely = in.Command, true
	}
}

func parse(text string) (Command, error) {
	if utf8.RuneCountInString(text) > MaxLine {
		return nil, &UsageError{Fault: FaultLong}
	}
	line := normalise(strings.ToValidUTF8(text, "\ufffd"))
	word, rest := splitVerb(stripCommand(line))
	if v, ok := lookup(strings.ToLower(word)); !ok || !v.places {
		word, rest = splitVerb(stripCommand(asTyped(line)))
	}
	key := strings.ToLower(strings.Trim(word, "-—–:=,.!?"))
	switch {
	case word == "" || slices.Contains(greetings, key):
		return Help{}, nil
	case key == "" || key == "h":
		return parseHelp(rest)
	}
	if v, ok := lookup(key); ok {
		return v.parse(rest)
	}
	if v, ok := nearest(key); ok {
		return nil, misspelt(word, v, rest)
	}
	return nil, &UsageError{Fault: FaultUnknown, Said: word, Guesses: guesses(word, rest)}
}

// greetings are what people say to a bot before they know what it does.
var greetings = []string{"hi", "hello", "hey", "thanks", "thank", "namaste"}

// splitVerb takes the first word off a line; "agent=42" and "agent:42" count as two.
func splitVerb(line string) (word, rest string) {
	word, rest = splitWord(line)
	if i := strings.IndexAny(word, ":="); i > 0 {
		if _, ok := lookup(strings.ToLower(word[:i])); ok {
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

// misspelt offers what v would have made of the line, without doing it.
func misspelt(word string, v verb, rest string) error {
	e := &UsageError{Fault: FaultMisspelt, Said: word, Meant: v.name}
	if cmd, err := v.parse(rest); err == nil {
		e.Guesses = []Command{cmd}
	}
	return e
}

// guesses reads a line that does not begin with a verb: from the kind word inside it if
// there is one, else as a name that lacks it. Words alone are a campaign's; what looks
// like an id may be either's.
func guesses(word, rest string) []Command {
	line := strings.TrimSpace(word + " " + rest)
	words := strings.Fields(line)
	for i, w := range words[:len(words)-1] {
		if v, ok := lookup(strings.ToLower(w)); ok && i > 0 {
			if cmd, err := v.parse(strings.Join(words[i+1:], " ")); err == nil {
				return []Command{cmd}
			}
		}
	}
	kinds := []aht.Kind{aht.KindCampaign}
	if len(words) == 1 && strings.ContainsFunc(word, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("@._", r) }) {
		kinds = []aht.Kind{aht.KindAgent, aht.KindCampaign}
	}
	var out []Command
	for _, kind := range kinds {
		if cmd, err := parseShow(kind, line); err == nil {
			out = append(out, cmd)
		}
	}
	return out
}

func parseAlone(c Command, name, rest string) (Command, error) {
	if rest == "" {
		return c, nil
	}
	return nil, &UsageError{Fault: FaultExtra, Said: rest, Meant: name, Guesses: []Command{c}}
}

func parseHelp(rest string) (Command, error) {
	topic, _ := splitWord(rest)
	topic = strings.ToLower(strings.Trim(topic, "-\"'.?!"))
	if topic == "" {
		return Help{}, nil
	}
	if _, ok := lookup(topic); ok {
		return Help{Topic: topic}, nil
	}
	if v, ok := nearest(topic); ok {
		return Help{Topic: v.name}, nil
	}
	return nil, &UsageError{Fault: FaultTopic, Said: topic, Guesses: []Command{Help{}}}
}

// parseShow reads the rest of the line as one name of the given kind.
func parseShow(kind aht.Kind, rest string) (Command, error) {
	name, quoted, err := readName(kind, rest)
	if err != nil {
		return nil, err
	}
	if !quoted {
		if err := refuseSecond(kind, name); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(name, "<@") {
		return nil, &UsageError{Fault: FaultMention, Kind: kind}
	}
	t, err := aht.NewTarget(kind, name)
	if ne, ok := errors.AsType[*aht.NameError](err); ok {
		return nil, &UsageError{Fault: nameFault(ne.Fault), Kind: kind, Err: err}
	}
	return Show{t}, err
}

func nameFault(f aht.NameFault) Fault {
	switch f {
	case aht.NameEmpty, aht.NameKindless:
		return FaultEmpty
	case aht.NameLong:
		return FaultLong
	case aht.NameUnreadable:
		return FaultUnreadable
	default:
		return FaultUnreadable
	}
}

// readName takes the name out of the rest of a line. Quotes around the whole are dropped
// and keep what is inside as it is; an apostrophe is a letter; a name without quotes loses
// doubled spaces and the punctuation of a sentence's end.
func readName(kind aht.Kind, rest string) (name string, quoted bool, err error) {
	rest = strings.TrimLeft(rest, ":= ")
	if mark := rest; mark != "" && (mark[0] == '"' || mark[0] == '\'') {
		inner, after, closed := strings.Cut(rest[1:], rest[:1])
		switch {
		case closed && strings.Trim(after, " .?!,;") == "":
			return strings.TrimSpace(inner), true, nil
		case mark[0] == '"' && strings.Trim(inner, `"' `) == "":
			return "", true, nil
		case mark[0] == '"' && !closed:
			return "", false, &UsageError{Fault: FaultQuote, Kind: kind, Guesses: quotable(kind, inner)}
		case mark[0] == '"':
			if err := refuseSecond(kind, inner+" "+strings.TrimSpace(after)); err != nil {
				return "", false, err
			}
			return "", false, &UsageError{Fault: FaultAfterQuote, Said: strings.TrimSpace(after), Kind: kind, Guesses: quotable(kind, inner)}
		}
	}
	name = strings.Join(strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' }), " ")
	return strings.TrimSpace(strings.TrimRight(name, "?!,;")), false, nil
}

// quotable returns the command a line with a stray quote was probably meant to be.
func quotable(kind aht.Kind, name string) []Command {
	if t, err := aht.NewTarget(kind, name); err == nil {
		return []Command{Show{t}}
	}
	return nil
}

// refuseSecond finds a second target in a name without quotes: "42 campaign Sales". Only
// the other kind's word counts, and only with something on both sides or right in front,
// so that a campaign called "Sales agent" needs no quotes.
func refuseSecond(kind aht.Kind, name string) error {
	other := aht.KindCampaign
	if kind == aht.KindCampaign {
		other = aht.KindAgent
	}
	words := strings.Fields(name)
	for i, w := range words {
		if !strings.EqualFold(strings.TrimRight(w, ":="), other.String()) || i == len(words)-1 {
			continue
		}
		e := &UsageError{Fault: FaultBoth, Kind: kind}
		for _, half := range []struct {
			kind  aht.Kind
			words []string
		}{{kind, words[:i]}, {other, words[i+1:]}} {
			if t, err := aht.NewTarget(half.kind, strings.Trim(strings.Join(half.words, " "), `"' `)); err == nil {
				e.Guesses = append(e.Guesses, Show{t})
			}
		}
		if t, err := aht.NewTarget(kind, name); err == nil && kind == aht.KindCampaign {
			e.Guesses = append(e.Guesses, Show{t})
		}
		return e
	}
	return nil
}

// Line returns the command as a person can type it, with quotes where they are needed, so
// that Parse reads it back to the same command. A name that no line can spell (one with
// a double quote inside, or markup of Slack's) comes back as near as can be.
func Line(c Command) string {
	switch c := c.(type) {
	case Show:
		return Name + " " + c.Target.Kind().String() + " " + spell(c.Target)
	case Help:
		return strings.TrimSpace(Name + " help " + c.Topic)
	case Status:
		return Name + " status"
	case Trend:
		return trendLine(c)
	case SetGoal:
		return goalLine(c.Goal.Target, compact(c.Goal))
	case ClearGoal:
		return goalLine(c.Target, clearWord)
	case ShowGoal:
		return goalLine(c.Target, "")
	default:
		return standingLine(c, toParse)
	}
}

// readable returns Line(c) as people read it: with channels as #name. Where a channel has an
// id, Parse reads another channel out of it: a button carries Line.
func readable(c Command) string {
	if line := standingLine(c, toRead); line != Name {
		return line
	}
	return Line(c)
}

// spell writes a name so that it reads back whole.
func spell(t aht.Target) string {
	name := t.Name()
	if cmd, err := parseShow(t.Kind(), name); err == nil && cmd == Command(Show{t}) && !strings.ContainsFunc(name, unicode.IsSpace) {
		return name
	}
	if strings.Contains(name, `"`) && !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + name + `"`
}
