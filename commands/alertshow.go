package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// listAlerts answers a ListAlerts: what stands first, then by number.
func (h AlertRoom) listAlerts(ctx context.Context, c ListAlerts, q Question) (Reply, error) {
	all, err := h.Alerts.All(ctx)
	if err != nil {
		return Reply{}, err
	}
	place := here(q)
	if !c.All {
		all = slices.DeleteFunc(all, func(s alert.Standing) bool { return s.Watch.Channel != place })
	}
	if len(all) == 0 {
		return noAlertsYet(c.All), nil
	}
	slices.SortStableFunc(all, func(a, b alert.Standing) int {
		return cmp.Or(cmp.Compare(urgency(b.State), urgency(a.State)), cmp.Compare(a.Watch.ID, b.Watch.ID))
	})
	return h.alertTable(all, c.All, q), nil
}

func noAlertsYet(all bool) Reply {
	if all {
		return alertReply("There is no alert yet. To make one:", exampleAlert)
	}
	return alertReply("No alert is told here. To make one, or to see those of other places:", exampleAlert, tryAlert("list all"))
}

// urgency orders how alerts stand by what should be seen first.
func urgency(s alert.State) int {
	switch {
	case s.Open() && s.Phase != alert.PhaseRecovering:
		return 3 // firing
	case s.Open():
		return 2
	case s.Phase == alert.PhasePending || s.Phase == alert.PhaseStale || s.Phase == alert.PhaseWaiting || !s.UnknownSince.IsZero():
		return 1
	default:
		return 0
	}
}

func (h AlertRoom) alertTable(all []alert.Standing, everywhere bool, q Question) Reply {
	t := &Table{Caption: "Alerts, and how each stands", Header: []string{"#", "Campaign", "When", "Stands"}, Narrow: []int{0, 1, 3}}
	if everywhere {
		t.Header = append(t.Header, "Told")
	}
	firing := 0
	var words []string
	for _, s := range all {
		w := s.Watch
		if s.State.Phase == alert.PhaseFiring {
			firing++
		}
		w.Rule = h.figures(w, s.State.Usual)
		state := standsBriefly(w.Rule, s.State, q.At, h.Zone)
		row := []Cell{Number(fmt.Sprintf("#%d", w.ID), float64(w.ID)), Words(w.Target.Name()), Words(condition(w.Rule)), Words(state)}
		if everywhere {
			row = append(row, Words(whereWords(w.Channel, q)))
		}
		t.Rows = append(t.Rows, row)
		words = append(words, fmt.Sprintf("#%d %s %s, %s", w.ID, w.Target.Name(), condition(w.Rule), state))
	}
	where := " told here"
	if everywhere {
		where = ""
	}
	r := alertReply(fmt.Sprintf("%s%s, %d firing.", plural(len(all), "alert"), where, firing))
	r.Table = t
	r.Try = []string{tryAlert("show %d", all[0].Watch.ID)}
	r.Text = joinSentences(r.Lines[0], strings.Join(words, "; ")+".", r.Try[0])
	return r
}

// standsBriefly says in a word or two how an alert stands.
func standsBriefly(r alert.Rule, s alert.State, now time.Time, zone *time.Location) string {
	var word string
	switch {
	case s.Paused:
		return "paused"
	case waiting(r) && !s.Open():
		word = "waits: " + lostWords(r)
	case !s.UnknownSince.IsZero():
		word = "campaign not known since " + when(s.UnknownSince, now, zone)
	case s.Last.IsZero():
		word = "not read yet"
	case s.Phase == alert.PhaseFiring && s.AckedBy != "":
		word = "firing, acknowledged"
	case s.Phase == alert.PhaseStale:
		word = "no reading since " + when(s.Last, now, zone)
	case s.Phase == alert.PhaseOK:
		word = "quiet"
	case s.Phase == alert.PhaseLearning:
		word = "quiet, learning"
	default:
		word = s.Phase.String()
	}
	if s.Muted(now) {
		word += ", muted until " + when(s.MutedUntil, now, zone)
	}
	return word
}

// showAlert answers a ShowAlert, and the press of Details.
func (h AlertRoom) showAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	changes, err := h.Alerts.Changes(ctx, id, 4)
	if err != nil {
		return Reply{}, err
	}
	course, band := h.course(ctx, s, q)
	return h.shown(s, course, band, changes, q), nil
}

// course is the last readings of what s watches, and its usual band now. Without a store
// that answers there are none: how an alert stands can be told without.
func (h AlertRoom) course(ctx context.Context, s alert.Standing, q Question) ([]aht.Reading, aht.Band) {
	band, err := h.usual(ctx, s.Watch.Target, q)
	if err != nil || h.History == nil {
		return nil, band
	}
	course, err := h.History(ctx, s.Watch.Target, q.At.Add(-aht.Window), q.At)
	if err != nil {
		return nil, band
	}
	return course[max(0, len(course)-courseReadings):], band
}

// shown words an alert, how it stands and why.
func (h AlertRoom) shown(s alert.Standing, course []aht.Reading, band aht.Band, changes []Change, q Question) Reply {
	s.Watch.Rule = h.figures(s.Watch, band)
	w, st := s.Watch, s.State
	r := alertReply("")
	r.Title = fmt.Sprintf("Alert #%d: %s", w.ID, short(w.Target.Name()))
	stands := joinSentences(h.stands(s, q), upperFirst(because(w.Rule, st)))
	lines := []string{
		fmt.Sprintf("Tells %s when %s is %s.", whereWords(w.Channel, q), watched(w), condition(w.Rule)),
		stands, unknownWords(st, q.At, h.Zone), basisWords(w.Rule, band), earliestWords(w.Rule, earliestOf(s), q.At, h.Zone), mutedWords(st, q.At, h.Zone),
		"What it does, and the words that change it:\n" + settingLines(w.Rule),
	}
	r.Chart = courseChart(w, course, h.Zone)
	r.Credits = append(toldCredit(w.Channel), changeCredits(w, changes, q.At, h.Zone)...)
	r.Try = []string{tryAlert("edit %d for 30m", w.ID)}
	if try := h.targetTry(w); try != "" {
		r.Try = append([]string{try}, r.Try...)
	}
	pause := Button{Action: ActionLine, Label: "Pause", Value: fmt.Sprintf("alert pause %d", w.ID)}
	if st.Paused {
		pause = Button{Action: ActionLine, Label: "Resume", Value: fmt.Sprintf("alert resume %d", w.ID)}
	}
	r.Buttons = []Button{pause, {Action: ActionLine, Label: "Remove", Value: fmt.Sprintf("alert remove %d", w.ID)}}
	return withLines(r, lines, readingWords(course, w.Rule.Interval, h.Zone))
}

// basisWords says what is usual and what the line moves with, unless the alert waits for that.
func basisWords(r alert.Rule, usual aht.Band) string {
	if waiting(r) {
		return ""
	}
	return joinNonEmpty("\n", usualWords(r, usual), followsWords(r))
}

// earliestOf is about when the alert of s can clear; zero when that is not to be said.
func earliestOf(s alert.Standing) time.Time {
	at, ok := alert.EarliestClear(s.Watch.Rule, s.State)
	if !ok {
		return time.Time{}
	}
	return at
}

// stands says how an alert stands: the state, since when, the last reading.
func (h AlertRoom) stands(s alert.Standing, q Question) string {
	r, st := s.Watch.Rule, s.State
	at := func(t time.Time) string { return when(t, q.At, h.Zone) }
	last := fmt.Sprintf("Last reading: %s at %s.", meanWords(st.Mean), at(st.Last))
	switch {
	case st.Paused:
		return "It is paused: nothing is judged until somebody resumes it."
	case waiting(r) && !st.Open():
		return h.waitsWords(s.Watch)
	case st.Last.IsZero():
		return "It waits for its first reading."
	case st.Phase == alert.PhaseStale:
		return fmt.Sprintf("Readings are missing since %s, so it neither fires nor ends.", at(st.Last))
	case st.Open():
		line := fmt.Sprintf("It is %s since %s.", phaseWords(st), at(st.CrossedAt))
		if st.Peak > 0 {
			line = fmt.Sprintf("It is %s: %s since %s, %s at worst.", phaseWords(st), crossedLine(r, st, h.Zone), at(st.CrossedAt), aht.FormatDuration(st.Peak))
		}
		return joinSentences(line, last)
	case st.Phase == alert.PhasePending:
		return joinSentences(fmt.Sprintf("It is %s since %s, and does not fire yet.", pastLine(r), at(st.Since)), last)
	case st.Phase == alert.PhaseNoCalls:
		return fmt.Sprintf("No outbound call ended in the two hours to %s, so there is nothing to judge.", at(st.Last))
	default:
		return joinSentences("It is quiet.", last)
	}
}

// phaseWords names the phase of an alert that stands.
func phaseWords(s alert.State) string {
	if s.Phase != alert.PhaseRecovering && s.AckedBy != "" {
		return "firing and acknowledged"
	}
	return s.Phase.String()
}

// because says why the newest reading led to what it led to; empty before the first.
func because(r alert.Rule, s alert.State) string {
	switch s.Why {
	case alert.UnderLine:
		if r.Kind == alert.KindNoCalls {
			return "calls are coming in."
		}
		return "it is on the good side of the line."
	case alert.OverLine:
		return "that was the first reading past the line, and one alone proves nothing."
	case alert.PendingSince:
		return "it is past the line, but not yet for " + lasting(r.For) + "."
	case alert.FewReadings:
		return "it is past the line for long enough, but in fewer than " + plural(r.Readings, "reading") + "."
	case alert.WarmingUp:
		return "it would fire, but calls have only just begun and a handful makes no mean."
	case alert.FewCalls:
		return "it would fire, but the figure moves so seldom that there can't be more than about ten calls in it."
	case alert.WithinUsual:
		return "it is past the line, but that is usual at this hour."
	case alert.Gap:
		return "readings were missing before the last, so it counts anew."
	case alert.OutsideHours:
		return "outside its active hours no calls are expected."
	case alert.Fired, alert.Reopened, alert.StillFiring, alert.Relapsed, alert.Fresh:
		if r.Kind == alert.KindNoCalls {
			return "the first call ends it."
		}
		return "it ends when it has been " + insideLine(r) + " " + stay(r, r.ClearFor) + "."
	case alert.BetweenLines:
		return "the last reading is no longer past the line, but only " + insideLine(r) + " counts as recovering."
	case alert.Recovering, alert.StillRecovering:
		return "the last reading is " + insideLine(r) + ", which has to last " + stay(r, r.ClearFor) + "."
	case alert.Cleared:
		return "the last alert ended with this reading."
	case alert.NoCalls, alert.StillNoCalls, alert.Stopped, alert.Stale, alert.Paused, alert.Repeated, alert.Unknown, alert.AwaitingLine, alert.LineUnknown, alert.LineMoved:
		return ""
	default:
		return ""
	}
}

// changeCredits names who made an alert and who changed it since, the newest first.
func changeCredits(w alert.Watch, changes []Change, now time.Time, zone *time.Location) []Credit {
	out := []Credit{{Role: RoleSetUp, ID: w.By, When: "at " + when(w.Made, now, zone)}}
	roles := map[string]Role{"paused": RolePaused, "removed": RoleRemoved, "acknowledged": RoleAcknowledged, "muted": RoleMuted, "edited": RoleChanged}
	for _, c := range changes {
		role, plain := roles[c.Did]
		at := "at " + when(c.At, now, zone)
		if !plain {
			role, at = RoleChanged, at+", "+c.Did
		}
		if c.By != "" && c.Did != "made" {
			out = append(out, Credit{Role: role, ID: c.By, When: at})
		}
	}
	return out
}
