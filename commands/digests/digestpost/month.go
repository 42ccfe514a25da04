package digestpost

import (
	"strconv"

	"ahtbot/internal/digest"
)

// monthDayWords names the day of a monthly or quarterly rule: "the last day of each month".
func monthDayWords(s digest.Spec) string {
	ofMonth := s.Month > 0 && s.Month <= 31
	day, period := "the "+MonthDayName(s.Month), " of each month"
	if ofMonth {
		day = "day " + s.Month.String()
	}
	switch {
	case s.Quarter && ofMonth && s.Month > 1:
		period = " of the first month of each quarter"
	case s.Quarter:
		period = " of each quarter"
	}
	return day + period
}

// MonthDayName names a day of a month: last day, first weekday, second Tuesday, 15th.
func MonthDayName(m digest.MonthDay) string {
	n, day, nth := m.Nth()
	switch {
	case nth:
		return digest.Ordinal(n) + " " + day.String()
	case m == digest.LastDay:
		return "last day"
	case m < 0:
		return m.String()
	}
	suffix := "th"
	if number := int(m); number/10 != 1 {
		switch number % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(int(m)) + suffix
}

// MonthWordOf is the word that a line has for how often a day of the month comes.
func MonthWordOf(s digest.Spec) string {
	if s.Quarter {
		return "quarterly"
	}
	return "monthly"
}
