package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// past keeps readings of a campaign, one every step, from days ago until now, by day of
// a steady mean that moves a little.
func (s *scene) past(name string, days int, step time.Duration) aht.Target {
	s.Helper()
	t, now := campaign(s.T, name), time.Now()
	for at := now.AddDate(0, 0, -days); !at.After(now); at = at.Add(step) {
		s.kept[t] = append(s.kept[t], aht.Reading{Target: t, Mean: time.Duration(240+at.Day()%5) * time.Second, At: at})
	}
	return t
}

func TestARowHasWhatItIsComparedWith(t *testing.T) {
	bubble(t, "15:00", func(s *scene) {
		s.past("Sales", 20, 5*time.Minute)
		s.past("New", 0, time.Minute)
		old := campaign(s.T, "Yesterday's")
		s.kept[old] = []aht.Reading{{Target: old, Mean: time.Minute, At: time.Now().Add(-13 * time.Hour)}}
		d := s.add("C1", twoHourly, "Sales", "New", "Never", "Yesterday's")
		s.upstream = func(t aht.Target) error {
			if t.Name() == "Never" {
				return fmt.Errorf("no such campaign")
			}
			return nil
		}
		l := s.run(1)
		time.Sleep(2 * time.Minute)
		sold := campaign(s.T, "Sales")
		s.mu.Lock()
		s.kept[sold] = append(s.kept[sold], aht.Reading{Target: sold, Mean: 300 * time.Second, At: time.Now()})
		s.mu.Unlock()
		report, err := l.Preview(s.Context(), d)
		if err != nil {
			s.Fatal(err)
		}
		s.end()
		sales, fresh, never := report.Rows[0], report.Rows[1], report.Rows[2]
		if older := sales.Reading.At.Sub(sales.Previous.At); older < aht.Window || older > aht.Window+5*time.Minute {
			s.Errorf("compared with a reading %v older", older)
		}
		if !sales.Usual.Known() || sales.Usual.High >= 300*time.Second || sales.Goal.Mean != 4*time.Minute {
			s.Errorf("usual %+v, goal %+v", sales.Usual, sales.Goal)
		}
		if !fresh.Previous.At.IsZero() || fresh.Usual.Known() || !fresh.HasReading() {
			s.Errorf("a campaign seen first today: %+v", fresh)
		}
		if last := report.Rows[3]; !last.HasReading() || !last.Previous.At.IsZero() {
			s.Errorf("compared with a reading of another shift: %+v", last)
		}
		if never.HasReading() || !never.Last.At.IsZero() || never.Failure == nil || len(never.Course) != 0 {
			s.Errorf("a campaign never read: %+v", never)
		}
	})
}

func TestTheCourseIsOfTheShift(t *testing.T) {
	night := digest.Spec{Days: digest.MondayToFriday, Every: digest.Every{Hours: 2, From: 21 * 60, To: 5 * 60}, Zone: "UTC"}
	for name, c := range map[string]struct {
		spec        digest.Spec
		now, begins string // 15:04; begins may be of the day before
	}{
		"since two hours before the first slot":   {twoHourly, "15:00", "09:00"},
		"between two slots as well":               {twoHourly, "16:10", "09:00"},
		"a night shift is of the day it began on": {night, "03:00", "19:00"},
		"before the first slot since midnight":    {twoHourly, "09:30", "00:00"},
		"long after the night since midnight":     {night, "12:00", "00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, "00:00", func(s *scene) {
				time.Sleep(3 * 24 * time.Hour) // a Wednesday
				until(c.now)
				s.past("Sales", 2, 5*time.Minute)
				s.past("Support", 2, 7*time.Minute)
				report, err := s.run(1).Preview(s.Context(), s.add("C1", c.spec, "Sales", "Support"))
				if err != nil {
					s.Fatal(err)
				}
				s.end()
				begins, _ := time.Parse("15:04", c.begins)
				for _, row := range report.Rows {
					first, last := row.Course[0].At, row.Course[len(row.Course)-1]
					if after := time.Duration(first.Hour()-begins.Hour())*time.Hour + time.Duration(first.Minute()-begins.Minute())*time.Minute; after < 0 || after > 7*time.Minute {
						s.Errorf("%s begins at %v, want %s", row.Target.Name(), first, c.begins)
					}
					if last != row.Reading {
						s.Errorf("%s ends with %v, want %v", row.Target.Name(), last, row.Reading)
					}
				}
			})
		})
	}
}
