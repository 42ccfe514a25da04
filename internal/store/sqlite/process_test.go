package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/store/sqlite"
	"ahtbot/internal/store/storetest"
)

// asProcess names, in the environment, the file that this binary is to open, and nothing else.
const asProcess = "AHTBOT_TEST_OPEN"

func TestMain(m *testing.M) {
	if path := os.Getenv(asProcess); path != "" {
		if err := process(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// process opens the file at path and takes what slots it can, printing each.
func process(ctx context.Context, path string) error {
	s, err := sqlite.Open(ctx, "sqlite://"+path, storetest.Release)
	if err != nil {
		return err
	}
	if err := s.Resize(ctx, 20, true); err != nil {
		return err
	}
	for i := range 21 {
		slot, _, err := s.Take(ctx, fmt.Sprint(os.Getpid(), ".", i), false, 0, time.Minute)
		if err != nil {
			return err
		}
		if slot >= 0 {
			fmt.Println(slot)
		}
	}
	return nil // without closing, as a process that is killed
}

func TestFourProcessesOpenOneEmptyFileAndShareItsSlots(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	out := make([]string, 4)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), asProcess+"="+path)
			text, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v: %s", err, text)
			}
			out[i] = string(text)
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for slot := range strings.FieldsSeq(strings.Join(out, "")) {
		if seen[slot] {
			t.Errorf("slot %s was taken twice", slot)
		}
		seen[slot] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d slots taken, want 20: %q", len(seen), out)
	}
	if used, total, err := open(t, path).Used(t.Context()); used != 20 || total != 20 || err != nil {
		t.Errorf("after all have ended: %d of %d used, %v; want all", used, total, err)
	}
}
