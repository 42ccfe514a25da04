package members

import (
	"regexp"
	"slices"
	"strings"
)

var (
	mailForm = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)
	urlForm  = regexp.MustCompile(`^https?://\S+$`)
	hostForm = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+(com|net|org|in|io|dev|co|ai|test)(/\S*)?$`)
	pieces   = regexp.MustCompile(`\S+|\s+`)
)

// EscapeText is Slack's escaping of text: three characters, and nothing else (slack.md §8).
func EscapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Escape returns a typed line as Slack hands it on under should_escape (slack.md §2.2):
// & < > escaped, @name as <@U…>, #channel as <#C…|name> (a private one nameless), a group's
// @handle as <!subteam^…>, and web addresses, hosts and mail addresses as links. Mentions
// that were picked from Slack's list, <@U…>, stay as they are.
func (d *Directory) Escape(line string) string {
	return pieces.ReplaceAllStringFunc(line, func(s string) string {
		core := strings.TrimRight(s, ".,;:!?)\"'")
		link, ok := d.linked(core)
		if !ok {
			return EscapeText(s)
		}
		return link + EscapeText(s[len(core):])
	})
}

// linked returns the markup of one word that Slack would link.
func (d *Directory) linked(word string) (string, bool) {
	safe := EscapeText(word)
	switch {
	case d.isMention(word):
		return word, true
	case mailForm.MatchString(word):
		return "<mailto:" + word + "|" + word + ">", true
	case urlForm.MatchString(word):
		return "<" + safe + ">", true
	case hostForm.MatchString(word):
		return "<http://" + safe + "|" + safe + ">", true
	case strings.HasPrefix(word, "@"):
		return d.linkedPerson(word[1:])
	case strings.HasPrefix(word, "#"):
		return d.linkedChannel(word[1:])
	}
	return "", false
}

func (d *Directory) isMention(word string) bool {
	id, ok := strings.CutPrefix(strings.TrimSuffix(word, ">"), "<@")
	return ok && strings.HasSuffix(word, ">") && d.people[id].ID != ""
}

func (d *Directory) linkedPerson(name string) (string, bool) {
	for id, p := range d.people {
		if id == name || p.Handle() == strings.ToLower(name) {
			return "<@" + id + ">", true
		}
	}
	if _, ok := d.groups[name]; ok {
		return "<!subteam^" + name + "|@" + name + ">", true
	}
	return "", false
}

func (d *Directory) linkedChannel(name string) (string, bool) {
	ids := make([]string, 0, 1)
	for id, c := range d.channels {
		if !c.Direct && (id == name || c.Name == strings.ToLower(name)) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "", false
	}
	slices.Sort(ids)
	if c := d.channels[ids[0]]; !c.State.Private {
		return "<#" + c.ID + "|" + c.Name + ">", true
	}
	return "<#" + ids[0] + "|>", true
}
