package slacksim

import (
	"slices"
	"strings"
)

// defaultScopes is what the methods here and the app's manifest ask for (slack.md §5.1).
var defaultScopes = []string{
	"app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands",
	"groups:history", "groups:read", "im:history", "im:write", "usergroups:read", "users:read",
}

func (w *Workspace) granted(scope string) bool { return slices.Contains(w.cfg.Scopes, scope) }

// missingScope answers a call whose scope is missing; mu is held.
func (w *Workspace) missingScope(scope string) (result, string) {
	return result{"needed": scope, "provided": strings.Join(w.cfg.Scopes, ",")}, "missing_scope"
}

// Grant gives the app's bot token a scope, as installing it again does.
func (w *Workspace) Grant(scope string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.granted(scope) {
		w.cfg.Scopes = append(w.cfg.Scopes, scope)
	}
}

// Revoke takes a scope from the app's bot token.
func (w *Workspace) Revoke(scope string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cfg.Scopes = slices.DeleteFunc(w.cfg.Scopes, func(s string) bool { return s == scope })
}
