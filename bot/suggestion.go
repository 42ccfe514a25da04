package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/form"
)

// suggestion reads what was typed into a field that is chosen by typing (Slack: block_suggestion payload).
func (b *Bot) suggestion(c slack.InteractionCallback, req *incoming) {
	field := blocks.FieldOf(c.ActionID)
	if field == "" {
		return
	}
	b.interacted("suggestion", c, req)
	req.options = func() []form.Option { return b.Handler.Suggest(req.q, field, c.Value) }
}

// askedWithin is how long who is typing may be asked for, of the three seconds that Slack waits for suggestions (slack.md §1.3).
const askedWithin = 2 * time.Second

// suggest answers what was typed into a field, in the acknowledgement: from memory, unless it has to be asked first who types, as
// after a restart.
func (b *Bot) suggest(ctx context.Context, req incoming) {
	b.Observe.Envelope("handled")
	if _, known := b.People.Known(req.q.User); known || req.q.Outside {
		b.ackOptions(ctx, req)
		return
	}
	select {
	case b.windows <- struct{}{}:
	default:
		b.ackOptions(ctx, req)
		return
	}
	go func() {
		defer func() { <-b.windows }()
		asking, cancel := context.WithTimeout(ctx, askedWithin)
		defer cancel()
		if _, err := b.People.Person(asking, req.q.User); err != nil {
			b.Log.WarnContext(ctx, "slack does not say who is typing", "ref", req.q.Ref, "err", webapi.Redact(err))
		}
		b.ackOptions(ctx, req)
	}()
}

func (b *Bot) ackOptions(ctx context.Context, req incoming) {
	b.ack(ctx, req, blocks.Suggestions(req.options()))
	b.Observe.Command(req.via, "options", time.Since(req.Read))
}
