package bot

import (
	"slices"

	"ahtbot/commands"
)

// isLine reports whether a button is a line pressed instead of typed, or takes one back.
func isLine(a commands.Action) bool {
	return slices.Contains([]commands.Action{commands.ActionLine, commands.ActionTry, commands.ActionSure, commands.ActionUndo, commands.ActionUndoGoal}, a)
}

// ofAlert reports whether a button is of the message that an alert has in its channel.
func ofAlert(a commands.Action) bool {
	return a == commands.ActionAck || a == commands.ActionMute || a == commands.ActionDetails
}

// inPlace is the answer to a line pressed. On a message for one person it takes the place
// of that message, unless pressing again may help; a further line that the message offers,
// and what everybody sees, leave the message as it is.
func (o *urlOutlet) inPlace(a commands.Action, r commands.Reply) message {
	m := message{Reply: r, as: "ephemeral", replace: a != commands.ActionTry && (o.from == privateMessage || o.from == directMessage) && !r.Retry()}
	if o.from == directMessage && !r.Retry() {
		m.as = "in_channel"
	}
	return m
}
