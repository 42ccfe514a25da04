package sqlite_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"

	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
	"ahtbot/internal/store/storetest"
)

// opener opens one file a test.
func opener() storetest.Opener {
	path := storetest.PerTest(func(t *testing.T) string {
		t.Helper()
		return filepath.Join(t.TempDir(), "ahtbot.db")
	})
	return func(t *testing.T) store.Store {
		t.Helper()
		return open(t, path(t))
	}
}

func open(t *testing.T, path string) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), "sqlite://"+path, storetest.Release)
	for try := 1; errors.Is(err, store.ErrUnavailable) && try < 10; try++ { // a busy machine: four migrate at once
		s, err = sqlite.Open(t.Context(), "sqlite://"+path, storetest.Release)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) {
	t.Parallel() // with those that wait for a lock
	storetest.Run(t, opener())
}

// TestContractInMemory runs the same contract in memory, where the test itself keeps what
// a file would keep between two openers.
func TestContractInMemory(t *testing.T) {
	t.Parallel()
	name := storetest.PerTest(func(t *testing.T) string {
		t.Helper()
		name := rand.Text()
		inMemory(t, name)
		return name
	})
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return inMemory(t, name(t))
	})
}

func inMemory(t *testing.T, name string) store.Store {
	t.Helper()
	s, err := sqlite.OpenNamed(t.Context(), name, storetest.Release)
	for try := 1; errors.Is(err, store.ErrUnavailable) && try < 100; try++ { // another opener migrates
		s, err = sqlite.OpenNamed(t.Context(), name, storetest.Release)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
