package app

import (
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

func TestWhoIsWhichAgentIsTheSameInEveryProcessAtOnce(t *testing.T) {
	found(t, func(c company) {
		c.access.Restricted, c.access.Admins = true, []string{"U2"}
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		a.reads("U1", "me", "Your own word is not enough here")
		b.reads("U2", "agent <@U1> is 42", "Asha is agent 42 from now on")
		a.reads("U1", "me", "AHT for agent 42")
		b.reads("U1", "agent 42", "AHT for agent 42")
		b.reads("U2", "agent <@U1> forget", "I have forgotten which agent Asha is")
		a.reads("U1", "agent 42", "only for the people your company named")
		a.reads("U2", "agent <@U1> is 42", "Asha is agent 42 from now on")
		c.withStore(func(db store.Store) { // as ahtbot forget does
			agent, err := aht.NewTarget(aht.KindAgent, "42")
			if err != nil {
				c.Fatal(err)
			}
			if _, err := db.Forget(c.Context(), agent); err != nil {
				c.Fatal(err)
			}
		})
		b.reads("U1", "me", "I don't know yet which agent you are")
	})
}

func TestAnAddressGrantedLaterIsFoundWithoutARestart(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", "me", "I don't know yet which agent you are")
		c.slack.Grant("users:read.email")
		time.Sleep(15 * time.Second) // what Slack has just said holds
		p.reads("U1", "me", "AHT for agent asha.k@example.com", "Found by your e-mail address in Slack")
	})
}
