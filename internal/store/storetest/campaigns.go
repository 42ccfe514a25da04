package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// listed fails t unless s has the list want.
func listed(t trial, s store.Campaigns, want store.CampaignList) {
	t.Helper()
	got := value(s.Campaigns(t.Context()))(t)
	if len(got.Campaigns) != len(want.Campaigns) || len(want.Campaigns) > 0 && !reflect.DeepEqual(got.Campaigns, want.Campaigns) ||
		!got.Listed.Equal(want.Listed) || !got.Retry.Equal(want.Retry) {
		t.Errorf("list %.300v, want %.300v", got, want)
	}
}

var campaignClaims = []claim{
	{"the list of campaigns is replaced whole, and other openers see it", two(func(t trial, s, other store.Store) {
		listed(t, s, store.CampaignList{})
		first := []store.Campaign{{Name: "Sales", Position: "RUNNING"}, {Name: "Winter \u201cTrial\u201d"}}
		must(t, s.ReplaceCampaigns(t.Context(), first, noon))
		listed(t, other, store.CampaignList{Campaigns: first, Listed: noon})
		second := []store.Campaign{{Name: "नाम", Position: "READY"}}
		must(t, other.ReplaceCampaigns(t.Context(), second, noon.Add(time.Hour)))
		listed(t, s, store.CampaignList{Campaigns: second, Listed: noon.Add(time.Hour)})
		must(t, s.ReplaceCampaigns(t.Context(), first, noon)) // was under way for long
		listed(t, other, store.CampaignList{Campaigns: second, Listed: noon.Add(time.Hour)})
		must(t, s.ReplaceCampaigns(t.Context(), nil, noon.Add(2*time.Hour)))
		listed(t, other, store.CampaignList{Listed: noon.Add(2 * time.Hour)})
	})},
	{"a list that failed is postponed and stays, and one that came ends that", alone(func(t trial, s store.Store) {
		must(t, s.PostponeCampaigns(t.Context(), noon))
		listed(t, s, store.CampaignList{Retry: noon})
		list := []store.Campaign{{Name: "Sales"}}
		must(t, s.ReplaceCampaigns(t.Context(), list, noon))
		listed(t, s, store.CampaignList{Campaigns: list, Listed: noon})
		must(t, s.PostponeCampaigns(t.Context(), noon.Add(time.Hour)))
		listed(t, s, store.CampaignList{Campaigns: list, Listed: noon, Retry: noon.Add(time.Hour)})
	})},
	{"of many who replace a list of five thousand one is there whole", four(func(t trial, stores []store.Store) {
		together(len(stores), func(i int) {
			all := make([]store.Campaign, 5000)
			for n := range all {
				all[n] = store.Campaign{Name: fmt.Sprintf("Campaign_%04d", n), Position: strings.Repeat("x", i+1)}
			}
			if err := stores[i].ReplaceCampaigns(t.Context(), all, noon); err != nil {
				t.Error(err)
			}
		})
		got := value(stores[0].Campaigns(t.Context()))(t)
		if len(got.Campaigns) != 5000 || slices.ContainsFunc(got.Campaigns, func(c store.Campaign) bool { return c.Position != got.Campaigns[0].Position }) {
			t.Errorf("%d campaigns, or of several lists", len(got.Campaigns))
		}
	})},
}

var goalClaims = []claim{
	{"goals are kept by target, the last one set counts, and other openers see them", two(func(t trial, s, other store.Store) {
		sales, night := target(t, aht.KindCampaign, "Sales"), target(t, aht.KindCampaign, "Night shift")
		first := aht.Goal{Target: sales, Mean: 4 * time.Minute, By: "U1", At: noon}
		second := aht.Goal{Target: sales, Mean: 270 * time.Second, By: "U2", At: noon.Add(time.Second)}
		third := aht.Goal{Target: night, Mean: time.Second, By: "U1", At: noon}
		for _, g := range []aht.Goal{first, second, third} {
			must(t, s.SetGoal(t.Context(), g))
		}
		got := value(other.Goals(t.Context()))(t)
		if want := []aht.Goal{third, second}; !slices.Equal(got, want) {
			t.Errorf("goals %v, want %v", got, want)
		}
		for range 2 { // dropping what is not there is no error
			must(t, other.DropGoal(t.Context(), night))
		}
		if got, err := s.Goals(t.Context()); err != nil || !slices.Equal(got, []aht.Goal{second}) {
			t.Errorf("after dropping one: %v, %v", got, err)
		}
	})},
	{"a goal is changed from what it is known to be, or left as it is", two(func(t trial, s, other store.Store) {
		sales := target(t, aht.KindCampaign, "Sales")
		first := aht.Goal{Target: sales, Mean: 4 * time.Minute, By: "U1", At: noon}
		second := aht.Goal{Target: sales, Mean: 5 * time.Minute, By: "U2", At: noon.Add(time.Minute)}
		var none aht.Goal
		stale := []aht.Goal{second, {Target: sales, Mean: time.Minute, By: "U1", At: noon}, {Target: sales, Mean: first.Mean, By: "U3", At: noon}, {Target: sales, Mean: first.Mean, By: "U1", At: noon.Add(time.Millisecond)}}
		change := func(s interface {
			ChangeGoal(ctx context.Context, now, next aht.Goal) (bool, error)
		}, now, next aht.Goal, want bool,
		) {
			t.Helper()
			if got, err := s.ChangeGoal(t.Context(), now, next); err != nil || got != want {
				t.Errorf("from %v to %v: %v, %v; want %v", now, next, got, err, want)
			}
		}
		change(s, first, second, false) // there is none
		change(s, first, none, false)
		change(s, none, first, true)
		change(other, none, second, false) // there is one
		for _, g := range stale {
			change(other, g, second, false)
			change(other, g, none, false)
		}
		if got, err := s.Goals(t.Context()); err != nil || !slices.Equal(got, []aht.Goal{first}) {
			t.Errorf("kept %v, %v", got, err)
		}
		change(other, first, second, true)
		change(s, second, none, true)
		if got, err := other.Goals(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("kept %v, %v", got, err)
		}
		for _, bad := range [][2]aht.Goal{{none, none}, {first, {Target: target(t, aht.KindCampaign, "Other"), Mean: time.Minute}}, {first, {Target: sales}}} {
			if _, err := s.ChangeGoal(t.Context(), bad[0], bad[1]); err == nil {
				t.Errorf("%v was changed to %v", bad[0], bad[1])
			}
		}
	})},
	{"a goal of nobody or of nothing is refused", alone(func(t trial, s store.Store) {
		for _, g := range []aht.Goal{{Mean: time.Minute}, {Target: target(t, aht.KindCampaign, "Sales")}} {
			if err := s.SetGoal(t.Context(), g); err == nil {
				t.Errorf("%v was kept", g)
			}
		}
	})},
	{"a goal outlives the readings of its target", alone(func(t trial, s store.Store) {
		sales := target(t, aht.KindCampaign, "Sales")
		keep(t, s, sales, 60, noon)
		must(t, s.SetGoal(t.Context(), aht.Goal{Target: sales, Mean: time.Minute, By: "U1", At: noon}))
		value(s.PruneReadings(t.Context(), noon.Add(time.Hour), 100))(t)
		if got, err := s.Goals(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("goals %v, %v after the readings went", got, err)
		}
	})},
}
