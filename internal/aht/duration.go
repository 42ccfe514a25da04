package aht

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxDuration bounds what ParseDuration accepts: no handle time is a thousand hours.
const maxDuration = 1000 * time.Hour

// ErrDuration is returned for text that is not a duration in any accepted spelling.
var ErrDuration = errors.New("not a duration: write it as 4m30s, 5m, 300s, 5:00 or 00:05:00")

var (
	clockForm = regexp.MustCompile(`^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})$`)
	unitForm  = regexp.MustCompile(`^(?:(\d{1,6})h(?:rs?|ours?)?)?(?:(\d{1,6})m(?:ins?|inutes?)?)?(?:(\d{1,6})s(?:ecs?|econds?)?)?$`)
)

// ParseDuration reads 5m, 4m30s, 1h, 300s, 5:00 (minutes and seconds) and 00:05:00, with
// inner spaces, whole words and any letter case ("4m 32s", "5 M", "15 min"). A bare number is refused, since it
// may be seconds or minutes. Errors are [ErrDuration].
func ParseDuration(s string) (time.Duration, error) {
	s = strings.ToLower(strings.Join(strings.Fields(s), ""))
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		m = unitForm.FindStringSubmatch(s)
	} else if sec, _ := strconv.Atoi(m[3]); sec > 59 {
		return 0, ErrDuration
	}
	if m == nil || s == "" {
		return 0, ErrDuration
	}
	var d time.Duration
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1]) // digits only, or empty for an absent part
		d += time.Duration(n) * unit
	}
	if d > maxDuration {
		return 0, ErrDuration
	}
	return d, nil
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
