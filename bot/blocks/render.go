// Package blocks draws a Reply as Slack's Block Kit, within Slack's limits: text, tables,
// charts, small print and buttons. It sends nothing.
package blocks

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/reply"
)

// Slack's limits (slack.md §3), kept 5 % short because the unit of its count is not
// documented. Only a bug in package commands comes near them.
const (
	maxText    = 3800
	maxEscaped = 3900
	maxHeader  = 142
	maxSection = 2850
	maxContext = 1900
	maxButton  = 71
	maxButtons = 25 // not a length: Slack's own limit
	maxCredits = 10 // the same
)

// blocks draws a message. Names come from people and from upstream, so all of it is
// plain_text, rich_text or a table's raw_text, where nothing can mention anyone, format or
// fake a link; the one mrkdwn is our own line with an id, and verbatim.
func (m Message) blocks() []slack.Block {
	m.Reply = commands.Pressable(m.Reply)
	var out []slack.Block
	if m.Title != "" {
		out = append(out, slack.NewHeaderBlock(plain(webapi.Shorten(m.Title, maxHeader))))
	}
	if len(m.Lines) > 0 {
		out = append(out, slack.NewSectionBlock(plain(webapi.Shorten(strings.Join(m.Lines, "\n"), maxSection)), nil, nil))
	}
	out = append(out, m.figures()...)
	if len(m.Try) > 0 {
		out = append(out, slack.NewRichTextBlock("", preformatted(webapi.Shorten(strings.Join(m.Try, "\n"), maxSection))))
	}
	if m.Note != "" {
		out = append(out, slack.NewContextBlock("", plain(webapi.Shorten(m.Note, maxContext))))
	}
	if c := credits(m.Credits); c != nil {
		out = append(out, c)
	}
	if len(m.Buttons) > 0 {
		out = append(out, actions(m.Buttons))
	}
	return out
}

// preformatted is text in a fixed width, in which nothing is parsed.
func preformatted(s string) slack.RichTextElement {
	text := slack.NewRichTextSectionTextElement(breakMentions.Replace(s), nil)
	return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{text}}
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

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, breakMentions.Replace(s), false, false)
}

// breakMentions breaks Slack's markup for mentions in a name with a zero-width space, although
// plain text does not parse it: a client that did would alarm a whole channel. A line
// copied from here still works, since commands drops such spaces.
var breakMentions = strings.NewReplacer("<!", "<\u200b!", "<@", "<\u200b@", "<#", "<\u200b#",
	"@here", "@\u200bhere", "@channel", "@\u200bchannel", "@everyone", "@\u200beveryone")

// text is a top-level text: escaped, since Slack reads markup there, and short enough to
// be edited later, for which Slack counts what the escapes add.
func text(s string) string {
	for n := maxText; ; n = n * 3 / 4 {
		escaped := slackutilsx.EscapeMessage(breakMentions.Replace(webapi.Shorten(s, n)))
		if utf8.RuneCountInString(escaped) <= maxEscaped {
			return escaped
		}
	}
}

// actions draws buttons. Slack wants each action_id once in a block, so a second button
// with the same action gets a number, which ActionOf takes off again.
func actions(buttons []reply.Button) slack.Block {
	var out []slack.BlockElement
	uses := map[reply.Action]int{}
	for _, b := range buttons[:min(len(buttons), maxButtons)] {
		id := string(b.Action)
		if uses[b.Action]++; uses[b.Action] > 1 {
			id += numbered + strconv.Itoa(uses[b.Action])
		}
		button := slack.NewButtonBlockElement(id, b.Value, plain(webapi.Shorten(b.Label, maxButton)))
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
