//go:build linux || darwin

package sqlite

import (
	"path/filepath"
	"syscall"
)

const errOverQuota = syscall.EDQUOT

// writable returns why this user may not write to a file or folder, nil when it may.
func writable(name string) error {
	const write = 2 // W_OK of access(2)
	return syscall.Access(name, write)
}

// room returns how many bytes this user may still write to the disk of the file at path;
// negative when that is not known.
func room(path string) int64 {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
		return -1
	}
	return int64(disk.Bavail) * int64(disk.Bsize) //nolint:unconvert // the types differ by system
}
