package slacksim

import (
	"regexp"
	"slices"
	"strings"

	"ahtbot/internal/sim/slacksim/blockkit"
)

var (
	mailForm = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)
	urlForm  = regexp.MustCompile(`^https?://\S+$`)
	hostForm = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+(com|net|org|in|io|dev|co|ai|test)(/\S*)?$`)
	pieces   = regexp.MustCompile(`\S+|\s+`)
)

// Escape returns a typed line as Slack hands it on under should_escape (slack.md §2.2):
// & < > escaped, @name as <@U…>, #channel as <#C…|name> (a private one nameless), a group's
// @handle as <!subteam^…>, and web addresses, hosts and mail addresses as links. Mentions
// that were picked from Slack's list, <@U…>, stay as they are.
func (w *Workspace) Escape(line string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return pieces.ReplaceAllStringFunc(line, func(s string) string {
		core := strings.TrimRight(s, ".,;:!?)\"'")
		link, ok := w.linked(core)
		if !ok {
			return blockkit.Escape(s)
		}
		return link + blockkit.Escape(s[len(core):])
	})
}

// linked returns the markup of one word that Slack would link; mu is held.
func (w *Workspace) linked(word string) (string, bool) {
	safe := blockkit.Escape(word)
	switch {
	case w.isMention(word):
		return word, true
	case mailForm.MatchString(word):
		return "<mailto:" + word + "|" + word + ">", true
	case urlForm.MatchString(word):
		return "<" + safe + ">", true
	case hostForm.MatchString(word):
		return "<http://" + safe + "|" + safe + ">", true
	case strings.HasPrefix(word, "@"):
		return w.linkedPerson(word[1:])
	case strings.HasPrefix(word, "#"):
		return w.linkedChannel(word[1:])
	}
	return "", false
}

func (w *Workspace) isMention(word string) bool {
	id, ok := strings.CutPrefix(strings.TrimSuffix(word, ">"), "<@")
	return ok && strings.HasSuffix(word, ">") && w.people[id].ID != ""
}

func (w *Workspace) linkedPerson(name string) (string, bool) {
	for id, p := range w.people {
		if id == name || p.handle() == strings.ToLower(name) {
			return "<@" + id + ">", true
		}
	}
	if _, ok := w.groups[name]; ok {
		return "<!subteam^" + name + "|@" + name + ">", true
	}
	return "", false
}

func (w *Workspace) linkedChannel(name string) (string, bool) {
	ids := make([]string, 0, 1)
	for id, c := range w.channels {
		if !c.direct && (id == name || c.name == strings.ToLower(name)) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "", false
	}
	slices.Sort(ids)
	if c := w.channels[ids[0]]; !c.state.Private {
		return "<#" + c.id + "|" + c.name + ">", true
	}
	return "<#" + ids[0] + "|>", true
}
