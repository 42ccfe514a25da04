package bot

import (
	"crypto/rand"
	"regexp"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"ahtbot/bot/blocks"
	"ahtbot/bot/respond"
	"ahtbot/bot/socket"
	"ahtbot/commands"
	"ahtbot/commands/request"
)

// incoming is one envelope that asks something of us.
type incoming struct {
	*socket.Envelope
	key  string // what a redelivery repeats: trigger_id or event_id
	via  string // slash, button, mention, message, home
	from sender
	q    request.Question
	out  respond.Destination // where later replies go; nil when Slack gave no usable address
}

// sender is whom an envelope was sent for, by its own word.
type sender struct{ team, enterprise, app string }

// slash reads a slash command (Slack: Slash commands).
func (b *Bot) slash(e *socket.Envelope, c slack.SlashCommand) incoming {
	return incoming{
		Envelope: e, key: c.TriggerID, via: "slash",
		from: sender{team: c.TeamID, enterprise: c.EnterpriseID, app: c.APIAppID},
		q: request.Question{
			User: c.UserID, Text: c.Text, At: e.Read, Ref: newRef(), Channel: !strings.HasPrefix(c.ChannelID, "D"), Place: c.ChannelID,
		},
		out: b.responseURL(c.ResponseURL, respond.NoMessage),
	}
}

// press reads a button pressed (Slack: block_actions payload).
func (b *Bot) press(e *socket.Envelope, c slack.InteractionCallback) incoming {
	req := incoming{
		Envelope: e, key: c.TriggerID,
		from: sender{team: c.Team.ID, enterprise: c.Enterprise.ID, app: c.APIAppID},
	}
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return req
	}
	action, from := c.ActionCallback.BlockActions[0], originOf(c.Container)
	req.via = "button"
	req.q = request.Question{
		User: c.User.ID, Action: blocks.ActionOf(action.ActionID), Value: action.Value, At: e.Read, Ref: newRef(),
		Channel: from == respond.PrivateMessage, Open: from == respond.PublicMessage, Outside: b.elsewhere(c.User.TeamID),
		Place: c.Container.ChannelID,
	}
	if c.Container.ChannelID == "" && c.ResponseURL == "" { // the Home tab has no conversation: the answer is a direct message
		req.q.Channel = false
		req.out = b.respond.In(respond.Conversation{Channel: c.User.ID})
		return req
	}
	req.out = b.responseURL(c.ResponseURL, from)
	return req
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

// event reads an Events API event: a mention, a direct message, the Home tab opened.
func (b *Bot) event(e *socket.Envelope, event slackevents.EventsAPIEvent) incoming {
	req := incoming{
		Envelope: e,
		from:     sender{team: event.TeamID, enterprise: event.EnterpriseID, app: event.APIAppID},
	}
	if callback, ok := event.Data.(*slackevents.EventsAPICallbackEvent); ok {
		req.key = callback.EventID
		req.from.team = b.teamOf(callback, req.from.team)
	}
	req.q = request.Question{At: e.Read, Ref: newRef()}
	switch ev := event.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if ev.User == "" || ev.BotID != "" || ev.Edited != nil {
			return req
		}
		req.via, req.q.User, req.q.Text, req.q.Outside = "mention", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		req.q.Open = commands.InOpen(req.q)
		req.q.Channel, req.q.Place = true, ev.Channel
		req.out = b.respond.In(respond.Conversation{Channel: ev.Channel, User: ev.User, Thread: ev.ThreadTimeStamp, Message: ev.TimeStamp})
	case *slackevents.MessageEvent:
		if ev.User == "" || ev.BotID != "" || ev.SubType != "" || ev.ChannelType != "im" || ev.User == b.api.Self().User {
			return req
		}
		req.via, req.q.User, req.q.Text, req.q.Outside = "message", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		req.q.Place = ev.Channel
		req.out = b.respond.In(respond.Conversation{Channel: ev.Channel, Thread: ev.ThreadTimeStamp})
	case *slackevents.AppHomeOpenedEvent:
		if ev.Tab != "home" {
			return req
		}
		req.via, req.q.User = "home", ev.User
		req.out = b.respond.Home(ev.User)
	}
	return req
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
