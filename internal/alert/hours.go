package alert

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrHours is returned for active hours without a day, a zone, or times within the day.
var ErrHours = errors.New("active hours need a day, two times of the day and a zone")

// Hours are the times of the week in which people want to be told. The zero Hours is
// always.
type Hours struct {
	Days uint8 // the bit 1<<time.Weekday for each day on which hours start
	// From and To are times of day in Zone, in whole minutes from 0 to 24 hours; only To may be
	// 24 hours. A To at or before From is on the next day.
	From, To time.Duration
	Zone     *time.Location // of From and To
}

// IsZero reports whether h is the zero Hours, which is always.
func (h Hours) IsZero() bool { return h == Hours{} }

const day = 24 * time.Hour

func (h Hours) check() error {
	if h.IsZero() {
		return nil
	}
	if h.Days == 0 || h.Days >= 1<<7 || h.Zone == nil || min(h.From, h.To) < 0 || h.From >= day || h.To > day {
		return ErrHours
	}
	return nil
}

// Open reports whether at lies in active hours.
func (h Hours) Open(at time.Time) bool {
	_, open := h.Since(at)
	return open
}

// Since returns when the active hours around at started, and whether there are any. Hours
// that follow one another without a break are one. For the zero Hours, or when they never
// pause, it is a time long past.
func (h Hours) Since(at time.Time) (time.Time, bool) {
	from, open := h.startOfDayHours(at)
	for range 7 {
		before, joined := h.startOfDayHours(from.Add(-1))
		if !open || !joined || h.IsZero() {
			break
		}
		from = before
	}
	return from, open
}

// startOfDayHours is Since for the hours of a single day.
func (h Hours) startOfDayHours(at time.Time) (time.Time, bool) {
	if h.IsZero() {
		return time.Time{}, true
	}
	for back := 0; back >= -1; back-- { // today's, or yesterday's past midnight
		if from, to, ok := h.onDay(at, back); ok && !at.Before(from) && at.Before(to) {
			return from, true
		}
	}
	return time.Time{}, false
}

// Next returns at when it lies in active hours, and otherwise when the next ones start.
func (h Hours) Next(at time.Time) time.Time {
	if h.Open(at) {
		return at
	}
	for ahead := range 8 {
		if from, _, ok := h.onDay(at, ahead); ok && !from.Before(at) {
			return from
		}
	}
	return at
}

// onDay returns the hours that start on the day that is days after the day of at.
func (h Hours) onDay(at time.Time, days int) (from, to time.Time, ok bool) {
	y, m, d := at.In(h.Zone).Date()
	d += days
	if weekday := time.Date(y, m, d, 12, 0, 0, 0, h.Zone).Weekday(); h.Days&(1<<weekday) == 0 {
		return time.Time{}, time.Time{}, false
	}
	// time.Date normalizes the minutes before it applies the zone.
	from = time.Date(y, m, d, 0, int(h.From/time.Minute), 0, 0, h.Zone)
	if h.To <= h.From {
		d++
	}
	return from, time.Date(y, m, d, 0, int(h.To/time.Minute), 0, 0, h.Zone), true
}

// hoursJSON is how Hours are stored: the zone by its IANA name.
type hoursJSON struct {
	Days uint8         `json:"days"`
	From time.Duration `json:"from"`
	To   time.Duration `json:"to"`
	Zone string        `json:"zone"`
}

// MarshalJSON writes the zone by its name.
func (h Hours) MarshalJSON() ([]byte, error) {
	if h.Zone == nil {
		return nil, ErrHours
	}
	return json.Marshal(hoursJSON{h.Days, h.From, h.To, h.Zone.String()})
}

// UnmarshalJSON reads what MarshalJSON wrote. It loads the zone, which costs tens of
// microseconds: rules are read when they change, not for every reading.
func (h *Hours) UnmarshalJSON(b []byte) error {
	var j hoursJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("active hours: %w", err)
	}
	zone, err := time.LoadLocation(j.Zone)
	if err != nil {
		return fmt.Errorf("active hours: %w", err)
	}
	*h = Hours{j.Days, j.From, j.To, zone}
	return h.check()
}
