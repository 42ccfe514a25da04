package slacksim

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
)

const (
	urlUses = 5                // slack.md §2.4
	urlLife = 30 * time.Minute // slack.md §2.4
	maxBody = 1 << 20          // bytes of any request
)

// responseURL is one address answers may be posted to.
type responseURL struct {
	d      *Delivery // nil until its payload is sent
	origin *entry    // the message an interaction was with; nil for commands
	born   time.Time
	uses   int
}

// newResponseURL returns a fresh address; mu is held.
func (w *Workspace) newResponseURL(kind string, origin *entry) string {
	path := fmt.Sprintf("/%s/%s/%d/%s", kind, teamID, w.next(), rand.Text())
	w.urls[path] = &responseURL{origin: origin, born: time.Now()}
	return strings.TrimSuffix(w.bases().Hooks, "/") + path
}

// urlPath is the part of a response_url by which it is known; empty for no address.
func urlPath(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// reply is a message object as an acknowledgement or a response_url takes it (slack.md
// §1.3, §2.4).
type reply struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	ThreadTS        string          `json:"thread_ts"`
	Metadata        json.RawMessage `json:"metadata"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

// serveResponseURL takes an answer. No token and no membership is needed (slack.md §2.4).
func (w *Workspace) serveResponseURL(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	if err != nil {
		http.Error(rw, "invalid_payload", http.StatusBadRequest)
		return
	}
	w.withFaults("response_url", rw, r, func(rw http.ResponseWriter) {
		w.mu.Lock()
		status, word := w.respond(r.URL.Path, r.Header.Get("Content-Type"), body)
		w.mu.Unlock()
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, word) // the caller may be gone
	})
}

// respond does what one POST to a response_url asks; mu is held.
func (w *Workspace) respond(path, contentType string, body []byte) (status int, word string) {
	u := w.urls[path]
	switch {
	case u == nil || u.d == nil:
		w.violate("unknown response_url (slack.md §2.4)")
		return http.StatusNotFound, "expired_url"
	case time.Since(u.born) > urlLife:
		w.violate("response_url used after %v (slack.md §2.4)", urlLife)
		return http.StatusNotFound, "expired_url"
	case u.uses >= urlUses:
		w.violate("response_url used more than %d times (slack.md §2.4)", urlUses)
		return http.StatusNotFound, "used_url"
	}
	u.uses++
	var m reply
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != "application/json" || json.Unmarshal(body, &m) != nil {
		w.violate("response_url takes a JSON body only (slack.md §2.4)")
		return http.StatusBadRequest, "invalid_payload"
	}
	if m.DeleteOriginal {
		return w.deleteOriginal(u)
	}
	if err := w.check("response_url", body, blockkit.MaxPostText); err != "" {
		return http.StatusBadRequest, firstWord(err)
	}
	if u.origin == nil || !m.ReplaceOriginal {
		w.answer(u.d, m, "response_url") // a command's own message is never replaced
		return http.StatusOK, "ok"
	}
	if u.origin.Deleted {
		return http.StatusNotFound, "message_not_found"
	}
	w.change(u.origin, func(o *Message) {
		o.Text, o.Blocks, o.Via, o.For = m.Text, blocksOf(m.Blocks), "response_url", u.d.Root
	})
	u.d.Root.answeredBy(u.origin)
	return http.StatusOK, "ok"
}

// deleteOriginal removes the message an interaction was with; a command has none, and the
// line the person typed stays (slack.md §2.4); mu is held.
func (w *Workspace) deleteOriginal(u *responseURL) (status int, word string) {
	if u.origin == nil {
		w.violate("delete_original at a command's response_url deletes nothing (slack.md §2.4)")
		return http.StatusOK, "ok"
	}
	if !u.origin.Deleted {
		w.change(u.origin, func(o *Message) { o.Deleted, o.For = true, u.d.Root })
	}
	return http.StatusOK, "ok"
}

// answer posts a message object as an answer to d: private unless it says in_channel. The
// first visible answer of a command also shows what was typed (slack.md §2.4); mu is held.
func (w *Workspace) answer(d *Delivery, r reply, via string) {
	m := Message{
		Channel: d.channel, ThreadTS: r.ThreadTS, User: botUserID, EphemeralFor: d.user,
		Text: r.Text, Blocks: blocksOf(r.Blocks), Metadata: orNil(r.Metadata), Via: via, For: d.Root,
	}
	if r.ResponseType == "in_channel" {
		m.EphemeralFor = ""
		if d.typ == SlashCommands && !d.Root.shown {
			d.Root.shown = true
			w.add(Message{Channel: d.channel, User: d.user, Text: d.line, Via: "typed"})
		}
	}
	w.add(m)
}
