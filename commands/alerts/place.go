package alerts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// here returns the place that a question was asked in, as alerts keep it.
func here(q request.Question) string {
	if standing.Direct(q) {
		return q.User
	}
	return q.Place
}

// whereWords says where an alert is told, to who asks.
func whereWords(channel string, q request.Question) string {
	switch {
	case channel == q.User:
		return "you by direct message"
	case alertpost.Personal(channel):
		return "one person by direct message"
	case channel == q.Place:
		return "this channel"
	case q.Place == "": // on Home
		return "a channel"
	default:
		return "another channel"
	}
}

// alertPlace returns where a draft wants to be told, or the fix when that can't be known.
func alertPlace(d alertline.Draft, q request.Question) (channel string, no *reply.Reply) {
	switch {
	case d.Direct:
		return q.User, nil
	case d.In.ID != "":
		return d.In.ID, nil
	case d.In.Name != "":
		return "", new(beside(form.FieldPlace, alertMistake(fmt.Sprintf("Slack did not tell me which channel #%s is. Type # and choose it from the list that Slack shows, or type the line in that channel, without “in”.", reply.Short(d.In.Name)))))
	default:
		return here(q), nil
	}
}

// announce tells the channel of w about it. The Reply is the refusal where it takes no
// posts; unsure is what to say when nobody knows whether it did.
func (h Handler) announce(ctx context.Context, w alert.Watch, q request.Question) (unsure string, no *reply.Reply, err error) {
	if h.Places == nil || alertpost.Personal(w.Channel) && strings.HasPrefix(q.Place, "D") { // told in this very conversation
		return "", nil, nil
	}
	w.Rule = h.figures(w, aht.Band{})
	line := fmt.Sprintf("From now on I say so here when %s is %s (alert #%d).", watched(w), alertpost.Condition(w.Rule), w.ID)
	r := alertReply(line)
	r.Credits, r.Public = []reply.Credit{{Role: reply.RoleSetUp, ID: q.User}}, true
	r.Note = "To see it: " + alertline.TryAlert("show %d", w.ID)
	r.Text = reply.JoinSentences(line, r.Note)
	r.Buttons = []reply.Button{request.TryButton(standing.About(standing.NounAlert, "show", w.ID))}
	err = h.Places.Announce(ctx, w.Channel, r)
	if no := placeRefusal(err); no != nil {
		return "", no, err
	}
	if err != nil {
		return "Slack did not say whether the place it is told in heard of it.", nil, err
	}
	return "", nil, nil
}

// placeRefusal words a place that takes no posts; nil for every other error.
func placeRefusal(err error) *reply.Reply {
	pe, ok := errors.AsType[*request.PlaceError](err)
	if !ok {
		return nil
	}
	no := beside(form.FieldPlace, alertMistake(reply.PostFault(pe.Code, pe.Channel)))
	no.Outcome = "no_place"
	return &no
}
