package store

import (
	"errors"
	"fmt"
)

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
