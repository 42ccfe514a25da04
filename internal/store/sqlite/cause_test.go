package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"ahtbot/internal/store"
)

func TestCausesOfTheOperatingSystem(t *testing.T) {
	for errno, want := range map[syscall.Errno]store.Cause{
		syscall.ENOSPC: store.DiskFull, errOverQuota: store.Quota, syscall.EROFS: store.ReadOnlyDisk, syscall.EACCES: store.NoPermission,
		syscall.EPERM: store.NoPermission, syscall.ENOENT: store.Gone, syscall.EIO: store.Damaged, syscall.EMFILE: store.Unknown,
	} {
		if got := causeFor("")(fmt.Errorf("open: %w", &fs.PathError{Op: "open", Path: "ahtbot.db", Err: errno})); got != want {
			t.Errorf("%v: %q, want %q", errno, got, want)
		}
	}
	if got := causeFor("")(errors.New("sql: database is closed")); got != "" {
		t.Errorf("a closed database: %q, want no cause", got)
	}
}

func TestTheFileSystemIsAskedWhereSQLiteLeavesItOpen(t *testing.T) {
	dir := t.TempDir()
	if got := fileCause(filepath.Join(dir, "no", "file.db"), store.Damaged); got != store.Gone {
		t.Errorf("a folder that is not there: %q", got)
	}
	path := filepath.Join(dir, "ahtbot.db")
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	if got := fileCause(path, store.Damaged); got != store.Damaged {
		t.Errorf("a file system with nothing against it: %q", got)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".ahtbot-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	if room(path) <= 0 {
		t.Errorf("room %d", room(path))
	}
}
