package alertpost

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// LostWords names in a word or two what a line hung on and has no more.
func LostWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "usual not known"
	}
	return "no target"
}

// lacksWords is LostWords as the beginning of a sentence that goes on with “any more” or “yet”.
func lacksWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "what is usual at this hour is not known"
	}
	return "the campaign has no target"
}

// movedWords says that a line has moved with the campaign's target.
func movedWords(s alert.State, r alert.Rule) string {
	return fmt.Sprintf("The campaign's target is %s now, so this alert is judged by a new line: %s, %s.", aht.FormatDuration(s.Goal), PastLine(r), clears(r))
}

// ToldCredit names the channel, where it is one.
func ToldCredit(channel string) []reply.Credit {
	if Personal(channel) {
		return nil
	}
	return []reply.Credit{{Role: reply.RolePlace, ID: channel}}
}

// Personal reports whether a place is a person's direct messages.
func Personal(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

// MeanWords writes a mean; zero is no calls.
func MeanWords(mean time.Duration) string {
	if mean <= 0 {
		return "no calls"
	}
	return aht.FormatDuration(mean)
}

// MutedWords says until when nothing is told; empty when it is not muted.
func MutedWords(s alert.State, now time.Time, zone *time.Location) string {
	if !s.Muted(now) {
		return ""
	}
	return "Muted until " + reply.When(s.MutedUntil, now, zone) + ": it watches on and tells nobody."
}
