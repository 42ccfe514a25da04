package slacksim

import (
	"cmp"
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
}

// channel is a conversation. Direct message channels are D and the person's id.
type channel struct {
	id, name string
	members  map[string]bool
	direct   bool
	state    ChannelState
}

// ChannelState is what can keep a bot from posting (slack.md §4.2). Zero: an open, public
// channel.
type ChannelState struct {
	Private  bool // who is not in it gets channel_not_found
	Archived bool // is_archived
	ReadOnly bool // restricted_action
}

// AddPerson adds or replaces a person and opens their direct message channel with the bot.
func (w *Workspace) AddPerson(p Person) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.TeamID = cmp.Or(p.TeamID, w.cfg.TeamID)
	w.people[p.ID] = p
	if id := "D" + p.ID; p.ID != w.cfg.BotUserID && w.channels[id] == nil {
		w.channels[id] = &channel{
			id: id, name: "directmessage", direct: true,
			members: map[string]bool{p.ID: true, w.cfg.BotUserID: true},
		}
	}
}

// AddChannel adds or replaces a public channel. Name the bot's user id among the members
// to have the bot in it.
func (w *Workspace) AddChannel(id, name string, members ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &channel{id: id, name: name, members: map[string]bool{}}
	for _, m := range members {
		c.members[m] = true
	}
	w.channels[id] = c
}

// SetChannel changes what a channel allows. Unknown ids are ignored.
func (w *Workspace) SetChannel(id string, s ChannelState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.channels[id]; c != nil {
		c.state = s
	}
}

// AddUserGroup adds or replaces a user group (slack.md §4.5).
func (w *Workspace) AddUserGroup(id string, members ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.groups[id] = slices.Clone(members)
}

// person returns a known person or a stand-in with the id as name; mu is held.
func (w *Workspace) person(id string) Person {
	if p, ok := w.people[id]; ok {
		return p
	}
	return Person{ID: id, Name: id, TeamID: w.cfg.TeamID}
}

// handle is a person's name as @mentions spell it.
func (p Person) handle() string { return strings.ToLower(strings.ReplaceAll(p.Name, " ", ".")) }

// channelName is what command payloads call the channel (slack.md §2.1): directmessage
// and privategroup hide the real name; mu is held.
func (w *Workspace) channelName(id string) string {
	c := w.channels[id]
	switch {
	case c == nil && strings.HasPrefix(id, "D"), c != nil && c.direct:
		return "directmessage"
	case c == nil:
		return ""
	case c.state.Private:
		return "privategroup"
	default:
		return c.name
	}
}
