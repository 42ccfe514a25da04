package slacksim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"ahtbot/internal/sim/transport"
)

// Fault is one thing that goes wrong with one request. The fields are tried in the order
// Delay, Hang, Reset, LoseReply, then an answer made of the others. The zero Fault is an
// HTTP 500.
type Fault struct {
	Status     int           // of the answer; zero: 429 with RetryAfter, 200 with Err or Body, else 500
	RetryAfter time.Duration // rounded up to whole seconds for the header
	Err        string        // {"ok":false,"error":Err}; text for a response_url
	Body       []byte        // instead of Err
	Hang       bool          // never answer
	Reset      bool          // close the connection without an answer, nothing done
	LoseReply  bool          // do what was asked, then close the connection without an answer
	Delay      time.Duration // wait first; alone: then answer as ever
}

// Fail makes the next calls of a method go wrong, one fault each. A method is a Web API
// name such as "chat.postMessage", or "response_url", or "websocket" for the upgrade to one.
func (w *Workspace) Fail(method string, f ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[method] = append(w.faults[method], f...)
}

// Calls returns how often a method was called so far, faults included; the names are
// those of [Workspace.Fail].
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// withFaults counts a call and serves it through the method's next fault, if there is one.
func (w *Workspace) withFaults(method string, rw http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter)) {
	w.mu.Lock()
	w.calls[method]++
	var f *Fault
	if q := w.faults[method]; len(q) > 0 {
		f, w.faults[method] = &q[0], q[1:]
	}
	w.mu.Unlock()
	if !w.Pause(r, w.cfg.Lag) {
		return
	}
	if f == nil {
		serve(rw)
		return
	}
	if !w.Pause(r, f.Delay) {
		return
	}
	switch {
	case f.Hang:
		w.Pause(r, transport.Forever)
	case f.Reset:
		transport.HangUp(rw)
	case f.LoseReply:
		serve(&lostReply{header: http.Header{}})
		transport.HangUp(rw)
	case f.Delay > 0 && f.Status == 0 && f.RetryAfter == 0 && f.Err == "" && f.Body == nil:
		serve(rw)
	default:
		f.answer(rw, method)
	}
}

func (f *Fault) answer(rw http.ResponseWriter, method string) {
	status := f.Status
	if f.RetryAfter > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
		status = cmp.Or(status, http.StatusTooManyRequests)
	}
	body, kind := f.Body, "application/json; charset=utf-8"
	switch {
	case body != nil:
		status = cmp.Or(status, http.StatusOK)
	case f.Err != "" && method == "response_url":
		body, kind, status = []byte(f.Err), "text/plain", cmp.Or(status, http.StatusNotFound)
	case f.Err != "":
		body, _ = json.Marshal(map[string]any{"ok": false, "error": f.Err}) // strings always marshal
		status = cmp.Or(status, http.StatusOK)
	case status == http.StatusTooManyRequests:
		body = []byte(`{"ok":false,"error":"ratelimited"}`)
	}
	rw.Header().Set("Content-Type", kind)
	rw.WriteHeader(cmp.Or(status, http.StatusInternalServerError))
	_, _ = rw.Write(body) // the caller may be gone
}

// lostReply is a ResponseWriter for answers that get lost.
type lostReply struct{ header http.Header }

func (u *lostReply) Header() http.Header         { return u.header }
func (u *lostReply) Write(p []byte) (int, error) { return len(p), nil }
func (u *lostReply) WriteHeader(int)             {}
