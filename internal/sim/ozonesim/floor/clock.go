package floor

import (
	"slices"
	"time"
)

// Clock is the floor's own time, which may run faster than that of who asks. The zero Clock tells theirs.
type Clock struct {
	turns []turn // oldest first
}

// turn is a change of speed: from a moment of who asks on, which is another one of the floor, the floor runs so many times as fast.
type turn struct {
	theirs, ours time.Time
	speed        int
}

// keptTurns bounds the memory of a clock that somebody plays with. Who asks about a moment before the oldest is told as if the clock
// had never run faster.
const keptTurns = 1000

// At returns the floor's time at a moment of who asks.
func (c *Clock) At(theirs time.Time) time.Time {
	for _, t := range slices.Backward(c.turns) {
		if !theirs.Before(t.theirs) {
			return t.ours.Add(theirs.Sub(t.theirs) * time.Duration(t.speed))
		}
	}
	return theirs
}

// Run has the floor run so many times as fast from now on. Its time never jumps: slowed down again, it stays ahead.
func (c *Clock) Run(speed int, now time.Time) {
	c.turns = append(c.turns, turn{now, c.At(now), speed})
	if len(c.turns) > keptTurns {
		c.turns = c.turns[1:]
	}
}

// Speed returns how many times as fast the floor runs now.
func (c *Clock) Speed() int {
	if len(c.turns) == 0 {
		return 1
	}
	return c.turns[len(c.turns)-1].speed
}
