package store

import (
	"errors"
	"fmt"
)

// ErrAway is wrapped by every error that means "the database cannot be used now": a full
// disk, a locked or unreadable file, a lost connection, a closed store, no answer within
// [Patience]. The caller goes on without it and may try again.
var ErrAway = errors.New("the store is away")

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
