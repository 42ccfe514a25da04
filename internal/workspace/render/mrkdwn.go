package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// mrkdwn draws Slack's markup. With auto, as for a text object that is not verbatim, addresses and @here, @channel and @everyone
// are found in it too (slack.md §0.9); names of channels, which Slack also finds, are left as they are.
func (d *drawing) mrkdwn(s string, auto bool) g.Node {
	const fence = "```"
	var out g.Group
	for {
		start := strings.Index(s, fence)
		if start < 0 {
			break
		}
		length := strings.Index(s[start+len(fence):], fence)
		if length < 1 {
			break
		}
		inside := s[start+len(fence) : start+len(fence)+length]
		out = append(out, d.paragraphs(strings.TrimSuffix(s[:start], "\n"), auto),
			h.Pre(h.Class("bk-pre"), d.literal(strings.Trim(inside, "\n"))))
		s = strings.TrimPrefix(s[start+length+2*len(fence):], "\n")
	}
	return append(out, d.paragraphs(s, auto))
}

// paragraphs draws lines; those that begin with > are a quote, and all from >>> on.
func (d *drawing) paragraphs(s string, auto bool) g.Node {
	if s == "" {
		return nil
	}
	var out, quote g.Group
	fresh, rest := true, false // nothing stands on this line yet; all that follows is a quote
	for line := range strings.SplitSeq(s, "\n") {
		if q, ok := quoted(line, ">>>"); rest || ok {
			line, rest = "> "+q, true
		}
		if q, ok := quoted(line, ">"); ok {
			quote = addLine(quote, d.inline(q, auto))
			continue
		}
		if quote != nil {
			out, quote, fresh = append(out, blockquote(quote)), nil, true // after a block of its own there is no line to break
		}
		if !fresh {
			out = append(out, h.Br())
		}
		out, fresh = append(out, d.inline(line, auto)), false
	}
	if quote != nil {
		out = append(out, blockquote(quote))
	}
	return out
}

func blockquote(inside g.Group) g.Node { return h.BlockQuote(h.Class("bk-quote"), inside) }

// quoted cuts the mark of a quote off, as it is written or escaped.
func quoted(s, mark string) (string, bool) {
	for _, m := range []string{strings.ReplaceAll(mark, ">", "&gt;"), mark} {
		if rest, ok := strings.CutPrefix(s, m); ok {
			return strings.TrimPrefix(rest, " "), true
		}
	}
	return s, false
}

func addLine(quote, line g.Group) g.Group {
	if quote != nil {
		quote = append(quote, h.Br())
	}
	return append(quote, line)
}

// literal draws text in which only what stands in angle brackets means something.
func (d *drawing) literal(s string) g.Group {
	var out g.Group
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		node, n := d.bracket(s[i:])
		if n == 0 {
			out, s = append(out, g.Text(unescape(s[:i+1]))), s[i+1:]
			continue
		}
		out, s = append(out, g.Text(unescape(s[:i])), node), s[i+n:]
	}
	return append(out, g.Text(unescape(s)))
}

// inline draws one line.
func (d *drawing) inline(s string, auto bool) g.Group {
	return (&run{drawing: d, auto: auto}).draw(s)
}

// run is a line, or what is within a pair of marks, on its way to HTML.
type run struct {
	*drawing
	auto   bool
	within string // the marks around it: bold within bold is none
	alone  string // the marks that nothing closes in the rest of it, so that nobody looks again
}

func (l *run) draw(s string) g.Group {
	var out g.Group
	from, before := 0, rune(0) // where what is plain text so far begins; the character before i
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		node, n := l.piece(s[i:], before)
		if n == 0 {
			before, i = r, i+size
			continue
		}
		out = append(out, g.Text(unescape(s[from:i])), node)
		before, _ = utf8.DecodeLastRuneInString(s[i : i+n])
		i += n
		from = i
	}
	return append(out, g.Text(unescape(s[from:])))
}

// piece draws what s begins with, and says how many bytes it is; 0: plain text.
func (l *run) piece(s string, before rune) (g.Node, int) {
	switch s[0] {
	case '<':
		return l.bracket(s)
	case '`':
		if end := strings.IndexByte(s[1:], '`'); end > 0 {
			return h.Code(h.Class("bk-code"), l.literal(s[1:1+end])), end + 2
		}
	case '*', '_', '~':
		return l.marked(s, before)
	case ':':
		if name, ok := emojiName(s); ok {
			return emoji(name), len(name) + 2
		}
	case '@':
		if word, ok := broadcast(s[1:]); ok && l.finds(before) {
			return mention("@"+word, false), len(word) + 1
		}
	case 'h':
		if l.finds(before) {
			n := address(s)
			return link(unescape(s[:n]), unescape(s[:n])), n
		}
	}
	return nil, 0
}

// finds reports whether what is not in angle brackets may mean something here.
func (l *run) finds(before rune) bool { return l.auto && !wordy(before) }

// marked draws what is between the mark that s begins with and the one that closes it.
func (l *run) marked(s string, before rune) (g.Node, int) {
	mark := s[:1]
	if wordy(before) || strings.Contains(l.within+l.alone, mark) {
		return nil, 0
	}
	if first, _ := utf8.DecodeRuneInString(s[1:]); len(s) < 3 || unicode.IsSpace(first) {
		return nil, 0
	}
	end := closing(s)
	if end == 0 {
		l.alone += mark
		return nil, 0
	}
	inside := (&run{drawing: l.drawing, auto: l.auto, within: l.within + mark}).draw(s[1:end])
	return emphasis(s[0], inside), end + 1
}

func emphasis(mark byte, inside g.Node) g.Node {
	switch mark {
	case '*':
		return h.Strong(inside)
	case '_':
		return h.Em(inside)
	default:
		return h.S(inside)
	}
}

// closing finds the mark that closes the one s begins with: close behind a word and before none. What is in code or in angle
// brackets closes nothing.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '`', '<':
			until := map[byte]byte{'`': '`', '<': '>'}[s[i]]
			if n := strings.IndexByte(s[i+1:], until); n >= 0 {
				i += n + 1
			}
		case s[0]:
			last, _ := utf8.DecodeLastRuneInString(s[:i])
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if i > 1 && !unicode.IsSpace(last) && (i+1 == len(s) || !wordy(next)) {
				return i
			}
		}
	}
	return 0
}

// wordy reports whether r is part of a word, so that a mark beside it is none.
func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

var broadcasts = []string{"here", "channel", "everyone"}

// broadcast reads the name of everybody at the beginning of s.
func broadcast(s string) (word string, ok bool) {
	end := strings.IndexFunc(s, func(r rune) bool { return !wordy(r) && r != '_' })
	if end < 0 {
		end = len(s)
	}
	return s[:end], slices.Contains(broadcasts, s[:end])
}

// address is the length of the web address that s begins with; a full stop or bracket behind it is not part of it.
func address(s string) int {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return 0
	}
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>|`", r) })
	if end < 0 {
		end = len(s)
	}
	end = len(strings.TrimRight(s[:end], `.,;:!?)*_~'"`))
	if end <= strings.Index(s, "//")+2 {
		return 0
	}
	return end
}

// unescape undoes Slack's escaping of text (slack.md §8).
func unescape(s string) string { return entities.Replace(s) }

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
