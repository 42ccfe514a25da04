package grammar

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// How people write dates. What only looks like one is read, and refused with the reason.
const (
	monthIs  = `(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`
	numberIs = `\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}`
	dayFirst = `\d{1,2}(?:st|nd|rd|th)?(?: +of)?[ -]*` + monthIs + `(?:(?:,? *|-)\d{4}|-\d{2})?`
	dayLast  = monthIs + ` *\d{1,2}(?:st|nd|rd|th)?(?:,? +\d{4})?`
	DateIs   = `(?:` + numberIs + `|` + dayFirst + `|` + dayLast + `)`
)

// What begins with a date, with its leading words or without.
var (
	DateLooks  = Phrase(DateIs)
	DatedLooks = Phrase(`(?:on +|from +|the +)?(?:` + DateIs + `|` + DayIs + `|tomorrow)`)
	dayLooks   = Phrase(`(` + DayIs + `)`)
	datePieces = regexp.MustCompile(`[0-9]+|[A-Za-z]+`)
)

// TakeDate goes past one date behind a word such as until. One without a year is the next
// such day from when the line is done.
func (r *Reader) TakeDate() (digest.Date, *LineError) {
	if r.Is("on", "from", "the") && r.Looks(r.At, DatedLooks) {
		r.At++
	}
	begin := r.At
	if m := r.Take(DateLooks); m != nil {
		if d, err := digest.ParseDate(m[0]); err == nil {
			return d, nil
		}
		found := datesOf(m[0])
		if len(found) == 1 && found[0].Yearless() {
			return found[0], nil
		}
		return digest.Date{}, r.otherDate(begin, found)
	}
	if m := r.Take(dayLooks); m != nil {
		return digest.OnWeekday(Weekday(m[1])), nil
	}
	if r.Skip("tomorrow") {
		return digest.Tomorrow, nil
	}
	said := r.Name()
	if m := r.Take(DaysLook); said == "" && m != nil {
		said = m[0]
	}
	if said == "" {
		return digest.Date{}, r.Lacks("The date is missing. Write it as 25 Dec or 2026-12-25:", "2026-12-25")
	}
	return digest.Date{}, r.Fault(begin, fmt.Sprintf("%s is no date I can read. Write the day and the month, as 25 Dec, or the year too, as 2026-12-25:", r.Said(begin)), "2026-12-25")
}

// otherDate is about a date that is not written as 2026-12-25: it is the one day found, or
// one of two, or none.
func (r *Reader) otherDate(begin int, found []digest.Date) *LineError {
	e := r.Fault(begin, fmt.Sprintf("The calendar has no %s, or it is too far away. Write a date as 2026-12-25:", r.Said(begin)), "2026-12-25")
	switch len(found) {
	case 0:
		from, to := r.Since(begin)
		if d, ok := lastOfMonth(r.Line[from:to]); ok {
			e.Put[0] = d.String()
		}
		return e
	case 1:
		e.Put, e.Sure = []string{found[0].String()}, true
		return r.withNext(e)
	}
	e.Say = fmt.Sprintf("%s is %d %s, or %d %s. Which one?", r.Said(begin), found[0].Day, found[0].Month, found[1].Day, found[1].Month)
	e.Put = nil
	for _, d := range found {
		e.Put, e.Labels = append(e.Put, d.String()), append(e.Labels, DateWords(d))
	}
	return e
}

// withNext is e, about a date that can only mean one day, with those of the list behind it
// that are so too: they are mended at once.
func (r *Reader) withNext(e *LineError) *LineError {
	for r.SkipAnd(DateLooks) {
		found := datesOf(r.Take(DateLooks)[0])
		if len(found) != 1 {
			return e
		}
		_, e.To = r.Since(r.At - 1)
		e.Put[0] += ", " + found[0].String()
	}
	return e
}

// datesOf returns the days that a text which looks like a date may mean: with the day first
// or, but for dots, the month.
func datesOf(said string) []digest.Date {
	pieces := datePieces.FindAllString(said, -1)
	if i := slices.IndexFunc(pieces, func(p string) bool { return monthOf(p) != 0 }); i >= 0 {
		return monthNamed(pieces, i)
	}
	if len(said) == 8 && len(pieces) == 1 {
		pieces = []string{said[:4], said[4:6], said[6:]}
	}
	if len(pieces) != 3 {
		return nil
	}
	a, b, c := pieces[0], pieces[1], pieces[2]
	orders := [][3]string{{c, b, a}, {c, a, b}}
	switch {
	case len(a) == 4:
		orders = [][3]string{{a, b, c}}
	case len(a) > 2 || len(c) != 2 && len(c) != 4:
		return nil
	case strings.Contains(said, "."):
		orders = orders[:1]
	}
	var found []digest.Date
	for _, o := range orders {
		if d, ok := dateOf(o[0], o[1], o[2]); ok && !slices.Contains(found, d) {
			found = append(found, d)
		}
	}
	return found
}

// monthNamed reads a date whose i-th piece is a month's name.
func monthNamed(pieces []string, i int) []digest.Date {
	month := strconv.Itoa(int(monthOf(pieces[i])))
	var numbers []string
	for _, p := range pieces {
		if p[0] >= '0' && p[0] <= '9' {
			numbers = append(numbers, p)
		}
	}
	year := "2028" // which has every day
	if len(numbers) == 2 {
		year = numbers[1]
	}
	if len(numbers) == 0 || len(numbers) > 2 {
		return nil
	}
	d, ok := dateOf(year, month, numbers[0])
	if !ok {
		return nil
	}
	if len(numbers) == 1 {
		d.Year = 0
	}
	return []digest.Date{d}
}

// monthOf returns the month that a word names or begins the name of; 0 for another.
func monthOf(word string) time.Month {
	word = strings.ToLower(word)
	for m := time.January; m <= time.December; m++ {
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), word) || word == "sept" && m == time.September {
			return m
		}
	}
	return 0
}

// dateOf reads a day; a year of two digits is of this century.
func dateOf(year, month, day string) (digest.Date, bool) {
	if len(year) == 2 {
		year = "20" + year
	}
	m, _ := strconv.Atoi(month) // digits
	n, _ := strconv.Atoi(day)   // digits
	d, err := digest.ParseDate(fmt.Sprintf("%s-%02d-%02d", year, m, n))
	return d, err == nil
}

// lastOfMonth returns the last day of the month that said, such as 2026-02-30, is beyond.
func lastOfMonth(said string) (digest.Date, bool) {
	pieces := datePieces.FindAllString(said, -1)
	if len(pieces) != 3 || len(pieces[0]) != 4 || pieces[2] > "31" {
		return digest.Date{}, false
	}
	d, ok := dateOf(pieces[0], pieces[1], "1")
	if !ok {
		return d, false
	}
	d.Day = time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return d, true
}

// OnToday is s with the days of any year as the next ones from today on.
func OnToday(s digest.Spec, today digest.Date) digest.Spec {
	s.Except = slices.Clone(s.Except)
	for i, date := range s.Except {
		s.Except[i] = date.On(today)
	}
	if s.Starting = s.Starting.On(today); s.Starting.Compare(today) > 0 {
		today = s.Starting
	}
	s.Until = s.Until.On(today)
	return s
}

// DayRanges names days; three or more that follow one another are a range.
func DayRanges(w digest.Weekdays, to string) (parts []string) {
	name := func(d time.Weekday) string { return d.String()[:3] }
	return runs(w.Each(), func(a, b time.Weekday) bool { return (a+1)%7 == b }, to, name, name)
}

// DateWords writes a day as people read it.
func DateWords(d digest.Date) string {
	return fmt.Sprintf("%s %d %s %d", d.Weekday().String()[:3], d.Day, d.Month.String()[:3], d.Year)
}

// Dated writes a word and a date; nothing without a date.
func Dated(word string, d digest.Date) string {
	if d.IsZero() {
		return ""
	}
	return word + " " + d.String()
}

// DaysWords writes days of the week as people type them: daily, mon-sat, mon,wed,fri.
func DaysWords(days digest.Weekdays) string {
	if days == digest.EveryDay {
		return "daily"
	}
	return strings.ToLower(strings.Join(DayRanges(days, "-"), ","))
}
