package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
)

// actions draws buttons. Slack wants each action_id once in a block, so a second button
// with the same action gets a number, which ActionOf takes off again.
func actions(buttons []reply.Button) slack.Block {
	var out []slack.BlockElement
	uses := map[reply.Action]int{}
	for _, b := range buttons[:min(len(buttons), mostButtons)] {
		id := string(b.Action)
		if uses[b.Action]++; uses[b.Action] > 1 {
			id += numbered + strconv.Itoa(uses[b.Action])
		}
		button := slack.NewButtonBlockElement(id, b.Value, plain(webapi.Shorten(b.Label, mostButton)))
		if c := b.Confirm; c != nil {
			button.Confirm = slack.NewConfirmationBlockObject(plain(c.Title), plain(c.Text), plain(c.Yes), plain(c.No))
		}
		out = append(out, button)
	}
	return slack.NewActionBlock("", out...)
}

// numbered stands between an action and its number in an action_id.
const numbered = "#"

// ActionOf returns the action of a button by its action_id.
func ActionOf(id string) reply.Action {
	action, _, _ := strings.Cut(id, numbered)
	return reply.Action(action)
}

// IsLine reports whether a button is a line pressed instead of typed, or takes one back.
func IsLine(a reply.Action) bool {
	return slices.Contains([]reply.Action{reply.ActionLine, reply.ActionTry, reply.ActionSure, reply.ActionUndo, reply.ActionUndoGoal}, a)
}
