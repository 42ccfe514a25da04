package commands

import (
	"slices"

	"ahtbot/internal/aht"
)

// Person is who asks, as Slack describes them.
type Person struct {
	ID      string
	Guest   bool     // a single- or multi-channel guest
	Outside bool     // of another workspace or organisation
	Groups  []string // of the user groups named in the settings, those they are in
}

// Access is who may see what. The zero Access lets every member see everything.
type Access struct {
	Admins  []string // ADMINS: Slack ids of people and user groups
	Readers []string // AGENT_READERS: ids that may ask for a person's AHT
	// Restricted is true when only Readers (and Admins) may ask for a person's AHT; false
	// lets every full member.
	Restricted bool
}

// Groups returns the user groups the rules name, without repeats, so that somebody can
// look up who is in them.
func (a Access) Groups() []string {
	var out []string
	for _, id := range slices.Concat(a.Admins, a.Readers) {
		if len(id) > 0 && id[0] == 'S' && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// in reports whether p or one of their groups is in ids.
func (p Person) in(ids []string) bool {
	return slices.Contains(ids, p.ID) || slices.ContainsFunc(p.Groups, func(g string) bool { return slices.Contains(ids, g) })
}

// refuse says no, politely, to whoever may not see the figures of t. Guests and people of
// other workspaces never may (design.md §3, AGENT_READERS): the floor's figures stay with
// the people who work there. A zero t is a question about ahtbot itself.
func (a Access) refuse(p Person, t aht.Target) (Reply, bool) {
	switch {
	case p.Outside:
		return refusal("Figures of this floor are only for people of this workspace. Please ask the colleague you work with here."), true
	case p.Guest:
		return refusal("Figures of this floor are only for full members, and you are a guest here. Please ask the colleague who invited you."), true
	case t.Kind() == aht.KindAgent && a.Restricted && !p.in(a.Readers) && !p.in(a.Admins):
		return refusal("One person's AHT is only for the people your company named. You can ask for a campaign: " + Name + " campaign, then its name."), true
	default:
		return Reply{}, false
	}
}

func refusal(text string) Reply {
	return Reply{Outcome: "denied", Text: text, Lines: []string{text}}
}

// strangerReply is for when Slack does not say who is asking.
func strangerReply(ref string) Reply {
	line := "Slack did not tell me who you are, so I can't show figures yet. Try again in a minute."
	note := "If it stays so, tell whoever runs ahtbot: reference " + ref + "."
	return Reply{Outcome: "unknown_person", Text: joinSentences(line, note), Lines: []string{line}, Note: note}
}
