package digest

import (
	"errors"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// MaxCampaigns is the most campaigns one digest names: more rows than a message's table
// holds would say nothing.
const MaxCampaigns = 50

// ErrWhat is returned for an order that names no campaigns, or in more than one way.
var ErrWhat = errors.New("a digest is of named campaigns, of a group or of all watched ones, one of them")

// What is whose figures a digest shows. Exactly one of the three is set.
type What struct {
	// Campaigns are names as CloudAgent has them, in the order they were typed.
	Campaigns []string `json:"campaigns,omitzero"`
	// Group is how the names of its campaigns begin; which those are is asked anew for each
	// slot, of all names known then.
	Group string `json:"group,omitzero"`
	// Watched are the campaigns that have an alert when the slot comes.
	Watched bool `json:"watched,omitzero"`
}

// Check returns ErrWhat unless exactly one way is set, with at most MaxCampaigns names.
func (w What) Check() error {
	ways := 0
	for _, set := range []bool{len(w.Campaigns) > 0, w.Group != "", w.Watched} {
		if set {
			ways++
		}
	}
	if ways != 1 || len(w.Campaigns) > MaxCampaigns {
		return ErrWhat
	}
	return nil
}

// View is how the figures of a digest are shown. The zero View shows a table and a chart.
type View uint8

// The views.
const (
	ViewBoth View = iota
	ViewTable
	ViewChart
)

var viewNames = [...]string{"both", "table", "chart"}

// ErrView is returned for text that names no view.
var ErrView = errors.New("not a view: write table or chart")

// String returns the view as it is typed: both, table or chart.
func (v View) String() string {
	if int(v) >= len(viewNames) {
		return "unknown"
	}
	return viewNames[v]
}

// MarshalText writes v as String does.
func (v View) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes. Its error is [ErrView].
func (v *View) UnmarshalText(text []byte) error {
	at := slices.Index(viewNames[:], string(text))
	if at < 0 {
		return ErrView
	}
	*v = View(at)
	return nil
}

// Order is what a person ordered by one typed line. It is stored as JSON.
type Order struct {
	What What   `json:"what"`
	When Rule   `json:"when"`
	Only Filter `json:"only,omitzero"`
	As   View   `json:"as,omitzero"`
	Name string `json:"name,omitzero"` // the heading; empty: made of what it shows
}

// Digest is one order that stands: who gave it, where it is posted, when it comes next.
type Digest struct {
	ID      int64  // as people type it
	Version int64  // counts the changes; a change names the one it changes
	Channel string // a Slack channel's id
	By      string // Slack id of who made it
	Made    time.Time
	Order   Order
	// Paused digests have no slots. Until is the day from which on they have them again;
	// the zero Date is when a person says so.
	Paused   bool
	Until    Date
	PausedBy string // Slack id; empty when ahtbot paused it, Why says why
	Why      string // a word for the reason ahtbot paused it: "deactivated", or empty
	Next     Slot   // the next slot; zero: none comes
	Removed  time.Time
}

// Outcome is how a slot ended.
type Outcome string

// How a slot ended. The zero Outcome is that it has not.
const (
	Posted  Outcome = "posted"
	Unsure  Outcome = "unknown" // a crash or a lost answer left it unknown whether it stands; not repeated
	Skipped Outcome = "skipped" // too late
	Failed  Outcome = "failed"  // Slack takes no post there until a person changes something
)

// Ran is what became of one slot.
type Ran struct {
	Slot    Slot
	Outcome Outcome
	Late    time.Duration // how late it was posted; under LateFrom is in time
	Cause   string        // for Failed: Slack's word
	TS      string        // where it stands; empty when it does not, or nobody knows
}

// Row is one campaign of a Report.
type Row struct {
	Target aht.Target
	// Reading was taken for this slot; zero when that failed. Last is then the newest one
	// known, with its own time, and zero when there is none.
	Reading aht.Reading
	Last    aht.Reading
	Failure error         // why there is no Reading; nil when there is one
	Goal    aht.Goal      // zero: none is set
	Before  aht.Reading   // the newest reading two hours or more older; zero: none within the shift
	Usual   aht.Band      // zero: not known yet
	Course  []aht.Reading // of today's shift in the digest's zone, oldest first, for the chart
}

// Read reports whether the row has a reading of its slot.
func (r Row) Read() bool { return !r.Reading.At.IsZero() }

// Report is the facts of one digest message. Package commands words it.
type Report struct {
	Digest Digest
	Slot   Slot // zero for a preview and for one sent by hand
	At     time.Time
	Rows   []Row // in the order of the digest
	Late   time.Duration
	Missed []Slot // skipped since the last post, named here and nowhere again
	Next   Slot   // zero: none comes
	// Preview is true for one shown to a single person.
	Preview bool
	// ByHand is the Slack id of who sent it out of turn; empty: it was due.
	ByHand string
}
