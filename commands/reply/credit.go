package reply

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
