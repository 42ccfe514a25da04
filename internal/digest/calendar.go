package digest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTitle is the longest name of a holiday, in characters.
const maxTitle = 100

// Calendar maps the dates of the holidays of one place or company to their names.
type Calendar map[Date]string

// Calendars are the working week and the holidays of an account. The zero Calendars has a
// working week from Monday to Friday and no holidays.
type Calendars struct {
	Week  Weekdays            // the working week; none set means Monday to Friday
	Named map[string]Calendar // by name, in lower case
}

// holiday returns the name of the holiday on day, in the first of the named calendars that
// has one.
func (c Calendars) holiday(day Date, names []string) (title string, ok bool) {
	for _, name := range names {
		if name == AllCalendars {
			return c.holiday(day, slices.Sorted(maps.Keys(c.Named)))
		}
		if title, ok := c.Named[name][day]; ok {
			return title, true
		}
	}
	return "", false
}

// ReadCalendar reads a text file with one holiday a line, "2026-12-25 Christmas". Empty
// lines and comments after # are ignored. The error names every line that is no holiday;
// the calendar is nil then.
func ReadCalendar(r io.Reader) (Calendar, error) {
	c, at, n := Calendar{}, map[Date]int{}, 0
	var faults []error
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		n++
		line, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		day, title, err := readHoliday(line)
		if before := at[day]; err == nil && before > 0 {
			err = fmt.Errorf("%s is on line %d already", day, before)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		c[day], at[day] = title, n
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("line %d: %w", n+1, err))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return c, nil
}

// readHoliday reads "2026-12-25 Christmas".
func readHoliday(line string) (Date, string, error) {
	date := strings.Fields(line)[0]
	title := strings.TrimSpace(line[len(date):])
	day, err := ParseDate(date)
	switch {
	case err != nil:
		return Date{}, "", err
	case title == "":
		return Date{}, "", errors.New("the holiday's name is missing behind the date")
	case utf8.RuneCountInString(title) > maxTitle:
		return Date{}, "", fmt.Errorf("the name is over %d characters", maxTitle)
	case !utf8.ValidString(title) || strings.ContainsFunc(title, unicode.IsControl):
		return Date{}, "", errors.New("the name has control characters or is not UTF-8")
	}
	return day, title, nil
}
