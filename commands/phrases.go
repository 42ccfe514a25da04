package commands

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// withLines puts lines in the place of r's, adds small print, and writes the Text anew.
// Empty ones are left out.
func withLines(r Reply, lines []string, notes ...string) Reply {
	r.Lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	r.Note = joinNonEmpty("\n", append([]string{r.Note}, notes...)...)
	title := r.Title
	if title != "" && !strings.HasSuffix(title, "?") {
		title += "."
	}
	r.Text = joinSentences(append(append([]string{title}, r.Lines...), tryText(r.Try), r.Note)...)
	return r
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// lowerFirst is a sentence inside another; I stays I.
func lowerFirst(s string) string {
	if s == "" || strings.HasPrefix(s, "I ") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// cutTo shortens s to at most n characters.
func cutTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// enumerate joins words: "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// someOf is enumerate for at most n of words, and how many there are besides.
func someOf(words []string, n int) string {
	if len(words) <= n+1 {
		return enumerate(words)
	}
	return strings.Join(words[:n], ", ") + " " + More(len(words)-n)
}

// cutMiddle shortens s to n characters, keeping both ends.
func cutMiddle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := n / 2
	return strings.TrimRight(string(r[:head]), " ") + "…" + string(r[len(r)-(n-head-1):])
}

// joinSentences joins the parts of a text, leaving out empty ones.
func joinSentences(parts ...string) string { return joinNonEmpty(" ", parts...) }

func joinNonEmpty(between string, parts ...string) string {
	var keep []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, between)
}

// tryText lists lines to copy inside running text.
func tryText(lines []string) string { return strings.Join(lines, "  or  ") }

// short cuts what a person typed to a length fit for repeating to them, without the
// characters that would break a line.
func short(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
