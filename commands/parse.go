package commands

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ahtbot/commands/campaigns"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Status asks how ahtbot itself is doing.
type Status struct{}

// Parse reads the line after the command word, as Slack delivers it: links, escapes and
// typographic quotes are undone first (slack.md §2.2, §2.3). It asks nobody anything. A
// line that can only mean one command is that command, however it is written. Any other
// gives a *UsageError, which says what was understood and offers lines to copy.
func Parse(text string) (request.Command, error) {
	p, err := understand(text)
	return p.cmd, err
}

// parsed is one line, understood.
type parsed struct {
	cmd     request.Command
	loosely bool       // it was interpreted: who typed it is told how it was read
	literal aht.Target // of a probable
}

// understand is Parse, and reports how the line was read.
func understand(text string) (parsed, error) {
	cmd, err := parse(text)
	p := parsed{cmd: cmd}
	for {
		switch in := p.cmd.(type) {
		case request.Interpreted:
			p.cmd, p.loosely = in.Command, true
		case request.Probable:
			p.cmd, p.loosely, p.literal = in.Command, true, in.Literal
		default:
			return p, err
		}
	}
}

func parse(text string) (request.Command, error) {
	if utf8.RuneCountInString(text) > request.MaxLine {
		return nil, &request.UsageError{Fault: request.FaultLong}
	}
	line := stripCommand(grammar.Normalise(strings.ToValidUTF8(text, "\ufffd")))
	plain := grammar.AsTyped(line)
	if n, ok := request.KindWord(plain); ok {
		return people.Show(n)
	}
	word, rest := splitVerb(plain)
	_, raw := splitVerb(line)
	key := strings.ToLower(strings.Trim(word, "-—–:=,.!?"))
	switch {
	case word == "" || slices.Contains(greetings, key):
		return Menu{}, nil
	case key == "" || key == "h":
		return parseHelp(rest)
	case strings.HasPrefix(word, "<@"):
		return people.Alone(plain)
	}
	if v, ok := lookup(key); ok {
		return v.Parse(v.Rest(rest, raw))
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
	return nil, &request.UsageError{Fault: request.FaultUnknown, Said: word, Guesses: guesses(word, rest)}
}

// greetings are what people say to a bot before they know what it does.
var greetings = []string{"hi", "hello", "hey", "thanks", "thank", "namaste", "menu", "start"}

// splitVerb takes the first word off a line; "target=Sales" and "target:Sales" count as two.
func splitVerb(line string) (word, rest string) {
	word, rest = grammar.SplitWord(line)
	if i := strings.IndexAny(word, ":="); i > 0 {
		if _, ok := lookup(strings.ToLower(word[:i])); ok || len(nearest(strings.ToLower(word[:i]))) > 0 {
			return word[:i], strings.TrimSpace(word[i+1:] + " " + rest)
		}
	}
	return word, rest
}

// stripCommand drops a command word typed again, as people do in direct messages.
func stripCommand(line string) string {
	word, rest := grammar.SplitWord(line)
	if w := strings.ToLower(word); w == request.CommandWord || w == strings.TrimPrefix(request.CommandWord, "/") {
		return rest
	}
	return line
}

// misspelt reads the line with the verb that its first word is near to. A question that can
// only be one is asked; so is a change that the answer can undo. Any other change is offered.
func misspelt(word string, near []request.Verb, rest, raw string) (request.Command, error) {
	e := &request.UsageError{Fault: request.FaultMisspelt, Said: word, Meant: near[0].Name}
	for _, v := range near {
		cmd, err := v.Parse(v.Rest(rest, raw))
		if err != nil {
			if len(near) == 1 {
				return nil, err
			}
			continue
		}
		if !harmless(cmd) || len(near) > 1 {
			e.Guesses = append(e.Guesses, request.Plain(cmd))
			continue
		}
		return orCampaign(cmd, word+" "+rest), nil
	}
	return nil, e
}

// harmless reports whether doing cmd by mistake does no harm: it only asks, or its answer
// has Undo. What had to be interpreted once already is not interpreted twice.
func harmless(cmd request.Command) bool {
	switch cmd.(type) {
	case request.Interpreted, request.Probable:
		return false
	default:
		return cmd.Effect() <= request.EffectUndo
	}
}

// parseAlone reads the rest of a line whose verb stands alone. What comes behind it is not
// used, and the answer says so.
func parseAlone(c request.Command, verb, rest string) request.Command {
	if rest == "" {
		return c
	}
	return orCampaign(c, verb+" "+rest)
}

// orCampaign is c, as a line is read that may be the name of a campaign.
func orCampaign(c request.Command, line string) request.Command {
	if whole, err := aht.NewTarget(aht.KindCampaign, line); err == nil {
		return request.Probable{Command: c, Literal: whole}
	}
	return request.Interpreted{Command: c}
}

// parseHelp reads a topic. Of what nobody knows there is the whole list.
func parseHelp(rest string) (request.Command, error) {
	topic, _ := grammar.SplitWord(rest)
	topic = strings.ToLower(strings.Trim(topic, "-\"'.?!"))
	if topic == "" {
		return request.Help{}, nil
	}
	if _, ok := lookup(topic); ok {
		return request.Help{Topic: topic}, nil
	}
	if near := nearest(topic); len(near) > 0 {
		return orCampaign(request.Help{Topic: near[0].Name}, "help "+rest), nil
	}
	return orCampaign(request.Help{}, "help "+rest), nil
}

// parseListWord reads a line that begins with list or more, which ask for campaigns unless
// they say for what else, or with my.
func parseListWord(word, rest string) (cmd request.Command, ok bool, err error) {
	switch word {
	case "more", "next":
		return request.Interpreted{Command: campaigns.List{Page: 2}}, rest == "", nil
	case "my":
		return request.Interpreted{Command: Mine{}}, slices.Contains([]string{"", "things", "stuff", "alerts", "digests", "alerts and digests"}, strings.ToLower(rest)), nil
	case "list", "ls":
		cmd, err = parseList(rest)
		return request.Interpreted{Command: request.Plain(cmd)}, true, err
	default:
		return nil, false, nil
	}
}

// parseList reads what is to be listed.
func parseList(rest string) (request.Command, error) {
	what, more := grammar.SplitWord(rest)
	switch strings.TrimSuffix(strings.ToLower(what), "s") {
	case "campaign":
		return campaigns.ParseCampaigns(more)
	case "agent":
		return nil, &request.UsageError{Fault: request.FaultEmpty, Kind: aht.KindAgent}
	case "target", "digest", "alert":
		v, _ := lookup(strings.TrimSuffix(strings.ToLower(what), "s"))
		return v.Parse(strings.TrimSpace("list " + more))
	default:
		return campaigns.ParseCampaigns(rest)
	}
}

// spoken reads a whole question, such as "what is the AHT of campaign Sales?": a line of the
// language behind words that say nothing about it.
func spoken(line string) (request.Command, bool) {
	for rest := line; rest != ""; {
		var word string
		word, rest = grammar.SplitWord(rest)
		if !isSmallTalk(word) || rest == "" {
			return request.Interpreted{Command: people.Ask{}}, isSmallTalk(word) && ofOneself(line)
		}
		plain := grammar.AsTyped(rest)
		if n, ok := request.KindWord(plain); ok {
			cmd, err := people.Show(n)
			return request.Interpreted{Command: request.Plain(cmd)}, err == nil && harmless(request.Plain(cmd))
		}
		key, args := splitVerb(plain)
		v, ok := lookup(strings.ToLower(key))
		if !ok || isSmallTalk(key) && args != "" { // "show me the AHT of campaign Sales"
			continue
		}
		_, raw := splitVerb(rest)
		cmd, err := v.Parse(v.Rest(args, raw))
		return request.Interpreted{Command: request.Plain(cmd)}, err == nil && harmless(cmd)
	}
	return nil, false
}

// ofOneself reports whether a line is about whoever says it: "what is my AHT?"
func ofOneself(line string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(line)), func(w string) bool { return w == "my" || w == "mine" })
}

// smallTalk are the words around a question that don't change it.
var smallTalk = strings.Fields("show get give tell find check see ask fetch lookup please pls kindly can could you me us i want need what what's whats is are how's how was the a an of for on about aht average handling handle time avg current now my mine our set")

// mostVerbs is how many verbs inside a line are tried as its beginning.
const mostVerbs = 2

// guesses reads a line that does not begin with a verb: from the kind word inside it if
// there is one, else as a name that lacks it. Words alone are a campaign's; what looks
// like an id may be either's.
func guesses(word, rest string) []request.Command {
	line := strings.TrimSpace(word + " " + rest)
	words := strings.Fields(line)
	tried := 0
	for i, w := range words[:len(words)-1] {
		v, ok := lookup(strings.ToLower(w))
		if !ok || i == 0 {
			continue
		}
		if tried++; tried > mostVerbs { // a long line of them takes long to read
			break
		}
		ways := [][]string{nil, words[i-1 : i]}
		if v.Places { // "remove digest 3"
			slices.Reverse(ways)
		}
		for _, before := range ways {
			if cmd, err := v.Parse(strings.Join(slices.Concat(before, words[i+1:]), " ")); err == nil {
				return []request.Command{request.Plain(cmd)}
			}
		}
	}
	kinds := []aht.Kind{aht.KindCampaign}
	if len(words) == 1 && strings.ContainsFunc(word, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("@._", r) }) {
		kinds = []aht.Kind{aht.KindAgent, aht.KindCampaign}
	}
	var out []request.Command
	if rest := quiet(words); len(rest) > 0 && len(rest) < len(words)-1 { // "AHT of Sales"
		out = guesses(rest[0], strings.Join(rest[1:], " "))
	}
	for _, kind := range kinds {
		if cmd, err := request.ParseShow(kind, line); err == nil {
			out = append(out, request.Plain(cmd))
		}
	}
	return out
}

// quiet returns words without the small talk before them.
func quiet(words []string) []string {
	for len(words) > 0 && isSmallTalk(words[0]) {
		words = words[1:]
	}
	return words
}

func isSmallTalk(word string) bool {
	return slices.Contains(smallTalk, strings.ToLower(strings.Trim(word, "-—–:=,.!?'")))
}
