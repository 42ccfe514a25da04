package reply

import (
	"fmt"
	"strings"
	"time"
)

// Lasting writes how long something lasts: "15 min", "2 h 15 min", "45 s".
func Lasting(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	var parts []string
	if h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
		s = 0
	}
	if m > 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	if s > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d s", s))
	}
	return strings.Join(parts, " ")
}

// When writes a time of day, with its day when that is not ref's.
func When(t, ref time.Time, zone *time.Location) string {
	t, ref = t.In(zone), ref.In(zone)
	switch {
	case t.Format(time.DateOnly) == ref.Format(time.DateOnly):
		return t.Format("15:04")
	case ref.Sub(t).Abs() < 6*24*time.Hour:
		return t.Format("Mon 15:04")
	default:
		return t.Format("2 Jan 15:04")
	}
}

// Aged says how old a reading is.
func Aged(age time.Duration) string {
	switch {
	case age < 5*time.Second:
		return "read just now"
	case age < 2*time.Minute:
		return fmt.Sprintf("read %d s ago", int(age.Seconds()))
	default:
		return fmt.Sprintf("read %d min ago", int(age.Minutes()))
	}
}

// Roughly writes a wait so that nobody counts on the second.
func Roughly(d time.Duration) string {
	switch s := int(d.Round(time.Second) / time.Second); {
	case s < 2:
		return "2 s"
	case s < 100:
		return fmt.Sprintf("%d s", s)
	default:
		return fmt.Sprintf("%d min", (s+59)/60)
	}
}

// AgoWords says how old a reading is in a table.
func AgoWords(age time.Duration) string {
	switch {
	case age < 2*time.Minute:
		return fmt.Sprintf("%d s ago", int(age.Seconds()))
	case age < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(age.Minutes()))
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(age.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(age.Hours()/24))
	}
}

// InMinutes writes a duration in whole minutes.
func InMinutes(d time.Duration) string { return fmt.Sprintf("%d min", int(d.Minutes())) }

// Clock writes a time, with its day when that is not today's.
func Clock(t, at time.Time, zone *time.Location) string {
	if at.Sub(t) > 24*time.Hour {
		return t.In(zone).Format("2 Jan 15:04 MST")
	}
	return t.In(zone).Format("15:04 MST")
}
