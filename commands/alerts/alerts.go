// Package alerts does what lines and buttons about alerts ask. What the lines say is read by alertline; what an alert tells
// when it fires is worded by alertpost.
package alerts

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// alertReply is one sentence about alerts, and lines to copy.
func alertReply(line string, try ...string) reply.Reply {
	return reply.Reply{Outcome: "alert", Lines: []string{line}, Try: try, Text: reply.JoinSentences(line, reply.TryText(try))}
}

// alertMistake is alertReply about a line that can't be done as it was typed.
func alertMistake(line string, try ...string) reply.Reply {
	r := alertReply(line, try...)
	r.Outcome = "usage"
	return r
}

func alertFailed(err error) reply.Reply {
	if errors.Is(err, request.ErrChanged) {
		r := alertReply("Somebody else changed that alert at the same moment, so I left it as it is. Look at it, then try again:", alertline.TryAlert("list"))
		r.Outcome = "changed"
		return r
	}
	return request.NotKept(err, "The store that keeps alerts does not answer. If this was to change something, I can't say whether it did. Try again in a minute.")
}

// standing returns an alert, or what to say when there is none.
func (h Handler) standing(ctx context.Context, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	if err != nil {
		return s, nil, err
	}
	var no reply.Reply
	switch {
	case !ok:
		no = alertMistake(fmt.Sprintf("There is no alert #%d. These are all there are:", id), alertline.TryAlert("list all"))
	case !s.Watch.Removed.IsZero():
		no = alertMistake(fmt.Sprintf("Alert #%d was removed at %s. To bring it back:", id, reply.Clock(s.Watch.Removed, q.At, h.Zone)), alertline.TryAlert("restore %d", id))
	default:
		return s, nil, nil
	}
	return s, &no, nil
}

// owned is standing for who may change the alert; the others get the refusal.
func (h Handler) owned(ctx context.Context, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no != nil || err != nil {
		return s, no, err
	}
	no, err = h.mayChangeIt(ctx, s.Watch, q)
	return s, no, err
}

func (h Handler) mayChangeIt(ctx context.Context, w alert.Watch, q request.Question) (*reply.Reply, error) {
	return h.MayChange(ctx, w.By, fmt.Sprintf("made alert #%d", w.ID), q)
}

// noPeople refuses an alert on a person, with the reason.
func noPeople() reply.Reply {
	line := "I don't watch single people. Five calls in two hours prove nothing about anybody, and a figure like that is for a talk, not for a siren. An alert watches a campaign:"
	return alertMistake(line, alertline.ExampleAlert)
}

// usual is the usual band of t at a moment; the zero Band while too little is known.
func (h Handler) usual(ctx context.Context, t aht.Target, q request.Question) (aht.Band, error) {
	if h.History == nil {
		return aht.Band{}, nil
	}
	history, err := h.History(ctx, t, q.At.Add(-keptFor), q.At)
	if err != nil {
		return aht.Band{}, err
	}
	band, _ := aht.Usual(history, q.At, h.Zone)
	return band, nil
}

// Handler does what lines and buttons about alerts ask.
type Handler struct{ *request.Base }
