package slacksim

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"
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
	out["id"], out["hash"], out["team_id"], out["app_id"] = v.id, v.hash, teamID, appID
	return out
}

// show puts new content into a view, unless Slack refuses it; mu is held.
func (w *Workspace) show(name string, v *view, a args) (result, string) {
	if a["hash"] != "" && a["hash"] != v.hash {
		return nil, "hash_conflict"
	}
	if err := w.checkView(name, a["view"]); err != "" {
		return nil, err
	}
	v.body = json.RawMessage(a["view"])
	v.hash = fmt.Sprintf("%d.%s", time.Now().Unix(), strings.ToLower(rand.Text()[:8]))
	return result{"view": w.viewJSON(v)}, ""
}

// newView returns a view without content; mu is held.
func (w *Workspace) newView() *view { return &view{id: fmt.Sprintf("V%d", w.next())} }

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
	v := w.newView()
	out, bad := w.show("views.open", v, a)
	if bad == "" {
		t.used, w.views[v.id] = true, v
	}
	return out, bad
}

func (w *Workspace) viewsUpdate(a args) (result, string) {
	v := w.views[a["view_id"]]
	if v == nil {
		return nil, "not_found"
	}
	return w.show("views.update", v, a)
}

// viewsPublish sets one person's Home tab (slack.md §4.6).
func (w *Workspace) viewsPublish(a args) (result, string) {
	user := a["user_id"]
	if _, ok := w.dir.Person(user); !ok {
		return nil, "user_not_found"
	}
	v := w.homes[user]
	if v == nil {
		v = w.newView()
	}
	out, bad := w.show("views.publish", v, a)
	if bad == "" {
		w.homes[user] = v
	}
	return out, bad
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
