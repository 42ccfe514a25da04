package request

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/aht"
)

// Named is a line that begins with the word for a kind of target, and what comes behind it.
type Named struct {
	Kind aht.Kind
	Rest string
	Api  bool // the word is of Ozonetel's API
	// literal is what the rest would be if the API's word belonged to the name; empty when it
	// can't.
	literal string
}

// The words for a kind of target: the language's own, and those of Ozonetel's API and its
// documentation (ozonetel.md §1A.1), as they are copied from there.
var (
	ownWord   = regexp.MustCompile(`(?i)^-*(agent|campaign)( *[:=]+ *| +|$)`)
	apiWord   = regexp.MustCompile(`(?i)^[-?&{"' ]*(?:(agent)[_-]?(?:id|name)|(campaign)[_-]?name)["']?(?: *[:=]+ *| +|$)`)
	apiSecond = map[aht.Kind]*regexp.Regexp{
		aht.KindAgent:    regexp.MustCompile(`(?i)^id(?: *[:=]+ *| +|$)`),
		aht.KindCampaign: regexp.MustCompile(`(?i)^name(?: *[:=]+ *| +|$)`),
	}
)

// KindWord reads the word for a kind of target that line begins with.
func KindWord(line string) (Named, bool) {
	if m := apiWord.FindStringSubmatch(line); m != nil {
		n := Named{Kind: kindOf(m[1] + m[2]), Rest: line[len(m[0]):], Api: true}
		if strings.HasPrefix(strings.TrimSpace(line), "{") {
			n.Rest = strings.TrimRight(n.Rest, "} ")
		}
		return n, true
	}
	m := ownWord.FindStringSubmatch(line)
	if m == nil {
		return Named{}, false
	}
	n := Named{Kind: kindOf(m[1]), Rest: line[len(m[0]):]}
	if second := apiSecond[n.Kind].FindString(n.Rest); second != "" && strings.TrimSpace(m[2]) == "" {
		n.Rest, n.literal, n.Api = n.Rest[len(second):], n.Rest, true
	}
	return n, true
}

func kindOf(word string) aht.Kind {
	if strings.EqualFold(word, aht.KindAgent.String()) {
		return aht.KindAgent
	}
	return aht.KindCampaign
}

// Show reads the rest of n as a name.
func (n Named) Show() (Command, error) {
	cmd, err := ParseShow(n.Kind, n.Rest)
	if err != nil || !n.Api {
		return cmd, err
	}
	return n.Loosely(cmd), nil
}

// ParseKind returns what reads a line behind the word for a kind.
func ParseKind(kind aht.Kind) func(string) (Command, error) {
	return func(rest string) (Command, error) {
		n, _ := KindWord(kind.String() + " " + rest)
		return n.Show()
	}
}

// apiInside matches the API's word for a kind inside a line.
var apiInside = regexp.MustCompile(`(?i)(^|[ ,])(?:(agent)_?id|(campaign)_?name)(?: *[:=]+ *| +)`)

// InOwnWords reads a line in which the API's words stand for the language's own. What is in
// double quotes stays.
func InOwnWords(parse func(string) (Command, error)) func(string) (Command, error) {
	return func(rest string) (Command, error) {
		parts := strings.Split(rest, `"`)
		for i := 0; i < len(parts); i += 2 {
			parts[i] = apiInside.ReplaceAllString(parts[i], "${1}${2}${3} ")
		}
		own := strings.Join(parts, `"`)
		cmd, err := parse(own)
		if own == rest || err != nil {
			return cmd, err
		}
		return Interpreted{Plain(cmd)}, nil
	}
}

// Loosely is cmd, whose target was named in the API's words.
func (n Named) Loosely(cmd Command) Command {
	if literal, err := aht.NewTarget(n.Kind, n.literal); err == nil && n.Kind == aht.KindCampaign {
		return Probable{Plain(cmd), literal}
	}
	return Interpreted{Plain(cmd)}
}

// ParseShow reads the rest of the line as one name of the given kind.
func ParseShow(kind aht.Kind, rest string) (Command, error) {
	name, quoted, err := readName(kind, rest)
	if err != nil {
		return nil, err
	}
	if !quoted {
		if err := refuseSecond(kind, name); err != nil {
			return nil, err
		}
		if err := refuseTwice(kind, name); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(name, "<@") {
		return nil, &UsageError{Fault: FaultMention, Kind: kind}
	}
	t, err := aht.NewTarget(kind, name)
	if ne, ok := errors.AsType[*aht.NameError](err); ok {
		return nil, &UsageError{Fault: nameFaults[ne.Fault], Kind: kind, Err: err}
	}
	return Show{t}, err
}

var nameFaults = map[aht.NameFault]Fault{
	aht.NameEmpty: FaultEmpty, aht.NameKindless: FaultEmpty, aht.NameLong: FaultLong, aht.NameUnreadable: FaultUnreadable,
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
			if err := refuseSecond(kind, inner); err != nil {
				return "", false, err
			}
			return strings.TrimSpace(inner), true, nil
		case mark[0] == '"':
			if err := refuseSecond(kind, inner+" "+strings.TrimSpace(after)); err != nil {
				return "", false, err
			}
			after = strings.TrimSpace(after)
			return "", false, &UsageError{Fault: FaultAfterQuote, Said: after, Kind: kind, Guesses: slices.Concat(quotable(kind, inner+" "+after), quotable(kind, inner))}
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

// refuseTwice asks back about "agent Agent 42": the kind said twice, or an id of two words.
// Of campaigns it is a name like any other.
func refuseTwice(kind aht.Kind, name string) error {
	word, rest := grammar.SplitWord(name)
	if kind != aht.KindAgent || rest == "" || !strings.EqualFold(word, kind.String()) {
		return nil
	}
	return &UsageError{Fault: FaultTwice, Kind: kind, Guesses: slices.Concat(quotable(kind, rest), quotable(kind, name))}
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
		half := func(kind aht.Kind, words []string) []Command {
			return quotable(kind, strings.Trim(strings.Join(words, " "), `"' `))
		}
		e := &UsageError{Fault: FaultBoth, Kind: kind, Guesses: slices.Concat(half(kind, words[:i]), half(other, words[i+1:]))}
		if kind == aht.KindCampaign {
			e.Guesses = append(e.Guesses, quotable(kind, name)...)
		}
		return e
	}
	return nil
}

// SplitQuoted takes a name in quotes off the beginning of a line, quotes included, and
// returns what comes behind it; false when there is none, or its quote does not close.
func SplitQuoted(line string) (name, behind string, ok bool) {
	line = strings.TrimLeft(line, ":= ")
	if line == "" || line[0] != '"' && line[0] != '\'' {
		return "", "", false
	}
	inner, after, closed := strings.Cut(line[1:], line[:1])
	if !closed || strings.TrimSpace(inner) == "" || after != "" && !strings.ContainsAny(after[:1], " ,:=") {
		return "", "", false
	}
	return line[:len(inner)+2], strings.Trim(after, " ,:=?!;"), true
}

// CampaignOf reads the rest of a line that is about a campaign, whose word may be missing.
// person is what is wrong with one that names an agent.
func CampaignOf(rest string, person Fault) (Named, error) {
	n, ok := KindWord(rest)
	if word, of := grammar.SplitWord(rest); !ok && slices.Contains([]string{"of", "for", "in"}, strings.ToLower(word)) {
		if n, ok = KindWord(of); !ok {
			n, ok = Named{Kind: aht.KindCampaign, Rest: of}, strings.HasPrefix(of, `"`)
		}
	}
	switch {
	case !ok:
		return Named{Kind: aht.KindCampaign, Rest: rest}, nil
	case n.Kind == aht.KindAgent:
		return Named{}, &UsageError{Fault: person, Kind: aht.KindCampaign}
	default:
		return n, nil
	}
}
