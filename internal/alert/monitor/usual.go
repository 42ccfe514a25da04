package monitor

import (
	"context"
	"maps"
	"time"

	"ahtbot/internal/aht"
)

const (
	bandDays     = 29    // of readings that a band is made of
	bandReadings = 20000 // at the most
)

// usualBands caches the usual band of each target for the current hour, so that a round
// does not read a month of readings for each rule.
type usualBands struct {
	history func(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	zone    *time.Location
	known   map[aht.Target]hourBand
}

type hourBand struct {
	hour time.Time
	band aht.Band
}

// at returns the usual band of t in the hour of at: that of the middle of the hour.
func (b *usualBands) at(ctx context.Context, t aht.Target, at time.Time) (aht.Band, error) {
	local := at.In(b.zone)
	hour := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), 0, 0, 0, b.zone)
	if h, ok := b.known[t]; ok && h.hour.Equal(hour) {
		return h.band, nil
	}
	past, err := b.history(ctx, t, hour.AddDate(0, 0, -bandDays), hour, bandReadings)
	if err != nil {
		return aht.Band{}, err
	}
	band, _ := aht.Usual(past, hour.Add(time.Hour/2), b.zone)
	if b.known == nil {
		b.known = map[aht.Target]hourBand{}
	}
	b.known[t] = hourBand{hour, band}
	return band, nil
}

// keep forgets targets that are not watched.
func (b *usualBands) keep(watched map[aht.Target]bool) {
	maps.DeleteFunc(b.known, func(t aht.Target, _ hourBand) bool { return !watched[t] })
}
