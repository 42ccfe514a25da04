package slacksim

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// args are a call's arguments: strings as they are, everything else as JSON.
type args map[string]string

// result is what a method answers beside "ok".
type result map[string]any

// method is one Web API method. do runs with mu held and returns an error word or "".
type method struct {
	scope string // empty: none needed (slack.md §4.1)
	do    func(w *Workspace, a args) (result, string)
}

// methods are the ones played here; the others answer unknown_method.
func methods() map[string]method {
	return map[string]method{
		"auth.test":             {"", (*Workspace).authTest},
		"bots.info":             {"users:read", (*Workspace).botsInfo},
		"chat.delete":           {"chat:write", (*Workspace).chatDelete},
		"chat.getPermalink":     {"", (*Workspace).chatPermalink},
		"chat.postEphemeral":    {"chat:write", (*Workspace).chatPostEphemeral},
		"chat.postMessage":      {"chat:write", (*Workspace).chatPostMessage},
		"chat.update":           {"chat:write", (*Workspace).chatUpdate},
		"conversations.history": {"", (*Workspace).conversationsHistory}, // by kind of channel
		"conversations.info":    {"channels:read", (*Workspace).conversationsInfo},
		"conversations.join":    {"channels:join", (*Workspace).conversationsJoin},
		"conversations.open":    {"", (*Workspace).conversationsOpen},
		"conversations.replies": {"", (*Workspace).conversationsReplies}, // by kind of channel
		"usergroups.users.list": {"usergroups:read", (*Workspace).usergroupMembers},
		"users.info":            {"users:read", (*Workspace).usersInfo},
		"views.open":            {"", (*Workspace).viewsOpen},
		"views.publish":         {"", (*Workspace).viewsPublish},
		"views.update":          {"", (*Workspace).viewsUpdate},
	}
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
		if bad != "" {
			writeJSON(rw, result{"ok": false, "error": bad})
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if name == "apps.connections.open" {
			w.connectionsOpen(rw, bearer, a["token"])
			return
		}
		w.call(rw, name, a, bearer)
	})
}

// call runs one method; mu is held.
func (w *Workspace) call(rw http.ResponseWriter, name string, a args, bearer string) {
	m, ok := methods()[name]
	if !ok {
		w.violate("unknown method %s", name)
		writeJSON(rw, result{"ok": false, "error": "unknown_method"})
		return
	}
	token := bearer
	if token == "" {
		token = a["token"]
	}
	if err := w.checkToken(token, w.cfg.BotToken, "xoxb-"); err != "" {
		w.violate("%s: %s (slack.md §1.1)", name, err)
		writeJSON(rw, result{"ok": false, "error": err})
		return
	}
	provided := strings.Join(w.cfg.Scopes, ",")
	rw.Header().Set("X-Oauth-Scopes", provided)
	if m.scope != "" && !w.granted(m.scope) {
		w.violate("%s needs the scope %s (slack.md §4.1)", name, m.scope)
		writeJSON(rw, result{"ok": false, "error": "missing_scope", "needed": m.scope, "provided": provided})
		return
	}
	out, word := m.do(w, a)
	if wait, limited := strings.CutPrefix(word, "ratelimited "); limited {
		rw.Header().Set("Retry-After", wait)
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
		rw.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(rw, `{"ok":false,"error":"ratelimited"}`) // the caller may be gone
		return
	}
	answer := result{"ok": word == ""}
	maps.Copy(answer, out)
	if word != "" {
		answer["error"] = firstWord(word)
		if firstWord(word) != word {
			answer["response_metadata"] = result{"messages": []string{"[ERROR] " + word}}
		}
	}
	writeJSON(rw, answer)
}

// checkToken returns what Slack says to a token of the wrong kind or value, or "".
func (w *Workspace) checkToken(got, want, kind string) string {
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

// connectionsOpen gives out a WebSocket address of one use. The app-level token must be in
// the header (slack.md §1.1); mu is held.
func (w *Workspace) connectionsOpen(rw http.ResponseWriter, bearer, form string) {
	if bearer == "" && form != "" {
		w.violate("apps.connections.open wants its token in the Authorization header (slack.md §1.1)")
	}
	if err := w.checkToken(bearer, w.cfg.AppToken, "xapp-"); err != "" {
		w.violate("apps.connections.open: %s (slack.md §1.1)", err)
		writeJSON(rw, result{"ok": false, "error": err})
		return
	}
	ticket, calls, wait := w.socket.Ticket()
	if ticket == "" {
		w.violate("apps.connections.open called %d times in a minute (slack.md §0.1)", calls)
		(&Fault{RetryAfter: wait}).answer(rw, "apps.connections.open")
		return
	}
	writeJSON(rw, result{"ok": true, "url": w.socketURL() + "link?ticket=" + ticket + "&app_id=" + url.QueryEscape(w.cfg.AppID)})
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

func writeJSON(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = rw.Write(mustJSON(v)) // the caller may be gone
}

// firstWord is the error code of a longer explanation.
func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(word, ":")
}
