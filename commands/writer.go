package commands

import "strings"

// writer writes lines about digests and alerts, for one of two readers.
type writer bool

const (
	toParse writer = true  // Slack's own escapes, so that Parse gets back every id and every character
	toRead  writer = false // as people type it
)

// name writes a name in quotes. What Parse would take for markup of Slack's is escaped as
// Slack would.
func (w writer) name(name string) string {
	if w == toRead {
		return quote(name)
	}
	if strings.Contains(name, "&amp;") || strings.Contains(name, "&lt;") || strings.Contains(name, "&gt;") {
		name = strings.ReplaceAll(name, "&", "&amp;")
	}
	return quote(strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(name))
}

func (w writer) names(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = w.name(n)
	}
	return strings.Join(quoted, ", ")
}

func (w writer) place(p Place) string {
	switch {
	case p == Place{}:
		return ""
	case w == toParse && p.ID != "":
		return "in <#" + p.ID + "|" + p.Name + ">"
	default:
		return "in #" + firstOf(p.Name, p.ID)
	}
}
