package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"ahtbot/internal/store"
	"ahtbot/internal/store/rows"
)

// OpenMemory opens a store that is a file in every way but that it is in memory: nobody
// else can open it, and it is gone when it is closed.
func OpenMemory(ctx context.Context, release string) (store.Store, error) {
	return openNamed(ctx, rand.Text(), release)
}

// openNamed opens the database in memory called name. SQLite's own memdb keeps it for as
// long as one connection has it open; without a name each connection would have one to
// itself.
func openNamed(ctx context.Context, name, release string) (store.Store, error) {
	name = "file:/ahtbot-" + name + "?vfs=memdb&_txlock=immediate&_pragma=foreign_keys(1)"
	keeper, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("store: open the database: %w", err)
	}
	if _, err := keeper.Conn(ctx); err != nil {
		return nil, errors.Join(rows.Word(ctx, "open the database", causeFor("")(err), err), keeper.Close())
	}
	schema, err := migrate(ctx, name, release, causeFor(""))
	if err != nil {
		return nil, errors.Join(err, keeper.Close())
	}
	// One connection reads and writes: a lock of this kind of database is not waited for.
	one, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: open the database: %w", err), keeper.Close())
	}
	one.SetMaxOpenConns(1)
	f := &file{source: name, write: one, read: one, keeper: keeper, now: machineClock}
	f.Rows = rows.New(rows.Engine{Write: one, Read: one, Schema: schema, Now: f.clock, Again: isLocked, Take: f.take, Prove: f.prove, Cause: causeFor("")})
	return f, nil
}
