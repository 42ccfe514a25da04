// Package database opens the store that DATABASE_URL names, tends it while the program runs, and tells whoever runs
// ahtbot how it fares. Processes that share it find each other here.
package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
	"ahtbot/internal/store/sqlite"
)

// Database is a store with what this process knows of it and of those who share it.
type Database struct {
	store.Store
	Engine string // what people call the database
	ID     string // of this process, among those that share the database

	log        *slog.Logger
	live, most atomic.Int64  // processes: heard of in the last minute, this one included; the largest number today
	change     chan struct{} // the store's condition has changed

	mu    sync.Mutex
	since time.Time           // when it became unavailable; zero: it is not
	times map[store.Cause]int // how often it did since the start
}

// Open opens the database of a URL and makes the ledger perMinute slots large. A new one opens slowly, since the account
// may have been used until now. release is what this ahtbot calls itself. The error says what to do, and quotes no URL.
func Open(ctx context.Context, databaseURL, release string, perMinute int, log *slog.Logger) (*Database, error) {
	db, err := OpenStore(ctx, databaseURL, release)
	if err != nil {
		return nil, err
	}
	if err := MakeLedger(ctx, db, perMinute, false); err != nil {
		return nil, errors.Join(fmt.Errorf("the ledger of requests can't be made (%w): %s", err, Mend(err)), db.Close())
	}
	return New(db, Engine(databaseURL), log), nil
}

// OpenMemory opens a database in memory, of an account that nobody has used.
func OpenMemory(ctx context.Context, release string, perMinute int, log *slog.Logger) (*Database, error) {
	db, err := sqlite.OpenMemory(ctx, release)
	if err != nil {
		return nil, err
	}
	if err := MakeLedger(ctx, db, perMinute, true); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return New(db, "SQLite, in memory", log), nil
}

// New returns an open store as a Database that people call engine. It logs from then on when the store becomes unavailable.
func New(db store.Store, engine string, log *slog.Logger) *Database {
	d := &Database{Store: db, Engine: engine, ID: processID(), log: log, change: make(chan struct{}, 1), times: map[store.Cause]int{}}
	db.Watch(d.changed)
	return d
}

// processID names this process among those that share a database.
func processID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%d", host, os.Getpid(), time.Now().UnixNano())
}

// OpenStore opens the database of a URL, its schema up to date, and no more. The error says what to do.
func OpenStore(ctx context.Context, databaseURL, release string) (store.Store, error) {
	open := sqlite.Open
	if strings.HasPrefix(databaseURL, "postgres") {
		open = postgres.Open
	}
	db, err := open(ctx, databaseURL, release)
	for try := 1; errors.Is(err, store.ErrUnavailable) && ctx.Err() == nil && try < 5; try++ { // a busy disk, or others that migrate
		db, err = open(ctx, databaseURL, release)
	}
	if _, newer := errors.AsType[*store.NewerError](err); newer {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: the database can't be opened (%w): %s", err, Mend(err))
	}
	return db, nil
}

// Engine returns what people call the database of a URL.
func Engine(databaseURL string) string {
	if strings.HasPrefix(databaseURL, "postgres") {
		return "PostgreSQL"
	}
	return "SQLite"
}

// Mend returns what to do about an error of the database.
func Mend(err error) string {
	if failed, ok := errors.AsType[*store.UnavailableError](err); ok {
		return failed.Cause.What() + "; " + failed.Cause.Mend()
	}
	return "check that it is there and may be written"
}

// MakeLedger makes the ledger n slots large; fresh is for an account that was not used in the last minute. A busy disk
// may need longer for many slots than the store's patience, so it is tried for half a minute.
func MakeLedger(ctx context.Context, db store.Ledger, n int, fresh bool) error {
	for began := time.Now(); ; {
		err := db.Resize(ctx, n, fresh)
		if !errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil || time.Since(began) > 30*time.Second {
			return err
		}
	}
}
