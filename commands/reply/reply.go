// Package reply is what a person is told: its parts, in plain text that package bot draws, and the words that every answer
// shares, such as durations, plurals, and what to do when a store or Slack does not answer.
package reply

import "slices"

// Reply is what a person is told, in plain text throughout: package bot escapes and draws
// it, and nothing in it is markup. Empty parts are left out.
type Reply struct {
	// Text is the whole meaning in one go, for notifications and screen readers
	// (slack.md §0.10). Never empty.
	Text  string
	Title string   // large: the figure. At most 150 characters.
	Lines []string // sentences, one paragraph each
	Try   []string // lines to copy, each of which is drawn as a button as well; see Pressable
	// Example says that Try shows how such a line is typed: what in it would change something is nobody's wish, and no button.
	Example bool
	Note    string   // small print: the window, the age, what the figure is worth
	Credits []Credit // small print with people's and channels' names, at most ten
	Table   *Table   // below the lines; nil draws none
	Chart   *Chart   // below the table; nil draws none
	// Buttons are at most 25. Several may have the same Action.
	Buttons []Button
	// Public is true when everyone in the channel may see it. The zero value is private.
	Public bool
	// Field is the field of a form that a refusal is about; empty: the whole, or no refusal.
	Field string
	// Outcome names what happened in one word, for the metric of commands.
	Outcome string
}

// Action is what a button does. It is the action_id on the wire, so a value in use is
// never renamed: messages with old buttons live on.
type Action string

// The buttons.
const (
	ActionRefresh  Action = "aht_refresh"   // a new reading of the same target, in place
	ActionShare    Action = "aht_share"     // this reading, shown to the channel
	ActionAsk      Action = "aht_ask"       // the target of a "did you mean"
	ActionCancel   Action = "aht_cancel"    // give up a question that waits; its value is the question's Ref
	ActionLine     Action = "aht_line"      // the line that is its value, as if typed
	ActionTry      Action = "aht_try"       // the same, beside a message that stays
	ActionUndoGoal Action = "aht_undo_goal" // takes a change of a target back, unless it was changed since
	ActionSure     Action = "aht_sure"      // the same, and the person has been asked back
	ActionForm     Action = "aht_form"      // opens a form; its value is a line it begins with, or the name of the form
	ActionHome     Action = "aht_home"      // another page of Home; its value is its number
	ActionSend     Action = "aht_send"      // asks what is filled in on Home; it has no value
	ActionAck      Action = "aht_ack"       // take an alert on; its value is the alert's id and episode, as 7/3
	ActionMute     Action = "aht_mute"      // keep an alert's notices back; 7/3/30m, 7/3/tomorrow
	ActionDetails  Action = "aht_details"   // how an alert stands, to who presses alone; 7/3
	ActionUndo     Action = "aht_undo"      // a digest as it was before an edit; its value has that
)

// Button is one thing to press. Value travels through Slack and back, so any process can
// serve the press.
type Button struct {
	Action  Action
	Label   string
	Value   string
	Confirm *Confirm // asked before the press counts; nil asks nothing
}

// Confirm is the question before a press with consequences.
type Confirm struct{ Title, Text, Yes, No string }

// Retry reports whether r only says that the question could not be dealt with now, so that
// the same button may serve a minute later.
func (r Reply) Retry() bool {
	return slices.Contains([]string{"busy", "stopping", "store_away", "unknown_person", "unreachable", "limit", "broken"}, r.Outcome)
}

// Figure reports whether r is the answer to a question about a target, which may take the
// place of an older one.
func (r Reply) Figure() bool { return r.Outcome == "figure" || r.Outcome == "no_calls" }

// Credit is small print that names a person or a channel by id, which Slack shows by name.
// The roles are a closed set, and an id that is none is not drawn, so nothing anybody
// wrote gets near Slack's markup, and no credit can mention a crowd. The person it names
// is notified, as for any mention in a message that is posted, unless it is Quiet.
type Credit struct {
	Role Role
	ID   string // a person's (U… or W…) or a channel's (C…, D… or G…), as the role wants
	When string // plain text behind the name, such as "at 14:12"; may be empty
	// Quiet is a person named again and again, who shall not be called each time: a post
	// has their name in plain letters, or the mention if Slack does not tell it.
	Quiet bool
	Name  string // of a Quiet one, for who draws it; empty: not known
}

// Role is what the person did, or what the channel is for.
type Role uint8

// The roles.
const (
	RoleShared       Role = iota + 1 // showed a private figure to the channel
	RoleSetUp                        // made the digest or the alert
	RoleChanged                      // changed it last
	RolePaused                       // paused it
	RoleRemoved                      // removed it
	RoleAcknowledged                 // took an alert on
	RoleMuted                        // muted an alert
	RoleSent                         // posted a digest out of turn
	RoleStopped                      // ended an alert by pausing or removing its rule
	RolePlace                        // a channel: where it is posted
)

var roleWords = map[Role]string{
	RoleShared: "Shared by", RoleSetUp: "Set up by", RoleChanged: "Changed by", RolePaused: "Paused by", RoleRemoved: "Removed by",
	RoleAcknowledged: "Acknowledged by", RoleMuted: "Muted by", RoleSent: "Sent by", RoleStopped: "Stopped by", RolePlace: "In",
}

// Words are what stands before the name; empty for what is no role.
func (r Role) Words() string { return roleWords[r] }
