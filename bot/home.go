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
	req.via, req.q.User, req.out, req.urgent = "home", h.User, b.respond.In(respond.Conversation{Channel: h.User}), true
	req.do = func(ctx context.Context, req incoming) {
		b.homes.want(req.q, 0, nil, func(err error) { b.finished(ctx, req, "home", err) })
	}
}

// pressOnHome reads a button pressed, or a field changed, on a Home tab. What is pressed is answered there.
func (b *Bot) pressOnHome(id string, req *incoming) {
	m, _ := form.DecodeMeta(req.view.PrivateMetadata) // of another version: its first page
	switch {
	case blocks.FieldOf(id) != "":
		req.via, req.do, req.urgent = "form", b.redrawHome, true
	case req.q.Action == reply.ActionSubmit:
		req.via, req.do = "form", b.submitHome
	case req.q.Action == reply.ActionHome:
		page, _ := strconv.Atoi(req.q.Value) // a strange one is the first
		req.urgent = true
		req.do = func(ctx context.Context, req incoming) {
			b.homes.want(req.q, page, nil, func(err error) { b.finished(ctx, req, "home", err) })
		}
	default:
		req.out = &homeTab{b, m.Page, req.key, req.Read}
	}
}

// redrawHome shows a Home tab as its fields are filled in by now.
func (b *Bot) redrawHome(ctx context.Context, req incoming) {
	err := b.fill(ctx, req.q, blocks.Filled(req.view), func(v form.View) error { return b.publish(ctx, req.q, v) })
	b.finished(ctx, req, "form", err)
}

// submitHome does what the fields of a Home tab say, and shows what came of it there.
func (b *Bot) submitHome(ctx context.Context, req incoming) {
	o := b.outcome(ctx, req)
	b.finished(ctx, req, became(o), b.publish(ctx, req.q, o.Next))
}

// homeTab is where the answers to what was pressed on a Home tab go: on top of it. One with a table or a chart opens as a window,
// while Slack still lets it.
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
	if r.Table != nil || r.Chart != nil {
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
