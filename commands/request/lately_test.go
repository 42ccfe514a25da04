package request_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestLatelyIsTheNewestOfADayOnceEach(t *testing.T) {
	var l request.Lately
	at := commandstest.Noon
	agent, err := aht.NewTarget(aht.KindAgent, "42")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"A", "B", "A", "C"} {
		l.Add("U1", commandstest.Campaign(t, name), at.Add(time.Duration(i)*time.Hour))
	}
	l.Add("U1", agent, at)
	l.Add("U2", commandstest.Campaign(t, "Theirs"), at)
	names := func(person string, now time.Time) string {
		var out strings.Builder
		for _, c := range l.Of(person, now) {
			out.WriteString(c.Name())
		}
		return out.String()
	}
	if got := names("U1", at.Add(4*time.Hour)); got != "CAB" {
		t.Errorf("lately %q, want CAB", got)
	}
	if got := names("U1", at.Add(26*time.Hour-time.Minute)); got != "CA" {
		t.Errorf("a day later %q, want CA", got)
	}
	for i := range 30 {
		l.Add("U1", commandstest.Campaign(t, fmt.Sprint("Campaign ", i)), at)
	}
	if got := l.Of("U1", at); len(got) != 10 || got[0].Name() != "Campaign 29" {
		t.Errorf("of many: %d, first %v", len(got), got[0])
	}
}

func TestLatelyForgetsWhoAskedLongestAgo(t *testing.T) {
	var l request.Lately
	c := commandstest.Campaign(t, "Sales")
	for i := range 2001 {
		l.Add(fmt.Sprint("U", i), c, commandstest.Noon.Add(time.Duration(i)*time.Second))
	}
	now := commandstest.Noon.Add(time.Hour)
	if len(l.Of("U0", now)) != 0 || len(l.Of("U2000", now)) != 1 || len(l.Of("U300", now)) != 1 {
		t.Error("not the one who asked longest ago was forgotten")
	}
}
