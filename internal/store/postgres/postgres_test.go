//go:build postgres

package postgres_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
	"ahtbot/internal/store/storetest"
)

// server is the machine's PostgreSQL. With the build tag, one that does not answer is a
// failure.
var server = cmp.Or(os.Getenv("AHTBOT_TEST_POSTGRES"), "postgres://postgres@127.0.0.1:5432/test")

// admin connects to the server itself, to make, break and drop schemas.
func admin(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// fresh makes an empty schema, in a tenth of the time of a database, and returns a URL that
// leads to it under an application name of its own. The end of the test drops it.
func fresh(tb testing.TB) (databaseURL, name string) {
	tb.Helper()
	db, name := admin(tb), "ahtbot_"+strings.ToLower(rand.Text())
	if _, err := db.ExecContext(tb.Context(), "create schema "+name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := db.ExecContext(context.WithoutCancel(tb.Context()), "drop schema "+name+" cascade"); err != nil {
			tb.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", name)
	query.Set("application_name", name)
	u.RawQuery = query.Encode()
	return u.String(), name
}

func open(tb testing.TB, databaseURL string) store.Store {
	tb.Helper()
	s, err := postgres.Open(tb.Context(), databaseURL, storetest.Release)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) {
	databaseURL := storetest.PerTest(func(t *testing.T) string {
		t.Helper()
		made, _ := fresh(t)
		return made
	})
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return open(t, databaseURL(t))
	})
}
