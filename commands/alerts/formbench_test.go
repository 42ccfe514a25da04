package alerts_test

import (
	"context"
	"testing"
	"time"

	"ahtbot/commands/form"
	"ahtbot/internal/aht"
)

// What a form shows follows each change of a field, so four weeks of readings that are all past the line have to be quick.
func BenchmarkAFormShowsAWeek(b *testing.B) {
	f := filling()
	f.h.History = func(_ context.Context, target aht.Target, from, to time.Time) (all []aht.Reading, _ error) {
		for at := from; at.Before(to); at = at.Add(5 * time.Minute) {
			all = append(all, aht.Reading{Target: target, Mean: 6*time.Minute + time.Duration(at.Minute())*time.Second, At: at})
		}
		return all, nil
	}
	in := form.Filled{Form: "alert", Meta: form.Begin("C1").Encode(), Values: north(nil)}
	for b.Loop() {
		if _, err := f.h.FillForm(b.Context(), f.q(), in); err != nil {
			b.Fatal(err)
		}
	}
}
