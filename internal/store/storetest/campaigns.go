package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/store"
)

// listed fails t unless s has the list want.
func listed(t trial, s store.Campaigns, want store.CampaignList) {
	t.Helper()
	got, err := s.Campaigns(t.Context())
	must(t, err)
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
		got, err := stores[0].Campaigns(t.Context())
		must(t, err)
		if len(got.Campaigns) != 5000 || slices.ContainsFunc(got.Campaigns, func(c store.Campaign) bool { return c.Position != got.Campaigns[0].Position }) {
			t.Errorf("%d campaigns, or of several lists", len(got.Campaigns))
		}
	})},
}
