package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// here returns the place that a question was asked in, as alerts keep it.
func here(q Question) string {
	if q.Place == "" || strings.HasPrefix(q.Place, "D") {
		return q.User
	}
	return q.Place
}

// whereWords says where an alert is told, to who asks.
func whereWords(channel string, q Question) string {
	switch {
	case channel == q.User:
		return "you by direct message"
	case personal(channel):
		return "one person by direct message"
	case channel == q.Place:
		return "this channel"
	default:
		return "another channel"
	}
}

// alertPlace returns where a draft wants to be told, or the fix when that can't be known.
func alertPlace(d AlertDraft, q Question) (channel string, no *Reply) {
	switch {
	case d.Direct:
		return q.User, nil
	case d.In.ID != "":
		return d.In.ID, nil
	case d.In.Name != "":
		r := alertMistake(fmt.Sprintf("Slack did not tell me which channel #%s is. Type # and choose it from the list that Slack shows, or type the line in that channel, without “in”.", short(d.In.Name)))
		return "", &r
	default:
		return here(q), nil
	}
}

// announceAlert tells the channel of w about it. The Reply is the refusal where it takes no
// posts; unsure is what to say when nobody knows whether it did.
func (h AlertRoom) announceAlert(ctx context.Context, w alert.Watch, q Question) (unsure string, no *Reply, err error) {
	if h.Places == nil || personal(w.Channel) && strings.HasPrefix(q.Place, "D") { // told in this very conversation
		return "", nil, nil
	}
	w.Rule = h.figures(w, aht.Band{})
	line := fmt.Sprintf("From now on I say so here when %s is %s (alert #%d).", watched(w), condition(w.Rule), w.ID)
	r := alertReply(line)
	r.Credits, r.Public = []Credit{{Role: RoleSetUp, ID: q.User}}, true
	r.Note = "To see it: " + tryAlert("show %d", w.ID)
	r.Text = joinSentences(line, r.Note)
	r.Buttons = []Button{tryButton(ShowAlert{w.ID})}
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
func placeRefusal(err error) *Reply {
	pe, ok := errors.AsType[*PlaceError](err)
	if !ok {
		return nil
	}
	no := alertMistake(PostFault(pe.Code, pe.Channel))
	no.Outcome = "no_place"
	return &no
}
