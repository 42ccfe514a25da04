package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ahtbot/internal/store"
)

// bulk is how much a probe writes: more than calls do, so that a disk with room for a page
// or two is not taken for one with room.
const bulk = 64 << 10

// causeFor returns what sorts errors of the file at path: by SQLite's result codes
// (https://www.sqlite.org/rescode.html), and where those leave it open by what the file
// system says. An empty path is a database in memory.
func causeFor(path string) func(error) store.Cause {
	return func(err error) store.Cause {
		e, ok := errors.AsType[*sqlite.Error](err)
		if !ok {
			return errnoCause(err)
		}
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return store.DiskFull
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
			return store.Locked
		case sqlite3.SQLITE_READONLY:
			return fileCause(path, store.ReadOnlyDisk)
		case sqlite3.SQLITE_CANTOPEN:
			return fileCause(path, store.Gone)
		case sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
			return store.NoPermission
		case sqlite3.SQLITE_IOERR:
			return fileCause(path, store.Damaged)
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return store.Damaged
		case sqlite3.SQLITE_NOMEM:
			return store.Unknown
		case sqlite3.SQLITE_INTERRUPT:
			return store.Slow
		default:
			return ""
		}
	}
}

// fileCause has the file system say why the file at path cannot be written, and returns otherwise
// when it has nothing against that. The file itself is not opened: closing it would end
// SQLite's locks (https://www.sqlite.org/howtocorrupt.html, 2.2).
func fileCause(path string, otherwise store.Cause) store.Cause {
	if path == "" {
		return otherwise
	}
	for _, name := range []string{path, filepath.Dir(path)} {
		if err := writable(name); err != nil {
			if cause := errnoCause(err); cause != "" {
				return cause
			}
		}
	}
	if cause := errnoCause(tryWriting(filepath.Dir(path))); cause != "" {
		return cause
	}
	return otherwise
}

// tryWriting writes a file that nobody sees into folder, which shows a quota or a full disk.
func tryWriting(folder string) error {
	f, err := os.CreateTemp(folder, ".ahtbot-")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	if _, err := f.WriteString(strings.Repeat("x", bulk)); err != nil {
		return err
	}
	return f.Sync()
}

// errnoCause sorts an error of the operating system; empty when err is none.
func errnoCause(err error) store.Cause {
	errno, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return ""
	}
	switch errno { //nolint:exhaustive // all others say nothing
	case syscall.ENOSPC:
		return store.DiskFull
	case errOverQuota:
		return store.Quota
	case syscall.EROFS:
		return store.ReadOnlyDisk
	case syscall.EACCES, syscall.EPERM:
		return store.NoPermission
	case syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR:
		return store.Gone
	case syscall.EIO:
		return store.Damaged
	default:
		return store.Unknown
	}
}
