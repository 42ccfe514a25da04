package app

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/campaigns"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
)

// The whole way: an account's list, over the client, into what a person is told.
func TestAMisspeltCampaignIsOfferedFromTheAccountsList(t *testing.T) {
	visit(t, func(t *testing.T, f floor) {
		t.Helper()
		db, closed := apptest.InMemory(t)
		defer closed()
		n := campaigns.New(f.client.Campaigns, db, "p1", slog.New(slog.DiscardHandler))
		defer apptest.Served(t, n.Serve)()
		time.Sleep(apptest.Quiet)
		f.handler.Names = n
		r := f.ask(t, "campaign Colections")
		if len(r.Buttons) != 2 || r.Buttons[0].Label != "Ask campaign Collections North" {
			t.Errorf("told %q, %+v", r.Text, r.Buttons)
		}
		f.Set(quirk.CampaignFilter.As("mandatory"))
		before := f.Counts().Requests
		time.Sleep(25 * time.Hour)
		if _, err := f.client.Campaigns(t.Context()); f.Counts().Requests > before+3 || !isNoList(err) {
			t.Errorf("%d requests in a day, %v", f.Counts().Requests-before, err)
		}
	})
}

func isNoList(err error) bool {
	e, ok := errors.AsType[*ozonetel.Error](err)
	return ok && e.Reason == ozonetel.NoList
}
