package app

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/store"
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
		c.access = request.Access{Admins: []string{"S1"}, Readers: []string{"S1"}, Restricted: true}
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
		c.slack.AddPerson(members.Person{ID: "U1", Name: "Asha", TZ: "Asia/Kolkata"})
		p, stop := c.start()
		defer stop()
		p.reads("U1", "agent 42", "AHT for")
		c.slack.AddPerson(members.Person{ID: "U1", Name: "Asha", TZ: "Europe/London"})
		time.Sleep(15 * time.Second)
		p.reads("U1", `digest add campaign "Sales Outbound" daily at 9:00`, "Europe/London")
	})
}

func TestCancelReachesTheProcessThatHasTheQuestion(t *testing.T) {
	found(t, func(c company) {
		_, stopA := c.start()
		defer stopA()
		_, stopB := c.start()
		defer stopB()
		time.Sleep(time.Minute) // each knows of the other
		c.withStore(func(db store.Store) {
			if err := db.HoldAll(c.Context(), 90*time.Second); err != nil {
				c.Fatal(err)
			}
		})
		other := c.slack.Type("U2", "C1", "/aht agent 42") // Slack takes connections in turn
		asked := c.slack.Type("U1", "C1", "/aht agent 42")
		time.Sleep(2 * time.Second)
		press := func() string {
			c.Helper()
			notice := asked.Answers()[len(asked.Answers())-1]
			if _, err := c.slack.Press("U1", notice, string(reply.ActionCancel)); err != nil {
				c.Fatal(err)
			}
			time.Sleep(askedElsewhere)
			return asked.Answers()[len(asked.Answers())-1].Text
		}
		if said := press(); !strings.Contains(said, "Cancelling") {
			c.Errorf("pressed in another process, Cancel says %q", said)
		}
		time.Sleep(2 * time.Minute)
		for _, m := range asked.Answers() {
			if strings.Contains(m.Text, "AHT for") {
				c.Errorf("the answer came all the same: %q", m.Text)
			}
		}
		if all := other.Answers(); !strings.Contains(all[len(all)-1].Text, "AHT for") {
			c.Errorf("the other has no answer: %q", all[len(all)-1].Text)
		}
	})
}

// askedElsewhere is when a question has heard of a press in another process.
const askedElsewhere = 5 * time.Second
