package wirelog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// How often a browser that nothing comes to hears that somebody is there, and how long one may take for what it is sent.
const (
	pulse   = 20 * time.Second
	patient = 10 * time.Second
)

// Mount adds to a page's handlers, as a [http.ServeMux] takes them: GET /wire is what is kept, as JSON, or for who accepts text/event-stream as events that go
// on; kind (comma-separated) and text choose. POST /wire/replay with an envelope's {"id": 17} has workspace deliver that once
// more. Who may ask is the page's to say.
func (l *Log) Mount(page interface{ Handle(string, http.Handler) }, workspace *slacksim.Workspace) {
	page.Handle("GET /wire", http.HandlerFunc(l.serve))
	page.Handle("POST /wire/replay", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { l.replay(w, r, workspace) }))
}

// filterOf reads what a request chooses.
func filterOf(r *http.Request) Filter {
	f := Filter{Text: r.FormValue("text")}
	for kind := range strings.SplitSeq(r.FormValue("kind"), ",") {
		if kind != "" {
			f.Kinds = append(f.Kinds, Kind(kind))
		}
	}
	return f
}

func (l *Log) serve(w http.ResponseWriter, r *http.Request) {
	f := filterOf(r)
	w.Header().Set("Cache-Control", "no-store")
	if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		answer(w, http.StatusOK, l.Entries(f))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	s := stream{w: w, control: http.NewResponseController(w), run: l.run}
	from := l.resumed(r)
	if from == 0 {
		s.event("reset", 0, struct{}{})
	}
	l.follow(r.Context(), &s, from, f)
}

// resumed returns after which revision a browser that was here before goes on; zero: from the beginning.
func (l *Log) resumed(r *http.Request) int64 {
	run, at, _ := strings.Cut(r.Header.Get("Last-Event-ID"), "-")
	revision, err := strconv.ParseInt(at, 10, 64)
	if err != nil || run != l.run {
		return 0
	}
	return revision
}

// follow sends what is there and what comes, until the browser is gone. Nothing waits in memory for one that is slow: it is
// sent what is still kept.
func (l *Log) follow(ctx context.Context, s *stream, from int64, f Filter) {
	beat := time.NewTicker(pulse)
	defer beat.Stop()
	for {
		entries, revision, changed := l.since(from, f)
		slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.revision, b.revision) }) // so that a browser cut off goes on where it was
		for _, e := range entries {
			s.event("entry", e.revision, e)
		}
		if from = revision; !s.flush() {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			s.write(": still here\n\n")
		case <-ctx.Done():
			return
		}
	}
}

// stream writes Server-Sent Events, and stops when one can't be written.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	run     string
	err     error
}

// event writes one event; its id says where to go on.
func (s *stream) event(kind string, revision int64, data any) {
	text, _ := json.Marshal(data) // entries always do
	s.write(fmt.Sprintf("id: %s-%d\nevent: %s\ndata: %s\n\n", s.run, revision, kind, text))
}

func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(patient)) // where there is none, writing waits
	_, s.err = s.w.Write([]byte(text))
}

// flush reports whether what was written is on its way.
func (s *stream) flush() bool {
	if s.err == nil {
		s.err = s.control.Flush()
	}
	return s.err == nil
}

// replay delivers an envelope once more: the same payload and key, in an envelope of its own.
func (l *Log) replay(w http.ResponseWriter, r *http.Request, workspace *slacksim.Workspace) {
	var asked struct{ ID int64 }
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&asked); kind != "application/json" || err != nil {
		refuse(w, http.StatusBadRequest, `Which envelope? Send JSON: {"id": 17}.`)
		return
	}
	e, kept := l.entry(asked.ID)
	switch delivery := workspace.Delivery(e.envelope); {
	case !kept:
		refuse(w, http.StatusNotFound, "That line is gone. Choose a newer one.")
	case e.Kind != Envelope:
		refuse(w, http.StatusBadRequest, "Only an envelope can be delivered again. Choose one.")
	case delivery == nil:
		refuse(w, http.StatusNotFound, "The workspace no longer has that envelope. Choose a newer one.")
	default:
		l.again(w, r, workspace, delivery)
	}
}

// again delivers, and says what the app made of it.
func (l *Log) again(w http.ResponseWriter, r *http.Request, workspace *slacksim.Workspace, delivery *slacksim.Delivery) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*ackWithin)
	defer cancel()
	err := workspace.Redeliver(delivery).Wait(ctx)
	switch {
	case err == nil:
		answer(w, http.StatusOK, map[string]string{"said": "Delivered again, and acknowledged."})
	case errors.Is(err, slacksim.ErrTimeout):
		answer(w, http.StatusOK, map[string]string{"said": "Delivered again. It was not acknowledged within 3 s."})
	default:
		refuse(w, http.StatusConflict, "No app is connected. Start one, then deliver it again.")
	}
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]string{"error": why})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the browser may be gone
}
