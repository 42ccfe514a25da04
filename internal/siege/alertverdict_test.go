package siege

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/sim/slacksim"
)

// expected are the transitions of w, from its readings alone.
func (s *siege) expected(w alert.Watch) (told []string) {
	var st alert.State
	var why alert.Reason
	for _, m := range s.readings {
		_, st = alert.Judge(w.Rule, st, alert.BaseValues{}, m)
		if why, st = alert.Notify(w.Rule, st, m.At); why != "" {
			told = append(told, fmt.Sprintf("%s at %d", why, m.At.UnixMilli()))
		}
	}
	return told
}

// standing is what stands in a channel: lines by their text without "again", and parents.
func (s *siege) standing(channel string) (lines map[string][]string, parents []slacksim.Message) {
	lines = map[string][]string{}
	for _, m := range s.slack.All() {
		switch {
		case m.Channel != channel || m.Deleted:
		case m.ThreadTS == "":
			parents = append(parents, m)
		default:
			text := strings.TrimSuffix(m.Text, " again")
			lines[text] = append(lines[text], m.Text)
		}
	}
	return lines, parents
}

// missing is how many transitions are told nowhere.
func (s *siege) missing() (n int) {
	for _, w := range s.watches {
		lines, _ := s.standing(w.Channel)
		for _, want := range s.expected(w) {
			if len(lines[want]) == 0 {
				n++
			}
		}
	}
	return n
}

// until waits for something.
func (s *siege) until(within time.Duration, what string, come func() bool) {
	s.Helper()
	for began := time.Now(); !come(); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > within {
			_, wrong := s.written()
			s.Fatalf("not in %v: %s; %d transitions missing; processes wrote %q", within, what, s.missing(), wrong)
		}
	}
}

// staleness are lines that come from readings which came late to the machine, not from
// their values: they may be there and are not waited for.
var staleness = regexp.MustCompile(`^(stale|fresh) at \d+$`)

// verdict fails the test unless everything was told, and what stands twice says so, and
// prints the figures.
func (s *siege) verdict(kills int) {
	s.Helper()
	told, twice := 0, 0
	for _, w := range s.watches {
		lines, parents := s.standing(w.Channel)
		want := s.expected(w)
		for _, text := range slices.Sorted(maps.Keys(lines)) {
			all := lines[text]
			if !slices.Contains(want, text) && !staleness.MatchString(text) {
				s.Errorf("rule %d told %q, which did not happen", w.ID, text)
			}
			told++
			twice += len(all) - 1
			for _, again := range all[1:] {
				if !s.blind {
					s.Errorf("rule %d: %q stands twice though one may look", w.ID, text)
				} else if !strings.HasSuffix(again, " again") && !strings.HasSuffix(all[0], " again") {
					s.Errorf("rule %d: %q stands twice and does not say so", w.ID, text)
				}
			}
		}
		for _, p := range parents[min(1, len(parents)):] {
			twice++
			if !s.blind || !strings.HasSuffix(p.Text, " again") {
				s.Errorf("rule %d has another message: %q", w.ID, p.Text)
			}
		}
	}
	readings, double := 0, 0
	all, _ := s.written()
	for _, judged := range slices.Sorted(maps.Keys(all)) {
		readings++
		if n := all[judged]; n > 1 {
			double++
			s.Errorf("judged %d times:%s", n, judged)
		}
	}
	s.Logf("%d kills, %d rules, %d readings: %d judgements seen, %d of them double; %d lines told, %d missing, %d messages stand twice and say so",
		kills, len(s.watches), len(s.readings), readings, double, told, s.missing(), twice)
}
