//go:build postgres

package siege

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
)

// TestThreeProcessesKnowWhatAnyOfThemHasJustShown: Slack hands each line to another process.
func TestThreeProcessesKnowWhatAnyOfThemHasJustShown(t *testing.T) {
	f := newFleet(t, 600, 20*time.Millisecond)
	f.upstream.Set(quirk.CampaignFilter.As("exact")) // names come from answers alone
	f.start(3)
	reads := func(line string, want string) {
		t.Helper()
		a := f.ask(line)
		f.answered(20*time.Second, []*asked{a})
		if said := a.words(); !strings.Contains(said, want) {
			t.Errorf("%s is answered with %q, want %q", line, said, want)
		}
	}
	for i, name := range f.upstream.Campaigns()[:5] {
		reads(fmt.Sprintf("campaign %q", name), "AHT for campaign "+name)
		reads(fmt.Sprintf("alert add campaign %q above 5m", name), fmt.Sprintf("Alert #%d tells", i+1))
		reads(fmt.Sprintf("target campaign %q 4m", name), "is 4m 00s from now on")
		reads(fmt.Sprintf("target campaign %q 5m", name), "it was 4m 00s")
		reads(fmt.Sprintf("target campaign %q", name), "is 5m 00s")
		reads(fmt.Sprintf("target campaign %q clear", name), "it was 5m 00s")
		reads("target", "No campaign has a target yet")
	}
	f.within(600, 3)
}
