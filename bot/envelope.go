package bot

import (
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"ahtbot/commands"
)

// delivery is one envelope that asks something of us.
type delivery struct {
	envelope string
	key      string // what a redelivery repeats: trigger_id or event_id
	via      string // slash, button, mention, message, home
	accepts  bool   // the acknowledgement may carry the answer
	read     time.Time
	from     identity // team, enterprise and app the envelope names
	q        commands.Question
	out      outlet // where later replies go; nil when Slack gave no usable address
}

// slash reads a slash command (Slack: Slash commands).
func (b *Bot) slash(f frame, c slack.SlashCommand, read time.Time) delivery {
	return delivery{
		envelope: f.Envelope, key: c.TriggerID, via: "slash", accepts: f.Accepts, read: read,
		from: identity{team: c.TeamID, enterprise: c.EnterpriseID, app: c.APIAppID},
		q: commands.Question{
			User: c.UserID, Text: c.Text, At: read, Ref: newRef(), Channel: !strings.HasPrefix(c.ChannelID, "D"), Place: c.ChannelID,
		},
		out: b.responseURL(c.ResponseURL, noMessage),
	}
}

// press reads a button pressed (Slack: block_actions payload).
func (b *Bot) press(f frame, c slack.InteractionCallback, read time.Time) delivery {
	d := delivery{
		envelope: f.Envelope, key: c.TriggerID, read: read,
		from: identity{team: c.Team.ID, enterprise: c.Enterprise.ID, app: c.APIAppID},
	}
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return d
	}
	action, from := c.ActionCallback.BlockActions[0], originOf(c.Container)
	d.via = "button"
	d.q = commands.Question{
		User: c.User.ID, Action: actionOf(action.ActionID), Value: action.Value, At: read, Ref: newRef(),
		Channel: from == privateMessage, Open: from == publicMessage, Outside: b.elsewhere(c.User.TeamID),
		Place: c.Container.ChannelID,
	}
	if c.Container.ChannelID == "" && c.ResponseURL == "" { // the Home tab has no conversation: the answer is a direct message
		d.q.Channel = false
		d.out = &channelOutlet{bot: b, channel: c.User.ID}
		return d
	}
	d.out = b.responseURL(c.ResponseURL, from)
	return d
}

// originOf says who sees the message a button is on. What the payload does not say is
// taken for private.
func originOf(c slack.Container) origin {
	switch {
	case c.ChannelID == "" || c.IsEphemeral:
		return privateMessage
	case strings.HasPrefix(c.ChannelID, "D"):
		return directMessage
	default:
		return publicMessage
	}
}

// event reads an Events API event: a mention, a direct message, the Home tab opened.
func (b *Bot) event(f frame, e slackevents.EventsAPIEvent, read time.Time) delivery {
	d := delivery{
		envelope: f.Envelope, read: read,
		from: identity{team: e.TeamID, enterprise: e.EnterpriseID, app: e.APIAppID},
	}
	if callback, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok {
		d.key = callback.EventID
		d.from.team = b.teamOf(callback, d.from.team)
	}
	d.q = commands.Question{At: read, Ref: newRef()}
	switch ev := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if ev.User == "" || ev.BotID != "" || ev.Edited != nil {
			return d
		}
		d.via, d.q.User, d.q.Text, d.q.Outside = "mention", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		d.q.Open = commands.InOpen(d.q)
		d.q.Channel, d.q.Place = true, ev.Channel
		d.out = &channelOutlet{bot: b, channel: ev.Channel, user: ev.User, thread: ev.ThreadTimeStamp, message: ev.TimeStamp}
	case *slackevents.MessageEvent:
		if ev.User == "" || ev.BotID != "" || ev.SubType != "" || ev.ChannelType != "im" || ev.User == b.self.user {
			return d
		}
		d.via, d.q.User, d.q.Text, d.q.Outside = "message", ev.User, b.withoutMention(ev.Text), b.elsewhere(ev.UserTeam)
		d.q.Place = ev.Channel
		d.out = &channelOutlet{bot: b, channel: ev.Channel, thread: ev.ThreadTimeStamp}
	case *slackevents.AppHomeOpenedEvent:
		if ev.Tab != "home" {
			return d
		}
		d.via, d.q.User = "home", ev.User
		d.out = &homeOutlet{bot: b, user: ev.User}
	}
	return d
}

// teamOf returns the workspace an event was delivered for. In a channel shared with
// another organisation the outer team_id can be theirs; the authorizations name ours.
func (b *Bot) teamOf(e *slackevents.EventsAPICallbackEvent, outer string) string {
	for _, a := range e.Authorizations {
		if a.TeamID == b.self.team {
			return a.TeamID
		}
	}
	return outer
}

// elsewhere reports whether team is another workspace than ours. In an organisation only
// Slack's own record of the person can tell.
func (b *Bot) elsewhere(team string) bool {
	return team != "" && team != b.self.team && b.self.enterprise == ""
}

var mentioned = regexp.MustCompile(`<@([A-Z0-9]+)(?:\|[^>]*)?>`)

// withoutMention drops the mention of ourselves from a message.
func (b *Bot) withoutMention(text string) string {
	return strings.TrimSpace(mentioned.ReplaceAllStringFunc(text, func(m string) string {
		if mentioned.FindStringSubmatch(m)[1] == b.self.user {
			return " "
		}
		return m
	}))
}

// newRef names one question in the log, short enough to read out on the phone.
func newRef() string { return strings.ToLower(rand.Text()[:6]) }
