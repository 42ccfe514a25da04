package grammar

import (
	"fmt"
	"strings"

	"ahtbot/internal/digest"
)

// DayRanges names days; three or more that follow one another are a range.
func DayRanges(w digest.Weekdays, to string) (parts []string) {
	days := w.Each()
	for i := 0; i < len(days); {
		end := i
		for end+1 < len(days) && (days[end]+1)%7 == days[end+1] {
			end++
		}
		first, last := days[i].String()[:3], days[end].String()[:3]
		switch end - i {
		case 0:
			parts = append(parts, first)
		case 1:
			parts = append(parts, first, last)
		default:
			parts = append(parts, first+to+last)
		}
		i = end + 1
	}
	return parts
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
