package settings

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// pollInterval is how often watched targets are read.
func (f *faults) pollInterval(text string) time.Duration {
	d, err := age(text)
	if err != nil || d < time.Second || d > 15*time.Minute {
		f.add("POLL_INTERVAL", "%q is no duration from 1s to 15m: 5m is right for most floors", text)
	}
	return d
}

// calendars are the working week and the holidays of the account.
func (f *faults) calendars(env environment) digest.Calendars {
	week := cmp.Or(strings.TrimSpace(env.WorkingWeek), regions[strings.ToLower(strings.TrimSpace(env.Region))].week, "mon-fri")
	days := digest.Calendars{Named: map[string]digest.Calendar{}}
	if err := days.Week.UnmarshalText([]byte(strings.ToLower(strings.ReplaceAll(week, " ", "")))); err != nil {
		f.add("WORKING_WEEK", "%q names no days: write it as mon-sat or sun,mon,tue,wed,thu", week)
	}
	for path := range strings.SplitSeq(env.Holidays, ",") {
		if path = strings.TrimSpace(path); path != "" {
			f.holidays(days.Named, path)
		}
	}
	return days
}

// holidays reads one file of holidays. It says which lines to mend.
func (f *faults) holidays(into map[string]digest.Calendar, path string) {
	base := filepath.Base(path)
	name := strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))
	if _, twice := into[name]; twice {
		f.add("HOLIDAYS", "two files make the calendar %s: give one of them another name", name)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		f.add("HOLIDAYS", "%s cannot be read (%s): check the path and its permissions", base, plainCause(err))
		return
	}
	defer func() { _ = file.Close() }()
	calendar, err := digest.ReadCalendar(file)
	if err != nil {
		f.add("HOLIDAYS", "%s has lines that are no holidays (%s): write each as 2026-12-25 Christmas", base, strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	into[name] = calendar
}
