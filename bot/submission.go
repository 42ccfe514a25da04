package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
)

// submitWithin is how long the acknowledgement of a submission waits for what becomes of it, of the three seconds that Slack
// gives (slack.md §1.3).
const submitWithin = 2 * time.Second

// submission reads a form submitted (Slack: view_submission payload).
func (b *Bot) submission(c slack.InteractionCallback, req *incoming) {
	b.interacted("submission", c, req)
	req.q.Action = reply.ActionForm
	req.do, req.acknowledges = b.submit, true
	req.inline = func(r reply.Reply) json.RawMessage { // over the form, which keeps what was filled in
		return answerView(slack.RAPush, form.Told("Try again", r))
	}
}

// submit does what a form says. What comes of it within the time rides in the acknowledgement; later it takes the place of the
// form, or is a direct message once the person has closed that.
func (b *Bot) submit(ctx context.Context, req incoming) {
	b.redraws.overtake(req.view.ID)
	if !req.Accepts {
		b.ack(ctx, req, nil) // closes the form
	}
	done := make(chan form.Outcome, 1)
	go func() { done <- b.outcome(ctx, req) }()
	select {
	case o := <-done:
		if b.ackOutcome(ctx, req, answerOutcome(o)) {
			b.finished(ctx, req, became(o), nil)
			return
		}
		done <- o
	case <-time.After(time.Until(req.Read.Add(submitWithin))):
	}
	m, _ := form.DecodeMeta(req.view.PrivateMetadata) // of another version: only shown
	b.ackOutcome(ctx, req, answerView(slack.RAUpdate, commands.OneMoment(m)))
	o := <-done
	err := b.send(ctx, sendTimeout, func(ctx context.Context) error { return b.toldLate(ctx, req, o.Next) })
	if err != nil {
		b.Log.ErrorContext(ctx, "what became of a form not delivered", "ref", req.q.Ref, "err", webapi.Redact(err))
	}
	b.finished(ctx, req, became(o), err)
}

// outcome asks the handler. A panic there is one person's apology and one log line.
func (b *Bot) outcome(ctx context.Context, req incoming) (o form.Outcome) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while doing what a form says", "ref", req.q.Ref, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			o = form.Outcome{Next: form.Told("Try again", reply.Broken(req.q.Ref))}
		}
	}()
	in := blocks.Filled(req.view)
	o, err := b.Handler.SubmitForm(ctx, req.q, in)
	for field := range o.Errors {
		if _, shown := in.Values[field]; !shown { // what is wrong is about a field that has just come: Slack takes no word beside it
			o.Errors = nil
		}
	}
	m, _ := form.DecodeMeta(req.view.PrivateMetadata) // of another version: where the person stood is read all the same
	o.Next = standing(o.Next, m.Place)
	if o.Errors == nil && m.Place == "" {
		b.homes.follow(req.q.User)
	}
	if err == nil {
		return o
	}
	b.Log.WarnContext(ctx, "form answered with an explanation", "ref", req.q.Ref, "err", webapi.Redact(err))
	if errors.Is(context.Cause(ctx), errDrained) {
		return form.Outcome{Next: form.Told("Try again", reply.Stopping())}
	}
	return o
}

// ackOutcome acknowledges a submission, and reports whether that is out with what there is to say.
func (b *Bot) ackOutcome(ctx context.Context, req incoming, payload json.RawMessage) bool {
	if payload == nil || !req.Accepts {
		return false
	}
	b.seen.remember(req.key, payload)
	return b.ack(ctx, req, payload)
}

// toldLate shows next in the place of the form, or says what is in it once the person has closed that.
func (b *Bot) toldLate(ctx context.Context, req incoming, next form.View) error {
	_, err := b.api.UpdateView(ctx, webapi.View{ID: req.view.ID}, blocks.Window(next))
	if !overtaken(err) {
		return err
	}
	for _, p := range next.Parts {
		if p.Reply != nil {
			return req.out.Answer(ctx, req.q, *p.Reply)
		}
	}
	return nil
}

// became names what became of a form in one word, for the metric.
func became(o form.Outcome) string {
	if o.Errors != nil {
		return "refused"
	}
	for _, p := range o.Next.Parts {
		if p.Reply != nil {
			return p.Reply.Outcome
		}
	}
	return "form"
}

// answerOutcome draws what became of a form for the acknowledgement; nil when that has no room for it.
func answerOutcome(o form.Outcome) json.RawMessage {
	if o.Errors == nil {
		return answerView(slack.RAUpdate, o.Next)
	}
	return blocks.Inline(slack.ViewSubmissionResponse{ResponseAction: slack.RAErrors, Errors: o.Errors})
}

// answerView draws v for the acknowledgement of a submission: in the place of the form, or over it.
func answerView(how slack.ViewResponseAction, v form.View) json.RawMessage {
	w := blocks.Window(v)
	return blocks.Inline(slack.ViewSubmissionResponse{ResponseAction: how, View: &w})
}
