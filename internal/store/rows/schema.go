package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// Migrator is an engine's migrations; goose's Provider has both, one of them with results.
type Migrator struct {
	// Versions returns the version of the database and the newest one known.
	Versions func(context.Context) (current, known int64, err error)
	// Up runs what is pending, under a lock.
	Up func(context.Context) error
}

// Migrate brings the schema up to date, notes that release did, and returns its version. It
// refuses a schema newer than known with a *[store.NewerError].
func Migrate(ctx context.Context, db query.DBTX, m Migrator, release string) (int64, error) {
	current, known, err := m.Versions(ctx)
	if err != nil {
		return 0, err
	}
	if current < known {
		if err := m.Up(ctx); err != nil {
			return 0, err
		}
		if current, _, err = m.Versions(ctx); err != nil {
			return 0, err
		}
	}
	if current > known {
		return 0, newer(ctx, db, store.NewerError{Schema: current, Known: known, Own: release})
	}
	if by, err := MigratedBy(ctx, db, current); err == nil && by != "" {
		return current, nil // nothing to write, so a store that can only be read opens
	}
	return current, query.New(db).NoteMigration(ctx, query.NoteMigrationParams{
		Schema: current, Version: release, At: time.Now().UnixMilli(),
	})
}

// newer fills in which release made the schema, if it says so in a table this one knows.
func newer(ctx context.Context, db query.DBTX, e store.NewerError) error {
	if release, err := MigratedBy(ctx, db, e.Schema); err == nil {
		e.Release = release
	}
	return &e
}

// MigratedBy returns the release that brought the schema to version; empty when unknown.
func MigratedBy(ctx context.Context, db query.DBTX, version int64) (string, error) {
	release, err := query.New(db).MigratedBy(ctx, version)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return release, err
}
