package readings

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

// countedStore counts the looks back, which may fail.
type countedStore struct {
	Store
	looks int
	err   error
}

func (s *countedStore) ReadingsBetween(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error) {
	s.looks++
	if s.err != nil {
		return nil, s.err
	}
	return s.Store.ReadingsBetween(ctx, t, from, to, most)
}

func TestWhatIsUsualIsMadeOnceAnHourForWhoeverAsks(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		counted := &countedStore{Store: db}
		kept := New(counted, slog.New(slog.DiscardHandler))
		sales, winter := apptest.Campaign(t, "Sales"), apptest.Campaign(t, "Winter")
		for day := range 14 {
			at := time.Now().AddDate(0, 0, -14+day)
			if err := kept.Keep(aht.Reading{Target: sales, Mean: time.Duration(240+day) * time.Second, At: at}, at); err != nil {
				t.Fatal(err)
			}
		}
		usual := kept.Usual(time.UTC)
		defer apptest.Served(t, usual.Follow)()
		look := func(target aht.Target) aht.Band {
			usual.At(target, time.Now())
			synctest.Wait()
			return usual.At(target, time.Now())
		}
		if b := look(sales); !b.Known() || b.Low > 240*time.Second || b.High < 253*time.Second {
			t.Errorf("usual of what was read = %+v", b)
		}
		if b := look(winter); b.Known() {
			t.Errorf("usual of what was never read = %+v", b)
		}
		for range 5 {
			look(sales)
			look(winter)
		}
		if counted.looks != 2 {
			t.Errorf("%d looks back for two campaigns", counted.looks)
		}
		time.Sleep(time.Hour)
		counted.err = fmt.Errorf("away")
		if b := look(sales); b.Known() {
			t.Errorf("with an hour that can't be read: %+v", b)
		}
		counted.err = nil
		if b := look(sales); !b.Known() || counted.looks < 4 {
			t.Errorf("when it can be: %+v, %d looks", b, counted.looks)
		}
	})
}
