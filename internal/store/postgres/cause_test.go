package postgres

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"ahtbot/internal/store"
)

func TestCauses(t *testing.T) {
	for code, want := range map[string]store.Cause{
		"25006": store.ReadOnlyServer, "53100": store.DiskFull, "55P03": store.Locked, "40P01": store.Locked, "57014": store.Slow,
		"42501": store.NoPermission, "28P01": store.NoPermission, "28000": store.NoPermission, "3D000": store.Gone, "42P01": store.Gone,
		"53300": store.Unreachable, "57P01": store.Unreachable, "57P03": store.Unreachable, "08006": store.Unreachable,
		"58030": store.Damaged, "XX001": store.Damaged, "40001": store.Slow,
		"23505": "", "22P02": "", "42601": "", // the statement's own fault
	} {
		if got := cause(fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code})); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	for _, err := range []error{io.ErrUnexpectedEOF, net.ErrClosed, &net.OpError{Op: "dial", Err: errors.New("refused")}, errors.New("conn closed")} {
		if got := cause(err); got != store.Unreachable {
			t.Errorf("%v: %q", err, got)
		}
	}
	if got := cause(fmt.Errorf("connect: %w", pgconn.ErrReadOnlyConnection)); got != store.ReadOnlyServer {
		t.Errorf("none of several servers takes writes: %q", got)
	}
}

func TestOfSeveralServersTheOneThatTakesWritesIsWanted(t *testing.T) {
	for url, want := range map[string]bool{
		"postgres://u@a,b/d":                          true,
		"postgres://u@a:1,a:2/d":                      true,
		"postgres://u@a/d":                            false, // of one, reads are better than nothing
		"postgres://u@a,b/d?target_session_attrs=any": true,  // which pgx does not tell from nothing said
	} {
		config, err := pgxpool.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := tune(config).ConnConfig.ValidateConnect != nil; got != want {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
}
