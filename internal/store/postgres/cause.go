package postgres

import (
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"ahtbot/internal/store"
)

// cause sorts an error by its SQLSTATE (PostgreSQL's documentation, appendix "PostgreSQL
// Error Codes"), or as one of the connection.
func cause(err error) store.Cause {
	if errors.Is(err, pgconn.ErrReadOnlyConnection) { // of every server named, none takes writes
		return store.ReadOnlyServer
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return connectionCause(err)
	}
	switch e.Code {
	case "25006": // read_only_sql_transaction
		return store.ReadOnlyServer
	case "53100": // disk_full
		return store.DiskFull
	case "55P03", "40P01": // lock_not_available, deadlock_detected
		return store.Locked
	case "57014": // query_canceled: statement_timeout, or ours
		return store.Slow
	case "42501", "28000", "28P01": // insufficient_privilege, a user who may not log in
		return store.NoPermission
	case "3D000", "42P01": // invalid_catalog_name, undefined_table
		return store.Gone
	}
	switch e.Code[:min(2, len(e.Code))] {
	case "08", "53", "57": // connection, too many of them, shut down
		return store.Unreachable
	case "58", "XX", "F0": // of the system under it
		return store.Damaged
	case "40": // serialisation: another try works
		return store.Slow
	default:
		return ""
	}
}

// connectionCause sorts what is no answer of the server; empty when it is no trouble of a
// connection either.
func connectionCause(err error) store.Cause {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "conn busy") {
		return store.Unreachable
	}
	return ""
}
