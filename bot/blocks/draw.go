// Package blocks draws a Reply as Slack's Block Kit, within Slack's limits: text, tables,
// charts, small print and buttons. It sends nothing.
package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/reply"
)

// Slack's limits (slack.md §3), kept 5 % short because the unit of its count is not
// documented. Only a bug in package commands comes near them.
const (
	maxHeader  = 142
	maxSection = 2850
	maxContext = 1900
	maxButton  = 71
	maxButtons = 25 // not lengths: Slack's own limits
	maxCredits = 10
)

// draw draws a reply, its table as text where a workspace takes none. Names come from people and
// from upstream, so all of it is plain_text, rich_text or raw_text, where nothing can mention
// anyone, format or fake a link; the one mrkdwn is our own line with an id, and verbatim.
func draw(r reply.Reply, asText bool) []slack.Block {
	r = commands.Pressable(r)
	var out []slack.Block
	if r.Title != "" {
		out = append(out, slack.NewHeaderBlock(plain(webapi.Shorten(r.Title, maxHeader))))
	}
	if len(r.Lines) > 0 {
		out = append(out, slack.NewSectionBlock(plain(webapi.Shorten(strings.Join(r.Lines, "\n"), maxSection)), nil, nil))
	}
	out = append(out, figures(r, asText)...)
	if len(r.Try) > 0 {
		out = append(out, slack.NewRichTextBlock("", preformatted(webapi.Shorten(strings.Join(r.Try, "\n"), maxSection))))
	}
	if r.Note != "" {
		out = append(out, slack.NewContextBlock("", plain(webapi.Shorten(r.Note, maxContext))))
	}
	if c := credits(r.Credits); c != nil {
		out = append(out, c)
	}
	if len(r.Buttons) > 0 {
		out = append(out, actions(r.Buttons))
	}
	return out
}

// credits draws small print with names, or returns nil when there is none to draw.
func credits(all []reply.Credit) slack.Block {
	var out []slack.MixedElement
	for _, c := range all {
		mark, known := "@", webapi.IsPerson
		if c.Role == reply.RolePlace {
			mark, known = "#", webapi.IsChannel
		}
		if c.Role.Words() == "" || !known(c.ID) || len(out) == maxCredits {
			continue
		}
		if c.Name != "" {
			out = append(out, plain(webapi.Shorten(c.Role.Words()+" "+c.Name, maxButton)))
		} else {
			out = append(out, slack.NewTextBlockObject(slack.MarkdownType, c.Role.Words()+" <"+mark+c.ID+">", false, true))
		}
		if c.When != "" && len(out) < maxCredits {
			out = append(out, plain(webapi.Shorten(c.When, maxButton)))
		}
	}
	if out == nil {
		return nil
	}
	return slack.NewContextBlock("", out...)
}

// actions draws buttons. Slack wants each action_id once in a block, so a second button of an
// action gets a number.
func actions(buttons []reply.Button) slack.Block {
	var out []slack.BlockElement
	uses := map[reply.Action]int{}
	for _, b := range buttons[:min(len(buttons), maxButtons)] {
		id := string(b.Action)
		if uses[b.Action]++; uses[b.Action] > 1 {
			id += "#" + strconv.Itoa(uses[b.Action])
		}
		button := slack.NewButtonBlockElement(id, b.Value, plain(webapi.Shorten(b.Label, maxButton)))
		if c := b.Confirm; c != nil {
			button.Confirm = slack.NewConfirmationBlockObject(plain(c.Title), plain(c.Text), plain(c.Yes), plain(c.No))
		}
		out = append(out, button)
	}
	return slack.NewActionBlock("", out...)
}

// ActionOf returns the action of a button by its action_id, which may have a number.
func ActionOf(id string) reply.Action {
	action, _, _ := strings.Cut(id, "#")
	return reply.Action(action)
}

// IsLine reports whether a button is a line pressed instead of typed, or takes one back.
func IsLine(a reply.Action) bool {
	return slices.Contains([]reply.Action{reply.ActionLine, reply.ActionTry, reply.ActionSure, reply.ActionUndo, reply.ActionUndoGoal}, a)
}
