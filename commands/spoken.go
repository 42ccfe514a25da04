package commands

import (
	"slices"
	"strings"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// spoken reads a whole question, such as "what is the AHT of campaign Sales?": a line of the
// language behind words that say nothing about it.
func spoken(line string) (request.Command, bool) {
	for rest := line; rest != ""; {
		var word string
		word, rest = grammar.SplitWord(rest)
		if !isSmallTalk(word) || rest == "" {
			return nil, false
		}
		plain := grammar.AsTyped(rest)
		if n, ok := request.KindWord(plain); ok {
			cmd, err := n.Show()
			return request.Interpreted{Command: request.Plain(cmd)}, err == nil
		}
		key, _ := splitVerb(plain)
		v, ok := lookup(strings.ToLower(key))
		if !ok {
			continue
		}
		_, args := splitVerb(plain)
		_, raw := splitVerb(rest)
		cmd, err := v.Parse(v.Rest(args, raw))
		return request.Interpreted{Command: request.Plain(cmd)}, err == nil && harmless(cmd)
	}
	return nil, false
}

// smallTalk are the words around a question that don't change it.
var smallTalk = strings.Fields("show get give tell find check see ask fetch lookup please pls kindly can could you me us i want need what what's whats is are how's how was the a an of for on about aht average handling handle time avg current now my our set")

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
