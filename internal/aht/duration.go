package aht

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxDuration bounds what ParseDuration accepts: no handle time is a thousand hours.
const maxDuration = 1000 * time.Hour

// ErrDuration is returned for text that is not a duration in any accepted spelling.
var ErrDuration = errors.New("not a duration: write it as 4m30s, 4.5m, 5m, 300s, 5:00 or 00:05:00")

// The spellings of a duration, without spaces and in lower case.
var (
	// clockForm is 5:00, 00:05:00, and with a unit of its first part 5:00 min or 1:30 h.
	clockForm = regexp.MustCompile(`^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:(m(?:ins?|inutes?)?\.?)|(h(?:rs?|ours?)?\.?))?$`)
	// unitForm is 1h4m30s with any of its parts; the last number may lack its unit.
	unitForm = regexp.MustCompile(`^(?:(\d{1,6}(?:[.,]\d{1,6})?)h(?:rs?|ours?)?\.?)?(?:(\d{1,6}(?:[.,]\d{1,6})?)m(?:ins?|inutes?)?\.?)?(?:(\d{1,6})(s(?:ecs?|econds?)?\.?)?)?$`)
)

// ParseDuration reads 5m, 4m30s, 4m30, 4.5m, 1h, 1h30, 300s, 5:00 (minutes and seconds)
// and 00:05:00, with spaces of any kind, whole words, "and" between parts, any letter case
// and the digits of any script ("4 min 30 sec", "5 M", "1 hour and 5 minutes").
// A fraction of minutes or hours is rounded to the second. A bare number is refused, since
// it may be seconds or minutes: see [ParseNumber]. Errors are [ErrDuration].
func ParseDuration(s string) (time.Duration, error) {
	s = compact(s)
	d, ok := parseClock(s)
	if !ok {
		d, ok = parseUnits(s)
	}
	if !ok || d > maxDuration {
		return 0, ErrDuration
	}
	return d, nil
}

// ParseNumber reads a whole number without a unit, of at most six digits of any script. What
// it counts, seconds or minutes, is for the caller to know.
func ParseNumber(s string) (n int, ok bool) {
	s = compact(s)
	n, err := strconv.Atoi(s)
	return n, err == nil && len(s) <= 6 && s[0] != '+' && s[0] != '-'
}

// compact is s in lower case and plain digits, without spaces and without "and".
func compact(s string) string {
	words := strings.Fields(strings.ToLower(strings.Map(plainDigit, s)))
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "and" }), "")
}

// plainDigit returns the digit from 0 to 9 that r is in another script, and the plain form
// of what wide keyboards type.
func plainDigit(r rune) rune {
	if r < unicode.MaxASCII {
		return r
	}
	if r == '：' || r == '．' || r == '，' {
		return r - '！' + '!'
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return '0' + (r-rune(block.Lo))%10
		}
	}
	for _, block := range unicode.Nd.R32 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) { //nolint:gosec // code points fit
			return '0' + (r-rune(block.Lo))%10 //nolint:gosec // code points fit
		}
	}
	return r
}

// parseClock reads parts with colons between them.
func parseClock(s string) (time.Duration, bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	first, second, third := decimal(m[1]), decimal(m[2]), decimal(m[3])
	switch inMinutes, inHours := m[4] != "", m[5] != ""; {
	case third > 59 || m[1] != "" && (inMinutes || inHours): // 1:02:03 min says two things
		return 0, false
	case inHours:
		first, second, third = second, third, 0
	}
	return sum(first, second, third), true
}

// parseUnits reads numbers with their units. Only the last one may have a fraction, or lack
// its unit, which then is the one below the unit before it.
func parseUnits(s string) (time.Duration, bool) {
	m := unitForm.FindStringSubmatch(s)
	if m == nil || s == "" {
		return 0, false
	}
	hours, minutes, last, unit := m[1], m[2], m[3], m[4]
	fraction := func(part string) bool { return strings.ContainsAny(part, ".,") }
	bare := last != "" && unit == ""
	switch {
	case fraction(hours) && (minutes != "" || last != ""), fraction(minutes) && last != "":
		return 0, false
	case bare && hours == "" && minutes == "", bare && decimal(last) > 59:
		return 0, false
	case bare && minutes == "":
		minutes, last = last, ""
	}
	return sum(decimal(hours), decimal(minutes), decimal(last)), true
}

// sum adds hours, minutes and seconds, each rounded to the second.
func sum(hours, minutes, seconds float64) time.Duration {
	return time.Duration(math.Round(hours*3600)+math.Round(minutes*60)+math.Round(seconds)) * time.Second
}

// decimal reads digits, with or without a fraction behind a point or a comma; nothing is zero.
func decimal(s string) float64 {
	n, _ := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return n
}

// FormatDuration writes d as people read it: "32s", "4m 32s", "1h 02m 05s", rounded to
// the second. Negative durations are written as zero.
func FormatDuration(d time.Duration) string {
	s := int64(max(0, d).Round(time.Second) / time.Second)
	switch h, m, s := s/3600, s/60%60, s%60; {
	case h > 0:
		return fmt.Sprintf("%dh %02dm %02ds", h, m, s)
	case m > 0:
		return fmt.Sprintf("%dm %02ds", m, s)
	default:
		return fmt.Sprintf("%ds", s)
	}
}
