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
	"ahtbot/commands/request"
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

// interactions are what people do with our messages and views, by Slack's word, each with how it is
// read. What has no row here or in events is acknowledged and ignored.
var interactions = map[slack.InteractionType]func(*Bot, slack.InteractionCallback, *incoming){
	slack.InteractionTypeBlockActions: (*Bot).press,
}

// events are what happens in the workspace, by Slack's word, each with how it is read.
var events = map[slackevents.EventsAPIType]func(*Bot, any, *incoming){
	slackevents.AppMention:    of((*Bot).mention),
	slackevents.Message:       of((*Bot).directMessage),
	slackevents.AppHomeOpened: of((*Bot).homeOpened),
}

// of returns read as a row of events.
func of[E any](read func(*Bot, *E, *incoming)) func(*Bot, any, *incoming) {
	return func(b *Bot, event any, req *incoming) {
		if e, ok := event.(*E); ok {
			read(b, e, req)
		}
	}
}

// read reads an envelope. The error says that it holds nothing we know.
func (b *Bot) read(e *socket.Envelope) (incoming, error) {
	req := incoming{Envelope: e, q: request.Question{At: e.Read, Ref: newRef()}, ask: b.Handler.Answer}
	if e.Err != nil {
		return req, e.Err
	}
	switch e.Type {
	case "slash_commands":
		var command slack.SlashCommand
		err := json.Unmarshal(e.Payload, &command)
		b.slash(command, &req)
		return req, err
	case "interactive":
		var done slack.InteractionCallback
		err := json.Unmarshal(e.Payload, &done)
		req.key, req.from = done.TriggerID, sender{team: done.Team.ID, enterprise: done.Enterprise.ID, app: done.APIAppID}
		if read := interactions[done.Type]; read != nil {
			read(b, done, &req)
		}
		return req, err
	case "events_api":
		event, err := slackevents.ParseEvent(e.Payload, slackevents.OptionNoVerifyToken())
		req.from = sender{team: event.TeamID, enterprise: event.EnterpriseID, app: event.APIAppID}
		if callback, ok := event.Data.(*slackevents.EventsAPICallbackEvent); ok {
			req.key, req.from.team = callback.EventID, b.teamOf(callback, event.TeamID)
		}
		if read := events[slackevents.EventsAPIType(event.InnerEvent.Type)]; read != nil {
			read(b, event.InnerEvent.Data, &req)
		}
		return req, err
	default:
		return req, fmt.Errorf("unknown type %q", webapi.Shorten(e.Type, 40))
	}
}

// unreadable acknowledges an envelope that can't be read, or Slack would deliver it again
// and again (slack.md §0.4).
func (b *Bot) unreadable(ctx context.Context, e *socket.Envelope) {
	b.Observe.Envelope("unreadable")
	b.Log.WarnContext(ctx, "envelope that can't be read", "type", webapi.Shorten(e.Type, 40), "bytes", e.Size)
	b.ack(ctx, incoming{Envelope: e}, nil)
}
