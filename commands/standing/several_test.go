package standing_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

func TestWhatLineWritesOfSeveralIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := standing.Command{Noun: rapid.SampledFrom([]string{"alert", "digest"}).Draw(t, "noun")}
		verbs := []string{"remove", "pause", "resume", "restore"}
		if c.Noun == "alert" {
			verbs = append(verbs, "mute", "unmute")
		}
		c.Verb = rapid.SampledFrom(verbs).Draw(t, "verb")
		if c.All = c.Verb != "restore" && rapid.Bool().Draw(t, "all"); !c.All {
			c.IDs = rapid.SliceOfNDistinct(rapid.Int64Range(1, 60), 2, 40, rapid.ID[int64]).Draw(t, "ids")
			slices.Sort(c.IDs)
		}
		switch {
		case c.Verb == "mute" && rapid.Bool().Draw(t, "tomorrow"):
			c.Tomorrow = true
		case c.Verb == "mute":
			c.For = time.Duration(rapid.IntRange(1, 7*24*60).Draw(t, "for")) * time.Minute
		case c.Noun == "digest" && c.Verb == "pause" && rapid.Bool().Draw(t, "until"):
			c.Until = digest.Date{Year: 2027, Month: time.May, Day: 3}
		}
		if got, err := commands.Parse(request.Line(c)); err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("%s reads back as %#v, %v", request.Line(c), got, err)
		}
	})
}
