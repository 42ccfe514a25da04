package slacksim

import (
	"encoding/json"
	"slices"
)

// Lack takes block types away from the workspace, as one has it that Slack's roll-out has
// not reached: messages with one are refused with invalid_blocks, views with
// invalid_arguments (slack.md §3). Without an argument everything is there again. Trying is
// no violation, except in an acknowledgement, whose sender would never learn of it.
func (w *Workspace) Lack(blocks ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lacking = map[string]bool{}
	for _, b := range blocks {
		w.lacking[b] = true
	}
}

// lackingBlock returns the type of the first block of a message or view that the workspace
// lacks, or ""; mu is held.
func (w *Workspace) lackingBlock(message []byte) string {
	if len(w.lacking) == 0 {
		return ""
	}
	var m struct {
		Blocks []struct{ Type string }
	}
	_ = json.Unmarshal(message, &m) // what is wrong with its form is said elsewhere
	for _, b := range m.Blocks {
		if w.lacking[b.Type] {
			return b.Type
		}
	}
	return ""
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
