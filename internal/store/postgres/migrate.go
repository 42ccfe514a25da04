package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"ahtbot/internal/store"
	"ahtbot/internal/store/rows"
)

//go:embed migrations/*.sql
var migrations embed.FS

// One of several openers migrates; the others ask for the lock once a second, for at most
// lockTries seconds.
const lockTries = 60

// migrate brings the schema up to date and returns its version.
func migrate(ctx context.Context, db *sql.DB, release string) (int64, error) {
	if err := reach(ctx, db); err != nil {
		return 0, rows.Word(ctx, "connect", cause(err), err)
	}
	version, err := up(ctx, db, release)
	if newer, ok := errors.AsType[*store.NewerError](err); ok {
		return 0, newer
	}
	if err != nil {
		return 0, rows.Word(ctx, "migrate", cause(err), err)
	}
	return version, nil
}

// reach makes a first connection: goose would try a dead server for long.
func reach(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	return db.PingContext(ctx)
}

func up(ctx context.Context, db *sql.DB, release string) (int64, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockTries))
	if err != nil {
		return 0, err
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, sub, goose.WithSessionLocker(locker))
	if err != nil {
		return 0, err
	}
	return rows.Migrate(ctx, db, p, release)
}
