package main

import (
	"testing"
	"time"

	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

func TestDoctorSaysWhatIsKeptOfTheList(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		says := func(want string) {
			t.Helper()
			if got := listing(t.Context(), db); got != want {
				t.Errorf("doctor says %q, want %q", got, want)
			}
		}
		says("")
		if err := db.PostponeCampaigns(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		says("; the account did not list its campaigns")
		if err := db.ReplaceCampaigns(t.Context(), []store.Campaign{{Name: "A"}}, time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Second)
		says("; campaigns listed: 1, 1m 30s ago")
	})
}
