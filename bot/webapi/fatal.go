package webapi

import (
	"errors"

	"github.com/slack-go/slack"
)

// FatalError is Slack's word that it will not have this app until a person changes something. Its
// text ends with what to do and holds no secret.
type FatalError struct {
	Code string // Slack's error code
	Hint string // what to do
}

func (e *FatalError) Error() string { return "Slack answers " + e.Code + ": " + e.Hint }

// hints are the answers of Slack that no retry mends (slack.md §1.1, §4.2), and what to do.
var hints = map[string]string{
	"invalid_auth":           "a token is wrong or revoked; copy both tokens from the app's settings again",
	"not_authed":             "a token is empty; set SLACK_APP_TOKEN and SLACK_BOT_TOKEN",
	"account_inactive":       "the app was uninstalled; install it to the workspace and copy the new bot token",
	"token_revoked":          "the token was revoked; install the app again and copy the new token",
	"token_expired":          "the token has expired; turn token rotation off and copy a new token",
	"not_allowed_token_type": "the tokens are swapped; SLACK_APP_TOKEN is the xapp- one, SLACK_BOT_TOKEN the xoxb- one",
	"missing_scope":          "a scope is missing; the app-level token needs connections:write, the app the scopes of manifest.yml",
	"forbidden_team":         "the tokens belong to different workspaces; copy both from one app",
	"link_disabled":          "Socket Mode is switched off; turn it on in the app's settings, then start ahtbot again",
	"no_permission":          "the app-level token needs the scope connections:write; make a new one",
}

// Fatal returns the *FatalError err stands for, or nil when trying again may help.
func Fatal(err error) *FatalError {
	if err == nil {
		return nil
	}
	code := err.Error()
	if se, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		code = se.Err
	}
	if hint, known := hints[code]; known {
		return &FatalError{Code: code, Hint: hint}
	}
	return nil
}
