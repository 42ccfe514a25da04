package commands

import (
	"slices"
	"strings"

	"ahtbot/internal/aht"
)

// Person is who asks, as Slack describes them.
type Person struct {
	ID      string
	Guest   bool   // a single- or multi-channel guest
	Outside bool   // of another workspace or organisation
	Zone    string // IANA name of the time zone set in Slack; empty when Slack says none
	Name    string // as Slack shows it; for messages, never for logs
}

// Access is who may see what. The zero Access lets every member see everything.
type Access struct {
	Admins  []string // ADMINS: Slack ids of people and user groups
	Readers []string // AGENT_READERS: ids that may ask for a person's AHT
	// Restricted is true when only Readers (and Admins) may ask for a person's AHT; false
	// lets every full member.
	Restricted bool
}

// Groups returns the user groups among those that alone may read agents, none when
// everybody may. Their members have to be asked of Slack.
func (a Access) Groups() []string {
	if !a.Restricted {
		return nil
	}
	return slices.DeleteFunc(slices.Concat(a.Admins, a.Readers), func(id string) bool { return !strings.HasPrefix(id, "S") })
}

// admin reports whether ADMINS names id itself. Members of a group named there count as
// admins where Slack is asked anyway.
func (a Access) admin(id string) bool { return slices.Contains(a.Admins, id) }

// verdict is what the rules say of one person asking one thing.
type verdict uint8

const (
	allowed   verdict = iota
	refused           // with the Reply that says so
	byMembers         // allowed to who is in one of Access.Groups
)

// judge says whether p may see the figures of t. Guests and people of other workspaces
// never may (design.md §3, AGENT_READERS; ADR 0007): the floor's figures stay with the
// people who work there. A zero t is a question about ahtbot itself.
func (a Access) judge(p Person, t aht.Target) (verdict, Reply) {
	switch {
	case p.Outside:
		return refused, refusal("Figures of this floor are only for people of this workspace. Please ask the colleague you work with here.")
	case p.Guest:
		return refused, refusal("Figures of this floor are only for full members, and you are a guest here. Please ask the colleague who invited you.")
	case t.Kind() != aht.KindAgent || !a.Restricted || slices.Contains(a.Admins, p.ID) || slices.Contains(a.Readers, p.ID):
		return allowed, Reply{}
	case len(a.Groups()) > 0:
		return byMembers, notReader()
	default:
		return refused, notReader()
	}
}

func notReader() Reply {
	r := refusal("One person's AHT is only for the people your company named. You can ask for a campaign. To see which there are:")
	r.Try = []string{Name + " campaigns"}
	r.Text = joinSentences(r.Text, r.Try[0])
	return r
}

func refusal(text string) Reply {
	return oneLine("denied", text)
}

// strangerReply is for when Slack does not say who is asking.
func strangerReply(ref string) Reply {
	line := "Slack did not tell me who you are, so I can't show figures yet. Try again in a minute."
	note := "If it stays so, tell whoever runs ahtbot: reference " + ref + "."
	return Reply{Outcome: "unknown_person", Text: joinSentences(line, note), Lines: []string{line}, Note: note}
}
