// Package grammar is the toolkit of the language: it makes plain text of what Slack delivers, cuts a line into words and
// parts, reads and writes days, times, durations, zones and numbers, and finds the word or the name that was probably meant.
package grammar

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"ahtbot/commands/reply"
)

// Word is one word of a line about digests or alerts: a quoted name, a channel, a comma, or
// what stands between spaces.
type Word struct {
	Text     string // as typed, without its quotes, channels as #name
	Low      string // text in lower case; of quoted words empty, since no keyword is quoted
	Quoted   bool
	place    Place // the channel it names, if named
	Named    bool
	From, To int // where it stands in the line, quotes included
}

// Comma reports whether w is a comma.
func (w Word) Comma() bool { return w.Low == "," }

// LineError is why a line cannot be read, and what may be put in the place of a part of it.
type LineError struct {
	Say      string     // a sentence for the person, which lines to copy follow
	From, To int        // the part of the line in question
	Put      []string   // what that part may have been meant to be, best first
	Labels   []string   // what a button says instead of the line, for each of put; none: the line
	Try      []string   // lines to copy when nothing put there helps, without the command itself
	Or       *LineError // another part that may be changed instead; what it says is not said
	Sure     bool       // only put[0] can be meant: it is done, and the answer says how the line was read
}

// Surely is e where only its first mend can be meant.
func (e *LineError) Surely() *LineError {
	e.Sure = true
	return e
}

// Reader goes over the words of a line.
type Reader struct {
	Line  string
	Words []Word
	At    int
	// Begins reports whether the word i and those behind it begin another part of the line,
	// so that a name without quotes ends before it.
	Begins func(i int) bool
	Known  []Part            // the parts a line may have
	Stands map[string][2]int // where the parts read so far stand, by their first key
}

// SplitWords cuts a normalised line into words. A double quote at a word's beginning opens
// a name, in which two of them stand for one; so does a single quote that closes at a
// word's end, because an apostrophe is a letter. The error is a quote that does not close.
func SplitWords(line string) ([]Word, *LineError) {
	var words []Word
	for i := 0; i < len(line); {
		switch line[i] {
		case ' ':
			i++
			continue
		case ',':
			words = append(words, Word{Text: ",", Low: ",", From: i, To: i + 1})
			i++
			continue
		}
		w, to := quotedWord(line, i)
		if to < 0 {
			return nil, &LineError{Say: "The quote is opened and not closed. Try:", From: i, To: i + 1, Put: []string{""}}
		}
		if to == 0 {
			to = i + bareLength(line[i:])
			raw := line[i:to]
			w = Word{Text: AsTyped(raw), Low: strings.TrimRight(strings.ToLower(AsTyped(raw)), ":=")}
			w.place, w.Named = readPlace(raw)
		}
		w.From, w.To = i, to
		words = append(words, w)
		i = to
	}
	return words, nil
}

// quotedWord reads a name in quotes that opens at i. The end is 0 when none does, and -1
// when it does not close.
func quotedWord(line string, i int) (Word, int) {
	rest := line[i+1:]
	switch line[i] {
	case '"':
		for n := 0; n < len(rest); n++ {
			switch {
			case rest[n] != '"':
			case n+1 < len(rest) && rest[n+1] == '"':
				n++
			default:
				return Word{Text: quotedText(strings.ReplaceAll(rest[:n], `""`, `"`)), Quoted: true}, i + n + 2
			}
		}
		return Word{}, -1
	case '\'':
		for n := range len(rest) {
			if rest[n] == '\'' && (n+1 == len(rest) || rest[n+1] == ' ' || rest[n+1] == ',') {
				return Word{Text: quotedText(rest[:n]), Quoted: true}, i + n + 2
			}
		}
	}
	return Word{}, 0
}

func quotedText(s string) string { return strings.TrimSpace(AsTyped(s)) }

// bareLength returns how long the word is that line begins with. A channel is one piece.
func bareLength(line string) int {
	for n := 0; n < len(line); n++ {
		if strings.HasPrefix(line[n:], placeOpen) {
			if end := strings.Index(line[n:], placeClose); end > 0 {
				n += end
				continue
			}
		}
		if line[n] == ' ' || line[n] == ',' {
			return n
		}
	}
	return len(line)
}

// Tame makes of channels that Slack would not have named so what people type. A line of
// somebody's own making may hold anything there.
func Tame(line string) string {
	return marked.ReplaceAllStringFunc(line, func(m string) string {
		p, _ := readPlace(m)
		if p.ID == "" || strings.ContainsFunc(p.ID, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) || !channelName(p.Name) {
			return AsTyped(m)
		}
		return m
	})
}

// channelName reports whether name can be a channel's; Slack leaves it out of those a person
// may not see.
func channelName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) && r != '-' && r != '_'
	})
}

// Peek returns the word n words on; the zero word behind the last one.
func (r *Reader) Peek(n int) Word {
	if i := r.At + n; i < len(r.Words) {
		return r.Words[i]
	}
	return Word{From: len(r.Line), To: len(r.Line)}
}

// End reports whether no word is left.
func (r *Reader) End() bool { return r.At >= len(r.Words) }

// Is reports whether the next word is one of keywords.
func (r *Reader) Is(keywords ...string) bool {
	return !r.End() && slices.Contains(keywords, r.Peek(0).Low)
}

// Skip goes past the next word if it is one of keywords.
func (r *Reader) Skip(keywords ...string) bool {
	if !r.Is(keywords...) {
		return false
	}
	r.At++
	return true
}

// SkipAnd goes past what joins the parts of a list, if another part that looks like re
// follows it.
func (r *Reader) SkipAnd(re Pattern) bool {
	n := 0
	if r.Peek(n).Comma() {
		n++
	}
	if slices.Contains(ands, r.Peek(n).Low) {
		n++
	}
	if n == 0 || !r.Looks(r.At+n, re) {
		return false
	}
	r.At += n
	return true
}

var ands = []string{"and", "&"}

// Looks reports whether the line matches re from word i on. Patterns are made by
// Phrase, and never reach into quotes.
func (r *Reader) Looks(i int, re Pattern) bool {
	return i < len(r.Words) && !r.Words[i].Quoted && re().MatchString(r.Line[r.Words[i].From:])
}

// Take goes past what re matches and returns its groups, or nil.
func (r *Reader) Take(re Pattern) []string {
	if !r.Looks(r.At, re) {
		return nil
	}
	m := re().FindStringSubmatch(r.Line[r.Peek(0).From:])
	end := r.Peek(0).From + len(m[1])
	for !r.End() && r.Peek(0).From < end {
		r.At++
	}
	return m[1:]
}

// Pattern is an expression, compiled when a line is first compared with it: a process that is
// not asked has no need of fifty.
type Pattern func() *regexp.Regexp

// Phrase is the pattern of what begins at a word and ends at one. Its first group is the whole.
func Phrase(re string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(` + re + `)(?:[ ,]|$)`) })
}

// bare goes past the words up to a comma, a quote or the next part of the line, and returns
// them.
func (r *Reader) bare() string {
	var said []string
	for !r.End() && !r.Peek(0).Quoted && !r.Peek(0).Comma() && !r.Begins(r.At) {
		said = append(said, r.Peek(0).Text)
		r.At++
	}
	return strings.Join(said, " ")
}

// Name goes past one name, quoted or not, and returns it.
func (r *Reader) Name() string {
	if r.Peek(0).Quoted {
		r.At++
		return r.Words[r.At-1].Text
	}
	return r.bare()
}

// Since returns where the words from the i-th to the last one passed stand.
func (r *Reader) Since(i int) (from, to int) {
	if i >= len(r.Words) {
		return len(r.Line), len(r.Line)
	}
	if i >= r.At {
		return r.Words[i].From, r.Words[i].From
	}
	return r.Words[i].From, r.Words[r.At-1].To
}

// Fault is wrong about the words from the i-th to the last one passed.
func (r *Reader) Fault(i int, say string, put ...string) *LineError {
	e := &LineError{Say: say, Put: put}
	e.From, e.To = r.Since(i)
	return e
}

// Before is wrong about what is missing before the next word.
func (r *Reader) Before(say string, put ...string) *LineError {
	at := r.Peek(0).From
	return &LineError{Say: say, From: at, To: at, Put: put}
}

// Lacks is wrong about what is missing behind the words passed so far.
func (r *Reader) Lacks(say string, put ...string) *LineError {
	at := len(r.Line)
	if r.At > 0 && r.At <= len(r.Words) {
		at = r.Words[r.At-1].To
	}
	for i, p := range put {
		put[i] = " " + p + " "
	}
	return &LineError{Say: say, From: at, To: at, Put: put}
}

// Said quotes the words from the i-th to the last one passed.
func (r *Reader) Said(i int) string {
	from, to := r.Since(i)
	return "“" + reply.Short(AsTyped(r.Line[from:to])) + "”"
}
