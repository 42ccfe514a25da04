package alertpost

import (
	"slices"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/alert"
)

// Open is an alert that stands, in two or three lines, and who took it on, with what can be done about it at once, for who reads it
// at now.
func Open(c alert.Card, now time.Time, zone *time.Location) (lines []string, credits []reply.Credit, buttons []reply.Button) {
	c.Watch.Rule = c.RuleAsJudged()
	s := c.State
	lines = append([]string{cardTitle(c, zone)}, cardLines(c, zone)[0])
	if muted := MutedWords(s, now, zone); muted != "" {
		lines = append(lines, muted)
	}
	credits = slices.DeleteFunc(cardCredits(c, zone), func(c reply.Credit) bool { return c.Role != reply.RoleAcknowledged })
	if s.AckedBy == "" {
		buttons = []reply.Button{{Action: reply.ActionAck, Label: "Take it on", Value: pressValue(c.Standing, "")}}
	}
	mute := reply.Button{Action: reply.ActionMute, Label: "Mute 1 h", Value: pressValue(c.Standing, "1h")}
	if s.Muted(now) {
		mute.Label, mute.Value = "Unmute", pressValue(c.Standing, MuteOff)
	}
	return lines, credits, append(buttons, mute)
}
