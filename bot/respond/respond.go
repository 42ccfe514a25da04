// Package respond brings the answer to a question to where it was asked: through a response_url or
// into a conversation; and says in between that it takes longer.
package respond

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/wait"
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

// conversation answers through the Web API. In the open it posts and later edits one message; else
// each reply is for one person's eyes only.
type conversation struct {
	*Responder
	Conversation
	posted string // ts of the notice, which the answer then replaces
}

// Notice is said in the open only when it is known that the person may ask. A second one there
// takes the place of the first.
func (o *conversation) Notice(ctx context.Context, q request.Question, r reply.Reply) error {
	if o.posted != "" {
		return o.edit(ctx, r)
	}
	if o.User == "" || q.Open && o.Handler.MaySee(q) {
		return o.say(ctx, r)
	}
	return o.whisper(ctx, r)
}

func (o *conversation) Answer(ctx context.Context, _ request.Question, r reply.Reply) error {
	open := o.User == "" || r.Public
	switch {
	case o.posted != "" && open:
		return o.edit(ctx, r)
	case o.posted != "": // what is private does not take the place of what everybody sees
		_, _, err := o.API.Replies.DeleteMessageContext(ctx, o.Channel, o.posted)
		return errors.Join(o.whisper(ctx, r), err)
	case open:
		return o.say(ctx, r)
	default:
		return o.whisper(ctx, r)
	}
}

// edit puts r in the place of the notice, and posts it anew when that can't be edited any more.
func (o *conversation) edit(ctx context.Context, r reply.Reply) error {
	for try := 1; ; try++ {
		err := o.Support.Send(ctx, blocks.Message{Reply: r}, func(m blocks.Message) error {
			_, _, _, err := o.API.Replies.UpdateMessageContext(ctx, o.Channel, o.posted, m.Options("")...)
			return err
		})
		if err == nil {
			return nil
		}
		if _, refused := errors.AsType[slack.SlackErrorResponse](err); refused || try == tries {
			return o.say(ctx, r)
		}
		if wait.For(ctx, time.Duration(try)*500*time.Millisecond) != nil {
			return err
		}
	}
}

func (o *conversation) say(ctx context.Context, r reply.Reply) error {
	return o.Support.Send(ctx, blocks.Message{Reply: r}, func(m blocks.Message) error {
		channel, ts, err := o.API.Replies.PostMessageContext(ctx, o.Channel, m.Options(cmp.Or(o.Thread, o.Message))...)
		if err == nil {
			o.Channel, o.posted = channel, ts // a person's id takes a post, and no edit of it
		}
		return err
	})
}

func (o *conversation) whisper(ctx context.Context, r reply.Reply) error {
	return o.Support.Send(ctx, blocks.Message{Reply: r}, func(m blocks.Message) error {
		_, err := o.API.Replies.PostEphemeralContext(ctx, o.Channel, o.User, m.Options(o.Thread)...)
		return err
	})
}
