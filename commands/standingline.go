package commands

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// standing is the part of the language about things that stand once they are made and are
// known by a number: digests and alerts.
type standing struct {
	noun    string // the verb of the line: digest or alert
	article string
	fault   Fault
	verbs   []string
	meant   map[string]string // words people try for a verb
	try     []string          // lines to copy when nothing better is known
	list    Command           // what the noun alone asks
	// read reads a line whose first word is one of verbs.
	read func(verb string, line string, words []word) (Command, *wrong)
}

// How many mistakes of one line are mended: for a guess, and where only one thing can be
// meant.
const (
	repairs  = 3
	mostSure = 8
)

// parse reads the rest of a line. Its error is a [*UsageError].
func (s standing) parse(rest string) (Command, error) {
	line := tame(strings.TrimRight(rest, " ?!;"))
	cmd, line, err := s.surely(line)
	if err == nil {
		return cmd, nil
	}
	e := &UsageError{Fault: s.fault, Says: err.say}
	for w := err; w != nil; w = w.or {
		for i, put := range w.put {
			cmd, ok := s.mended(line, w, put, repairs)
			if !ok || slices.ContainsFunc(e.Guesses, func(g Command) bool { return Line(g) == Line(cmd) }) {
				continue
			}
			label := ""
			if _, _, more := s.surely(line[:w.from] + put + line[w.to:]); i < len(w.labels) && more == nil {
				label = w.labels[i] // which says all that was not
			}
			e.Guesses, e.Labels = append(e.Guesses, cmd), append(e.Labels, label)
		}
	}
	if len(e.Guesses) == 0 {
		e.Try = err.try
	}
	if len(e.Guesses)+len(e.Try) == 0 {
		e.Try = s.try
	}
	return nil, e
}

// surely reads a line with all mended in it that can only mean one thing, and returns it so.
// A command that needed that is [interpreted].
func (s standing) surely(line string) (cmd Command, mended string, err *wrong) {
	cmd, err = s.attempt(line)
	for n := 0; err != nil && err.sure && n < mostSure; n++ {
		line = line[:err.from] + err.put[0] + line[err.to:]
		if cmd, err = s.attempt(line); err == nil {
			cmd = interpreted{cmd}
		}
	}
	return cmd, line, err
}

// mended reads line with put in the place of what was wrong.
func (s standing) mended(line string, e *wrong, put string, left int) (Command, bool) {
	line = line[:e.from] + put + line[e.to:]
	cmd, err := s.attempt(line)
	if err == nil {
		return cmd, true
	}
	if left == 1 || len(err.put) == 0 {
		return nil, false
	}
	return s.mended(line, err, err.put[0], left-1)
}

func (s standing) attempt(line string) (Command, *wrong) {
	words, err := splitWords(line)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return s.list, nil
	}
	verb := strings.Trim(words[0].low, ":=-.!?")
	if verb == "help" || verb == "" && words[0].low != "" && !words[0].quoted {
		return Help{Topic: s.noun}, nil
	}
	if !slices.Contains(s.verbs, verb) {
		return nil, s.unknown(verb, line, words)
	}
	cmd, err := s.read(verb, line, words)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(Line(cmd)) > MaxLine {
		return nil, &wrong{say: "That line is too long for me. A group, whose names begin alike, says it shorter:", try: []string{`digest add group "Sales" daily at 9:00`}}
	}
	return cmd, nil
}

// unknown says what is wrong with a line that does not begin with one of the verbs.
func (s standing) unknown(verb, line string, words []word) *wrong {
	w := words[0]
	e := &wrong{from: w.from, to: w.to}
	if _, ok := number(w); ok {
		if len(words) > 1 && slices.Contains(s.verbs, words[1].low) {
			e.say, e.to, e.put = fmt.Sprintf("The word comes first, the number of %s behind it:", s.article), words[1].to, []string{words[1].low + " " + w.text}
			e.sure = true
			return e
		}
		e.say, e.to, e.put = fmt.Sprintf("Say what to do with %s %s. To look at it:", s.noun, strings.TrimLeft(w.text, "#")), words[len(words)-1].to, []string{"show " + w.text}
		e.sure = len(words) == 1
		return e
	}
	meant, known := s.meant[verb]
	if !known {
		meant, known = s.near(verb)
	}
	if known {
		e.say, e.put = fmt.Sprintf("I don't know “%s” of %s. Did you mean %s?", short(w.text), s.article, meant), []string{meant}
		e.sure = slices.Contains(plainlyMeant, verb)
		if verb == "stop" || verb == "cancel" {
			e.say, e.put = fmt.Sprintf("To %s may be to pause it or to remove it. Pick one:", verb), []string{"pause", "remove"}
		}
		return e
	}
	if _, err := s.attempt("add " + line); err == nil || err.sure {
		e.to, e.put, e.sure = w.from, []string{"add "}, true
	}
	e.say = fmt.Sprintf("Behind “%s” comes one of these words: %s.", s.noun, strings.Join(s.verbs, ", "))
	return e
}

// plainlyMeant are words for a verb that can mean nothing else, of those in meant.
var plainlyMeant = []string{
	"new", "create", "make", "schedule", "watch", "delete", "del", "rm", "drop", "change", "update", "modify", "undelete",
	"unpause", "continue", "ls", "info", "view", "details", "snooze", "silence", "unsnooze",
}

// near returns the verb that a word is probably meant to be.
func (s standing) near(said string) (best string, ok bool) {
	least := 2 + min(1, len(said)/6)
	for _, v := range s.verbs {
		if d := slips(said, v); d < least {
			best, least = v, d
		}
	}
	return best, best != ""
}
