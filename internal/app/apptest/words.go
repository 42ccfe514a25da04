package apptest

import (
	"fmt"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/alert"
)

// Words from which a test can tell what was said of an alert.

// AlertCard says how an alert stands.
func AlertCard(c alert.Card, _ *time.Location) reply.Reply {
	return say(fmt.Sprintf("rule %d episode %d %s %s%s", c.Watch.ID, c.State.Episode, c.State.Phase, c.State.Ended, again(c.Repeated)))
}

// AlertTurn says what an alert did.
func AlertTurn(t alert.Update, _ *time.Location) reply.Reply {
	return say(fmt.Sprintf("%s at %d%s", t.Why, t.At.UnixMilli(), again(t.Repeated)))
}

// AlertStuck says that an alert is told nowhere, and why.
func AlertStuck(w alert.Watch, code string) reply.Reply {
	return say(fmt.Sprint("stuck ", w.ID, code))
}

// AlertOutage says whether an outage goes on.
func AlertOutage(_ error, o alert.Outage, _ *time.Location) reply.Reply {
	return say(fmt.Sprint("outage ", o.Until.IsZero()))
}

func say(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }

func again(repeated bool) string {
	if repeated {
		return " again"
	}
	return ""
}
