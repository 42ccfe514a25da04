package database

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/store"
)

// Processes returns how many processes share the database: heard of in the last minute, this one included, and the
// largest number of them today. Zero: [Database.Tend] has not heard yet.
func (d *Database) Processes() (live, most int) { return int(d.live.Load()), int(d.most.Load()) }

// First reports whether no other process took a delivery. When the database can't tell, it is taken: an answer seen
// twice is better than none.
func (d *Database) First(ctx context.Context, key string) bool {
	ctx, cancel := context.WithTimeout(ctx, store.Patience)
	defer cancel()
	first, err := d.FirstDelivery(ctx, key, 10*time.Minute)
	return first || err != nil
}

// Tend keeps the database in order until ctx ends: it says that this process lives, tries a database that is unavailable, has
// it keep what waits by catchUp, and removes readings older than retention.
func (d *Database) Tend(ctx context.Context, retention time.Duration, catchUp func(context.Context) error) {
	for round := 0; ; round++ {
		var err error
		if d.Condition().Unavailable() {
			err = d.Ping(ctx)
		}
		if err == nil {
			err = errors.Join(d.beat(ctx), catchUp(ctx))
		}
		if round%180 == 0 { // once an hour
			d.prune(ctx, retention)
		}
		nap := 20 * time.Second
		if err != nil {
			nap = 5 * time.Second // readiness waits for it
		}
		select {
		case <-time.After(nap):
		case <-d.change:
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), store.Patience)
			defer cancel()
			_ = d.Goodbye(bye, d.ID) // it is taken off the count in a minute anyway
			return
		}
	}
}

// beat says that this process lives, and counts those that do.
func (d *Database) beat(ctx context.Context) error {
	live, most, err := d.Heartbeat(ctx, d.ID)
	if err == nil {
		d.live.Store(int64(live))
		d.most.Store(int64(most))
	}
	return err
}

func (d *Database) prune(ctx context.Context, retention time.Duration) {
	const batch = 5000
	for {
		n, err := d.PruneReadings(ctx, time.Now().Add(-retention), batch)
		if err != nil || n < batch {
			return
		}
	}
}
