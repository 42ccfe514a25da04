package reply

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"ahtbot/internal/aht"
)

// WithLines puts lines in the place of r's, adds small print, and writes the Text anew.
// Empty ones are left out.
func WithLines(r Reply, lines []string, notes ...string) Reply {
	r.Lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	r.Note = JoinNonEmpty("\n", append([]string{r.Note}, notes...)...)
	title := r.Title
	if title != "" && !strings.HasSuffix(title, "?") {
		title += "."
	}
	r.Text = JoinSentences(append(append([]string{title}, r.Lines...), TryText(r.Try), r.Note)...)
	return r
}

// IsOrAre is the verb that goes with n things.
func IsOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// LowerFirst is a sentence inside another; I stays I.
func LowerFirst(s string) string {
	if s == "" || strings.HasPrefix(s, "I ") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// CutTo shortens s to at most n characters.
func CutTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Enumerate joins words: "a, b and c".
func Enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// SomeOf is enumerate for at most n of words, and how many there are besides.
func SomeOf(words []string, n int) string {
	if len(words) <= n+1 {
		return Enumerate(words)
	}
	return strings.Join(words[:n], ", ") + " " + More(len(words)-n)
}

// CutMiddle shortens s to n characters, keeping both ends.
func CutMiddle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := n / 2
	return strings.TrimRight(string(r[:head]), " ") + "…" + string(r[len(r)-(n-head-1):])
}

// JoinSentences joins the parts of a text, leaving out empty ones.
func JoinSentences(parts ...string) string { return JoinNonEmpty(" ", parts...) }

// JoinNonEmpty joins the parts that are not empty.
func JoinNonEmpty(between string, parts ...string) string {
	var keep []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, between)
}

// TryText lists lines to copy inside running text.
func TryText(lines []string) string { return strings.Join(lines, "  or  ") }

// Short cuts what a person typed to a length fit for repeating to them, without the
// characters that would break a line.
func Short(s string) string {
	return CutTo(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s), 40)
}

// UpperFirst is s as the beginning of a sentence.
func UpperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Plural writes a number of things, each of which is called word.
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Worth is said with every figure: the upstream gives no call count (ozonetel.md §1A.8).
const Worth = "Ozonetel gives no call count, so one long call can move it."

// Subject names a target in a sentence: "agent 42", "campaign Sales Outbound".
func Subject(t aht.Target) string { return t.Kind().String() + " " + t.Name() }

// Window writes the two hours a reading looks back over: "12:05 to 14:05 IST".
func Window(r aht.Reading, zone *time.Location) string {
	end := r.At.In(zone)
	return end.Add(-aht.Window).Format("15:04") + " to " + end.Format("15:04 MST")
}
