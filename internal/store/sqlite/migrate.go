package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"ahtbot/internal/store"
	"ahtbot/internal/store/rows"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateBusy is how long one of several openers waits for the one that migrates.
const migrateBusy = 30 * time.Second

// migrate brings the schema of source, as the driver names it, up to date and returns its
// version. All of it happens in one immediate transaction on one connection: others wait for
// it, and a crash leaves the schema as it was. goose begins no transaction of its own, since
// its table is made here and the migrations say so.
func migrate(ctx context.Context, source, release string, why func(error) store.Cause) (version int64, err error) {
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return 0, fmt.Errorf("store: open the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := begin(ctx, db); err != nil {
		return 0, rows.Word(ctx, "migrate", why(err), err)
	}
	version, err = up(ctx, db, release)
	if newer, ok := errors.AsType[*store.NewerError](err); ok {
		return 0, newer // the connection closes, which rolls back
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "commit")
	}
	if err != nil {
		return 0, rows.Word(ctx, "migrate", why(err), err)
	}
	return version, nil
}

// begin opens a connection and begins a transaction that writes. Of several who open an empty
// file at once, one makes its journal a log, and SQLite refuses the others at once instead of
// having them wait: they try again.
func begin(ctx context.Context, db *sql.DB) error {
	for until := time.Now().Add(migrateBusy); ; {
		_, err := db.ExecContext(ctx, "begin immediate")
		if err == nil || !isLocked(err) || time.Now().After(until) {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// up runs what is pending on db's one connection, which has a transaction open.
func up(ctx context.Context, db *sql.DB, release string) (int64, error) {
	if err := versionTable(ctx, db); err != nil {
		return 0, err
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub)
	if err != nil {
		return 0, err
	}
	return rows.Migrate(ctx, db, p, release)
}

// versionTable makes goose's table if it is not there.
func versionTable(ctx context.Context, db *sql.DB) error {
	s, err := database.NewStore(goose.DialectSQLite3, goose.DefaultTablename)
	if err != nil {
		return err
	}
	var n int
	err = db.QueryRowContext(ctx, "select count(*) from sqlite_master where name = ?", goose.DefaultTablename).Scan(&n)
	if err != nil || n > 0 {
		return err
	}
	if err := s.CreateVersionTable(ctx, db); err != nil {
		return err
	}
	return s.Insert(ctx, db, database.InsertRequest{Version: 0})
}
