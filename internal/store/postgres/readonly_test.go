//go:build postgres

package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
)

// owned is fresh for a role of its own, called like the schema, which owns what is in it.
func owned(t *testing.T) (databaseURL, name string) {
	t.Helper()
	databaseURL, name = fresh(t)
	db := admin(t)
	exec(t, db, "create role "+name+" login")
	t.Cleanup(func() {
		for _, statement := range []string{"reassign owned by " + name + " to current_user", "drop owned by " + name, "drop role " + name} {
			if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
				t.Error(err)
			}
		}
	})
	exec(t, db, "alter schema "+name+" owner to "+name)
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(name)
	return u.String(), name
}

// keepOne keeps a reading.
func keepOne(t *testing.T, s store.Store) error {
	t.Helper()
	return s.KeepReading(t.Context(), target(t), time.Second, time.Now(), time.Now())
}

func TestSessionsThatTakeNoWritesAreGivenUp(t *testing.T) {
	databaseURL, name := owned(t)
	s, db := open(t, databaseURL), admin(t)
	if err := keepOne(t, s); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "alter role "+name+" set default_transaction_read_only = on")
	cut(t, db, name)
	var refused *store.UnavailableError
	for end := time.Now().Add(20 * time.Second); ; { // sessions that were cut come first
		err := keepOne(t, s)
		if failed, ok := errors.AsType[*store.UnavailableError](err); ok && failed.Cause == store.ReadOnlyServer {
			refused = failed
			break
		}
		if time.Now().After(end) {
			t.Fatalf("a server that takes no writes gives %v", err)
		}
		_ = s.Ping(t.Context())
	}
	if !refused.Unkept || s.Condition().Cause != store.ReadOnlyServer {
		t.Errorf("%+v, condition %+v", refused, s.Condition())
	}
	if _, ok, err := s.LatestReading(t.Context(), target(t)); err != nil || !ok {
		t.Errorf("reading: %v, %v", ok, err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping: %v", err)
	}
	again := open(t, databaseURL) // a process that starts meanwhile
	if _, ok, err := again.LatestReading(t.Context(), target(t)); err != nil || !ok {
		t.Errorf("reading in a process that started meanwhile: %v, %v", ok, err)
	}
	exec(t, db, "alter role "+name+" set default_transaction_read_only = off") // for sessions to come
	comesBack(t, func() error { return s.Ping(t.Context()) })
	for range 20 { // whichever session it is
		if err := keepOne(t, s); err != nil {
			t.Error(err)
		}
	}
}

func TestOfSeveralServersNoneThatTakesWritesIsNamed(t *testing.T) {
	databaseURL, name := owned(t)
	if err := keepOne(t, open(t, databaseURL)); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = u.Host + "," + strings.Replace(u.Host, "127.0.0.1", "localhost", 1)
	if err := keepOne(t, open(t, u.String())); err != nil {
		t.Errorf("with one that does: %v", err)
	}
	exec(t, admin(t), "alter role "+name+" set default_transaction_read_only = on")
	s, err := postgres.Open(t.Context(), u.String(), "v1")
	if failed, ok := errors.AsType[*store.UnavailableError](err); !ok || failed.Cause != store.ReadOnlyServer {
		t.Errorf("opened %v: %v", s, err)
	}
}

func TestARightThatIsTakenAwayIsNamedAndComesBack(t *testing.T) {
	databaseURL, name := owned(t)
	s, db := open(t, databaseURL), admin(t)
	if err := keepOne(t, s); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "alter table "+name+".reading owner to current_user")
	exec(t, db, "grant select on "+name+".reading to "+name)
	if failed, ok := errors.AsType[*store.UnavailableError](keepOne(t, s)); !ok || failed.Cause != store.NoPermission || !failed.Unkept {
		t.Errorf("error %+v", failed)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) || s.Condition().Cause != store.NoPermission {
		t.Errorf("Ping: %v, condition %+v; what one table lacks, the store lacks", err, s.Condition())
	}
	exec(t, db, "alter table "+name+".reading owner to "+name)
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := keepOne(t, s); err != nil {
		t.Error(err)
	}
}
