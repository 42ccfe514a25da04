// Package sqlite keeps the store in one SQLite file: no server, one machine, several
// processes. Pure Go.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"ahtbot/internal/store"
	"ahtbot/internal/store/rows"
)

// scheme begins the URL of a file: sqlite://ahtbot.db is relative to the working folder,
// sqlite:///data/ahtbot.db is not.
const scheme = "sqlite://"

// busy is how long SQLite itself waits for another process's lock. No context cuts that
// short, and whoever else wants the one connection waits too: so it is little, and the
// call tries again while it has time.
const busy = 200 * time.Millisecond

// readers is how many connections read at once, beside the one that writes.
const readers = 4

// file is the store in one file.
type file struct {
	*rows.Rows
	source      string // as the driver names it
	write, read *sql.DB
	keeper      *sql.DB      // keeps a database in memory alive; nil for a file
	now         func() int64 // wall; tests of this package step it
}

var _ store.Store = (*file)(nil)

// Open opens the file that databaseURL names (sqlite://path), creates it with mode 0600 if
// it is not there, and brings its schema up to date; release is this binary's, to be noted
// beside the schema it makes. Several processes may open one empty file at once: one
// migrates. Migrations run in one transaction, so a crash leaves the schema as it was.
// A schema that a later release made is refused with a *[store.NewerError]; a file that
// cannot be used now with [store.ErrUnavailable].
func Open(ctx context.Context, databaseURL, release string) (store.Store, error) {
	path, ok := strings.CutPrefix(databaseURL, scheme)
	if !ok || path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, errors.New("store: want sqlite:// and a path, as in sqlite://ahtbot.db or sqlite:///data/ahtbot.db")
	}
	if err := create(path); err != nil {
		return nil, err
	}
	schema, err := migrate(ctx, dsn(path, migrateBusy), release, causeFor(path))
	if err != nil {
		return nil, err
	}
	return connect(path, schema)
}

// create makes an empty file that only its owner may read; SQLite gives its companions
// (-wal, -shm) the same mode. A file that is there keeps its own.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &store.UnavailableError{Op: "open the database", Cause: cmp.Or(errnoCause(err), store.Unknown), Unkept: true, Err: err}
	}
	return f.Close()
}

// connect opens the two pools of a file with a version of the schema. No connection is made yet.
func connect(path string, schema int64) (store.Store, error) {
	write, err := sql.Open("sqlite", dsn(path, busy)+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("store: open the database: %w", err)
	}
	read, err := sql.Open("sqlite", dsn(path, busy)+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: open the database: %w", err), write.Close())
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	f := &file{source: dsn(path, busy), write: write, read: read, now: machineClock}
	f.Rows = rows.New(rows.Engine{
		Write: write, Read: read, Schema: schema, Now: f.clock, Again: isLocked, Take: f.take, Prove: f.prove,
		Cause: causeFor(path), Room: func() int64 { return room(path) },
	})
	return f, nil
}

// machineClock is the clock of this engine: the machine's, in milliseconds.
func machineClock() int64 { return time.Now().UnixMilli() }

// clock dates a statement before it waits for the write lock: what it holds runs from a
// moment after the caller began.
func (f *file) clock() string { return strconv.FormatInt(f.now(), 10) }

// isLocked reports whether err is another process's lock.
func isLocked(err error) bool {
	return hasCode(err, sqlite3.SQLITE_BUSY)
}

// dsn names the file to the driver, with what every connection sets. A file that has gone is
// not made anew.
func dsn(path string, wait time.Duration) string {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return fmt.Sprintf("file:%s?mode=rw&_pragma=busy_timeout(%d)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=foreign_keys(1)",
		escaped, wait.Milliseconds())
}

// Close ends all connections; the last one of all processes folds the log into the file.
func (f *file) Close() error {
	err := errors.Join(f.read.Close(), f.write.Close())
	if f.keeper != nil {
		err = errors.Join(err, f.keeper.Close())
	}
	return err
}
