package bot

import (
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"ahtbot/commands"
)

// message is a Reply on its way to Slack.
type message struct {
	commands.Reply
	as      string // response_type: ephemeral or in_channel; empty where it has no meaning
	replace bool   // takes the place of the message whose button was pressed
}

// payload is a message as acknowledgements and response_urls take it. The response_type
// is always stated, as Slack advises (slack.md §2.4).
type payload struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
	UnfurlLinks     bool          `json:"unfurl_links"`
	UnfurlMedia     bool          `json:"unfurl_media"`
}

func (m message) payload() payload {
	return payload{ResponseType: m.as, ReplaceOriginal: m.replace, Text: text(m.Text), Blocks: blocks(m.Reply)}
}

// options is a message as chat.postMessage and its siblings take it.
func (m message) options(thread string) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(text(m.Text), false), slack.MsgOptionBlocks(blocks(m.Reply)...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	return opts
}

// inline returns r as the payload of a slash command's acknowledgement, or nil when it is
// too long to ride there.
func inline(r commands.Reply) json.RawMessage {
	b, err := json.Marshal(message{Reply: r, as: "ephemeral"}.payload())
	if err != nil || len(b) >= inAck {
		return nil
	}
	return b
}

// home is r as the App Home view.
func home(r commands.Reply) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks(r)}}
}

// Slack's limits (slack.md §3), kept 5 % short because the unit of its count is not
// documented. Only a bug in package commands comes near them.
const (
	mostText    = 3800
	mostHeader  = 142
	mostSection = 2850
	mostContext = 1900
	mostButton  = 71
)

// blocks draws a Reply. Names come from people and from upstream, so all of it is
// plain_text or rich_text, where nothing can mention anyone, format or fake a link; the
// one mrkdwn is our own line with a person's id, and verbatim.
func blocks(r commands.Reply) []slack.Block {
	var out []slack.Block
	if r.Title != "" {
		out = append(out, slack.NewHeaderBlock(plain(cut(r.Title, mostHeader))))
	}
	if len(r.Lines) > 0 {
		out = append(out, slack.NewSectionBlock(plain(cut(strings.Join(r.Lines, "\n"), mostSection)), nil, nil))
	}
	if len(r.Try) > 0 {
		lines := slack.NewRichTextSectionTextElement(defuse.Replace(cut(strings.Join(r.Try, "\n"), mostSection)), nil)
		out = append(out, slack.NewRichTextBlock("", &slack.RichTextPreformatted{
			Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{lines},
		}))
	}
	if r.Note != "" {
		out = append(out, slack.NewContextBlock("", plain(cut(r.Note, mostContext))))
	}
	if r.SharedBy != "" {
		by := "Shared by <@" + slackutilsx.EscapeMessage(r.SharedBy) + ">"
		out = append(out, slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, by, false, true)))
	}
	if len(r.Buttons) > 0 {
		out = append(out, actions(r.Buttons))
	}
	return out
}

func actions(buttons []commands.Button) slack.Block {
	var out []slack.BlockElement
	for _, b := range buttons {
		button := slack.NewButtonBlockElement(string(b.Action), b.Value, plain(cut(b.Label, mostButton)))
		if c := b.Confirm; c != nil {
			button.Confirm = slack.NewConfirmationBlockObject(plain(c.Title), plain(c.Text), plain(c.Yes), plain(c.No))
		}
		out = append(out, button)
	}
	return slack.NewActionBlock("", out...)
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, defuse.Replace(s), false, false)
}

// defuse breaks Slack's markup for mentions in a name with a zero-width space, although
// plain text does not parse it: a client that did would alarm a whole channel. A line
// copied from here still works, since commands drops such spaces.
var defuse = strings.NewReplacer("<!", "<\u200b!", "<@", "<\u200b@", "<#", "<\u200b#",
	"@here", "@\u200bhere", "@channel", "@\u200bchannel", "@everyone", "@\u200beveryone")

// text is a top-level text: escaped, since Slack reads markup there.
func text(s string) string { return slackutilsx.EscapeMessage(defuse.Replace(cut(s, mostText))) }

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
