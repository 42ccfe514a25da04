package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/database"
	"ahtbot/internal/app/readings"
	"ahtbot/internal/ops"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// OpenClient opens the database that a running bot uses and returns an upstream client on it, for a program that asks
// once: one allowance, one sign-in. mayIssue is asked before a new sign-in, which ends the one a bot elsewhere holds, and
// refuses it by an error; nil: it may. The returned function closes both.
func OpenClient(ctx context.Context, s Settings, o Options, mayIssue func() error, log *slog.Logger) (*ozonetel.Client, func(), error) {
	db, err := openDatabase(ctx, s, o, log)
	if err != nil {
		return nil, nil, err
	}
	kept := readings.New(db, log)
	config := upstreamConfig(s, o, db, kept, log)
	config.MayIssue = mayIssue
	client, err := ozonetel.New(config)
	if err != nil {
		closeStore(ctx, db, kept, log)
		return nil, nil, err
	}
	return client, func() { client.Close(); closeStore(ctx, db, kept, log) }, nil
}

// closeStore keeps what waits, and closes db.
func closeStore(ctx context.Context, db *database.Database, kept *readings.Readings, log *slog.Logger) {
	kept.Close(ctx)
	if err := db.Close(); err != nil {
		log.WarnContext(ctx, "store not closed cleanly", "err", err)
	}
}

// upstreamConfig is what every upstream client shares, with what all processes share.
func upstreamConfig(s Settings, o Options, db *database.Database, kept *readings.Readings, log *slog.Logger) ozonetel.Config {
	dial := s.UpstreamDial()
	if o.DialUpstream != nil {
		dial = o.DialUpstream
	}
	return ozonetel.Config{
		BaseURL: s.BaseURL, APIKey: s.APIKey.Reveal(), Username: s.Username, Auth: s.Auth, Method: s.Method,
		PerMinute: s.PerMinute, Dial: dial, Log: database.Quietly(log), Name: ops.NewPseudonyms(s.APIKey.Reveal()).Name,
		Ledger: db, Tokens: db, Leases: db, Latest: kept.Latest, Keep: kept.Keep, Away: store.IsUnavailable,
		Processes: func() int { _, most := db.Processes(); return max(1, most) },
	}
}

// upstream gives ozonetel.Client the shape commands asks for.
type upstream struct{ *ozonetel.Client }

func (u upstream) Turn(t aht.Target) (place int, wait time.Duration, waiting bool) {
	w, ok := u.Waiting(t)
	return w.Place, w.For, ok
}

// UsedUp returns how long people's questions wait since something else has used the account up; zero: they do not.
func UsedUp(c *ozonetel.Client) time.Duration {
	if s := c.Status(); s.Patient {
		return s.Held
	}
	return 0
}

// openMemory opens a database in memory that has kept readings of before.
func openMemory(ctx context.Context, s Settings, past []aht.Reading, log *slog.Logger) (*database.Database, error) {
	db, err := database.OpenMemory(ctx, s.Release, s.PerMinute, log)
	if err != nil {
		return nil, err
	}
	for _, r := range past {
		if err := db.KeepReading(ctx, r.Target, r.Mean, r.At, r.At); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

func openDatabase(ctx context.Context, s Settings, o Options, log *slog.Logger) (*database.Database, error) {
	if o.Memory {
		return openMemory(ctx, s, o.Past, log)
	}
	return database.Open(ctx, s.Database.Reveal(), s.Release, s.PerMinute, log)
}
