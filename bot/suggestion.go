package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
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

// suggest answers what was typed into a field, in the acknowledgement.
func (b *Bot) suggest(ctx context.Context, req incoming) {
	b.Observe.Envelope("handled")
	b.ack(ctx, req, blocks.Suggestions(req.options()))
	b.Observe.Command(req.via, "options", time.Since(req.Read))
}
