package slacksim

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim/views"
)

// triggerLife is how long a trigger_id can open a view (slack.md §2.5).
const triggerLife = 3 * time.Second

// trigger is what a person did that lets the app show them a view.
type trigger struct {
	born          time.Time
	used          bool
	user, channel string
	in            *views.View // in which they did it; nil: in none
}

// newTrigger returns a trigger_id of one use; mu is held.
func (w *Workspace) newTrigger(of trigger) string {
	of.born = time.Now()
	id := fmt.Sprintf("%d.%d.%s", w.next(), w.next(), strings.ToLower(rand.Text()))
	w.triggers[id] = &of
	return id
}

// trigger returns what a trigger_id may still be exchanged for, or why it may not (slack.md §2.5); mu is held.
func (w *Workspace) trigger(a args) (*trigger, string) {
	t := w.triggers[a["trigger_id"]]
	switch {
	case a["trigger_id"] == "":
		return nil, "invalid_arguments missing required field: trigger_id"
	case t == nil:
		return nil, "invalid_trigger_id"
	case t.used:
		w.violate("trigger_id used twice (slack.md §2.5)")
		return nil, "exchanged_trigger_id"
	case time.Since(t.born) > triggerLife:
		w.violate("trigger_id used after %v (slack.md §2.5)", triggerLife)
		return nil, "expired_trigger_id"
	}
	return t, ""
}

// shown answers what became of a view that a method wrote; mu is held.
func (w *Workspace) shown(v *views.View, bad string) (result, string) {
	if bad != "" {
		return nil, bad
	}
	w.tell(Change{Kind: "view", User: v.User})
	return result{"view": w.viewJSON(v)}, ""
}

// viewJSON is a view object as methods answer it and payloads carry it; mu is held.
func (w *Workspace) viewJSON(v *views.View) map[string]any {
	out := v.JSON()
	out["team_id"], out["app_id"], out["app_installed_team_id"], out["bot_id"] = teamID, appID, teamID, botID
	return out
}

// viewsOpen spends a trigger_id. Slack does not say whether a view it refuses spends it too; here it does not.
func (w *Workspace) viewsOpen(a args) (result, string) {
	t, bad := w.trigger(a)
	if bad == "" {
		bad = w.checkView("views.open", a["view"])
	}
	if bad != "" {
		return nil, bad
	}
	v, bad := w.views.Open(t.user, t.channel, []byte(a["view"]))
	t.used = bad == ""
	return w.shown(v, bad)
}

// viewsPush spends a trigger_id that comes from a view, and puts another over it; Slack names not_found where there is no view.
func (w *Workspace) viewsPush(a args) (result, string) {
	t, bad := w.trigger(a)
	if bad == "" {
		bad = w.checkView("views.push", a["view"])
	}
	if bad == "" && (t.in == nil || t.in.Home || w.views.Get(t.in.ID) == nil) {
		bad = "not_found"
	}
	if bad != "" {
		return nil, bad
	}
	v, bad := w.views.Push(t.in, []byte(a["view"]))
	if bad == "push_limit_reached" {
		w.violate("views.push: a modal holds three views (slack.md §3)")
	}
	t.used = bad == ""
	return w.shown(v, bad)
}

// hashOf is the hash that a call sends; nil where it sends none.
func hashOf(a args) *string {
	if hash, sent := a["hash"]; sent {
		return &hash
	}
	return nil
}

// viewsUpdate puts new content into a view, whether or not it is the one on the screen (slack.md §4.6).
func (w *Workspace) viewsUpdate(a args) (result, string) {
	v, bad := w.views.Find(a["view_id"], a["external_id"])
	if bad == "" {
		bad = w.checkView("views.update", a["view"])
	}
	if bad == "" {
		bad = w.views.Update(v, hashOf(a), []byte(a["view"]))
	}
	return w.shown(v, bad)
}

// viewsPublish sets one person's Home tab (slack.md §4.6). For somebody unknown Slack's example has invalid_arguments.
func (w *Workspace) viewsPublish(a args) (result, string) {
	if _, ok := w.dir.Person(a["user_id"]); !ok {
		return nil, "invalid_arguments invalid `user_id`"
	}
	if bad := w.checkView("views.publish", a["view"]); bad != "" {
		return nil, bad
	}
	return w.shown(w.views.Publish(a["user_id"], hashOf(a), []byte(a["view"])))
}

// Homes returns the Home tab last published for a person, as the app wrote it; nil if none was.
func (w *Workspace) Homes(user string) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.views.Home(user); v != nil {
		return v.Body
	}
	return nil
}

// Trouble is what stands in a modal when the app did not answer its submission in time, or answered what Slack does not take. Its
// words are Slack's; when it shows them, its pages do not say.
const Trouble = "We had some trouble connecting. Try again?"

// submitted answers a submission of v with what its acknowledgement says (slack.md §1.3): once, however often it was delivered; mu
// is held.
func (w *Workspace) submitted(v *views.View) func(payload []byte, err error) {
	done := false
	return func(payload []byte, err error) {
		if done || w.views.Get(v.ID) != v {
			return
		}
		done, v.Sending, v.Trouble = err == nil, false, ""
		if err == nil {
			err = w.obey(v, payload)
		}
		if err != nil {
			v.Trouble = Trouble
		}
		w.tell(Change{Kind: "view", User: v.User})
	}
}

// obey does what the acknowledgement of a submission asks for; mu is held.
func (w *Workspace) obey(v *views.View, payload []byte) error {
	a, wrong := views.ReadAnswer(payload, v)
	if wrong == "" && len(a.View) > 0 {
		wrong = w.checkView("response_action "+a.Action, string(a.View))
	}
	if wrong == "" {
		switch a.Action {
		case "":
			w.views.Close(v)
		case "clear":
			w.views.Clear(v.User)
		case "errors":
			v.Refuse(a.Errors)
		case "update":
			wrong = w.views.Update(v, nil, a.View)
		case "push":
			_, wrong = w.views.Push(v, a.View)
		}
	}
	if wrong != "" {
		w.violate("acknowledgement of view_submission: %s (slack.md §1.3)", wrong)
		return errors.New(wrong)
	}
	return nil
}
