package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
	"ahtbot/bot/respond"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// triggerLife is how long Slack lets a press open a window (slack.md §2.5).
const triggerLife = 3 * time.Second

// open opens the window that is asked for with what is in memory, and completes it from the store. Inside a window the new one
// takes its place: there is nothing to lead back to, it needs no trigger, and Slack stacks three windows at most.
func (b *Bot) open(ctx context.Context, req incoming) {
	v := b.Handler.OpenForm(req.q)
	at, err := b.opened(ctx, req, v)
	switch {
	case overtaken(err):
		b.finished(ctx, req, "overtaken", nil)
	case err != nil:
		b.reply(ctx, req, commands.NotOpened(req.q), err)
	case v.Partial:
		b.finished(ctx, req, "form", b.fill(ctx, req.q, filledBy(v), func(v form.View) error {
			return b.draw(ctx, at, v)
		}))
	default:
		b.finished(ctx, req, "form", nil)
	}
}

// opened shows v at once, in a new window or in that of the press.
func (b *Bot) opened(ctx context.Context, req incoming, v form.View) (at webapi.View, err error) {
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), req.Read.Add(triggerLife))
	defer cancel()
	if req.view.Type == slack.VTModal {
		return b.api.UpdateView(ctx, webapi.View{ID: req.view.ID, Hash: req.view.Hash}, blocks.Window(v))
	}
	return b.api.OpenView(ctx, req.key, blocks.Window(v))
}

// filledBy is v as it would come back with nothing changed.
func filledBy(v form.View) form.Filled {
	values := form.Values{}
	for _, p := range v.Parts {
		if p.Field != nil {
			values[p.Field.Name] = slices.Clone(p.Field.Value)
		}
	}
	return form.Filled{Form: v.Form, Meta: v.Meta.Encode(), Values: values}
}

// fill has a form completed and shows it.
func (b *Bot) fill(ctx context.Context, q request.Question, in form.Filled, show func(form.View) error) error {
	v, err := b.Handler.FillForm(ctx, q, in)
	return errors.Join(err, show(v))
}

// draw puts v in the place of a window. One that the person closed, or that shows something else by now, is left alone: a form
// that comes late must not take the place of what became of it.
func (b *Bot) draw(ctx context.Context, at webapi.View, v form.View) error {
	err := b.send(ctx, sendTimeout, func(ctx context.Context) error {
		_, err := b.api.UpdateView(ctx, at, blocks.Window(v))
		return err
	})
	if overtaken(err) {
		return nil
	}
	return err
}

// overtaken reports whether err says that the person has gone on meanwhile, or that another process has opened the window.
func overtaken(err error) bool {
	code := webapi.Code(err)
	return code == webapi.CodeHashConflict || code == webapi.CodeNoView || code == webapi.CodeTriggerSpent
}

// standing returns v with the place where the person stood, which what is pressed in it is about, unless it has one.
func standing(v form.View, place string) form.View {
	if v.Meta == (form.Meta{}) {
		v.Meta = form.Meta{Version: form.Version, Place: place}
	}
	return v
}

// pressInWindow reads a button pressed, or a field changed, in a window. What is pressed is answered in its place.
func (b *Bot) pressInWindow(id string, req *incoming) {
	m, _ := form.DecodeMeta(req.view.PrivateMetadata) // of another version: where the person stood is read all the same
	req.q.Place = m.Place
	if blocks.FieldOf(id) != "" {
		req.via, req.do, req.urgent = "form", b.redraw, true
		return
	}
	req.out = &window{b, req.view.ID, m.Place, req.out}
}

// window is where the answers to what was pressed in it go.
type window struct {
	*Bot
	id     string
	place  string              // where the person stood when it was opened
	closed respond.Destination // where they go once the person has closed it
}

// Notice is [respond.Destination].
func (o *window) Notice(ctx context.Context, q request.Question, r reply.Reply) error {
	return o.Answer(ctx, q, r)
}

// Answer is [respond.Destination].
func (o *window) Answer(ctx context.Context, q request.Question, r reply.Reply) error {
	_, err := o.api.UpdateView(ctx, webapi.View{ID: o.id}, blocks.Window(standing(commands.Answered(r), o.place)))
	if overtaken(err) {
		return o.closed.Answer(ctx, q, r)
	}
	return err
}
