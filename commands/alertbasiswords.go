package commands

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// lostWords names in a word or two what a line hung on and has no more.
func lostWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "usual not known"
	}
	return "no target"
}

// lacksWords is lostWords as the beginning of a sentence that goes on with “any more” or “yet”.
func lacksWords(r alert.Rule) string {
	if r.Line.Of == alert.BaseUsual {
		return "what is usual at this hour is not known"
	}
	return "the campaign has no target"
}

// movedWords says that a line has moved with the campaign's target.
func movedWords(s alert.State, r alert.Rule) string {
	return fmt.Sprintf("The campaign's target is %s now, so this alert is judged by a new line: %s, %s.", aht.FormatDuration(s.Goal), pastLine(r), clears(r))
}

// toldCredit names the channel, where it is one.
func toldCredit(channel string) []Credit {
	if personal(channel) {
		return nil
	}
	return []Credit{{Role: RolePlace, ID: channel}}
}

// personal reports whether a place is a person's direct messages.
func personal(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

// meanWords writes a mean; zero is no calls.
func meanWords(mean time.Duration) string {
	if mean <= 0 {
		return "no calls"
	}
	return aht.FormatDuration(mean)
}

// mutedWords says until when nothing is told; empty when it is not muted.
func mutedWords(s alert.State, now time.Time, zone *time.Location) string {
	if !s.Muted(now) {
		return ""
	}
	return "Muted until " + when(s.MutedUntil, now, zone) + ": it watches on and tells nobody."
}
