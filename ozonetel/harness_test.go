package ozonetel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
)

const (
	testKey  = "k3y-zq81-not-real"
	testUser = "acme_user_7"
)

// rig is a client and the simulated account it asks, in one synctest bubble.
type rig struct {
	*ozonetel.Client
	sim    *ozonesim.Server
	log    *lockedBuffer
	mu     sync.Mutex
	events []ozonetel.Event
	kept   []aht.Reading
	asked  []time.Time // when each of kept was
}

func newSim(change func(*ozonesim.Config)) *ozonesim.Server {
	cfg := ozonesim.Config{APIKey: testKey, Username: testUser}
	if change != nil {
		change(&cfg)
	}
	return ozonesim.New(cfg)
}

// newRig returns a client of sim with every slot free; change may be nil. Both end with the
// test.
func newRig(t *testing.T, sim *ozonesim.Server, change func(*ozonetel.Config)) *rig {
	t.Helper()
	r := &rig{sim: sim, log: new(lockedBuffer)}
	cfg := ozonetel.Config{
		BaseURL: &url.URL{Scheme: "http", Host: "localhost"}, APIKey: testKey, Username: testUser, PerMinute: 50,
		Dial: sim.Dial, Log: slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Keep: func(got aht.Reading, asked time.Time) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.kept, r.asked = append(r.kept, got), append(r.asked, asked)
			return nil
		},
		Observe: func(e ozonetel.Event) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, e)
		},
	}
	if change != nil {
		change(&cfg)
	}
	if cfg.Ledger == nil {
		cfg.Ledger = allowance.NewMemoryLedger(cfg.PerMinute, 0)
	}
	c, err := ozonetel.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Client = c
	return r
}

// Ask is the client's, for a person who asks for nothing else.
func (r *rig) Ask(ctx context.Context, tg aht.Target) (aht.Reading, error) {
	return r.Client.Ask(ctx, "U1", tg)
}

// stop ends client and simulator; a bubble ends only when both have.
func (r *rig) stop() {
	r.Close()
	_ = r.sim.Close()
}

func (r *rig) outcomes() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var words []string
	for _, e := range r.events {
		words = append(words, e.Op+":"+e.Outcome)
	}
	return strings.Join(words, " ")
}

func agent(t *testing.T, name string) aht.Target {
	t.Helper()
	return target(t, aht.KindAgent, name)
}

func campaign(t *testing.T, name string) aht.Target {
	t.Helper()
	return target(t, aht.KindCampaign, name)
}

func target(t *testing.T, k aht.Kind, n string) aht.Target {
	t.Helper()
	tg, err := aht.NewTarget(k, n)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

// failure asserts that err is an *Error of the class and reason, and returns it.
func failure(t *testing.T, err error, class fault.Class, reason fault.Reason) *fault.Error {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Class != class || e.Reason != reason {
		t.Errorf("error = %v, want %v, %v", err, class, reason)
		return &fault.Error{}
	}
	return e
}

// expect is failure for those who need no more of it.
func expect(t *testing.T, err error, class fault.Class, reason fault.Reason) {
	t.Helper()
	_ = failure(t, err, class, reason)
}

func ask(ctx context.Context, t *testing.T, r *rig, tg aht.Target) aht.Reading {
	t.Helper()
	got, err := r.Ask(ctx, tg)
	if err != nil {
		t.Errorf("Ask: %v", err)
	}
	return got
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// lines yields the log's lines as objects.
func lines(log string) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for line := range strings.Lines(log) {
			var m map[string]any
			if json.Unmarshal([]byte(line), &m) == nil && !yield(m) {
				return
			}
		}
	}
}

// pipes serves HTTP over net.Pipe, for answers the simulator does not give.
type pipes struct {
	server *http.Server
	conns  chan net.Conn
	done   chan struct{}
}

func pipeServer(h http.HandlerFunc) *pipes {
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	p.server = &http.Server{Handler: h}
	go func() { _ = p.server.Serve(p) }()
	return p
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
		return p.server.Close()
	}
	return nil
}

func mustCampaign(name string) aht.Target {
	tg, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		panic(err)
	}
	return tg
}
