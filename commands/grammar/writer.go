package grammar

import "strings"

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
		return "in #" + FirstOf(p.Name, p.ID)
	}
}
