package app

import (
	"log/slog"
	"testing"
	"time"

	"ahtbot/internal/aht"
)

// What a bot in memory is given as its past is kept as if it had read it then.
func TestADatabaseInMemoryBeginsWithItsPast(t *testing.T) {
	target, err := aht.NewTarget(aht.KindCampaign, "Collections North")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Now().Add(-48 * time.Hour).Truncate(time.Second)
	past := []aht.Reading{{Target: target, Mean: 4 * time.Minute, At: noon}, {Target: target, At: noon.Add(time.Hour)}}
	db, err := openDatabase(t.Context(), Settings{Release: "test", PerMinute: 50}, Options{Memory: true, Past: past}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	kept, err := db.ReadingsBetween(t.Context(), target, noon.Add(-time.Hour), noon.Add(2*time.Hour), 10)
	if err != nil || len(kept) != len(past) {
		t.Fatalf("%+v, %v", kept, err)
	}
	for i, r := range kept {
		if r.Target != target || r.Mean != past[i].Mean || !r.At.Equal(past[i].At) {
			t.Errorf("%+v, want %+v", r, past[i])
		}
	}
}
