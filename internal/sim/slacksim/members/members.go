// Package members is who and what is in a workspace: people, user groups and channels, and
// how Slack links them in a line that somebody typed. It is pure.
package members

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Person is a user as users.info tells of them (slack.md §4.5). The flags' zero is an
// ordinary member.
type Person struct {
	ID, Name string
	TeamID   string // empty: the workspace's own
	Guest    bool   // is_restricted
	// SingleGuest is a guest of one channel: is_restricted and is_ultra_restricted.
	SingleGuest bool
	Stranger    bool // of another organisation, met in a shared channel: is_stranger
	Deleted     bool
	Bot         bool
	TZ          string // IANA name; may be empty, as it is for bots
	Email       string // of the profile, which few apps may read
	Unconfirmed bool   // Email was never confirmed: is_email_confirmed is false
}

// Handle is the name as @mentions spell it.
func (p Person) Handle() string { return strings.ToLower(strings.ReplaceAll(p.Name, " ", ".")) }

// Channel is a conversation. Direct message channels are D and the person's id.
type Channel struct {
	ID, Name string
	Members  map[string]bool
	Direct   bool
	State    ChannelState
}

// ChannelState is what can keep a bot from posting (slack.md §4.2). Zero: an open, public
// channel.
type ChannelState struct {
	Private  bool // who is not in it gets channel_not_found
	Archived bool // is_archived
	ReadOnly bool // restricted_action
	Shared   bool // with another organisation: an external shared channel
}

// Directory holds the people, groups and channels of one workspace with one bot. Make it with
// [New]. It has no lock: whoever holds it guards it.
type Directory struct {
	teamID, botID string
	people        map[string]Person
	channels      map[string]*Channel
	groups        map[string][]string
}

// New returns an empty directory of a team, by its id, with a bot, by its user id.
func New(teamID, botID string) *Directory {
	return &Directory{
		teamID: teamID, botID: botID,
		people: map[string]Person{}, channels: map[string]*Channel{}, groups: map[string][]string{},
	}
}

// AddPerson adds or replaces a person and opens their direct message channel with the bot.
func (d *Directory) AddPerson(p Person) {
	p.TeamID = cmp.Or(p.TeamID, d.teamID)
	d.people[p.ID] = p
	if id := "D" + p.ID; p.ID != d.botID && d.channels[id] == nil {
		d.channels[id] = &Channel{ID: id, Name: "directmessage", Direct: true, Members: map[string]bool{p.ID: true, d.botID: true}}
	}
}

// AddChannel adds or replaces a public channel.
func (d *Directory) AddChannel(id, name string, members ...string) {
	c := &Channel{ID: id, Name: name, Members: map[string]bool{}}
	for _, m := range members {
		c.Members[m] = true
	}
	d.channels[id] = c
}

// AddGroup adds or replaces a user group (slack.md §4.5).
func (d *Directory) AddGroup(id string, members ...string) { d.groups[id] = slices.Clone(members) }

// Person returns a person; one who is not known has the id as name.
func (d *Directory) Person(id string) (p Person, known bool) {
	if p, known = d.people[id]; !known {
		p = Person{ID: id, Name: id, TeamID: d.teamID}
	}
	return p, known
}

// Channel returns a channel, which may be changed; nil if there is none.
func (d *Directory) Channel(id string) *Channel { return d.channels[id] }

// People returns everybody, the bot included, by id.
func (d *Directory) People() []Person {
	return slices.SortedFunc(maps.Values(d.people), func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
}

// Channels returns every conversation, by id.
func (d *Directory) Channels() []*Channel {
	return slices.SortedFunc(maps.Values(d.channels), func(a, b *Channel) int { return cmp.Compare(a.ID, b.ID) })
}

// Group returns the members of a user group.
func (d *Directory) Group(id string) (members []string, known bool) {
	members, known = d.groups[id]
	return slices.Clone(members), known
}

// Visible returns a channel as the bot sees it; nil if there is none: a private one that it is
// not in does not exist for it.
func (d *Directory) Visible(id string) *Channel {
	c := d.channels[id]
	if c == nil || c.State.Private && !c.Members[d.botID] {
		return nil
	}
	return c
}

// PayloadName is what command payloads call a channel (slack.md §2.1): directmessage and
// privategroup hide the real name; empty for one that is not known.
func (d *Directory) PayloadName(id string) string {
	c := d.channels[id]
	switch {
	case c == nil && strings.HasPrefix(id, "D"), c != nil && c.Direct:
		return "directmessage"
	case c == nil:
		return ""
	case c.State.Private:
		return "privategroup"
	default:
		return c.Name
	}
}
