package store

import (
	"errors"
	"fmt"
	"time"
)

// Cause says why a database cannot be used: a stable word, for metrics and for choosing
// words by. The empty Cause is none: a statement's own fault, or nothing.
type Cause string

// The causes. Both engines sort their errors into these and no others.
const (
	DiskFull       Cause = "disk-full"        // no room for another page or row
	Quota          Cause = "quota"            // the user's or folder's quota is used up
	ReadOnlyDisk   Cause = "read-only-disk"   // the file system takes no writes
	ReadOnlyServer Cause = "read-only-server" // a standby, or sessions that are set read-only
	NoPermission   Cause = "no-permission"    // this user may not write, or not log in
	Gone           Cause = "gone"             // the file, folder or database is not there
	Locked         Cause = "locked"           // somebody holds a lock, such as a backup
	Slow           Cause = "slow"             // no answer within [Patience]
	Unreachable    Cause = "unreachable"      // no connection, or one that ended
	Damaged        Cause = "damaged"          // the disk or the file is broken
	Unknown        Cause = "unknown"          // none of these
)

// causes are all of them, with what the operator reads: what it is and how it is mended.
var causes = []struct {
	cause      Cause
	what, mend string
}{
	{DiskFull, "its disk is full", "free some room on it, or make it larger"},
	{Quota, "the quota on its disk is used up", "raise the quota, or remove what is not needed"},
	{ReadOnlyDisk, "its disk is mounted read-only", "mount it writable again; the kernel's log says why it is not"},
	{ReadOnlyServer, "its server takes no writes", "point DATABASE_URL at the primary, name all servers in it (postgres://USER@A,B/DATABASE), or switch default_transaction_read_only off"},
	{NoPermission, "ahtbot may not write to it", "give this user the right to log in and to write; a file needs its folder writable too"},
	{Gone, "it is not where DATABASE_URL says", "put it back, or set DATABASE_URL anew"},
	{Locked, "another program keeps it locked", "wait for that program, such as a backup, or end it"},
	{Slow, "it does not answer in time", "look at its load, its disk and the network to it"},
	{Unreachable, "it can't be reached", "start it, or look at the network to it"},
	{Damaged, "its disk or file is damaged", "look into the kernel's log, then restore a backup"},
	{Unknown, "it refuses what ahtbot asks of it", "look at the error in the log"},
}

// Causes returns every cause there is.
func Causes() []Cause {
	all := make([]Cause, len(causes))
	for i, c := range causes {
		all[i] = c.cause
	}
	return all
}

// What says for the operator what c is, as the end of a sentence about the store.
func (c Cause) What() string { what, _ := c.words(); return what }

// Mend says for the operator how c is mended.
func (c Cause) Mend() string { _, mend := c.words(); return mend }

func (c Cause) words() (what, mend string) {
	for _, known := range causes {
		if known.cause == c {
			return known.what, known.mend
		}
	}
	return Unknown.words()
}

// Lasts reports whether a write that fails for c shows by itself that the store is unavailable: the
// next one will fail as well. The others may be a moment's, and are tried once more.
func (c Cause) Lasts() bool {
	switch c {
	case DiskFull, Quota, ReadOnlyDisk, ReadOnlyServer, NoPermission, Gone, Damaged:
		return true
	case Locked, Slow, Unreachable, Unknown:
		return false
	default:
		return false
	}
}

// Condition is how a store is. The zero Condition is well.
type Condition struct {
	Cause Cause     // why it is unavailable; empty: it is not
	Since time.Time // when it became unavailable, or came back; zero: it has always been well
	Err   error     // what the database said last, for the log; nil when it is well
	Room  int64     // bytes that a file's disk has left; negative: not known
}

// Unavailable reports whether the store cannot be written: then reads may work, and a write has to
// show that it is back.
func (c Condition) Unavailable() bool { return c.Cause != "" }

// Report says for the operator why a store is unavailable and how that is mended; empty when it is
// well.
func (c Condition) Report() string {
	if !c.Unavailable() {
		return ""
	}
	what := c.Cause.What()
	switch c.Cause { //nolint:exhaustive // of the others the room says nothing
	case DiskFull, Quota, Damaged:
		if c.Room >= 0 {
			what += " (" + c.RoomLeft() + ")"
		}
	}
	return what + ": " + c.Cause.Mend()
}

// RoomLeft says how much room the disk has.
func (c Condition) RoomLeft() string {
	switch {
	case c.Room < 0:
		return "room not known"
	case c.Room < 1<<20:
		return fmt.Sprintf("%d kB free", c.Room>>10)
	case c.Room < 1<<30:
		return fmt.Sprintf("%d MB free", c.Room>>20)
	default:
		return fmt.Sprintf("%d GB free", c.Room>>30)
	}
}

// ErrUnavailable is wrapped by every error that means "the database cannot be used now": a full
// disk, a locked or unreadable file, a lost connection, a closed store, no answer within
// [Patience]. The caller goes on without it and may try again. Such an error is an
// [*UnavailableError], which knows the cause.
var ErrUnavailable = errors.New("the store is away")

// IsUnavailable reports whether err means that the database cannot be used now: it wraps [ErrUnavailable].
func IsUnavailable(err error) bool { return errors.Is(err, ErrUnavailable) }

// UnavailableError is a call that the database could not serve. It wraps [ErrUnavailable].
type UnavailableError struct {
	Op    string // what was to be done
	Cause Cause
	// Unkept says that surely nothing was kept. Otherwise it may have been.
	Unkept bool
	// Refused says that it was not even tried, since the store was known to be unavailable.
	Refused bool
	Err     error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("store: %s: %v (%s): %v", e.Op, ErrUnavailable, e.Cause, e.Err)
}

// Unwrap returns [ErrUnavailable] and what the database said.
func (e *UnavailableError) Unwrap() []error { return []error{ErrUnavailable, e.Err} }

// StoreCause returns Cause as its stable word. Other packages find it by an interface of
// their own.
func (e *UnavailableError) StoreCause() string { return string(e.Cause) }

// NothingKept reports whether surely nothing was kept.
func (e *UnavailableError) NothingKept() bool { return e.Unkept }

// Untried reports whether it was not even tried, since the store was known to be unavailable.
func (e *UnavailableError) Untried() bool { return e.Refused }

// ErrNoBackup is returned by a database that has tools of its own for backups.
var ErrNoBackup = errors.New("back PostgreSQL up with pg_dump --exclude-table-data='rl*' (the ledger of requests must not be restored)")

// NewerError says that the schema was migrated by a later ahtbot than this one, which
// refuses to use it. Nothing was changed.
type NewerError struct {
	Schema  int64  // version of the schema in the database
	Known   int64  // the newest version that this binary knows
	Release string // of the ahtbot that migrated; empty when unknown
	Own     string // this binary's release
}

func (e *NewerError) Error() string {
	who, run := "a later ahtbot", "the ahtbot that migrated it"
	if e.Release != "" {
		who, run = "ahtbot "+e.Release, "ahtbot "+e.Release
	}
	return fmt.Sprintf("the database has schema %d, made by %s; this is ahtbot %s, which knows schema %d: run %s or newer",
		e.Schema, who, e.Own, e.Known, run)
}
