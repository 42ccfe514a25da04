// Package standing is what digests and alerts share: they stay once they are made, are known by a number, and several of
// them can be paused, removed or brought back at once.
package standing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Language is the part of the language about things that stand once they are made and are
// known by a number: digests and alerts.
type Language struct {
	Noun    string // the verb of the line: digest or alert
	Article string
	Fault   request.Fault
	Verbs   []string
	Meant   map[string]string // words people try for a verb, beside those of meant
	Try     []string          // lines to copy when nothing better is known
	List    request.Command   // what the noun alone asks
	// Read reads a line whose first word is one of verbs.
	Read func(verb string, line string, words []grammar.Word) (request.Command, *grammar.LineError)
}

// How many mistakes of one line are mended: for a guess, and where only one thing can be
// meant.
const (
	repairs  = 3
	mostSure = 8
)

// Parse reads the rest of a line. Its error is a [*request.UsageError].
func (s Language) Parse(rest string) (request.Command, error) {
	line := grammar.Tame(strings.TrimRight(rest, " ?!;"))
	cmd, line, err := s.surely(line)
	if err == nil {
		return cmd, nil
	}
	e := &request.UsageError{Fault: s.Fault, Says: err.Say}
	for w := err; w != nil; w = w.Or {
		for i, put := range w.Put {
			cmd, ok := s.mended(line, w, put, repairs)
			if !ok || slices.ContainsFunc(e.Guesses, func(g request.Command) bool { return request.Line(g) == request.Line(cmd) }) {
				continue
			}
			label := ""
			if _, _, more := s.surely(line[:w.From] + put + line[w.To:]); i < len(w.Labels) && more == nil {
				label = w.Labels[i] // which says all that was not
			}
			e.Guesses, e.Labels = append(e.Guesses, cmd), append(e.Labels, label)
		}
	}
	if len(e.Guesses) == 0 {
		e.Try = err.Try
	}
	if len(e.Guesses)+len(e.Try) == 0 {
		e.Try = s.Try
	}
	return nil, e
}

// Mended returns the rest of a line with all mended in it that can only mean one thing.
func (s Language) Mended(rest string) string {
	_, line, _ := s.surely(grammar.Tame(strings.TrimRight(rest, " ?!;")))
	return line
}

// surely reads a line with all mended in it that can only mean one thing, and returns it so.
// A command that needed that is [request.Interpreted].
func (s Language) surely(line string) (cmd request.Command, mended string, err *grammar.LineError) {
	cmd, err = s.attempt(line)
	for n := 0; err != nil && err.Sure && n < mostSure; n++ {
		line = line[:err.From] + err.Put[0] + line[err.To:]
		if cmd, err = s.attempt(line); err == nil {
			cmd = request.Interpreted{Command: cmd}
		}
	}
	return cmd, line, err
}

// mended reads line with put in the place of what was wrong.
func (s Language) mended(line string, e *grammar.LineError, put string, left int) (request.Command, bool) {
	line = line[:e.From] + put + line[e.To:]
	cmd, err := s.attempt(line)
	if err == nil {
		return cmd, true
	}
	if left == 1 || len(err.Put) == 0 {
		return nil, false
	}
	return s.mended(line, err, err.Put[0], left-1)
}

func (s Language) attempt(line string) (request.Command, *grammar.LineError) {
	words, err := grammar.SplitWords(line)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return s.List, nil
	}
	verb := strings.Trim(words[0].Low, ":=-.!?")
	if verb == "help" || verb == "" && words[0].Low != "" && !words[0].Quoted {
		return request.Help{Topic: s.Noun}, nil
	}
	if !slices.Contains(s.Verbs, verb) {
		return nil, s.unknown(verb, line, words)
	}
	cmd, err := s.Read(verb, line, words)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(request.Line(cmd)) > request.MaxLine {
		return nil, &grammar.LineError{Say: "That line is too long for me. A group, whose names begin alike, says it shorter:", Try: []string{`digest add group "Sales" daily at 9:00`}}
	}
	return cmd, nil
}

// unknown says what is wrong with a line that does not begin with one of the verbs.
func (s Language) unknown(verb, line string, words []grammar.Word) *grammar.LineError {
	w := words[0]
	e := &grammar.LineError{From: w.From, To: w.To}
	if _, ok := grammar.Number(w); ok {
		if len(words) > 1 && slices.Contains(s.Verbs, words[1].Low) {
			e.Say, e.To, e.Put = fmt.Sprintf("The word comes first, the number of %s behind it:", s.Article), words[1].To, []string{words[1].Low + " " + w.Text}
			return e.Surely()
		}
		e.Say, e.To, e.Put = fmt.Sprintf("Say what to do with %s %s. To look at it:", s.Noun, strings.TrimLeft(w.Text, "#")), words[len(words)-1].To, []string{"show " + w.Text}
		e.Sure = len(words) == 1
		return e
	}
	meant, known := cmp.Or(s.Meant[verb], meant[verb]), true
	if meant == "" {
		meant, known = s.near(verb)
	}
	if known {
		e.Say, e.Put = fmt.Sprintf("I don't know “%s” of %s. Did you mean %s?", reply.Short(w.Text), s.Article, meant), []string{meant}
		e.Sure = slices.Contains(plainlyMeant, verb)
		if verb == "stop" || verb == "cancel" {
			e.Say, e.Put = fmt.Sprintf("To %s may be to pause it or to remove it. Pick one:", verb), []string{"pause", "remove"}
		}
		return e
	}
	if _, err := s.attempt("add " + line); err == nil || err.Sure {
		e.To, e.Put, e.Sure = w.From, []string{"add "}, true
	}
	e.Say = fmt.Sprintf("Behind “%s” comes one of these words: %s.", s.Noun, strings.Join(s.Verbs, ", "))
	return e
}

// meant are words people try for the verbs that digests and alerts have both.
var meant = map[string]string{
	"new": "add", "create": "add", "make": "add", "set": "add",
	"delete": "remove", "del": "remove", "rm": "remove", "drop": "remove", "cancel": "remove", "stop": "pause",
	"change": "edit", "update": "edit", "modify": "edit", "undo": "restore", "undelete": "restore",
	"start": "resume", "unpause": "resume", "continue": "resume", "hold": "pause", "ls": "list", "all": "list",
	"info": "show", "view": "show", "get": "show",
}

// plainlyMeant are words for a verb that can mean nothing else, of those in meant.
var plainlyMeant = []string{
	"new", "create", "make", "schedule", "watch", "delete", "del", "rm", "drop", "change", "update", "modify", "undelete",
	"unpause", "continue", "ls", "info", "view", "details", "snooze", "silence", "unsnooze",
}

// near returns the verb that a word is probably meant to be.
func (s Language) near(said string) (best string, ok bool) {
	least := 2 + min(1, len(said)/6)
	for _, v := range s.Verbs {
		if d := grammar.Slips(said, v); d < least {
			best, least = v, d
		}
	}
	return best, best != ""
}
