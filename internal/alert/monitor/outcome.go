package monitor

import (
	"encoding/json"
	"slices"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// conditions are what a rule is judged with, beside its readings.
type conditions struct {
	now         time.Time
	interval    time.Duration                       // between readings, as planned
	baseValues  func(at time.Time) alert.BaseValues // of the rule's target
	detectStale bool                                // this process has judged long enough to know that readings are missing
	outage      bool                                // readings of all targets are missing: no rule tells so by itself
}

// verdict is what one reading, or its absence, led to. It is logged.
type verdict struct {
	why   alert.Reason
	at    time.Time
	state alert.State
}

// outcome is the result of judging a rule: its new state, updates for the thread and edits
// of messages.
type outcome struct {
	state    alert.State
	updates  []alert.Update
	edited   map[int]alert.State // by episode: the last state of it
	verdicts []verdict
}

// change returns the change of k to the outcome, with its notices.
func (o *outcome) change(k StoredRule) StateChange {
	state, err := json.Marshal(o.state)
	if err != nil {
		panic(err) // all its fields can be encoded
	}
	return StateChange{Rule: k.Watch.ID, StateVersion: k.StateVersion, State: string(state), Notices: o.notices()}
}

// notices returns the notices of an outcome: edits first, because updates are posted in the
// thread of the message.
func (o *outcome) notices() (all []Notice) {
	for episode, s := range o.edited {
		all = append(all, newNotice(episode, true, alert.Update{Standing: alert.Standing{State: s}}))
	}
	slices.SortFunc(all, func(a, b Notice) int { return a.Episode - b.Episode })
	for _, t := range o.updates {
		all = append(all, newNotice(t.State.Episode, false, t))
	}
	return all
}

// storedUpdate is an Update as it is stored. The rule is read again when it is posted.
type storedUpdate struct {
	State    alert.State  `json:"state"`
	Why      alert.Reason `json:"why,omitzero"`
	Reminder bool         `json:"reminder,omitzero"`
	Last     bool         `json:"last,omitzero"`
	Person   string       `json:"person,omitzero"`
	Did      alert.Action `json:"did,omitzero"`
	At       time.Time    `json:"at,omitzero"`
}

func newNotice(episode int, edit bool, t alert.Update) Notice {
	doc, err := json.Marshal(storedUpdate{t.State, t.Why, t.Reminder, t.Last, t.Person, t.Action, t.At})
	if err != nil {
		panic(err) // all its fields can be encoded
	}
	return Notice{Episode: episode, Edit: edit, Body: string(doc)}
}

// update returns the update that newNotice stored, about w.
func (s Notice) update(w alert.Watch) (alert.Update, error) {
	var l storedUpdate
	err := json.Unmarshal([]byte(s.Body), &l)
	return alert.Update{
		Standing: alert.Standing{Watch: w, State: l.State},
		Why:      l.Why, Reminder: l.Reminder, Last: l.Last, Person: l.Person, Action: l.Did, At: l.At,
	}, err
}

// judgeRule judges new readings of a rule, oldest first, and what is due at the time of g.
// It is pure. The notices have to be stored together with the state.
func judgeRule(k alert.Standing, readings []aht.Reading, g conditions) outcome {
	o := outcome{state: k.State}
	r := k.Watch.Rule
	r.Interval = g.interval
	if !k.Watch.Removed.IsZero() {
		o.endRemoved(g.now)
		return o
	}
	for _, m := range readings {
		before := o.state
		var why alert.Reason
		if why, o.state = alert.Judge(r, o.state, g.baseValues(m.At), m); why == alert.Repeated {
			continue
		}
		o.noteLineMoved(r, before, g.now)
		o.showReason(before, why, m.At, g.outage)
		o.notify(r, g.now, alert.StoredTime(m.At))
	}
	if g.detectStale {
		before := o.state
		var why alert.Reason
		if why, o.state = alert.DetectStale(r, o.state, g.now); why != "" {
			o.showReason(before, why, g.now, g.outage)
		}
	}
	o.notify(r, g.now, alert.StoredTime(g.now))
	var again bool
	if again, o.state = alert.Remind(r, o.state, g.now); again {
		o.addUpdate(alert.Update{Reminder: true, Last: o.state.Reminders >= r.Reminders, At: alert.StoredTime(g.now)})
	}
	return o
}

// endRemoved ends the alert of a removed rule. If the rule is restored it continues as
// before.
func (o *outcome) endRemoved(now time.Time) {
	if !o.state.Open() {
		return
	}
	before, paused := o.state, o.state.Paused
	_, o.state = alert.Pause(o.state, now)
	o.state.Paused, o.state.Unnotified, o.state.Notified = paused, "", false
	o.showReason(before, alert.Stopped, now, false)
	if before.Notified {
		o.addUpdate(alert.Update{Why: alert.Stopped, At: alert.StoredTime(now)})
	}
}

// showReason edits the message after a reading, if there is one: edits disturb nobody.
// During an outage, of which everybody is told, rules do not tell that they are stale.
func (o *outcome) showReason(before alert.State, why alert.Reason, at time.Time, outage bool) {
	if outage && o.state.Notified && (why == alert.Stale || why == alert.Fresh) {
		o.state.Unnotified = ""
	}
	o.verdicts = append(o.verdicts, verdict{why, alert.StoredTime(at), o.state})
	if before.Notified && (why.Transition() || o.state.Open()) {
		o.editMessage()
	}
}

// noteLineMoved tells that the line of a standing alert moved with the target of the
// campaign, unless nobody is to be told now. The message shows it in any case.
func (o *outcome) noteLineMoved(r alert.Rule, before alert.State, now time.Time) {
	if before.Notified && o.state.Open() && !o.state.LineMovedAt.Equal(before.LineMovedAt) && !o.state.Muted(now) && r.Active.Open(now) {
		o.addUpdate(alert.Update{Why: alert.LineMoved, At: o.state.LineMovedAt})
	}
}

// notify adds what people are to be told now about something that happened at at.
func (o *outcome) notify(r alert.Rule, now, at time.Time) {
	var why alert.Reason
	if why, o.state = alert.Notify(r, o.state, now); why != "" {
		o.addUpdate(alert.Update{Why: why, At: at})
	}
}

// addUpdate adds an update to the thread, and an edit of the message.
func (o *outcome) addUpdate(t alert.Update) {
	t.State = o.state
	o.updates = append(o.updates, t)
	o.editMessage()
}

func (o *outcome) editMessage() {
	if o.edited == nil {
		o.edited = map[int]alert.State{}
	}
	o.edited[o.state.Episode] = o.state
}
