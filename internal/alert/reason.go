package alert

// Reason is why a reading, or its absence, led to what it led to. It is a closed set, one
// for each branch of a decision; it is stored, logged, shown and tested. The empty Reason
// is that nothing was decided.
type Reason string

// Readings that leave no alert firing.
const (
	UnderLine    Reason = "under line"    // on the right side of the line
	OverLine     Reason = "over line"     // the first reading past the line, on the side the rule watches
	PendingSince Reason = "pending since" // past the line, but not yet for as long as the rule asks
	FewReadings  Reason = "few readings"  // long enough, in fewer readings than the rule asks
	WarmingUp    Reason = "warming up"    // would fire, but the window holds a handful of calls
	FewCalls     Reason = "few calls"     // would fire, but the value moves too seldom for a mean of many calls
	WithinUsual  Reason = "within usual"  // past the line, but inside the usual band of this hour
	Gap          Reason = "gap"           // past the line or inside the clear line, but counted anew after a gap
	OutsideHours Reason = "rests"         // no calls, outside the active hours of a rule that waits for that
	StillNoCalls Reason = "still no calls"
	Repeated     Reason = "repeated" // not newer than the reading judged last: nothing changes
	Paused       Reason = "paused"   // a person has paused the rule
	AwaitingLine Reason = "waits"    // what the line hangs on is not known
)

// What begins, changes or ends an alert.
const (
	Fired       Reason = "fired"
	Reopened    Reason = "reopened"   // fired again within two hours of clearing: the same episode
	Recovering  Reason = "recovering" // the first reading inside the clear line
	Relapsed    Reason = "relapsed"   // no longer inside the clear line, before it was cleared
	Cleared     Reason = "cleared"
	NoCalls     Reason = "no calls" // no call ended in the window: nothing to judge, and the end of an alert on the mean
	Stopped     Reason = "stopped"  // a person has paused the rule while it fired
	LineUnknown Reason = "unlined"  // what the line hung on is not known any more: nothing to judge by, and the end of an alert
	Stale       Reason = "stale"    // three readings are missing
	Fresh       Reason = "fresh"    // readings came again, and the alert still stands
)

// Unknown is that the account knows no such target. It changes no phase: only the maker of
// the rule is told.
const Unknown Reason = "unknown"

// LineMoved is that the line of a standing alert has moved with the campaign's target. It
// changes no phase.
const LineMoved Reason = "relined"

// Readings that leave an alert firing as it was.
const (
	StillFiring     Reason = "still firing"     // past the line
	BetweenLines    Reason = "between lines"    // back past the line, but not inside the clear line
	StillRecovering Reason = "still recovering" // inside the clear line, but not yet for as long as the rule asks
)

// Transition reports whether the phase changed in a way that the message of an alert has
// to show, if there is a message. What people are told, and when, is for [Notify] to say.
func (r Reason) Transition() bool {
	switch r {
	case Fired, Reopened, Recovering, Relapsed, Cleared, NoCalls, LineUnknown, Stopped, Stale, Fresh:
		return true
	case UnderLine, OverLine, PendingSince, FewReadings, WarmingUp, FewCalls, WithinUsual, Gap, OutsideHours,
		StillNoCalls, Repeated, Paused, AwaitingLine, Unknown, LineMoved, StillFiring, BetweenLines, StillRecovering:
		return false
	}
	return false
}
