package monitor

import (
	"encoding/json"
	"slices"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// given is what a rule is judged with.
type given struct {
	now      time.Time
	interval time.Duration                       // between readings, as planned
	basis    func(at time.Time) alert.BaseValues // of the rule's target
	quiet    bool                                // missing readings count
	outage   bool                                // nobody has readings: no rule says so for itself
}

// verdict is what one reading, or its absence, led to, for the log.
type verdict struct {
	why   alert.Reason
	at    time.Time
	state alert.State
}

// outcome is where a step ends.
type outcome struct {
	state    alert.State
	lines    []alert.Update
	edits    map[int]alert.State // by episode: how it stood last
	verdicts []verdict
}

// says returns what a step says: edits first, since the lines go under the message.
func (o *outcome) says() (says []Notice) {
	for episode, s := range o.edits {
		says = append(says, saying(episode, true, alert.Update{Standing: alert.Standing{State: s}}))
	}
	slices.SortFunc(says, func(a, b Notice) int { return a.Episode - b.Episode })
	for _, t := range o.lines {
		says = append(says, saying(t.State.Episode, false, t))
	}
	return says
}

// line is a Turn as it is kept: the rule is looked up again when it is told.
type line struct {
	State    alert.State  `json:"state"`
	Why      alert.Reason `json:"why,omitzero"`
	Reminder bool         `json:"reminder,omitzero"`
	Last     bool         `json:"last,omitzero"`
	Person   string       `json:"person,omitzero"`
	Did      alert.Action `json:"did,omitzero"`
	At       time.Time    `json:"at,omitzero"`
}

func saying(episode int, edit bool, t alert.Update) Notice {
	doc, err := json.Marshal(line{t.State, t.Why, t.Reminder, t.Last, t.Person, t.Action, t.At})
	if err != nil {
		panic(err) // nothing in it can fail
	}
	return Notice{Episode: episode, Edit: edit, Body: string(doc)}
}

// turn reads what saying wrote, about w.
func (s Notice) turn(w alert.Watch) (alert.Update, error) {
	var l line
	err := json.Unmarshal([]byte(s.Body), &l)
	return alert.Update{
		Standing: alert.Standing{Watch: w, State: l.State},
		Why:      l.Why, Reminder: l.Reminder, Last: l.Last, Person: l.Person, Action: l.Did, At: l.At,
	}, err
}

// step judges what is new about a rule: readings, oldest first, and what the time of day
// brings. It is pure. What it says has to be kept together with the state.
func step(k alert.Standing, readings []aht.Reading, g given) outcome {
	o := outcome{state: k.State}
	r := k.Watch.Rule
	r.Interval = g.interval
	if !k.Watch.Removed.IsZero() {
		o.stop(g.now)
		return o
	}
	for _, m := range readings {
		before := o.state
		var why alert.Reason
		if why, o.state = alert.Judge(r, o.state, g.basis(m.At), m); why == alert.Repeated {
			continue
		}
		o.moved(r, before, g.now)
		o.follow(before, why, m.At, g.outage)
		o.tell(r, g.now, alert.StoredTime(m.At))
	}
	if g.quiet {
		before := o.state
		var why alert.Reason
		if why, o.state = alert.DetectStale(r, o.state, g.now); why != "" {
			o.follow(before, why, g.now, g.outage)
		}
	}
	o.tell(r, g.now, alert.StoredTime(g.now))
	var again bool
	if again, o.state = alert.Remind(r, o.state, g.now); again {
		o.say(alert.Update{Reminder: true, Last: alert.LastReminder(r, o.state), At: alert.StoredTime(g.now)})
	}
	return o
}

// stop ends the alert of a rule that was removed. Restored, the rule goes on as it was.
func (o *outcome) stop(now time.Time) {
	if !o.state.Open() {
		return
	}
	before, paused := o.state, o.state.Paused
	_, o.state = alert.Pause(o.state, now)
	o.state.Paused, o.state.Unnotified, o.state.Notified = paused, "", false
	o.follow(before, alert.Stopped, now, false)
	if before.Notified {
		o.say(alert.Update{Why: alert.Stopped, At: alert.StoredTime(now)})
	}
}

// follow shows what a reading led to in the message, if there is one: an edit disturbs
// nobody. In an outage that everybody has been told of no rule tells its own.
func (o *outcome) follow(before alert.State, why alert.Reason, at time.Time, outage bool) {
	if outage && o.state.Notified && (why == alert.Stale || why == alert.Fresh) {
		o.state.Unnotified = ""
	}
	o.verdicts = append(o.verdicts, verdict{why, alert.StoredTime(at), o.state})
	if before.Notified && (why.Transition() || o.state.Open()) {
		o.edit()
	}
}

// moved says that the line of a standing alert has moved with the campaign's target, unless
// nobody is to be told now. The message shows it all the same.
func (o *outcome) moved(r alert.Rule, before alert.State, now time.Time) {
	if before.Notified && o.state.Open() && !o.state.LineMovedAt.Equal(before.LineMovedAt) && !o.state.Muted(now) && r.Active.Open(now) {
		o.say(alert.Update{Why: alert.LineMoved, At: o.state.LineMovedAt})
	}
}

// tell says what people are to be told now, of what happened at a time.
func (o *outcome) tell(r alert.Rule, now, at time.Time) {
	var why alert.Reason
	if why, o.state = alert.Notify(r, o.state, now); why != "" {
		o.say(alert.Update{Why: why, At: at})
	}
}

// say puts a line in the thread, and how the alert stands in its message.
func (o *outcome) say(t alert.Update) {
	t.State = o.state
	o.lines = append(o.lines, t)
	o.edit()
}

func (o *outcome) edit() {
	if o.edits == nil {
		o.edits = map[int]alert.State{}
	}
	o.edits[o.state.Episode] = o.state
}
