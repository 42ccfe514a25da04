package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ahtbot/internal/sim/transport"
)

// exchange is a request and what became of it, as they were heard.
type exchange struct {
	asked    transport.Request
	answered []transport.Answer
}

// ask has a watched handler answer one POST, and returns what was heard and what the client got.
func ask(t *testing.T, body string, h http.HandlerFunc) (heard exchange, got string, err error) {
	t.Helper()
	done := make(chan struct{})
	server := httptest.NewServer(transport.Watch(h, func(r transport.Request) func(transport.Answer) {
		heard.asked = r
		return func(a transport.Answer) {
			heard.answered = append(heard.answered, a)
			close(done) // a second answer panics
		}
	}))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/x?q=1", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(req)
	if err == nil {
		var all []byte
		all, err = io.ReadAll(resp.Body)
		got = string(all)
		_ = resp.Body.Close()
	}
	<-done
	return heard, got, err
}

func TestWatchHearsWhatIsAskedAndAnswered(t *testing.T) {
	heard, got, err := ask(t, "hello", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte("you said " + string(body)))
	})
	if err != nil || got != "you said hello" {
		t.Fatalf("the client got %q, %v", got, err)
	}
	if r := heard.asked; string(r.Body) != "hello" || r.URL.Path != "/api/x" || r.URL.RawQuery != "q=1" || r.Method != http.MethodPost || r.At.IsZero() {
		t.Errorf("heard the request %+v", r)
	}
	a := heard.answered[0]
	if a.Status != http.StatusTooManyRequests || string(a.Body) != got || a.Header.Get("Retry-After") != "3" || a.After <= 0 {
		t.Errorf("heard the answer %+v", a)
	}
}

func TestWatchPassesLongBodiesOn(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 20_000)
	heard, got, err := ask(t, long, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	if err != nil || got != long {
		t.Fatalf("the client got %d bytes of %d, %v", len(got), len(long), err)
	}
	const most = 256 << 10
	if len(heard.asked.Body) != most || len(heard.answered[0].Body) != most {
		t.Errorf("heard %d and %d bytes, want %d of each", len(heard.asked.Body), len(heard.answered[0].Body), most)
	}
}

func TestWatchHearsWhatHasNoAnswer(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"hung up": func(w http.ResponseWriter, _ *http.Request) { transport.HangUp(w) },
		"panic":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		heard, _, err := ask(t, "", h)
		if err == nil || heard.answered[0].Status != 0 {
			t.Errorf("%s: the client got no error (%v), or an answer was heard: %+v", name, err, heard.answered)
		}
	}
	if heard, _, err := ask(t, "", func(http.ResponseWriter, *http.Request) {}); err != nil || heard.answered[0].Status != http.StatusOK {
		t.Errorf("nothing said is an empty 200: heard %+v, %v", heard.answered, err)
	}
}

func TestNobodyWatchingCostsNothing(t *testing.T) {
	mux := http.NewServeMux()
	if h := transport.Watch(mux, nil); h != http.Handler(mux) {
		t.Errorf("with nobody there is a %T around the handler", h)
	}
}
