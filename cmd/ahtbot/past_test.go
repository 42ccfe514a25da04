package main

import (
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
)

// Ten whole days are kept of each campaign, which make a usual range, by what the floor did then.
func TestThePastOfTheDemoIsThatOfItsFloor(t *testing.T) {
	upstream := ozonesim.New(ozonesim.Config{})
	zone := time.FixedZone("IST", 5*3600+1800)
	now := time.Date(2026, 11, 28, 0, 10, 0, 0, zone)
	past, err := pastOf(upstream, now)
	if err != nil {
		t.Fatal(err)
	}
	of := map[aht.Target][]aht.Reading{}
	for _, r := range past {
		if n := len(of[r.Target]); !r.At.Before(now) || n > 0 && !of[r.Target][n-1].At.Before(r.At) {
			t.Fatalf("%+v is out of order", r)
		}
		of[r.Target] = append(of[r.Target], r)
	}
	if want := len(upstream.Campaigns()) + len(upstream.Agents()); len(of) != want {
		t.Errorf("%d targets, want %d", len(of), want)
	}
	for _, name := range upstream.Campaigns() {
		target, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Time{now, now.Add(14 * time.Hour)} {
			if _, known := aht.Usual(of[target], at, zone); known == (name == "Winter Trial") {
				t.Errorf("%s at %v: a usual range is known: %v", name, at, known)
			}
		}
		some := of[target][len(of[target])/2]
		if mean, _, _ := upstream.AHTOf(aht.KindCampaign, name, some.At); mean != some.Mean {
			t.Errorf("%s was %v at %v, and is kept as %v", name, mean, some.At, some.Mean)
		}
	}
}
