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
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"ahtbot/internal/store"
	"ahtbot/internal/store/rows"
)

// Connections of one process: most open at once, always open, how long one more than those
// is kept idle, and how long any is kept, by chance up to half as long again, so that they
// do not end together.
const (
	mostOpen = 10
	keepOpen = 4
	idleTime = 5 * time.Minute
	lifeTime = time.Hour
	mending  = 5 * time.Second // between looks whether keepOpen are open
)

// opening bounds making a connection. Far away, with TLS and a password, that takes seven
// round trips; whoever needed it may be gone by then, and the next one has it.
const opening = 10 * time.Second

// server is the store on a server.
type server struct {
	*rows.Rows
	pool *pgxpool.Pool
	db   *sql.DB // on the pool, which it takes a connection from for each use
}

var _ store.Store = (*server)(nil)

// Open connects to the server that databaseURL names (postgres://user@host/database, with
// libpq's parameters) and brings its schema up to date; release is this binary's, to be
// noted beside the schema it makes. Several processes may open one empty database at once:
// one migrates, under goose's session lock, so the URL must not lead through a pooler that
// shares sessions when the schema is to change. A crash leaves whole migrations only.
// A schema that a later release made is refused with a *[store.NewerError]; a server that
// cannot be used now with [store.ErrUnavailable]. Errors never contain the password.
func Open(ctx context.Context, databaseURL, release string) (store.Store, error) {
	if !strings.HasPrefix(databaseURL, "postgres://") && !strings.HasPrefix(databaseURL, "postgresql://") {
		return nil, errors.New("store: want postgres://user@host/database")
	}
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, errors.New("store: the postgres:// URL cannot be read; check its form and its parameters")
	}
	pool, err := pgxpool.NewWithConfig(ctx, tune(config))
	if err != nil {
		return nil, fmt.Errorf("store: connect: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	s := &server{pool: pool, db: db}
	schema, err := migrate(ctx, db, release)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.Rows = rows.New(rows.Engine{Write: db, Read: db, Schema: schema, Now: clock, Again: never, Take: s.take, Prove: s.prove, Cause: s.causeOf})
	// Autovacuum passes over a table as small as that of targets; without its statistics
	// pruning reads every reading. If it fails, pruning is slow.
	_, _ = db.ExecContext(ctx, "analyze target")
	return s, nil
}

// tune makes calls cheap where each round trip takes a third of a second: connections are
// there before they are needed, and a statement is sent with its arguments at once, without
// being prepared (docs/adr/0008).
func tune(config *pgxpool.Config) *pgxpool.Config {
	conn := config.ConnConfig
	if conn.RuntimeParams["application_name"] == "" {
		conn.RuntimeParams["application_name"] = "ahtbot"
	}
	if conn.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement { // unless the URL says something
		conn.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	conn.ConnectTimeout = opening
	if len(conn.Fallbacks) > 0 && conn.ValidateConnect == nil && severalHosts(conn) {
		conn.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	config.MaxConns, config.MinConns, config.HealthCheckPeriod = mostOpen, keepOpen, mending
	config.MaxConnIdleTime, config.MaxConnLifetime, config.MaxConnLifetimeJitter = idleTime, lifeTime, lifeTime/2
	config.ShouldPing = ended
	return config
}

// severalHosts reports whether the URL names more than one server. Then the one that takes
// writes is wanted, as with target_session_attrs=read-write; of a single one reads are
// better than nothing.
func severalHosts(conn *pgx.ConnConfig) bool {
	for _, f := range conn.Fallbacks {
		if f.Host != conn.Host || f.Port != conn.Port {
			return true
		}
	}
	return false
}

// ended reports whether a connection that was idle has been ended by the other side, which
// shows without a round trip; a ping then takes it out of the pool.
func ended(_ context.Context, p pgxpool.ShouldPingParams) bool {
	return p.IdleDuration > time.Second &&
		p.Conn.PgConn().CheckConn() != nil //nolint:staticcheck // deprecated for others: "prefer Ping unless on a high latency connection"
}

// clock is the server's, at the moment it is looked at and not at the beginning of the
// transaction.
func clock() string { return now }

// never tries again: the pool has done so where nothing had been sent.
func never(error) bool { return false }

// Backup is [store.Upkeep.Backup].
func (s *server) Backup(context.Context, string) error {
	return fmt.Errorf("store: %w", store.ErrNoBackup)
}

// Close ends all connections, as soon as the calls that use them have ended.
func (s *server) Close() error {
	err := s.db.Close()
	s.pool.Close()
	return err
}
