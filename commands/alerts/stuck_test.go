package alerts_test

import (
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

func TestACampaignThatIsNotKnownIsSaidWhereverTheAlertIsSeen(t *testing.T) {
	b, h := firing(t, request.Access{})
	s := b.alerts[7]
	s.State.UnknownSince = commandstest.Noon
	b.alerts[7] = s
	commandstest.Has(t, b.do(t, h, "U2", standing.About("alert", "show", 7), false), "knows no campaign of that name since 08:35")
	commandstest.Has(t, b.do(t, h, "U2", standing.List{Noun: "alert"}, false), "campaign not known since 08:35")
	s.State = alert.State{UnknownSince: commandstest.Noon} // never read
	b.alerts[7] = s
	commandstest.Has(t, b.do(t, h, "U2", standing.About("alert", "show", 7), false), "waits for its first reading", "knows no campaign of that name since 08:35")
}

func TestTheMakerOfAnAlertOnAnUnknownCampaignGetsItsLineForAnother(t *testing.T) {
	for _, line := range []string{
		`/aht alert add campaign "New Name" above 5m`,
		`/aht alert add campaign "New Name" below 2m for 30m readings 5 clear 2m30s clear for 1h guard off warmup off remind off`,
		`/aht alert add campaign "New Name" outside 3m..6m clear 3m30s..5m active mon-fri 9:00-18:00 tz Asia/Kolkata`,
		`/aht alert add campaign "New Name" no calls for 0s readings 2`,
	} {
		cmd, err := commands.Parse(line[len("/aht "):])
		if err != nil {
			t.Fatal(err)
		}
		b := newAlertBook()
		b.do(t, b.watcher(request.Access{}), "U1", cmd, true)
		r := alertpost.Stuck(b.alerts[7].Watch, alert.UnknownTarget)
		if commandstest.Has(t, r, "/aht alert remove 7"); r.Try[0] != line {
			t.Errorf("the line is %q, want %q", r.Try[0], line)
		}
	}
}

func TestAnAlertThatWaitsForReadingsAloneSaysSo(t *testing.T) {
	b := newAlertBook()
	d := above(t, 5*time.Minute)
	d.For, d.ClearFor, d.Readings = new(time.Duration), new(time.Duration), new(2)
	r := b.do(t, b.watcher(request.Access{}), "U1", alertline.Add{Draft: d}, false)
	commandstest.Has(t, r, "for 0s: fires when it has been above 5m 00s for 2 readings", "clear for 0s: and has stayed there for 2 readings")
}
