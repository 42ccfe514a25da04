//go:build postgres

package siege

import (
	"math/rand/v2"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"ahtbot/internal/sim/slacksim"
)

// crashSlots is how many slots are posted while processes are killed.
const crashSlots = 200

// It needs no PostgreSQL, only time.
func TestNoCrashOfManyPostsASlotTwiceOrLosesOne(t *testing.T) { postWhileKilled(t, crashSlots) }

// TestThreeProcessesOnPostgresPostEachSlotOnce keeps three processes at work on one
// database, each of which stays at some step and is killed there.
func TestThreeProcessesOnPostgresPostEachSlotOnce(t *testing.T) {
	t.Parallel()
	database := freshDatabase(t).String()
	x := newCrashes(t, slacksim.Config{}, database, "pgx", database)
	steps := []string{beforeClaim, afterClaim, afterMark, answerLost, beforeRecord, afterRecord}
	random := rand.New(rand.NewPCG(1, 2))
	begin := func() *child {
		step := steps[random.IntN(len(steps))]
		x.prepare(step)
		return x.start(step)
	}
	three := []*child{begin(), begin(), begin()}
	for len(x.seeded) < crashSlots {
		x.seed(5)
		end := time.Now().Add(3 * time.Second) // who is never reached is killed where it is
		for i := range three {
			select {
			case <-three[i].reached:
				x.killed[three[i].step]++
			case <-time.After(time.Until(end)):
				x.killed["anywhere"]++
			}
			x.kill(three[i])
			three[i] = begin()
		}
	}
	for _, c := range three {
		x.kill(c)
	}
	x.finish()
	x.check(false)
}
