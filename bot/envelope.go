package bot

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"ahtbot/bot/blocks"
	"ahtbot/bot/respond"
	"ahtbot/bot/socket"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// incoming is one envelope that asks something of us.
type incoming struct {
	*socket.Envelope
	key  string // what a redelivery repeats: trigger_id or event_id
	via  string // slash, button, mention, message, home
	from sender
	q    request.Question
	// ask finds the answer.
	ask func(context.Context, request.Question) (reply.Reply, error)
	// now is what memory alone answers, in the acknowledgement; nil where that takes no answer.
	now func(request.Question) (reply.Reply, bool)
	out respond.Destination // where later replies go; nil when Slack gave no usable address
}

// sender is whom an envelope was sent for, by its own word.
type sender struct{ team, enterprise, app string }

// slash reads a slash command (Slack: Slash commands).
func (b *Bot) slash(c slack.SlashCommand, req *incoming) {
	req.key, req.via, req.now = c.TriggerID, "slash", b.Handler.Now
	req.from = sender{team: c.TeamID, enterprise: c.EnterpriseID, app: c.APIAppID}
	req.q.User, req.q.Text, req.q.Place = c.UserID, c.Text, c.ChannelID
	req.q.Channel = !strings.HasPrefix(c.ChannelID, "D")
	req.out = b.responseURL(c.ResponseURL, respond.NoMessage)
}

// press reads a button pressed (Slack: block_actions payload).
func (b *Bot) press(c slack.InteractionCallback, req *incoming) {
	if len(c.ActionCallback.BlockActions) != 1 {
		return
	}
	action, from := c.ActionCallback.BlockActions[0], originOf(c.Container)
	req.via = "button"
	req.q.User, req.q.Outside, req.q.Place = c.User.ID, b.elsewhere(c.User.TeamID), c.Container.ChannelID
	req.q.Action, req.q.Value = blocks.ActionOf(action.ActionID), action.Value
	if c.Container.ChannelID == "" && c.ResponseURL == "" { // the Home tab has no conversation: the answer is a direct message
		req.out = b.respond.In(respond.Conversation{Channel: c.User.ID})
		return
	}
	req.q.Channel, req.q.Open = from == respond.PrivateMessage, from == respond.PublicMessage
	req.out = b.responseURL(c.ResponseURL, from)
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

// homeOpened reads that a person looks at our Home tab.
func (b *Bot) homeOpened(h *slackevents.AppHomeOpenedEvent, req *incoming) {
	if h.Tab != "home" {
		return
	}
	req.via, req.q.User, req.out = "home", h.User, b.respond.Home(h.User)
	req.ask = func(context.Context, request.Question) (reply.Reply, error) { return b.Handler.Home(h.User), nil }
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
