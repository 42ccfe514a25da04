package webapi

import (
	"context"
	"regexp"
)

// Identity is who we are, as auth.test says. Enterprise is empty outside an organisation.
type Identity struct{ Team, Enterprise, User, Bot string }

// Identify asks Slack (auth.test) once who we are. It is called until it returns nil, and
// not after. Errors are Slack's own; [Fatal] tells which of them to give up on.
func (w *Client) Identify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	who, err := w.API.AuthTestContext(ctx)
	if err != nil {
		return err
	}
	w.self = Identity{Team: who.TeamID, Enterprise: who.EnterpriseID, User: who.UserID, Bot: who.BotID}
	close(w.known)
	return nil
}

// Identified is closed when Slack has said who we are.
func (w *Client) Identified() <-chan struct{} { return w.known }

// Self returns who we are; the zero Identity before Slack has said so.
func (w *Client) Self() Identity {
	select {
	case <-w.known:
		return w.self
	default:
		return Identity{}
	}
}

// AwaitSelf is Self once Slack has said so. Its error is a *CallError that the end of ctx caused.
func (w *Client) AwaitSelf(ctx context.Context) (Identity, error) {
	select {
	case <-w.known:
		return w.self, nil
	case <-ctx.Done():
		return Identity{}, &CallError{Method: "auth.test", Code: "unreachable", Kind: FaultLater, Err: context.Cause(ctx)}
	}
}

// Slack's ids. Nothing else may get between < and > in a message.
var (
	personID  = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)
	channelID = regexp.MustCompile(`^[CDG][A-Z0-9]{1,40}$`)
)

// IsPerson reports whether id is a person's.
func IsPerson(id string) bool { return personID.MatchString(id) }

// IsChannel reports whether id is a conversation's.
func IsChannel(id string) bool { return channelID.MatchString(id) }
