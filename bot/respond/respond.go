// Package respond brings the answer to a question to where it was asked: through a response_url, into
// a conversation, or onto the Home tab; and says in between that it takes longer.
package respond

import (
	"context"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
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
	Handler Handler
}

// Handler is what package commands says of a question beside its answer.
type Handler interface {
	// MaySee reports whether it is known that who asked may have the answer.
	MaySee(q request.Question) bool
	// Shared replaces the private answer that was shared.
	Shared(q request.Question) reply.Reply
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

// tries is how often an answer is sent while it may not have arrived: seen twice is better than never.
const tries = 3
