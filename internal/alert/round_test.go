package alert_test

import (
	"encoding/json"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// A round judges one reading of each of 500 campaigns by 2,000 rules, four a campaign; the
// sub-benchmark "stored" also reads and writes every state as JSON.
func BenchmarkRound(b *testing.B) {
	const campaigns, perCampaign = 500, 4
	usual := aht.Band{Low: 3 * m, High: 5 * m, Median: 4 * m, Spread: m, Readings: 20}
	hours := alert.Hours{Days: 1<<7 - 1, From: 9 * time.Hour, To: 19 * time.Hour, Zone: ist}
	rules := [perCampaign]alert.Rule{
		newRule(b, alert.KindAbove, 0, 5*m), newRule(b, alert.KindBelow, 2*m, 0),
		newRule(b, alert.KindOutside, 2*m, 5*m), newRule(b, alert.KindNoCalls, 0, 0),
	}
	for i := range rules {
		rules[i].Active = hours
	}
	for _, stored := range []bool{false, true} {
		name := "judged"
		if stored {
			name = "stored"
		}
		b.Run(name, func(b *testing.B) {
			states := make([]alert.State, campaigns*perCampaign)
			at := nine
			b.ReportAllocs()
			for b.Loop() {
				at = at.Add(5 * m)
				for c := range campaigns {
					reading := aht.Reading{Mean: time.Duration(60+at.Minute()*7+c) * time.Second, At: at}
					for i, r := range rules {
						s := &states[c*perCampaign+i]
						_, *s = alert.Judge(r, *s, alert.BaseValues{Usual: usual}, reading)
						_, *s = alert.Notify(r, *s, at)
						if stored {
							keep(b, s)
						}
					}
				}
			}
		})
	}
}

// keep takes s through its stored form.
func keep(b *testing.B, s *alert.State) {
	b.Helper()
	text, err := json.Marshal(*s)
	if err != nil {
		b.Fatal(err)
	}
	*s = alert.State{}
	if err := json.Unmarshal(text, s); err != nil {
		b.Fatal(err)
	}
}
