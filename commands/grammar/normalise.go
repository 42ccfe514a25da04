package grammar

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
)

// link matches what Slack puts between angle brackets: a mention, a channel, a link, with
// an optional label (Slack: Formatting text; slack.md §2.2).
var link = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// typed turns what keyboards and chat clients put into a line back into what was meant
// (slack.md §2.3): typographic quotes, invisible marks. The joiners U+200C
// and U+200D stay, because Indic names need them.
var typed = strings.NewReplacer(
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "＂", `"`,
	"‘", "'", "’", "'", "‚", "'", "‛", "'",
	"\u200b", "", "\ufeff", "", "\u2060", "", "\u00ad", "",
	"\u200e", "", "\u200f", "", "\u061c", "",
	"\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "",
	"\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "",
)

// entities decodes the three characters Slack escapes, once: "&amp;lt;" stays "&lt;".
var entities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// Normalise returns the line a person meant to type: Slack's wrappings opened, its escapes
// decoded once, quotes straight, spaces plain, invisible marks gone.
func Normalise(text string) string {
	text = link.ReplaceAllStringFunc(unmarked.Replace(text), openLink)
	return strings.TrimSpace(strings.Map(plainSpace, typed.Replace(entities.Replace(text))))
}

// plainSpace returns a space for what is any kind of one.
func plainSpace(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// What stands around a channel's id and its name in a normalised line: characters that
// nobody types, so that no typed text passes for a channel that Slack has named.
const (
	placeOpen    = "\ue000"
	placeBetween = "\ue001"
	placeClose   = "\ue002"
)

var (
	unmarked = strings.NewReplacer(placeOpen, "", placeBetween, "", placeClose, "")
	marked   = regexp.MustCompile(placeOpen + "([^" + placeBetween + "]*)" + placeBetween + "([^" + placeClose + "]*)" + placeClose)
)

// AsTyped writes the channels of a normalised line as people type them: #name.
func AsTyped(line string) string {
	return marked.ReplaceAllStringFunc(line, func(m string) string {
		id, name, _ := strings.Cut(strings.Trim(m, placeOpen+placeClose), placeBetween)
		return "#" + cmp.Or(name, id)
	})
}

// readPlace reads one channel: as Slack names it, or typed as #name, which has no id.
func readPlace(word string) (Place, bool) {
	if m := marked.FindStringSubmatch(word); m != nil && m[0] == word {
		return Place{ID: m[1], Name: m[2]}, true
	}
	name, ok := strings.CutPrefix(word, "#")
	return Place{Name: name}, ok && name != ""
}

// openLink returns what a person typed where Slack shows a link or a mention. People stay
// as they came (<@U1>): nobody's Slack id is an agent id, and Parse says so.
func openLink(wrapped string) string {
	m := link.FindStringSubmatch(wrapped)
	target, label := m[1], m[2]
	switch {
	case target == "":
		return wrapped
	case strings.HasPrefix(target, "@"):
		return "<" + target + ">"
	case strings.HasPrefix(target, "#"):
		return placeOpen + target[1:] + placeBetween + strings.TrimPrefix(label, "#") + placeClose
	case strings.HasPrefix(target, "!subteam^"):
		return cmp.Or(label, "@group")
	case strings.HasPrefix(target, "!"):
		return "@" + strings.TrimPrefix(cmp.Or(label, target[1:]), "@")
	default:
		return cmp.Or(label, strings.TrimPrefix(target, "mailto:"))
	}
}

// SplitWord takes the first word off a line.
func SplitWord(line string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return word, strings.TrimSpace(rest)
}

// Place is a channel that a person named. The zero Place is none: where the line was typed.
type Place struct {
	ID   string // Slack's id; empty when the client did not send one
	Name string // without the #
}

// Member is a person in Slack whom somebody named. The zero Member is nobody.
type Member struct {
	ID   string
	Name string // as Slack shows it; empty when it is not known
}

// mention matches a person at the beginning of a normalised line.
var mention = regexp.MustCompile(`^<@([UW][A-Z0-9]*)>(?:'s\b)?`)

// ReadMember takes a person off the beginning of a normalised line; false when none is there.
func ReadMember(line string) (m Member, rest string, ok bool) {
	line = strings.TrimLeft(line, ":= ")
	found := mention.FindStringSubmatch(line)
	if found == nil {
		return Member{}, line, false
	}
	return Member{ID: found[1]}, strings.TrimSpace(line[len(found[0]):]), true
}

// Writer writes lines about digests and alerts, for one of two readers.
type Writer bool

// The readers.
const (
	ToParse Writer = true  // Slack's own escapes, so that Parse gets back every id and every character
	ToRead  Writer = false // as people type it
)

// Name writes a name in quotes. What Parse would take for markup of Slack's is escaped as
// Slack would.
func (w Writer) Name(name string) string {
	if w == ToRead {
		return Quote(name)
	}
	if strings.Contains(name, "&amp;") || strings.Contains(name, "&lt;") || strings.Contains(name, "&gt;") {
		name = strings.ReplaceAll(name, "&", "&amp;")
	}
	return Quote(strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(name))
}

// Names writes names in quotes, with commas between them.
func (w Writer) Names(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = w.Name(n)
	}
	return strings.Join(quoted, ", ")
}

// Place writes where something is told; nothing for the zero Place.
func (w Writer) Place(p Place) string {
	switch {
	case p == Place{}:
		return ""
	case w == ToParse && p.ID != "":
		return "in <#" + p.ID + "|" + p.Name + ">"
	default:
		return "in #" + cmp.Or(p.Name, p.ID)
	}
}

// Member writes a person: as Slack hands on what was picked from its list, or as people type it.
func (w Writer) Member(m Member) string {
	if w == ToParse {
		return "<@" + m.ID + ">"
	}
	return "@" + cmp.Or(m.Name, "person")
}
