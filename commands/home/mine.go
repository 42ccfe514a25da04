package home

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ahtbot/commands/alerts"
	"ahtbot/commands/answers"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// mine is what one person watches.
type mine struct {
	firing, alerts []alert.Standing // alerts are those that don't fire
	digests        []digest.Digest
	campaigns      []digest.Row
	you            string // their own figure in a sentence; empty: none, or nobody knows who they are
	agents         bool   // some agents' figures may be seen
	away           bool   // the store did not answer
}

func (m mine) empty() bool {
	return len(m.firing)+len(m.alerts)+len(m.digests)+len(m.campaigns) == 0 && m.you == "" && !m.away
}

// mine reads what who asks q watches: from the store their alerts and digests, from memory everything else. Where the store does
// not answer, memory is shown.
func (h Handler) mine(ctx context.Context, q request.Question) (mine, error) {
	var m mine
	var w watched
	err := errors.Join(h.readAlerts(ctx, &m, &w, q), h.readDigests(ctx, &m, &w, q))
	if err != nil {
		m = mine{away: true}
		if h.Watched != nil {
			w.add(h.Watched(q.User)...)
		}
	}
	for _, t := range h.Asked.Of(q.User, q.At) {
		w.add(t)
	}
	for _, t := range w.campaigns {
		m.campaigns = append(m.campaigns, h.row(t, w.usual[t], q))
	}
	digestpost.InOrder(m.campaigns)
	all, own := h.agents(ctx, q)
	if m.agents = own; own {
		m.you = h.you(ctx, all, q)
	}
	return m, err
}

// watched are campaigns, each once.
type watched struct {
	campaigns []aht.Target
	there     map[aht.Target]bool
	usual     map[aht.Target]aht.Band // what is usual at this hour, as their alerts have it
}

func (w *watched) add(all ...aht.Target) {
	if w.there == nil {
		w.there = map[aht.Target]bool{}
	}
	for _, t := range all {
		if !w.there[t] {
			w.there[t], w.campaigns = true, append(w.campaigns, t)
		}
	}
}

// readAlerts reads the alerts that who asks q made, those that fire and are told to them or that they have taken on, and what is usual
// of every campaign that has an alert.
func (h Handler) readAlerts(ctx context.Context, m *mine, w *watched, q request.Question) error {
	if h.Alerts == nil {
		return nil
	}
	all, err := h.Alerts.All(ctx)
	w.usual = map[aht.Target]aht.Band{}
	for _, s := range all {
		if s.State.Usual.Known() && q.At.Sub(s.State.Last) < time.Hour { // a band is of an hour
			w.usual[s.Watch.Target] = s.State.Usual
		}
		own, fires := s.Watch.By == q.User, s.State.Open()
		switch {
		case fires && (own || s.Watch.Channel == q.User || s.State.AckedBy == q.User):
			m.firing = append(m.firing, s)
		case own:
			m.alerts = append(m.alerts, s)
		default:
			continue
		}
		if !s.State.Paused {
			w.add(s.Watch.Target)
		}
	}
	slices.SortStableFunc(m.alerts, alerts.ByUrgency)
	slices.SortStableFunc(m.firing, func(a, b alert.Standing) int { return cmp.Or(cmp.Compare(taken(a), taken(b)), alerts.ByUrgency(a, b)) })
	return err
}

// taken orders alerts that fire: those first that nobody has taken on.
func taken(s alert.Standing) int {
	if s.State.AckedBy == "" {
		return 0
	}
	return 1
}

// readDigests reads the digests that who asks q made, and whom they are about.
func (h Handler) readDigests(ctx context.Context, m *mine, w *watched, q request.Question) error {
	if h.Digests == nil {
		return nil
	}
	all, err := h.Digests.All(ctx)
	watching := false // of all digests on what is watched, which the store is asked for, one counts
	for _, d := range all {
		if d.By != q.User {
			continue
		}
		m.digests = append(m.digests, d)
		if d.Paused || d.Order.Selection.Watched && watching {
			continue
		}
		watching = watching || d.Order.Selection.Watched
		of, unread := h.Digests.Campaigns(ctx, d.Order.Selection)
		err = errors.Join(err, unread)
		w.add(of...)
	}
	return err
}

// row is a campaign with what memory knows of it.
func (h Handler) row(t aht.Target, usual aht.Band, q request.Question) digest.Row {
	r := digest.Row{Target: t, Usual: usual}
	r.Goal, _ = h.Goals.Goal(t)
	last, ok := h.Memory.Latest(t)
	switch {
	case !ok:
	case last.Age(q.At) > answers.Comparable:
		r.Last = last
	default:
		r.Reading = last
		if past, ok := h.Memory.Before(t, last.At.Add(-aht.Window)); ok && last.At.Sub(past.At) <= answers.Comparable {
			r.Previous = past
		}
	}
	return r
}
