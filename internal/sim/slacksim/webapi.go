package slacksim

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// args are a call's arguments: strings as they are, everything else as JSON.
type args map[string]string

// result is what a method answers beside "ok".
type result map[string]any

// method is one Web API method. do runs with mu held and returns an error word or "".
type method struct {
	scope string // empty: none needed (slack.md §4.1), or by kind of channel
	do    func(w *Workspace, a args) (result, string)
}

// appScope is what an app-level token has; its methods take no other token, and that in the header.
const appScope = "connections:write"

// methods are the ones played here; the others answer unknown_method.
var methods = map[string]method{
	"apps.connections.open": {appScope, (*Workspace).connectionsOpen},
	"auth.test":             {"", (*Workspace).authTest},
	"bots.info":             {"users:read", (*Workspace).botsInfo},
	"chat.delete":           {"chat:write", (*Workspace).chatDelete},
	"chat.getPermalink":     {"", (*Workspace).chatPermalink},
	"chat.postEphemeral":    {"chat:write", (*Workspace).chatPostEphemeral},
	"chat.postMessage":      {"chat:write", (*Workspace).chatPostMessage},
	"chat.update":           {"chat:write", (*Workspace).chatUpdate},
	"conversations.history": {"", (*Workspace).conversationsHistory},
	"conversations.info":    {"channels:read", (*Workspace).conversationsInfo},
	"conversations.join":    {"channels:join", (*Workspace).conversationsJoin},
	"conversations.open":    {"", (*Workspace).conversationsOpen},
	"conversations.replies": {"", (*Workspace).conversationsReplies},
	"usergroups.users.list": {"usergroups:read", (*Workspace).usergroupMembers},
	"users.info":            {"users:read", (*Workspace).usersInfo},
	"views.open":            {"", (*Workspace).viewsOpen},
	"views.publish":         {"", (*Workspace).viewsPublish},
	"views.push":            {"", (*Workspace).viewsPush},
	"views.update":          {"", (*Workspace).viewsUpdate},
}

// serveAPI answers one Web API call, form-encoded or JSON, token in form or header.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, bad := parseArgs(rw, r)
	if name == "apps.connections.open" {
		w.socket.CountOpen()
	}
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	w.withFaults(name, rw, r, func(rw http.ResponseWriter) {
		out, word := result(nil), bad
		if bad == "" {
			w.mu.Lock()
			defer w.mu.Unlock()
			out, word = w.call(rw.Header(), name, a, bearer)
		}
		writeAnswer(rw, out, word)
	})
}

// call runs one method; h is of the answer, and mu is held.
func (w *Workspace) call(h http.Header, name string, a args, bearer string) (result, string) {
	m, ok := methods[name]
	if !ok {
		w.violate("unknown method %s", name)
		return nil, "unknown_method"
	}
	token, want, kind := cmp.Or(bearer, a["token"]), botToken, "xoxb-"
	if m.scope == appScope {
		token, want, kind = bearer, appToken, "xapp-"
		if bearer == "" && a["token"] != "" {
			w.violate("%s wants its token in the Authorization header (slack.md §1.1)", name)
		}
	}
	if err := checkToken(token, want, kind); err != "" {
		w.violate("%s: %s (slack.md §1.1)", name, err)
		return nil, err
	}
	if m.scope != appScope {
		h.Set("X-Oauth-Scopes", strings.Join(w.cfg.Scopes, ","))
		if m.scope != "" && !w.granted(m.scope) {
			w.violate("%s needs the scope %s (slack.md §4.1)", name, m.scope)
			return w.missingScope(m.scope)
		}
	}
	if wait := w.tierWait(name); wait > 0 {
		return nil, limited(wait)
	}
	return m.do(w, a)
}

// tier4 is how many calls of each method of views a minute takes (slack.md §4.1). Slack promises no more; it publishes no size of
// bursts, nor whether a refused call counts: here the hundred may come at once, none follows until the first is a minute old,
// and what was refused does not count.
const tier4 = 100

// tierWait takes one call of a method from its minute, and returns zero, or how long to wait; mu is held.
func (w *Workspace) tierWait(name string) time.Duration {
	if !strings.HasPrefix(name, "views.") || w.cfg.NoViewLimit {
		return 0
	}
	now := time.Now()
	taken := slices.DeleteFunc(w.taken[name], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	w.taken[name] = taken
	if len(taken) >= tier4 {
		return taken[0].Add(time.Minute).Sub(now)
	}
	w.taken[name] = append(taken, now)
	return 0
}

// limited is the error word of a call that has to wait.
func limited(wait time.Duration) string { return "ratelimited " + wait.String() }

// writeAnswer writes what a method answers: its result, an error word, and what follows the word.
func writeAnswer(rw http.ResponseWriter, out result, word string) {
	code, more, explained := strings.Cut(word, " ")
	if code == "ratelimited" {
		wait, _ := time.ParseDuration(more) // limited wrote it
		(&Fault{RetryAfter: wait}).answer(rw, "")
		return
	}
	answer := result{"ok": word == ""}
	maps.Copy(answer, out)
	if word != "" {
		answer["error"] = firstWord(word)
	}
	if explained {
		answer["response_metadata"] = result{"messages": []string{"[ERROR] " + word}}
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = rw.Write(mustJSON(answer)) // the caller may be gone
}

// checkToken returns what Slack says to a token of the wrong kind or value, or "".
func checkToken(got, want, kind string) string {
	switch {
	case got == "":
		return "not_authed"
	case got == want:
		return ""
	case strings.HasPrefix(got, kind) || !strings.HasPrefix(got, "x"):
		return "invalid_auth"
	default:
		return "not_allowed_token_type"
	}
}

// connectionsOpen gives out a WebSocket address of one use (slack.md §1.1).
func (w *Workspace) connectionsOpen(args) (result, string) {
	ticket, calls, wait := w.socket.Ticket()
	if ticket == "" {
		w.violate("apps.connections.open called %d times in a minute (slack.md §0.1)", calls)
		return nil, limited(wait)
	}
	return result{"url": w.bases().Socket + "link?ticket=" + ticket + "&app_id=" + appID}, ""
}

// parseArgs reads a call's arguments from its query and its body.
func parseArgs(rw http.ResponseWriter, r *http.Request) (args, string) {
	a := args{}
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // no type: a form without fields
	if kind != "application/json" {
		if err := r.ParseForm(); err != nil {
			return nil, "invalid_form_data"
		}
		for k := range r.Form {
			a[k] = r.Form.Get(k)
		}
		return a, ""
	}
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil && !errors.Is(err, io.EOF) {
		return nil, "invalid_json"
	}
	for k, raw := range fields {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			a[k] = s
		} else {
			a[k] = string(raw)
		}
	}
	return a, ""
}

// firstWord is the error code of a longer explanation.
func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(word, ":")
}

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
