package digest

import (
	"errors"
	"slices"
)

// ErrFilter is returned for text that names no filter.
var ErrFilter = errors.New("not a filter: write off-target, changed or with-calls")

// Filter says which targets of a digest are shown. The zero Filter shows all.
type Filter uint8

// The filters.
const (
	ShowAll       Filter = iota
	ShowOffTarget        // those off the target that was set for them
	ShowChanged          // those that moved since the reading before
	ShowWithCalls        // those that had calls
)

var filterNames = [...]string{"all", "off-target", "changed", "with-calls"}

// String returns the filter as it is typed: off-target, changed, with-calls, or all.
func (f Filter) String() string {
	if int(f) >= len(filterNames) {
		return "unknown"
	}
	return filterNames[f]
}

// MarshalText writes f as String does.
func (f Filter) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes. Its error is [ErrFilter].
func (f *Filter) UnmarshalText(text []byte) error {
	at := slices.Index(filterNames[:], string(text))
	if at < 0 {
		return ErrFilter
	}
	*f = Filter(at)
	return nil
}
