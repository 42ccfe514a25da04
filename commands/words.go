package commands

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// word is one word of a line about digests or alerts: a quoted name, a channel, a comma, or
// what stands between spaces.
type word struct {
	text     string // as typed, without its quotes, channels as #name
	low      string // text in lower case; of quoted words empty, since no keyword is quoted
	quoted   bool
	place    Place // the channel it names, if named
	named    bool
	from, to int // where it stands in the line, quotes included
}

func (w word) comma() bool { return w.low == "," }

// wrong is why a line cannot be read, and what may be put in the place of a part of it.
type wrong struct {
	say      string   // a sentence for the person, which lines to copy follow
	from, to int      // the part of the line in question
	put      []string // what that part may have been meant to be, best first
	labels   []string // what a button says instead of the line, for each of put; none: the line
	try      []string // lines to copy when nothing put there helps, without the command itself
	or       *wrong   // another part that may be changed instead; what it says is not said
	sure     bool     // only put[0] can be meant: it is done, and the answer says how the line was read
}

func (e *wrong) Error() string { return "a line cannot be read" }

// reader goes over the words of a line.
type reader struct {
	line  string
	words []word
	at    int
	// begins reports whether the word i and those behind it begin another part of the line,
	// so that a name without quotes ends before it.
	begins func(i int) bool
	known  []part            // the parts a line may have
	stands map[string][2]int // where the parts read so far stand, by their first key
}

// splitWords cuts a normalised line into words. A double quote at a word's beginning opens
// a name, in which two of them stand for one; so does a single quote that closes at a
// word's end, because an apostrophe is a letter. The error is a quote that does not close.
func splitWords(line string) ([]word, *wrong) {
	var words []word
	for i := 0; i < len(line); {
		switch line[i] {
		case ' ':
			i++
			continue
		case ',':
			words = append(words, word{text: ",", low: ",", from: i, to: i + 1})
			i++
			continue
		}
		w, to := quotedWord(line, i)
		if to < 0 {
			return nil, &wrong{say: "The quote is opened and not closed. Try:", from: i, to: i + 1, put: []string{""}}
		}
		if to == 0 {
			to = i + bareLength(line[i:])
			raw := line[i:to]
			w = word{text: asTyped(raw), low: strings.TrimRight(strings.ToLower(asTyped(raw)), ":=")}
			w.place, w.named = readPlace(raw)
		}
		w.from, w.to = i, to
		words = append(words, w)
		i = to
	}
	return words, nil
}

// quotedWord reads a name in quotes that opens at i. The end is 0 when none does, and -1
// when it does not close.
func quotedWord(line string, i int) (word, int) {
	rest := line[i+1:]
	switch line[i] {
	case '"':
		for n := 0; n < len(rest); n++ {
			switch {
			case rest[n] != '"':
			case n+1 < len(rest) && rest[n+1] == '"':
				n++
			default:
				return word{text: quotedText(strings.ReplaceAll(rest[:n], `""`, `"`)), quoted: true}, i + n + 2
			}
		}
		return word{}, -1
	case '\'':
		for n := range len(rest) {
			if rest[n] == '\'' && (n+1 == len(rest) || rest[n+1] == ' ' || rest[n+1] == ',') {
				return word{text: quotedText(rest[:n]), quoted: true}, i + n + 2
			}
		}
	}
	return word{}, 0
}

func quotedText(s string) string { return strings.TrimSpace(asTyped(s)) }

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

// tame makes of channels that Slack would not have named so what people type. A line of
// somebody's own making may hold anything there.
func tame(line string) string {
	return marked.ReplaceAllStringFunc(line, func(m string) string {
		p, _ := readPlace(m)
		if p.ID == "" || strings.ContainsFunc(p.ID, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) || !channelName(p.Name) {
			return asTyped(m)
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

// peek returns the word n words on; the zero word behind the last one.
func (r *reader) peek(n int) word {
	if i := r.at + n; i < len(r.words) {
		return r.words[i]
	}
	return word{from: len(r.line), to: len(r.line)}
}

func (r *reader) end() bool { return r.at >= len(r.words) }

// is reports whether the next word is one of keywords.
func (r *reader) is(keywords ...string) bool {
	return !r.end() && slices.Contains(keywords, r.peek(0).low)
}

// skip goes past the next word if it is one of keywords.
func (r *reader) skip(keywords ...string) bool {
	if !r.is(keywords...) {
		return false
	}
	r.at++
	return true
}

// skipAnd goes past what joins the parts of a list, if another part that looks like re
// follows it.
func (r *reader) skipAnd(re *regexp.Regexp) bool {
	n := 0
	if r.peek(n).comma() {
		n++
	}
	if slices.Contains(ands, r.peek(n).low) {
		n++
	}
	if n == 0 || !r.looks(r.at+n, re) {
		return false
	}
	r.at += n
	return true
}

var ands = []string{"and", "&"}

// looks reports whether the line matches re from word i on. Expressions are made by
// phrase, and never reach into quotes.
func (r *reader) looks(i int, re *regexp.Regexp) bool {
	return i < len(r.words) && !r.words[i].quoted && re.MatchString(r.line[r.words[i].from:])
}

// take goes past what re matches and returns its groups, or nil.
func (r *reader) take(re *regexp.Regexp) []string {
	if !r.looks(r.at, re) {
		return nil
	}
	m := re.FindStringSubmatch(r.line[r.peek(0).from:])
	end := r.peek(0).from + len(m[1])
	for !r.end() && r.peek(0).from < end {
		r.at++
	}
	return m[1:]
}

// phrase compiles an expression for what begins at a word and ends at one. Its first group
// is the whole.
func phrase(re string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(` + re + `)(?:[ ,]|$)`) }

// bare goes past the words up to a comma, a quote or the next part of the line, and returns
// them.
func (r *reader) bare() string {
	var said []string
	for !r.end() && !r.peek(0).quoted && !r.peek(0).comma() && !r.begins(r.at) {
		said = append(said, r.peek(0).text)
		r.at++
	}
	return strings.Join(said, " ")
}

// name goes past one name, quoted or not, and returns it.
func (r *reader) name() string {
	if r.peek(0).quoted {
		r.at++
		return r.words[r.at-1].text
	}
	return r.bare()
}

// since returns where the words from the i-th to the last one passed stand.
func (r *reader) since(i int) (from, to int) {
	if i >= len(r.words) {
		return len(r.line), len(r.line)
	}
	if i >= r.at {
		return r.words[i].from, r.words[i].from
	}
	return r.words[i].from, r.words[r.at-1].to
}

// fault is wrong about the words from the i-th to the last one passed.
func (r *reader) fault(i int, say string, put ...string) *wrong {
	e := &wrong{say: say, put: put}
	e.from, e.to = r.since(i)
	return e
}

// lacks is wrong about what is missing behind the words passed so far.
func (r *reader) lacks(say string, put ...string) *wrong {
	at := len(r.line)
	if r.at > 0 && r.at <= len(r.words) {
		at = r.words[r.at-1].to
	}
	for i, p := range put {
		put[i] = " " + p + " "
	}
	return &wrong{say: say, from: at, to: at, put: put}
}

// said quotes the words from the i-th to the last one passed.
func (r *reader) said(i int) string {
	from, to := r.since(i)
	return "“" + short(asTyped(r.line[from:to])) + "”"
}
