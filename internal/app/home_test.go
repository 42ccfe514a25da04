package app

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

// home is all that a person's Home tab shows, at the first page.
func (r running) home(who string) string {
	r.Helper()
	v, err := r.bot.Handler.Home(r.Context(), request.Question{User: who, At: time.Now(), Ref: "abc234"}, 0, nil)
	if err != nil {
		r.Error(err)
	}
	var said []string
	for _, p := range v.Parts {
		said = append(append(said, p.Heading), p.Lines...)
	}
	return strings.Join(said, "\n")
}

// TestHomeIsWhatStandsInAnyProcess looks at Home where nothing was done, and where everything was.
func TestHomeIsWhatStandsInAnyProcess(t *testing.T) {
	found(t, func(c company) {
		c.keeps = 30 * 24 * time.Hour
		sales := apptest.Campaign(c.T, "Sales Outbound")
		c.withStore(func(db store.Store) {
			for day := range 14 {
				at := time.Now().AddDate(0, 0, -14+day)
				if err := db.KeepReading(c.Context(), sales, time.Duration(60+day)*time.Second, at, at); err != nil {
					c.Fatal(err)
				}
			}
		})
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		if got := b.home("U1"); !strings.Contains(got, "Ask how long calls take") || strings.Contains(got, "Campaigns") {
			c.Errorf("at first: %s", got)
		}
		a.reads("U1", `campaign "Sales Outbound"`, "AHT for campaign Sales Outbound")
		a.reads("U1", `digest add campaign "Sales Outbound" daily at 9:00`, "Digest 1 is set up")
		a.reads("U2", `alert add campaign "Collections North" above 5m`, "Alert #1 tells")
		time.Sleep(time.Minute)
		asked := c.upstream.Counts()
		if got := b.home("U1"); !strings.Contains(got, "Digest #1: Sales Outbound") || !strings.Contains(got, "Sales Outbound: ") || strings.Contains(got, "Collections") {
			c.Errorf("where nothing was done: %s", got)
		}
		if after := c.upstream.Counts(); after.Requests != asked.Requests {
			c.Errorf("Home cost %d requests", after.Requests-asked.Requests)
		}
		time.Sleep(time.Second) // what is usual is made when somebody looks
		if got := b.home("U1"); !strings.Contains(got, "above usual") {
			c.Errorf("against what is usual: %s", got)
		}
		if got := b.home("U2"); !strings.Contains(got, "Alert #1: Collections North above 5m") || strings.Contains(got, "Sales") {
			c.Errorf("of somebody else: %s", got)
		}
	})
}
