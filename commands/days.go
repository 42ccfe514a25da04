package commands

import (
	"fmt"
	"strings"

	"ahtbot/internal/digest"
)

// dayRanges names days; three or more that follow one another are a range.
func dayRanges(w digest.Weekdays, to string) (parts []string) {
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

func dateWords(d digest.Date) string {
	return fmt.Sprintf("%s %d %s %d", d.Weekday().String()[:3], d.Day, d.Month.String()[:3], d.Year)
}

// dated writes a word and a date; nothing without a date.
func dated(word string, d digest.Date) string {
	if d.IsZero() {
		return ""
	}
	return word + " " + d.String()
}

// daysWords writes days of the week as people type them: daily, mon-sat, mon,wed,fri.
func daysWords(days digest.Weekdays) string {
	if days == digest.EveryDay {
		return "daily"
	}
	return strings.ToLower(strings.Join(dayRanges(days, "-"), ","))
}
