// Package digest says when a digest is due and what it shows: rules in local time and their
// slots, holidays, how late a slot may be posted and when its readings start. It is pure:
// callers pass the time. Package digest/scheduler posts digests.
package digest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaxTimes is the most slots a rule may have in a day. Readings look two hours back, so
// more would repeat themselves.
const MaxTimes = 24

// AllCalendars in the Holidays of a rule means every calendar there is.
const AllCalendars = "*"

// MaxWeeks is the longest distance between two weeks of a rule.
const MaxWeeks = 52

// Limits of the lists of a rule. They bound the work that one typed line can make for Next.
const (
	maxExcept   = 100
	maxHolidays = 20
)

// Spec is a rule as written down: what a typed line says, and what is stored. [NewRule]
// makes a Rule of it. Exactly one of Days, Workdays, Month and Cron is set; all but Cron
// need either Times or Every.
type Spec struct {
	Days     Weekdays `json:"days,omitzero"`
	Workdays bool     `json:"workdays,omitzero"` // the account's working week, as it is when a slot is computed
	Month    MonthDay `json:"month,omitzero"`
	Cron     string   `json:"cron,omitzero"` // five fields

	// Weeks restricts Days or Workdays to every second, third, … week, 2 to [MaxWeeks]. Weeks
	// are counted in sevens of days from Starting, which must be set. 0 and 1 are every week.
	Weeks int `json:"weeks,omitzero"`
	// Quarter restricts Month to one month of each quarter: the first one, or the last one for
	// a day that is counted from the end.
	Quarter bool `json:"quarter,omitzero"`

	Times []Clock `json:"times,omitzero"`
	Every Every   `json:"every,omitzero"`

	Zone     string `json:"zone"`              // IANA name
	Starting Date   `json:"starting,omitzero"` // the first day; zero: at once
	Until    Date   `json:"until,omitzero"`    // the last day; zero: for ever
	Except   []Date `json:"except,omitzero"`
	// Holidays are names of calendars, in lower case, or [AllCalendars]. Names of calendars
	// that do not exist have no effect.
	Holidays []string `json:"holidays,omitzero"`
}

// Every is a step of whole hours from one time of day to another. When To is before From it
// is a night shift: the hours after midnight belong to the day on which it started. The
// zero Every is none.
type Every struct {
	Hours int   `json:"hours"`
	From  Clock `json:"from"`
	To    Clock `json:"to"` // included
}

// times returns the times of day of e. Those after midnight count on from 24:00.
func (e Every) times() []Clock {
	to := e.To
	if to < e.From {
		to += dayMinutes
	}
	var times []Clock
	for t := e.From; t <= to; t += Clock(e.Hours) * 60 {
		times = append(times, t)
	}
	return times
}

// Rule is when a digest is due. A Rule made by [NewRule] or read from JSON is valid; the
// zero Rule has no slots. In JSON it is its Spec, which is checked again when it is read.
type Rule struct {
	spec  Spec
	times []Clock // of a day, ascending; from 24:00 on they fall on the next date
	zone  *time.Location
}

// NewRule returns the rule that s describes. Its times and dates are sorted and duplicates
// removed. An error says what is wrong with s; about the cron line it is a [*CronError],
// about the zone a [*ZoneError].
func NewRule(s Spec) (Rule, error) {
	s = s.normalized()
	zone, err := loadZone(s.Zone)
	if err != nil {
		return Rule{}, err
	}
	r := Rule{spec: s, times: s.Times, zone: zone}
	if s.Every != (Every{}) && len(s.Times) == 0 && s.Every.valid() {
		r.times = s.Every.times()
	}
	if err := r.check(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

func (e Every) valid() bool {
	return e.Hours >= 1 && e.Hours <= 24 && e.From.valid() && e.To.valid()
}

func (c Clock) valid() bool { return c >= 0 && c < dayMinutes }

// check returns the first thing that is wrong with the spec of r.
func (r Rule) check() error {
	s, timed := r.spec, len(r.times) > 0
	switch {
	case !exactlyOne(s.Days != 0, s.Workdays, s.Month != 0, s.Cron != ""):
		return errors.New("a rule has weekdays, the working week, a day of the month or a cron line, one of them")
	case s.Days > EveryDay || s.Month != 0 && !s.Month.valid():
		return ErrDays
	case s.Weeks < 0 || s.Weeks > MaxWeeks || s.Weeks > 0 && (s.Days == 0 && !s.Workdays || s.Starting.IsZero()):
		return fmt.Errorf("a step of 2 to %d weeks is of weekdays, and counts from the day the rule starts", MaxWeeks)
	case s.Quarter && s.Month == 0:
		return errors.New("once in a quarter is of a day of the month")
	case s.Cron != "" && (timed || s.Every != Every{}):
		return errors.New("a cron line holds its times itself")
	case s.Cron == "" && (!timed || len(s.Times) > 0 && s.Every != Every{}):
		return errors.New("a rule has times or a step of 1 to 24 hours, one of them")
	case len(r.times) > MaxTimes:
		return fmt.Errorf("%d times a day, at most %d are allowed", len(r.times), MaxTimes)
	case slices.ContainsFunc(s.Times, func(c Clock) bool { return !c.valid() }):
		return ErrClock
	case len(s.Except) > maxExcept || len(s.Holidays) > maxHolidays:
		return fmt.Errorf("%d dates and %d calendars left out, at most %d and %d are allowed", len(s.Except), len(s.Holidays), maxExcept, maxHolidays)
	case !s.Until.IsZero() && s.Until.Compare(s.Starting) < 0:
		return fmt.Errorf("ends on %s, before it starts on %s", s.Until, s.Starting)
	case s.Cron != "":
		return checkCron(s.Cron)
	}
	return r.checkDates()
}

// exactlyOne reports whether one of set is true, and no other.
func exactlyOne(set ...bool) bool {
	first := slices.Index(set, true)
	return first >= 0 && !slices.Contains(set[first+1:], true)
}

// checkDates refuses dates that do not exist, which only a Spec built in code can hold.
func (r Rule) checkDates() error {
	for _, d := range slices.Concat(r.spec.Except, []Date{r.spec.Starting, r.spec.Until}) {
		if again, err := ParseDate(d.String()); !d.IsZero() && (err != nil || again != d) {
			return ErrDate
		}
	}
	return nil
}

// normalized returns a deep copy of s: lists sorted without duplicates, names of calendars
// in lower case, one space between the fields of a cron line, and no step of one week.
func (s Spec) normalized() Spec {
	if s.Weeks == 1 {
		s.Weeks = 0
	}
	s.Times = sortedUnique(s.Times, cmp.Compare)
	s.Except = sortedUnique(s.Except, Date.Compare)
	s.Holidays = slices.Clone(s.Holidays)
	for i, name := range s.Holidays {
		s.Holidays[i] = strings.ToLower(name)
	}
	s.Holidays = sortedUnique(s.Holidays, strings.Compare)
	s.Cron = strings.Join(strings.Fields(s.Cron), " ")
	return s
}

// sortedUnique returns a sorted copy of list without duplicates; nil for an empty list.
func sortedUnique[T comparable](list []T, compare func(a, b T) int) []T {
	return slices.Compact(slices.SortedFunc(slices.Values(list), compare))
}

// Spec returns a normalized copy of what r was made of.
func (r Rule) Spec() Spec { return r.spec.normalized() }

// Zone returns the zone in which r is planned; UTC for the zero Rule.
func (r Rule) Zone() *time.Location { return cmp.Or(r.zone, time.UTC) }

// Times returns the times of day, ascending. Times of a night shift after midnight are
// 24:00 (1440 minutes) or more. Nil for a cron line.
func (r Rule) Times() []Clock { return slices.Clone(r.times) }

// IsZero reports whether r is the zero Rule.
func (r Rule) IsZero() bool { return r.zone == nil }

// MarshalJSON writes the Spec of r, and null for the zero Rule.
func (r Rule) MarshalJSON() ([]byte, error) {
	if r.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(r.spec)
}

// UnmarshalJSON reads what MarshalJSON writes and checks it as NewRule does. Unknown fields
// are an error, because a rule of a newer version may mean something else by them.
func (r *Rule) UnmarshalJSON(text []byte) (err error) {
	*r = Rule{}
	if string(text) == "null" {
		return nil
	}
	var s Spec
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return err
	}
	*r, err = NewRule(s)
	return err
}
