package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"ahtbot/bot/blocks"
	"ahtbot/bot/respond"
	"ahtbot/bot/socket"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
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
	slack.InteractionTypeBlockActions:    (*Bot).press,
	slack.InteractionTypeShortcut:        (*Bot).shortcut,
	slack.InteractionTypeViewSubmission:  (*Bot).submission,
	slack.InteractionTypeBlockSuggestion: (*Bot).suggestion,
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

// incoming is one envelope that asks something of us.
type incoming struct {
	*socket.Envelope
	key  string // what a redelivery repeats: trigger_id or event_id
	via  string // slash, button, mention, message, home, form, submission, suggestion
	from sender
	q    request.Question
	// ask finds the answer.
	ask func(context.Context, request.Question) (reply.Reply, error)
	// now is what memory alone answers, in the acknowledgement; nil where that takes no answer.
	now func(request.Question) (reply.Reply, bool)
	// inline draws a reply for the acknowledgement, or returns nil where it does not fit; nil where that takes none.
	inline func(reply.Reply) json.RawMessage
	out    respond.Destination // where later replies go; nil when Slack gave no usable address

	view slack.View // it came from, with what is filled in; zero: none
	// do does what is asked in the place of answering it; nil: it is answered.
	do           func(context.Context, incoming)
	urgent       bool // do goes beside the workers, since what Slack gave for it lives three seconds
	acknowledges bool // do acknowledges as well
	// options is all that the acknowledgement is to carry, from memory; nil: nothing was typed into a field.
	options func() []form.Option
}

// sender is whom an envelope was sent for, by its own word.
type sender struct{ team, enterprise, app string }

// slash reads a slash command (Slack: Slash commands).
func (b *Bot) slash(c slack.SlashCommand, req *incoming) {
	req.key, req.via, req.now = c.TriggerID, "slash", b.Handler.Now
	req.inline = func(r reply.Reply) json.RawMessage { return b.support.Inline(r, req.out != nil) }
	req.from = sender{team: c.TeamID, enterprise: c.EnterpriseID, app: c.APIAppID}
	req.q.User, req.q.Text, req.q.Place = c.UserID, c.Text, c.ChannelID
	req.q.Channel = !strings.HasPrefix(c.ChannelID, "D")
	req.out = b.responseURL(c.ResponseURL, respond.NoMessage)
}

// press reads a button pressed, or a field filled in that is told at once (Slack: block_actions payload).
func (b *Bot) press(c slack.InteractionCallback, req *incoming) {
	if len(c.ActionCallback.BlockActions) != 1 {
		return
	}
	action := c.ActionCallback.BlockActions[0]
	b.interacted("button", c, req)
	req.q.Action, req.q.Value = blocks.ActionOf(action.ActionID), action.Value
	switch c.View.Type {
	case slack.VTModal:
		b.pressInWindow(action.ActionID, req)
	case slack.VTHomeTab:
		b.pressOnHome(action.ActionID, req)
	default:
		b.pressOnMessage(c, req)
	}
	if req.q.Action == reply.ActionForm {
		if req.out == nil { // a window needs no address
			req.out = b.respond.In(respond.Conversation{Channel: c.User.ID})
		}
		req.via, req.do, req.urgent = "form", b.open, true
	}
}

// interacted notes who did something with a message or a view, and that answers are direct messages where there is no other
// way.
func (b *Bot) interacted(via string, c slack.InteractionCallback, req *incoming) {
	req.via, req.view = via, c.View
	req.q.User, req.q.Outside = c.User.ID, b.elsewhere(c.User.TeamID)
	req.out = b.respond.In(respond.Conversation{Channel: c.User.ID})
}

// pressOnMessage reads a button pressed on a message.
func (b *Bot) pressOnMessage(c slack.InteractionCallback, req *incoming) {
	if c.Container.ChannelID == "" && c.ResponseURL == "" {
		return
	}
	from := originOf(c.Container)
	req.q.Place = c.Container.ChannelID
	req.q.Channel, req.q.Open = from == respond.PrivateMessage, from == respond.PublicMessage
	req.out = b.responseURL(c.ResponseURL, from)
}

// shortcut reads that a person opens ahtbot from Slack's list of shortcuts, of which the manifest has one (Slack: shortcut
// payload).
func (b *Bot) shortcut(c slack.InteractionCallback, req *incoming) {
	b.interacted("form", c, req)
	req.q.Action, req.q.Value = reply.ActionForm, "menu"
	req.do, req.urgent = b.open, true
}

// responseURL returns where a response_url leads, or nil when it is none of Slack's.
func (b *Bot) responseURL(raw string, from respond.Origin) respond.Destination {
	out := b.respond.URL(raw, from)
	if out == nil {
		b.Observe.Envelope("strange_address")
	}
	return out
}

// originOf says who sees the message a button is on. What the payload does not say is
// taken for private.
func originOf(c slack.Container) respond.Origin {
	switch {
	case c.ChannelID == "" || c.IsEphemeral:
		return respond.PrivateMessage
	case strings.HasPrefix(c.ChannelID, "D"):
		return respond.DirectMessage
	default:
		return respond.PublicMessage
	}
}

// mention reads a message in a channel that names us.
func (b *Bot) mention(m *slackevents.AppMentionEvent, req *incoming) {
	if m.User == "" || m.BotID != "" || m.Edited != nil {
		return
	}
	b.typed("mention", m.User, m.UserTeam, m.Text, req)
	req.q.Open = commands.InOpen(req.q)
	req.q.Channel, req.q.Place = true, m.Channel
	req.out = b.respond.In(respond.Conversation{Channel: m.Channel, User: m.User, Thread: m.ThreadTimeStamp, Message: m.TimeStamp})
}

// directMessage reads what a person writes to us alone.
func (b *Bot) directMessage(m *slackevents.MessageEvent, req *incoming) {
	if m.User == "" || m.BotID != "" || m.SubType != "" || m.ChannelType != "im" || m.User == b.api.Self().User {
		return
	}
	b.typed("message", m.User, m.UserTeam, m.Text, req)
	req.q.Place = m.Channel
	req.out = b.respond.In(respond.Conversation{Channel: m.Channel, Thread: m.ThreadTimeStamp})
}

// typed notes who of which workspace wrote text to us.
func (b *Bot) typed(via, user, team, text string, req *incoming) {
	req.via, req.q.User, req.q.Text, req.q.Outside = via, user, b.withoutMention(text), b.elsewhere(team)
}

// teamOf returns the workspace an event was delivered for. In a channel shared with
// another organisation the outer team_id can be theirs; the authorizations name ours.
func (b *Bot) teamOf(e *slackevents.EventsAPICallbackEvent, outer string) string {
	for _, a := range e.Authorizations {
		if a.TeamID == b.api.Self().Team {
			return a.TeamID
		}
	}
	return outer
}

// elsewhere reports whether team is another workspace than ours. In an organisation only
// Slack's own record of the person can tell.
func (b *Bot) elsewhere(team string) bool {
	return team != "" && team != b.api.Self().Team && b.api.Self().Enterprise == ""
}

var mentioned = regexp.MustCompile(`<@([A-Z0-9]+)(?:\|[^>]*)?>`)

// withoutMention drops the mention of ourselves from a message.
func (b *Bot) withoutMention(text string) string {
	return strings.TrimSpace(mentioned.ReplaceAllStringFunc(text, func(m string) string {
		if mentioned.FindStringSubmatch(m)[1] == b.api.Self().User {
			return " "
		}
		return m
	}))
}

// newRef names one question in the log, short enough to read out on the phone.
func newRef() string { return strings.ToLower(rand.Text()[:6]) }
