package bot

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"ahtbot/commands"
)

// message is a Reply on its way to Slack.
type message struct {
	commands.Reply
	as      string // response_type: ephemeral or in_channel; empty where it has no meaning
	replace bool   // takes the place of the message whose button was pressed
	plain   bool   // drawn for a workspace without Slack's tables and charts
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
	return payload{ResponseType: m.as, ReplaceOriginal: m.replace, Text: text(m.Text), Blocks: m.blocks()}
}

// options is a message as chat.postMessage and its siblings take it.
func (m message) options(thread string) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(text(m.Text), false), slack.MsgOptionBlocks(m.blocks()...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	return opts
}

// inline returns m as the payload of a slash command's acknowledgement, or nil when it is
// too long to ride there.
func (m message) inline() json.RawMessage {
	m.as = "ephemeral"
	b, err := json.Marshal(m.payload())
	if err != nil || len(b) >= inAck {
		return nil
	}
	return b
}

// home is r as the App Home view. It is drawn plainly: whether a view takes Slack's tables
// and charts is documented nowhere, and a refusal there would say nothing about messages.
func home(r commands.Reply) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: message{Reply: r, plain: true}.blocks()}}
}

// Slack's limits (slack.md §3), kept 5 % short because the unit of its count is not
// documented. Only a bug in package commands comes near them.
const (
	mostText    = 3800
	mostEscaped = 3900
	mostHeader  = 142
	mostSection = 2850
	mostContext = 1900
	mostButton  = 71
	mostButtons = 25 // not a length: Slack's own limit
	mostCredits = 10 // the same
)

// blocks draws a message. Names come from people and from upstream, so all of it is
// plain_text, rich_text or a table's raw_text, where nothing can mention anyone, format or
// fake a link; the one mrkdwn is our own line with an id, and verbatim.
func (m message) blocks() []slack.Block {
	m.Reply = commands.Pressable(m.Reply)
	var out []slack.Block
	if m.Title != "" {
		out = append(out, slack.NewHeaderBlock(plain(cut(m.Title, mostHeader))))
	}
	if len(m.Lines) > 0 {
		out = append(out, slack.NewSectionBlock(plain(cut(strings.Join(m.Lines, "\n"), mostSection)), nil, nil))
	}
	out = append(out, m.figures()...)
	if len(m.Try) > 0 {
		out = append(out, slack.NewRichTextBlock("", preformatted(cut(strings.Join(m.Try, "\n"), mostSection))))
	}
	if m.Note != "" {
		out = append(out, slack.NewContextBlock("", plain(cut(m.Note, mostContext))))
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
	text := slack.NewRichTextSectionTextElement(defuse.Replace(s), nil)
	return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{text}}
}

// actions draws buttons. Slack wants each action_id once in a block, so a second button
// with the same action gets a number, which press takes off again.
func actions(buttons []commands.Button) slack.Block {
	var out []slack.BlockElement
	uses := map[commands.Action]int{}
	for _, b := range buttons[:min(len(buttons), mostButtons)] {
		id := string(b.Action)
		if uses[b.Action]++; uses[b.Action] > 1 {
			id += numbered + strconv.Itoa(uses[b.Action])
		}
		button := slack.NewButtonBlockElement(id, b.Value, plain(cut(b.Label, mostButton)))
		if c := b.Confirm; c != nil {
			button.Confirm = slack.NewConfirmationBlockObject(plain(c.Title), plain(c.Text), plain(c.Yes), plain(c.No))
		}
		out = append(out, button)
	}
	return slack.NewActionBlock("", out...)
}

// numbered stands between an action and its number in an action_id.
const numbered = "#"

// actionOf returns the action of a button by its action_id.
func actionOf(id string) commands.Action {
	action, _, _ := strings.Cut(id, numbered)
	return commands.Action(action)
}

// Slack's ids, as credits carry them. Nothing else gets between < and >.
var (
	personID  = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)
	channelID = regexp.MustCompile(`^[CDG][A-Z0-9]{1,40}$`)
)

// credits draws small print with names, or returns nil when there is none to draw.
func credits(all []commands.Credit) slack.Block {
	var out []slack.MixedElement
	for _, c := range all {
		mark, known := "@", personID
		if c.Role == commands.RolePlace {
			mark, known = "#", channelID
		}
		if c.Role.Words() == "" || !known.MatchString(c.ID) || len(out) == mostCredits {
			continue
		}
		if c.Name != "" {
			out = append(out, plain(cut(c.Role.Words()+" "+c.Name, mostButton)))
		} else {
			out = append(out, slack.NewTextBlockObject(slack.MarkdownType, c.Role.Words()+" <"+mark+c.ID+">", false, true))
		}
		if c.When != "" && len(out) < mostCredits {
			out = append(out, plain(cut(c.When, mostButton)))
		}
	}
	if out == nil {
		return nil
	}
	return slack.NewContextBlock("", out...)
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, defuse.Replace(s), false, false)
}

// defuse breaks Slack's markup for mentions in a name with a zero-width space, although
// plain text does not parse it: a client that did would alarm a whole channel. A line
// copied from here still works, since commands drops such spaces.
var defuse = strings.NewReplacer("<!", "<\u200b!", "<@", "<\u200b@", "<#", "<\u200b#",
	"@here", "@\u200bhere", "@channel", "@\u200bchannel", "@everyone", "@\u200beveryone")

// text is a top-level text: escaped, since Slack reads markup there, and short enough to
// be edited later, for which Slack counts what the escapes add.
func text(s string) string {
	for n := mostText; ; n = n * 3 / 4 {
		escaped := slackutilsx.EscapeMessage(defuse.Replace(cut(s, n)))
		if utf8.RuneCountInString(escaped) <= mostEscaped {
			return escaped
		}
	}
}

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
