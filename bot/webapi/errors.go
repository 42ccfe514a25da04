package webapi

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// ErrUnsure is a call that may have been done: its answer was lost, or something broke in Slack.
var ErrUnsure = errors.New("slack may have done it")

// CallError is a post, an edit, a deletion or a look that surely was not done.
type CallError struct {
	Method string
	Code   string        // Slack's error word, or a word of our own where Slack said none
	Kind   Fault         // what to do about it
	Wait   time.Duration // how long Slack asked to wait, for FaultLater; 0 when it did not say
	Err    error         // the cause where there is one, for the log
}

func (e *CallError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Method, e.Code, e.Err)
	}
	return e.Method + ": " + e.Code
}

func (e *CallError) Unwrap() error { return e.Err }

// Fault says what to do about a CallError.
type Fault uint8

// The faults.
const (
	// FaultPlace is a channel or person that takes no post until a person changes something;
	// reply.PostFault words it. Codes that nobody knows count as this.
	FaultPlace   Fault = iota + 1
	FaultMessage       // a message that is gone or can't be changed any more
	FaultApp           // the app itself: its token, its scopes, the workspace's plan, a message's form
	FaultLater         // Slack busy, down or out of reach
)

// faults are Slack's words that are not about the place (slack.md §4.2, §4.3).
var faults = map[string]Fault{
	"message_not_found": FaultMessage, "cant_update_message": FaultMessage, "edit_window_closed": FaultMessage,
	"cant_delete_message": FaultMessage, "is_inactive": FaultMessage, "block_mismatch": FaultMessage,
	"thread_not_found": FaultMessage, "cannot_reply_to_message": FaultMessage, "streaming_state_conflict": FaultMessage,

	"invalid_auth": FaultApp, "not_authed": FaultApp, "token_revoked": FaultApp, "token_expired": FaultApp,
	"missing_scope": FaultApp, "not_allowed_token_type": FaultApp, "no_permission": FaultApp,
	"message_limit_exceeded": FaultApp, "app_access_restricted": FaultApp,
	CodeInvalidBlocks: FaultApp, "invalid_blocks_format": FaultApp, CodeBlocksTooLong: FaultApp, "msg_too_long": FaultApp,
	"no_text": FaultApp, "invalid_metadata_format": FaultApp, "metadata_too_large": FaultApp, "invalid_arguments": FaultApp,

	"ratelimited": FaultLater, "rate_limited": FaultLater, "service_unavailable": FaultLater,
	"request_timeout": FaultLater, "team_added_to_org": FaultLater, "org_login_required": FaultLater,
}

// Slack's words for a message whose blocks it does not take (slack.md §3).
const (
	CodeInvalidBlocks = "invalid_blocks"
	CodeBlocksTooLong = "msg_blocks_too_long"
)

// Code returns Slack's error word in err, or nothing when Slack said none.
func Code(err error) string {
	if refused, ok := errors.AsType[*CallError](err); ok {
		return refused.Code
	}
	if se, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return se.Err
	}
	return ""
}

// Answered reports whether err is Slack's own word about what was asked.
func Answered(err error) bool {
	word, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && faults[word.Err] != FaultLater && !partlyDone[word.Err]
}

// Redact drops the address from an HTTP error: a response_url and a socket's are secrets.
func Redact(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", ue.Op, ue.Err)
	}
	return err
}

// Shorten cuts s to at most n characters, the last of which is then an ellipsis.
func Shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// partlyDone are Slack's words for a call that broke on its side, and may have been done in part.
var partlyDone = map[string]bool{"internal_error": true, "fatal_error": true}

// refusal returns the error that code, Slack's answer to a call of method about channel, means.
func refusal(method, code, channel string) error {
	if partlyDone[code] {
		return fmt.Errorf("%s: %w: %s", method, ErrUnsure, code)
	}
	kind, known := faults[code]
	switch {
	case code == "account_inactive" && !strings.HasPrefix(channel, "D") && !IsPerson(channel):
		kind = FaultApp // else it is the account of the person posted to
	case !known:
		kind = FaultPlace
	}
	return &CallError{Method: method, Code: code, Kind: kind}
}

// FatalError is Slack's word that it will not have this app until a person changes something. It
// holds no secret.
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
	code := cmp.Or(Code(err), err.Error())
	if hint, known := hints[code]; known {
		return &FatalError{Code: code, Hint: hint}
	}
	return nil
}
