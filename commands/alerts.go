package commands

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// Do does cmd when it is about alerts; false when it is not.
func (h AlertRoom) Do(ctx context.Context, cmd Command, q Question) (r Reply, err error, done bool) {
	do := h.alertDoer(cmd)
	_, several := cmd.(Several)
	switch {
	case do == nil:
		return Reply{}, nil, false
	case h.Alerts == nil && !several:
		return alertReply("Alerts are not kept here: ahtbot runs without a store for them. Whoever runs it can change that."), nil, true
	}
	r, err = do(ctx, q)
	if err != nil && r.Text == "" && !several {
		r = alertFailed(err)
	}
	return r, err, true
}

// alertDoer returns what does cmd, or nil when it is not about alerts. A Reply without
// Text stands for what alertFailed makes of the error.
func (h AlertRoom) alertDoer(cmd Command) func(context.Context, Question) (Reply, error) {
	switch cmd := cmd.(type) {
	case AddAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.addAlert(ctx, cmd, q) }
	case PreviewAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.previewAlert(ctx, cmd, q) }
	case EditAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.editAlert(ctx, cmd, q) }
	case ListAlerts:
		return func(ctx context.Context, q Question) (Reply, error) { return h.listAlerts(ctx, cmd, q) }
	case ShowAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.showAlert(ctx, cmd.ID, q) }
	case PauseAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.pauseAlert(ctx, cmd.ID, q) }
	case ResumeAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.resumeAlert(ctx, cmd.ID, q) }
	case MuteAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.muteAlert(ctx, cmd, q) }
	case TestAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.testAlert(ctx, cmd.ID, q) }
	case RemoveAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.removeAlert(ctx, cmd.ID, q) }
	case RestoreAlert:
		return func(ctx context.Context, q Question) (Reply, error) { return h.restoreAlert(ctx, cmd.ID, q) }
	case press:
		return func(ctx context.Context, q Question) (Reply, error) { return h.pressed(ctx, cmd, q) }
	case Several:
		if cmd.Noun == nounAlert {
			of := things{kept: h.Alerts != nil, away: alertFailed(nil), zone: h.Zone, find: h.alertOne, all: h.alertsOf}
			return func(ctx context.Context, q Question) (Reply, error) { return of.several(ctx, cmd, q) }
		}
		return nil
	default:
		return nil
	}
}

// alertReply is one sentence about alerts, and lines to copy.
func alertReply(line string, try ...string) Reply {
	return Reply{Outcome: "alert", Lines: []string{line}, Try: try, Text: joinSentences(line, tryText(try))}
}

// alertMistake is alertReply about a line that can't be done as it was typed.
func alertMistake(line string, try ...string) Reply {
	r := alertReply(line, try...)
	r.Outcome = "usage"
	return r
}

func alertFailed(err error) Reply {
	if errors.Is(err, ErrChanged) {
		r := alertReply("Somebody else changed that alert at the same moment, so I left it as it is. Look at it, then try again:", tryAlert("list"))
		r.Outcome = "changed"
		return r
	}
	return notKept(err, "The store that keeps alerts does not answer. If this was to change something, I can't say whether it did. Try again in a minute.")
}

// standing returns an alert, or what to say when there is none.
func (h AlertRoom) standing(ctx context.Context, id int64, q Question) (alert.Standing, *Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	if err != nil {
		return s, nil, err
	}
	var no Reply
	switch {
	case !ok:
		no = alertMistake(fmt.Sprintf("There is no alert #%d. These are all there are:", id), tryAlert("list all"))
	case !s.Watch.Removed.IsZero():
		no = alertMistake(fmt.Sprintf("Alert #%d was removed at %s. To bring it back:", id, clock(s.Watch.Removed, q.At, h.Zone)), tryAlert("restore %d", id))
	default:
		return s, nil, nil
	}
	return s, &no, nil
}

// owned is standing for who may change the alert; the others get the refusal.
func (h AlertRoom) owned(ctx context.Context, id int64, q Question) (alert.Standing, *Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no != nil || err != nil {
		return s, no, err
	}
	no, err = h.mayChangeAlert(ctx, s.Watch, q)
	return s, no, err
}

func (h AlertRoom) mayChangeAlert(ctx context.Context, w alert.Watch, q Question) (*Reply, error) {
	return h.mayChange(ctx, w.By, fmt.Sprintf("made alert #%d", w.ID), q)
}

// noPeople refuses an alert on a person, with the reason.
func noPeople() Reply {
	line := "I don't watch single people. Five calls in two hours prove nothing about anybody, and a figure like that is for a talk, not for a siren. An alert watches a campaign:"
	return alertMistake(line, exampleAlert)
}

// usual is the usual band of t at a moment; the zero Band while too little is known.
func (h AlertRoom) usual(ctx context.Context, t aht.Target, q Question) (aht.Band, error) {
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

// AlertRoom does what lines and buttons about alerts ask.
type AlertRoom struct{ *Desk }
