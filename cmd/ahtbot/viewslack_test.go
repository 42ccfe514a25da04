package main

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/sim/slacksim"
)

func TestAChannelTheBotWasJustInvitedToTakesItsPosts(t *testing.T) {
	found(t, func(c company) {
		c.slack.AddChannel("C2", "collections", "U1")
		p, stop := c.start()
		defer stop()
		lines := map[string]string{
			`alert add campaign "Sales Outbound" above 5m in <#C2|collections>`:       "tells another channel",
			`digest add campaign "Sales Outbound" daily at 9:00 in <#C2|collections>`: "is set up",
		}
		for line := range lines {
			p.reads("U1", line, "I am not in that channel")
			p.reads("U1", line, "I am not in that channel")
		}
		c.slack.AddChannel("C2", "collections-north", "U1", "U0BOT") // invited, and renamed
		for line, want := range lines {
			p.reads("U1", line, want)
		}
		p.reads("U1", "digest list all", "1 digest")
		if all := c.slack.Seen("U1", "C2"); len(all) != 2 {
			c.Errorf("the channel has heard %d things", len(all))
		}
		for _, line := range []string{"digest list all", "digest show 1", "alert list all", "alert show 1"} {
			if said := p.told("U1", line); strings.Contains(said, "collections") {
				c.Errorf("%s names a channel by the name it had: %s", line, said)
			}
		}
		c.slack.AddChannel("C2", "collections-north", "U1") // and taken out again
		p.reads("U1", `alert add campaign "Sales Outbound" above 6m in <#C2|collections-north>`, "I am not in that channel")
	})
}

func TestAnAdminByAGroupMayChangeWhatOthersMadeSoonAfterJoiningIt(t *testing.T) {
	found(t, func(c company) {
		c.slack.AddUserGroup("S1", "U9")
		c.access = commands.Access{Admins: []string{"S1"}, Readers: []string{"S1"}, Restricted: true}
		p, stop := c.start()
		defer stop()
		p.reads("U1", `target campaign "Sales Outbound" 5m`, "from now on")
		p.reads("U2", `target campaign "Sales Outbound" 4m`, "Somebody else set the target")
		p.reads("U2", "agent 42", "only for the people your company named")
		c.slack.AddUserGroup("S1", "U2")
		time.Sleep(15 * time.Second)
		p.reads("U2", `target campaign "Sales Outbound" 4m`, "it was 5m")
		p.reads("U2", "agent 42", "AHT for agent 42")
	})
}

func TestADigestIsInTheZoneThatItsMakerHasJustSet(t *testing.T) {
	found(t, func(c company) {
		c.slack.AddPerson(slacksim.Person{ID: "U1", Name: "Asha", TZ: "Asia/Kolkata"})
		p, stop := c.start()
		defer stop()
		p.reads("U1", "agent 42", "AHT for")
		c.slack.AddPerson(slacksim.Person{ID: "U1", Name: "Asha", TZ: "Europe/London"})
		time.Sleep(15 * time.Second)
		p.reads("U1", `digest add campaign "Sales Outbound" daily at 9:00`, "Europe/London")
	})
}
