package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/slack-go/slack/slackevents"

	"ahtbot/bot/blocks"
	"ahtbot/bot/respond"
	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// homeOpened reads that a person looks at our Home tab.
func (b *Bot) homeOpened(h *slackevents.AppHomeOpenedEvent, req *incoming) {
	if h.Tab != "home" {
		return
	}
	req.via, req.q.User, req.out = "home", h.User, b.respond.In(respond.Conversation{Channel: h.User})
	req.do, req.urgent = b.showPage(0), true
}

// pressOnHome reads a button pressed, or a field changed, on a Home tab. What is pressed is answered there.
func (b *Bot) pressOnHome(id string, req *incoming) {
	m, _ := form.DecodeMeta(req.view.PrivateMetadata) // of another version: its first page
	req.out = &homeTab{b, m.Page, req.key, req.Read}
	switch field := blocks.FieldOf(id) != ""; {
	case req.q.Action == reply.ActionHome:
		page, _ := strconv.Atoi(req.q.Value) // a strange one is the first
		req.do, req.urgent = b.showPage(page), true
	case field || req.q.Action == reply.ActionSend:
		if field {
			req.q.Action = ""
		}
		req.q = b.Handler.Filled(req.q, blocks.Filled(req.view))
	}
}

// showPage has a page of the Home tab of who asks published, and does not wait for it.
func (b *Bot) showPage(page int) func(context.Context, incoming) {
	return func(ctx context.Context, req incoming) {
		b.homes.want(req.q, page, nil, func(err error) { b.finished(ctx, req, "home", err) })
	}
}

// mostOnTop is how many lines an answer on top of a Home tab has at most: what is watched stays in sight.
const mostOnTop = 6

// homeTab is where the answers to what was pressed on a Home tab go: on top of it. A long one, or one with a table or a chart,
// opens as a window, while Slack still lets it.
type homeTab struct {
	*Bot
	page    int
	trigger string
	pressed time.Time
}

// Notice is [respond.Destination].
func (o *homeTab) Notice(ctx context.Context, q request.Question, r reply.Reply) error {
	return o.onTop(ctx, q, r)
}

// Answer is [respond.Destination].
func (o *homeTab) Answer(ctx context.Context, q request.Question, r reply.Reply) error {
	if r.Table != nil || r.Chart != nil || len(r.Lines) > mostOnTop {
		opening, cancel := context.WithDeadline(ctx, o.pressed.Add(triggerLife))
		defer cancel()
		if _, err := o.api.OpenView(opening, o.trigger, blocks.Window(commands.Answered(r))); err == nil {
			return nil
		}
	}
	return o.onTop(ctx, q, r)
}

func (o *homeTab) onTop(ctx context.Context, q request.Question, r reply.Reply) error {
	shown := make(chan error, 1)
	o.homes.want(q, o.page, &r, func(err error) { shown <- err })
	select {
	case err := <-shown:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
