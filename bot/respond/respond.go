// Package respond brings the answer to a question to where it was asked: through a response_url, into
// a conversation, or onto the Home tab; and says in between that it takes longer.
package respond

import (
	"context"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Destination is where the replies to one question go. Errors are for the log.
type Destination interface {
	// Notice says that the answer to q takes longer. At most twice, before Answer.
	Notice(ctx context.Context, q request.Question, r reply.Reply) error
	// Answer delivers the answer to q.
	Answer(ctx context.Context, q request.Question, r reply.Reply) error
}

// Responder makes Destinations. All fields must be set.
type Responder struct {
	API     *webapi.Client
	Support *blocks.Support
	Handler *commands.Handler // says who may see an answer, and what was shared
}

// Origin is the message whose button was pressed.
type Origin uint8

// The origins.
const (
	NoMessage      Origin = iota // a slash command: nothing to replace
	PrivateMessage               // seen by who pressed alone
	DirectMessage                // in the conversation with the bot
	PublicMessage                // seen by everybody in the channel
)

// URL returns the Destination behind a response_url, or nil when the address is none of
// Slack's: payloads carry it, and it must not send us elsewhere.
func (p *Responder) URL(raw string, from Origin) Destination {
	if !p.API.IsSlack(raw) {
		return nil
	}
	return &responseURL{Responder: p, url: raw, from: from}
}

// Conversation is where a question was asked, or a person.
type Conversation struct {
	Channel string // a channel's id, or a person's for their direct messages
	User    string // for private answers in a channel; empty in a direct message
	Thread  string // ts of the thread the question was asked in, or empty
	Message string // ts of the mention itself: an open answer opens a thread under it
}

// In returns the Destination in a conversation.
func (p *Responder) In(c Conversation) Destination {
	return &conversation{Responder: p, Conversation: c}
}

// Home returns the Destination on a person's Home tab, which is given no notice.
func (p *Responder) Home(user string) Destination { return &homeTab{Responder: p, user: user} }
