package settings

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

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

// zone reads an IANA name, or what people say for one in a line. Letters of several zones
// are refused with the names of these.
func (f *faults) zone(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "Local" {
		return zone
	}
	found, err := digest.FindZone(name)
	if zone, bad := time.LoadLocation(found); err == nil && bad == nil {
		return zone
	}
	if ze, ok := errors.AsType[*digest.ZoneError](err); ok && len(ze.Zones) > 0 {
		f.add("TIMEZONE", "%q stands for several time zones: use one of %s", name, zonesWords(ze.Zones))
	} else {
		f.add("TIMEZONE", "%q is no time zone: use an IANA name such as Asia/Kolkata or Europe/London", name)
	}
	return time.UTC
}

// zonesWords lists the first five zones with their countries.
func zonesWords(zones []string) string {
	var words []string
	for _, zone := range zones[:min(5, len(zones))] {
		words = append(words, fmt.Sprintf("%s (%s)", zone, digest.Country(zone)))
	}
	return strings.Join(words, ", ")
}
