// Package postgres keeps the store in PostgreSQL: several processes on several machines,
// and the server's clock for all of them.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
	"ahtbot/internal/store/rows"
)

// Connections of one process: most open at once, kept idle, and how long an idle one is
// kept.
const (
	mostOpen = 10
	mostIdle = 4
	idleTime = 5 * time.Minute
)

// opening bounds making the first connection.
const opening = 10 * time.Second

// server is the store on a server.
type server struct {
	*rows.Rows
	db     *sql.DB
	schema int64
}

var _ store.Store = (*server)(nil)

// Open connects to the server that databaseURL names (postgres://user@host/database, with
// libpq's parameters) and brings its schema up to date; release is this binary's, to be
// noted beside the schema it makes. Several processes may open one empty database at once:
// one migrates, under goose's session lock, so the URL must not lead through a pooler that
// shares sessions when the schema is to change. A crash leaves whole migrations only.
// A schema that a later release made is refused with a *[store.NewerError]; a server that
// cannot be used now with [store.ErrAway]. Errors never contain the password.
func Open(ctx context.Context, databaseURL, release string) (store.Store, error) {
	if !strings.HasPrefix(databaseURL, "postgres://") && !strings.HasPrefix(databaseURL, "postgresql://") {
		return nil, errors.New("store: want postgres://user@host/database")
	}
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, errors.New("store: the postgres:// URL cannot be read; check its form and its parameters")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "ahtbot"
	}
	config.ConnectTimeout = store.Patience
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(mostOpen)
	db.SetMaxIdleConns(mostIdle)
	db.SetConnMaxIdleTime(idleTime)
	s := &server{db: db}
	s.Rows = rows.New(rows.Engine{Write: db, Read: db, Now: clock, Again: never, Take: s.take})
	if s.schema, err = migrate(ctx, db, release); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	// Autovacuum passes over a table as small as that of targets; without its statistics
	// pruning reads every reading. If it fails, pruning is slow.
	_, _ = db.ExecContext(ctx, "analyze target")
	return s, nil
}

// clock is the server's, at this moment and not at the beginning of the transaction.
func clock(ctx context.Context, db query.DBTX) (ms int64, err error) {
	err = db.QueryRowContext(ctx, "select "+now).Scan(&ms)
	return ms, err
}

// never tries again: database/sql has done so where nothing had been sent.
func never(error) bool { return false }

// Ping asks for a transaction number, which a standby cannot give.
func (s *server) Ping(ctx context.Context) error {
	return s.Do(ctx, "ping", func(ctx context.Context) error {
		var id int64
		return s.db.QueryRowContext(ctx, "select txid_current()").Scan(&id)
	})
}

// Schema is [store.Upkeep.Schema].
func (s *server) Schema(ctx context.Context) (version int64, release string, err error) {
	err = s.Do(ctx, "read the schema", func(ctx context.Context) error {
		release, err = rows.MigratedBy(ctx, s.db, s.schema)
		return err
	})
	return s.schema, release, err
}

// Backup is [store.Upkeep.Backup].
func (s *server) Backup(context.Context, string) error {
	return fmt.Errorf("store: %w", store.ErrNoBackup)
}

// Close ends all connections.
func (s *server) Close() error { return s.db.Close() }
