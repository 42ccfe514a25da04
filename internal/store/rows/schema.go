package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// Migrator is an engine's migrations, as goose's Provider has them.
type Migrator[Results any] interface {
	// GetVersions returns the version of the database and the newest one known.
	GetVersions(ctx context.Context) (current, known int64, err error)
	// Up runs what is pending, under a lock.
	Up(ctx context.Context) (Results, error)
}

// Migrate brings the schema up to date, notes that release did, and returns its version. It
// refuses a schema newer than known with a *[store.NewerError].
func Migrate[Results any](ctx context.Context, db query.DBTX, m Migrator[Results], release string) (int64, error) {
	current, known, err := m.GetVersions(ctx)
	if err != nil {
		return 0, err
	}
	if current < known {
		if _, err := m.Up(ctx); err != nil {
			return 0, err
		}
		if current, _, err = m.GetVersions(ctx); err != nil {
			return 0, err
		}
	}
	if current > known {
		by, _ := migratedBy(ctx, db, current) // if a table says so that this one knows
		return 0, &store.NewerError{Schema: current, Known: known, Release: by, Own: release}
	}
	if by, err := migratedBy(ctx, db, current); err == nil && by != "" {
		return current, nil // nothing to write, so a store that can only be read opens
	}
	return current, query.New(db).NoteMigration(ctx, query.NoteMigrationParams{
		Schema: current, Version: release, At: time.Now().UnixMilli(),
	})
}

// Schema is [store.Upkeep.Schema].
func (r *Rows) Schema(ctx context.Context) (version int64, release string, err error) {
	err = r.do(ctx, "read the schema", func(ctx context.Context) error {
		release, err = migratedBy(ctx, r.engine.Read, r.engine.Schema)
		return err
	})
	return r.engine.Schema, release, err
}

// migratedBy returns the release that brought the schema to version; empty when unknown.
func migratedBy(ctx context.Context, db query.DBTX, version int64) (string, error) {
	release, err := query.New(db).MigratedBy(ctx, version)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return release, err
}
