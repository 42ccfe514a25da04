package alert

// Reason is why a reading, or its absence, led to its result. The set is closed, one Reason
// for each branch of a decision; it is stored, logged, shown and tested. The empty Reason
// means that nothing was decided.
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
	OutsideHours Reason = "rests"         // no calls, outside the active hours of a no-calls rule
	StillNoCalls Reason = "still no calls"
	Repeated     Reason = "repeated" // not newer than the reading judged last: nothing changes
	Paused       Reason = "paused"   // a person has paused the rule
	AwaitingLine Reason = "waits"    // the base of the line is not known
)

// What starts, changes or ends an alert.
const (
	Fired       Reason = "fired"
	Reopened    Reason = "reopened"   // fired again within two hours of clearing: the same episode
	Recovering  Reason = "recovering" // the first reading inside the clear line
	Relapsed    Reason = "relapsed"   // no longer inside the clear line, before it was cleared
	Cleared     Reason = "cleared"
	NoCalls     Reason = "no calls" // no call ended in the window, which ends an alert on the mean
	Stopped     Reason = "stopped"  // a person has paused the rule while it fired
	LineUnknown Reason = "unlined"  // the base of the line is not known any more, which ends an alert
	Stale       Reason = "stale"    // three readings are missing
	Fresh       Reason = "fresh"    // readings came again while an alert stands
)

// Unknown means that the account does not know the target. It changes no phase; only the
// owner of the rule is told.
const Unknown Reason = "unknown"

// LineMoved means that the line of a standing alert moved with the target of the campaign.
// It changes no phase.
const LineMoved Reason = "relined"

// Readings that leave an alert firing as it was.
const (
	StillFiring     Reason = "still firing"     // past the line
	BetweenLines    Reason = "between lines"    // back past the line, but not inside the clear line
	StillRecovering Reason = "still recovering" // inside the clear line, but not yet for as long as the rule asks
)

// Transition reports whether the phase changed in a way that the message of an alert, if
// there is one, has to show. [Notify] decides what people are told, and when.
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
