package commands

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// Health is what /aht status tells about ahtbot itself.
type Health struct {
	Version     string
	Connections int       // Slack connections open now
	Since       time.Time // when the oldest of them said hello; zero when none is open
	Allowance   int       // upstream requests the account may send a minute
	Used        int       // sent in the last 60 s, sign-ins included
	Refused     int       // of those, refused for the limit
	Held        time.Duration
	AuthRefused bool // the upstream does not accept our credentials
	Waiting     []Waiting
}

// Waiting is one question waiting for its turn upstream.
type Waiting struct {
	Target aht.Target
	Place  int           // 1 is next
	For    time.Duration // about how long yet
	Askers int           // people waiting for the same answer
}

// maxWaiting is how many of those waiting are listed one by one.
const maxWaiting = 5

func statusReply(h Health, at time.Time, zone *time.Location) Reply {
	lines := []string{
		slackLine(h, at, zone),
		fmt.Sprintf("Last 60 seconds: %d of %d requests used, %d refused by Ozonetel.", h.Used, h.Allowance, h.Refused),
		waitingLine(h.Waiting),
	}
	if h.Held > 0 {
		lines = append(lines, fmt.Sprintf("Ozonetel said the limit is reached: nothing is sent for about %s.", roughly(h.Held)))
	}
	if h.AuthRefused {
		lines = append(lines, "Ozonetel does not accept ahtbot's sign-in: whoever runs it should run ahtbot doctor.")
	}
	return Reply{
		Outcome: "status", Lines: lines, Note: "ahtbot " + h.Version,
		Text: joinSentences(append(append([]string{}, lines...), "ahtbot "+h.Version+".")...),
	}
}

func slackLine(h Health, at time.Time, zone *time.Location) string {
	if h.Connections == 0 {
		return "Slack: reconnecting."
	}
	since := h.Since.In(zone)
	layout := "15:04 MST"
	if at.Sub(since) > 24*time.Hour {
		layout = "2 Jan 15:04 MST"
	}
	return fmt.Sprintf("Slack: connected since %s (%s).", since.Format(layout), plural(h.Connections, "connection"))
}

// waitingLine says who is waiting without naming a person.
func waitingLine(ws []Waiting) string {
	if len(ws) == 0 {
		return "Waiting: nobody."
	}
	people, list := 0, []string{}
	for i, w := range ws {
		people += max(1, w.Askers)
		if i < maxWaiting {
			list = append(list, fmt.Sprintf("%s (place %d, about %s)", unnamed(w.Target), w.Place, roughly(w.For)))
		}
	}
	if more := len(ws) - maxWaiting; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	verb := "people"
	if people == 1 {
		verb = "person"
	}
	return fmt.Sprintf("Waiting: %d %s, for %s.", people, verb, strings.Join(list, "; "))
}

// unnamed names a target to others than who asked: never an agent's id.
func unnamed(t aht.Target) string {
	if t.Kind() == aht.KindAgent {
		return "an agent"
	}
	return subject(t)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
