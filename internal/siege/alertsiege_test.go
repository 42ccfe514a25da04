//go:build postgres

package siege

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/database"
)

// endsRight waits until the newest message of each rule shows how it stands.
func (s *siege) endsRight() {
	s.Helper()
	for _, w := range s.watches {
		k, _, err := alerts.Book{DB: s.db}.One(s.Context(), w.ID)
		s.must(err)
		episode, end := fmt.Sprintf("rule %d episode %d ", w.ID, k.State.Episode), " "+string(k.State.Ended)
		s.until(2*time.Minute, "the message of "+episode+"shows"+end, func() bool {
			_, parents := s.standing(w.Channel)
			if len(parents) == 0 {
				return false
			}
			text := strings.TrimSuffix(parents[len(parents)-1].Text, " again")
			return strings.HasPrefix(text, episode) && strings.HasSuffix(text, end)
		})
	}
}

func TestSieges(t *testing.T) {
	const rounds = 4
	for _, blind := range []bool{true, false} {
		t.Run(fmt.Sprintf("one file, kills at every step, blind %v", blind), func(t *testing.T) {
			t.Parallel()
			s := sqliteSiege(t, 3, blind)
			var steps []string
			for range rounds {
				steps = append(steps, haltSteps...)
			}
			s.siegeAt(steps)
			s.finish()
			s.endsRight()
			s.verdict(len(steps))
		})
		t.Run(fmt.Sprintf("PostgreSQL, three processes, kills at any time, blind %v", blind), func(t *testing.T) {
			t.Parallel()
			database := freshDatabase(t).String()
			s := newSiege(t, database, "pgx", database, 5, blind)
			random := rand.New(rand.NewPCG(5, 25)) //nolint:gosec // a seed that is known, for another run alike
			processes := make([]*besieged, 3)
			n, kills := 0, 0
			begin := func(i int) {
				n++
				processes[i] = s.start(fmt.Sprintf("p%d", n), "")
			}
			for i := range processes {
				begin(i)
			}
			for range 48 {
				s.read()
				time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
				if random.IntN(2) == 0 {
					i := random.IntN(len(processes))
					s.kill(processes[i])
					begin(i)
					kills++
				}
				time.Sleep(time.Until(s.readings[len(s.readings)-1].At.Add(time.Second)))
			}
			for _, p := range processes {
				s.kill(p)
			}
			s.finish()
			s.endsRight()
			s.verdict(kills + len(processes))
		})
	}
}

func BenchmarkAlertRoundPostgres(b *testing.B) {
	db, err := database.OpenStore(b.Context(), freshDatabase(b).String(), "test")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	benchAlertRound(b, db)
}
