package request

import (
	"context"
	"time"

	"ahtbot/internal/aht"
)

// Config is what a Handler works with.
type Config struct {
	Memory   Memory
	Upstream Upstream
	Goals    Goals   // nil has none and keeps none
	Digests  Digests // nil keeps none
	Alerts   Alerts  // nil keeps none
	Places   Places  // where digests and alerts are announced; set where they are
	Names    Names   // nil knows no campaign by name, and takes every name as it is typed
	People   People
	Access   Access
	Health   func() Health // for /aht status; never blocks
	// Recall looks for a reading of t that another process took, and puts it into Memory. It
	// may ask a database; nil when nobody else takes readings.
	Recall func(ctx context.Context, t aht.Target)
	// Costs returns the targets that cost most requests today, for admins; nil knows none.
	Costs func(ctx context.Context) []Cost
	// History returns the kept readings of t from from to to, oldest first. It may ask a
	// database; an error means that this does not answer.
	History func(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error)
	// UsedUp is how long nothing is sent because something else has used the account up in the
	// first minutes of a new database; questions wait for that, and are asked by themselves.
	// Zero: that is not so. It never blocks; nil never knows.
	UsedUp func() time.Duration
	// Keeps shows by writing that changes can be kept, before anybody is told of one. It asks a
	// database; nil: nobody is asked.
	Keeps  func(ctx context.Context) error
	MaxAge time.Duration  // how old a reading may be and still answer; READING_MAX_AGE
	Zone   *time.Location // in which the window's times are written; TIMEZONE
}

// Base is what every room works with, and what all of them need of it.
type Base struct{ Config }
