package webapi

import "regexp"

// Slack's ids. Nothing else may get between < and > in a message.
var (
	personID  = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)
	channelID = regexp.MustCompile(`^[CDG][A-Z0-9]{1,40}$`)
)

// IsPerson reports whether id is a person's.
func IsPerson(id string) bool { return personID.MatchString(id) }

// IsChannel reports whether id is a conversation's.
func IsChannel(id string) bool { return channelID.MatchString(id) }
