package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"ahtbot/bot/socket"
	"ahtbot/bot/webapi"
)

// receive deals with one envelope. A panic is one log line, not the end of the connection.
func (b *Bot) receive(ctx context.Context, e *socket.Envelope) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while reading an envelope", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			b.ack(ctx, incoming{Envelope: e}, nil)
		}
	}()
	req, err := b.read(e)
	if err != nil {
		b.unreadable(ctx, e)
		return
	}
	b.handle(ctx, req)
}

// read reads an envelope. The error says that it holds nothing we know.
func (b *Bot) read(e *socket.Envelope) (incoming, error) {
	if e.Err != nil {
		return incoming{}, e.Err
	}
	switch e.Type {
	case "slash_commands":
		var command slack.SlashCommand
		err := json.Unmarshal(e.Payload, &command)
		return b.slash(e, command), err
	case "interactive":
		var callback slack.InteractionCallback
		err := json.Unmarshal(e.Payload, &callback)
		return b.press(e, callback), err
	case "events_api":
		event, err := slackevents.ParseEvent(e.Payload, slackevents.OptionNoVerifyToken())
		if err != nil {
			return incoming{}, err
		}
		return b.event(e, event), nil
	default:
		return incoming{}, fmt.Errorf("unknown type %q", webapi.Shorten(e.Type, 40))
	}
}

// unreadable acknowledges an envelope that can't be read, or Slack would deliver it again
// and again (slack.md §0.4).
func (b *Bot) unreadable(ctx context.Context, e *socket.Envelope) {
	b.Observe.Envelope("unreadable")
	b.Log.WarnContext(ctx, "envelope that can't be read", "type", webapi.Shorten(e.Type, 40), "bytes", e.Size)
	b.ack(ctx, incoming{Envelope: e}, nil)
}
