package sqlite

import (
	"context"
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// probeKey names the row of a probe among the leases. It is over as soon as it is made, so
// one that a crash leaves is swept.
const probeKey = "probe"

// prove writes a row larger than any, and takes it back. Where there is no room for it, the
// log is folded into the file first: that alone may make some.
func (f *file) prove(ctx context.Context) error {
	err := f.proveOnce(ctx)
	switch {
	case hasCode(err, sqlite3.SQLITE_FULL):
		if _, folded := f.write.ExecContext(ctx, "pragma wal_checkpoint(truncate)"); folded == nil {
			err = f.proveOnce(ctx)
		}
	case hasCode(err, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
		f.reopen() // a connection made before may not notice that it is mended
	}
	return err
}

func (f *file) proveOnce(ctx context.Context) error {
	_, err := f.write.ExecContext(ctx,
		"insert into lease (key, holder, until) values (?1, ?2, 0) on conflict (key) do update set holder = excluded.holder",
		probeKey, strings.Repeat("x", bulk))
	if err != nil {
		return err
	}
	_, err = f.write.ExecContext(ctx, "delete from lease where key = ?1", probeKey)
	return err
}

// reopen has the next call make its connection anew.
func (f *file) reopen() {
	if f.keeper != nil {
		return // there is no file
	}
	f.write.SetMaxIdleConns(0)
	f.write.SetMaxIdleConns(1)
	f.read.SetMaxIdleConns(0)
	f.read.SetMaxIdleConns(readers)
}

// hasCode reports whether err has one of SQLite's primary result codes.
func hasCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	for _, code := range codes {
		if ok && e.Code()&0xff == code {
			return true
		}
	}
	return false
}
