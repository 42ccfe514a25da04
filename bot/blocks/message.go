package blocks

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"ahtbot/commands/reply"
)

// Who sees a message, as Slack's response_type says it.
const (
	ForOne = "ephemeral"
	ForAll = "in_channel"
)

// Message is a Reply on its way to Slack.
type Message struct {
	reply.Reply
	For     string // ForOne or ForAll; empty where it has no meaning
	Replace bool   // takes the place of the message whose button was pressed
	plain   bool   // drawn for a workspace without Slack's tables and charts
}

// Payload is a message as acknowledgements and response_urls take it (slack.md §2.4).
type Payload struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
	UnfurlLinks     bool          `json:"unfurl_links"`
	UnfurlMedia     bool          `json:"unfurl_media"`
}

// Payload draws m for an acknowledgement or a response_url.
func (m Message) Payload() Payload {
	return Payload{ResponseType: m.For, ReplaceOriginal: m.Replace, Text: text(m.Text), Blocks: draw(m.Reply, m.plain)}
}

// Options draws m for the library's methods that post and edit; thread is the ts of the message it
// answers to, or empty.
func (m Message) Options(thread string) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(text(m.Text), false), slack.MsgOptionBlocks(draw(m.Reply, m.plain)...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	return opts
}

// Form draws m as the fields text and blocks of chat.postMessage and chat.update.
func (m Message) Form() (words, blocks string, err error) {
	drawn, err := json.Marshal(draw(m.Reply, m.plain))
	return text(m.Text), string(drawn), err
}

// Home is r as the App Home view. It is drawn plainly: whether a view takes tables and charts is
// documented nowhere.
func Home(r reply.Reply) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: draw(r, true)}}
}
