package slacksim

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// triggerLife is how long a trigger_id can open a view (slack.md §2.5).
const triggerLife = 3 * time.Second

type trigger struct {
	born time.Time
	used bool
}

// newTrigger returns a trigger_id of one use; mu is held.
func (w *Workspace) newTrigger() string {
	id := fmt.Sprintf("%d.%d.%s", w.next(), w.next(), strings.ToLower(rand.Text()))
	w.triggers[id] = &trigger{born: time.Now()}
	return id
}

// view is a modal or a Home tab as it was last published.
type view struct {
	id, hash string
	body     json.RawMessage
}

// viewJSON is a view object as methods answer it.
func (w *Workspace) viewJSON(v *view) map[string]any {
	out := map[string]any{}
	_ = json.Unmarshal(v.body, &out) // it passed blockkit.ValidateView
	out["id"], out["hash"], out["team_id"], out["app_id"] = v.id, v.hash, w.cfg.TeamID, w.cfg.AppID
	return out
}

// setView stores a view's new content; mu is held.
func (w *Workspace) setView(v *view, body string) {
	v.body = json.RawMessage(body)
	v.hash = fmt.Sprintf("%d.%s", time.Now().Unix(), strings.ToLower(rand.Text()[:8]))
}

// viewsOpen spends a trigger_id (slack.md §2.5).
func (w *Workspace) viewsOpen(a args) (result, string) {
	t := w.triggers[a["trigger_id"]]
	switch {
	case t == nil:
		return nil, "invalid_trigger_id"
	case t.used:
		w.violate("trigger_id used twice (slack.md §2.5)")
		return nil, "exchanged_trigger_id"
	case time.Since(t.born) > triggerLife:
		w.violate("trigger_id used after %v (slack.md §2.5)", triggerLife)
		return nil, "expired_trigger_id"
	}
	if err := w.checkView("views.open", a["view"]); err != "" {
		return nil, err
	}
	t.used = true
	v := &view{id: fmt.Sprintf("V%d", w.next())}
	w.setView(v, a["view"])
	w.views[v.id] = v
	return result{"view": w.viewJSON(v)}, ""
}

func (w *Workspace) viewsUpdate(a args) (result, string) {
	v := w.views[a["view_id"]]
	switch {
	case v == nil:
		return nil, "not_found"
	case a["hash"] != "" && a["hash"] != v.hash:
		return nil, "hash_conflict"
	}
	if err := w.checkView("views.update", a["view"]); err != "" {
		return nil, err
	}
	w.setView(v, a["view"])
	return result{"view": w.viewJSON(v)}, ""
}

// viewsPublish sets one person's Home tab (slack.md §4.6).
func (w *Workspace) viewsPublish(a args) (result, string) {
	user := a["user_id"]
	if _, ok := w.dir.Person(user); !ok {
		return nil, "user_not_found"
	}
	v := w.homes[user]
	if v == nil {
		v = &view{id: fmt.Sprintf("V%d", w.next())}
	}
	if a["hash"] != "" && a["hash"] != v.hash {
		return nil, "hash_conflict"
	}
	if err := w.checkView("views.publish", a["view"]); err != "" {
		return nil, err
	}
	w.setView(v, a["view"])
	w.homes[user] = v
	return result{"view": w.viewJSON(v)}, ""
}

// Homes returns the Home tab last published for a person; nil if none was.
func (w *Workspace) Homes(user string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.homes[user]; v != nil {
		return v.body
	}
	return nil
}

// View returns the newest content of a view by its id; nil if there is none.
func (w *Workspace) View(id string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.views[id]; v != nil {
		return v.body
	}
	return nil
}

// HomeButtons returns the buttons of a person's Home tab.
func (w *Workspace) HomeButtons(user string) []blockkit.Button {
	var home struct{ Blocks json.RawMessage }
	_ = json.Unmarshal(w.Homes(user), &home) // it passed blockkit.ValidateView, or is none
	return blockkit.Buttons(home.Blocks)
}

// PressHome has a person press a button of their Home tab, and accept its confirm dialog if
// it has one. A view is in no conversation: the payload names no channel and no message, and
// has no response_url (Slack: block_actions payload; slack.md §2.4).
func (w *Workspace) PressHome(user, actionID string) (*Delivery, error) {
	buttons := w.HomeButtons(user)
	d := w.newDelivery(Interactive, false)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range buttons {
		if b.ActionID != actionID {
			continue
		}
		v := w.homes[user]
		d.user, d.channel, d.line = user, "D"+user, "pressing "+b.Label
		d.triggerID = w.newTrigger()
		payload := w.pressPayload(d, b)
		payload["container"], payload["view"] = map[string]any{"type": "view", "view_id": v.id}, w.viewJSON(v)
		d.payload = mustJSON(payload)
		w.send(d)
		return d, nil
	}
	return nil, fmt.Errorf("slacksim: the Home tab of %s has no button %q", user, actionID)
}
