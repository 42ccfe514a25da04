package alerts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// list lists the alerts of a place, or those everywhere: what should be seen first, then by number.
func (h Handler) list(ctx context.Context, everywhere bool, q request.Question) (reply.Reply, error) {
	all, err := h.Alerts.All(ctx)
	if err != nil {
		return reply.Reply{}, err
	}
	place := here(q)
	if !everywhere {
		all = slices.DeleteFunc(all, func(s alert.Standing) bool { return s.Watch.Channel != place })
	}
	if len(all) == 0 {
		return h.noAlertsYet(everywhere), nil
	}
	slices.SortStableFunc(all, ByUrgency)
	return h.alertTable(all, everywhere, q), nil
}

// Mine are the alerts that who asks q set up, wherever they are told, in the order of the list.
func (h Handler) Mine(ctx context.Context, q request.Question) (out []standing.Brief, err error) {
	all, err := h.Alerts.All(ctx)
	slices.SortStableFunc(all, ByUrgency)
	for _, s := range all {
		if s.Watch.By == q.User {
			out = append(out, h.Brief(s, q))
		}
	}
	return out, err
}

// Brief is an alert in a line, and how it stands for who asks q.
func (h Handler) Brief(s alert.Standing, q request.Question) standing.Brief {
	w := s.Watch
	w.Rule = h.figures(w, s.State.Usual)
	return standing.Brief{Noun: standing.NounAlert, ID: w.ID, Says: listed(w, standsBriefly(w.Rule, s.State, q.At, h.Zone))}
}

// listed is an alert in a few words, and how it stands.
func listed(w alert.Watch, state string) string {
	return fmt.Sprintf("%s %s, %s", w.Target.Name(), alertpost.Condition(w.Rule), state)
}

// ByUrgency orders alerts by what should be seen first, then by number.
func ByUrgency(a, b alert.Standing) int {
	return cmp.Or(cmp.Compare(urgency(b.State), urgency(a.State)), cmp.Compare(a.Watch.ID, b.Watch.ID))
}

func (h Handler) noAlertsYet(all bool) reply.Reply {
	r := alertReply("No alert is told here. To make one, or to see those of other places:", alertline.ExampleAlert, alertline.TryAlert("list all"))
	if all {
		r = alertReply("There is no alert yet. To make one:", alertline.ExampleAlert)
	}
	r.Buttons = h.AppendForm(nil, "New alert", "alert add")
	return r
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

// mostEdited is how many alerts of a list have a button that changes them.
const mostEdited = 3

func (h Handler) alertTable(all []alert.Standing, everywhere bool, q request.Question) reply.Reply {
	t := &reply.Table{Caption: "Alerts, and how each stands", Header: []string{"#", "Campaign", "When", "Stands"}, Narrow: []int{0, 1, 3}}
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
		row := []reply.Cell{reply.Number(fmt.Sprintf("#%d", w.ID), float64(w.ID)), reply.Words(w.Target.Name()), reply.Words(alertpost.Condition(w.Rule)), reply.Words(state)}
		if everywhere {
			row = append(row, reply.Words(whereWords(w.Channel, q)))
		}
		t.Rows = append(t.Rows, row)
		words = append(words, fmt.Sprintf("#%d %s", w.ID, listed(w, state)))
	}
	where := " told here"
	if everywhere {
		where = ""
	}
	r := alertReply(fmt.Sprintf("%s%s, %d firing.", reply.Plural(len(all), "alert"), where, firing))
	r.Table = t
	r.Try = []string{alertline.TryAlert("show %d", all[0].Watch.ID)}
	for _, s := range all[:min(len(all), mostEdited)] {
		r.Buttons = h.AppendForm(r.Buttons, fmt.Sprintf("Edit #%d", s.Watch.ID), fmt.Sprintf("alert edit %d", s.Watch.ID))
	}
	r.Buttons = h.AppendForm(r.Buttons, "New alert", "alert add")
	r.Text = reply.JoinSentences(r.Lines[0], strings.Join(words, "; ")+".", r.Try[0])
	return r
}

// standsBriefly says in a word or two how an alert stands.
func standsBriefly(r alert.Rule, s alert.State, now time.Time, zone *time.Location) string {
	var word string
	switch {
	case s.Paused:
		return "paused"
	case waiting(r) && !s.Open():
		word = "waits: " + alertpost.LostWords(r)
	case !s.UnknownSince.IsZero():
		word = "campaign not known since " + reply.When(s.UnknownSince, now, zone)
	case s.Last.IsZero():
		word = "not read yet"
	case s.Phase == alert.PhaseFiring && s.AckedBy != "":
		word = "firing, acknowledged"
	case s.Phase == alert.PhaseStale:
		word = "no reading since " + reply.When(s.Last, now, zone)
	case s.Phase == alert.PhaseOK:
		word = "quiet"
	case s.Phase == alert.PhaseLearning:
		word = "quiet, learning"
	default:
		word = s.Phase.String()
	}
	if s.Muted(now) {
		word += ", muted until " + reply.When(s.MutedUntil, now, zone)
	}
	return word
}

// show tells all about one alert, for a line and for the press of Details.
func (h Handler) show(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	changes, err := h.Alerts.Changes(ctx, id, 4)
	if err != nil {
		return reply.Reply{}, err
	}
	course, band := h.course(ctx, s, q)
	return h.shown(s, course, band, changes, q), nil
}

// course is the last readings of what s watches, and its usual band now. Without a store
// that answers there are none: how an alert stands can be told without.
func (h Handler) course(ctx context.Context, s alert.Standing, q request.Question) ([]aht.Reading, aht.Band) {
	band, err := h.usual(ctx, s.Watch.Target, q)
	if err != nil || h.History == nil {
		return nil, band
	}
	course, err := h.History(ctx, s.Watch.Target, q.At.Add(-aht.Window), q.At)
	if err != nil {
		return nil, band
	}
	return course[max(0, len(course)-alertpost.CourseReadings):], band
}

// shown words an alert, how it stands and why.
func (h Handler) shown(s alert.Standing, course []aht.Reading, band aht.Band, changes []request.Change, q request.Question) reply.Reply {
	s.Watch.Rule = h.figures(s.Watch, band)
	w, st := s.Watch, s.State
	r := alertReply("")
	r.Title = fmt.Sprintf("Alert #%d: %s", w.ID, reply.Short(w.Target.Name()))
	earliest, _ := alert.EarliestClear(w.Rule, st)
	stands := reply.JoinSentences(h.stands(s, q), reply.UpperFirst(because(w.Rule, st)))
	lines := []string{
		fmt.Sprintf("Tells %s when %s is %s.", whereWords(w.Channel, q), watched(w), alertpost.Condition(w.Rule)),
		stands, alertpost.UnknownWords(st, q.At, h.Zone), basisWords(w.Rule, band), alertpost.EarliestWords(w.Rule, earliest, q.At, h.Zone), alertpost.MutedWords(st, q.At, h.Zone),
		fmt.Sprintf("What it does, and the words that change it, as in %s:\n", alertline.TryAlert("edit %d for 30m", w.ID)) + alertpost.SettingLines(w.Rule),
	}
	r.Chart = alertpost.CourseChart(w, course, h.Zone)
	when := func(at time.Time) string { return "at " + reply.When(at, q.At, h.Zone) }
	r.Credits = append(alertpost.ToldCredit(w.Channel), standing.Credits(w.By, w.Made, changes, when, ", %s")...)
	r.Try = []string{alertline.TryAlert("test %d", w.ID)}
	pause := reply.Button{Action: reply.ActionLine, Label: "Pause", Value: fmt.Sprintf("alert pause %d", w.ID)}
	if st.Paused {
		pause = reply.Button{Action: reply.ActionLine, Label: "Resume", Value: fmt.Sprintf("alert resume %d", w.ID)}
	}
	r.Buttons = append(h.AppendForm(h.appendTarget(nil, w), "Edit", fmt.Sprintf("alert edit %d", w.ID)), pause, reply.Button{Action: reply.ActionLine, Label: "Remove", Value: fmt.Sprintf("alert remove %d", w.ID)})
	patient := ""
	if w.Rule.Kind != alert.KindNoCalls {
		patient = "With about ten calls or fewer in two hours it waits, rather than cry wolf."
	}
	return reply.WithLines(r, lines, patient, alertpost.ReadingWords(course, w.Rule.Interval, h.Zone))
}

// basisWords says what is usual and what the line moves with, unless the alert waits for that.
func basisWords(r alert.Rule, usual aht.Band) string {
	if waiting(r) {
		return ""
	}
	return reply.JoinNonEmpty("\n", alertpost.UsualWords(r, usual), followsWords(r))
}

// stands says how an alert stands: the state, since when, the last reading.
func (h Handler) stands(s alert.Standing, q request.Question) string {
	r, st := s.Watch.Rule, s.State
	at := func(t time.Time) string { return reply.When(t, q.At, h.Zone) }
	last := fmt.Sprintf("Last reading: %s at %s.", alertpost.MeanWords(st.Mean), at(st.Last))
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
			line = fmt.Sprintf("It is %s: %s since %s, %s at worst.", phaseWords(st), alertpost.CrossedLine(r, st, h.Zone), at(st.CrossedAt), aht.FormatDuration(st.Peak))
		}
		return reply.JoinSentences(line, last)
	case st.Phase == alert.PhasePending:
		return reply.JoinSentences(fmt.Sprintf("It is %s since %s, and does not fire yet.", alertpost.PastLine(r), at(st.Since)), last)
	case st.Phase == alert.PhaseNoCalls:
		return fmt.Sprintf("No outbound call ended in the two hours to %s, so there is nothing to judge.", at(st.Last))
	default:
		return reply.JoinSentences("It is quiet.", last)
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
		return "it is past the line, but not yet for " + reply.Lasting(r.For) + "."
	case alert.FewReadings:
		return "it is past the line for long enough, but in fewer than " + reply.Plural(r.Readings, "reading") + "."
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
		return "it ends when it has been " + alertpost.InsideLine(r) + " " + alertpost.Stay(r, r.ClearFor) + "."
	case alert.BetweenLines:
		return "the last reading is no longer past the line, but only " + alertpost.InsideLine(r) + " counts as recovering."
	case alert.Recovering, alert.StillRecovering:
		return "the last reading is " + alertpost.InsideLine(r) + ", which has to last " + alertpost.Stay(r, r.ClearFor) + "."
	case alert.Cleared:
		return "the last alert ended with this reading."
	case alert.NoCalls, alert.StillNoCalls, alert.Stopped, alert.Stale, alert.Paused, alert.Repeated, alert.Unknown, alert.AwaitingLine, alert.LineUnknown, alert.LineMoved:
	}
	return ""
}
