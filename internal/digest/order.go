package digest

import (
	"errors"

	"ahtbot/internal/aht"
)

// MaxCampaigns is the most campaigns that one digest may name: the table of a Slack message
// holds no more rows.
const MaxCampaigns = 50

// ErrSelection is returned for an order that selects no campaigns, or in more than one way.
var ErrSelection = errors.New("a digest is of named campaigns, of a group or of all watched ones, one of them")

// Selection is whose figures a digest shows. Exactly one field is set.
type Selection struct {
	// Campaigns are names as CloudAgent has them, in the order they were typed.
	Campaigns []string `json:"campaigns,omitzero"`
	// Group is the prefix of the names of its campaigns. For each slot they are selected anew
	// from all names known.
	Group string `json:"group,omitzero"`
	// Watched selects the campaigns that have an alert when the slot comes.
	Watched bool `json:"watched,omitzero"`
}

// Check returns [ErrSelection] unless exactly one field is set, with at most [MaxCampaigns]
// names.
func (w Selection) Check() error {
	if !exactlyOne(len(w.Campaigns) > 0, w.Group != "", w.Watched) || len(w.Campaigns) > MaxCampaigns {
		return ErrSelection
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

var viewWords = aht.Words[View]{"both", "table", "chart"}

// String returns the view as it is typed: both, table or chart.
func (v View) String() string { return viewWords.Of(v) }

// MarshalText writes v as String does.
func (v View) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes; an unknown word is an error.
func (v *View) UnmarshalText(text []byte) (err error) {
	*v, err = viewWords.Number(text)
	return err
}

// Filter says which rows of a digest are shown. The zero Filter shows all.
type Filter uint8

// The filters.
const (
	ShowAll       Filter = iota
	ShowOffTarget        // those that miss the target set for them
	ShowChanged          // those that changed since the reading before
	ShowWithCalls        // those that had calls
)

var filterWords = aht.Words[Filter]{"all", "off-target", "changed", "with-calls"}

// String returns the filter as it is typed: off-target, changed, with-calls, or all.
func (f Filter) String() string { return filterWords.Of(f) }

// MarshalText writes f as String does.
func (f Filter) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes; an unknown word is an error.
func (f *Filter) UnmarshalText(text []byte) (err error) {
	*f, err = filterWords.Number(text)
	return err
}

// Order is what a person asked for in one line. It is stored as JSON.
type Order struct {
	Selection Selection `json:"what"`
	Rule      Rule      `json:"when"`
	Filter    Filter    `json:"only,omitzero"`
	View      View      `json:"as,omitzero"`
	Name      string    `json:"name,omitzero"` // the heading; empty: one is made of the selection
}
