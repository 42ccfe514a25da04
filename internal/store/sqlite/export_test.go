package sqlite

import (
	"context"
	"testing"

	"ahtbot/internal/store"
)

// SetClock lets tests of the bound step the clock that s takes as an argument.
func SetClock(tb testing.TB, s store.Store, now func() int64) {
	tb.Helper()
	inside(tb, s).now = now
}

// Pragma runs a pragma on the connection that writes: to fill a disk, or to make it
// read-only, without one.
func Pragma(tb testing.TB, s store.Store, pragma string) {
	tb.Helper()
	if _, err := inside(tb, s).write.ExecContext(context.Background(), "pragma "+pragma); err != nil {
		tb.Fatal(err)
	}
}

func inside(tb testing.TB, s store.Store) *file {
	tb.Helper()
	f, ok := s.(*file)
	if !ok {
		tb.Fatalf("%T is no store of this package", s)
	}
	return f
}

// OpenNamed lets several openers have one database in memory.
var OpenNamed = openNamed
