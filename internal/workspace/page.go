// Package workspace is the simulated Slack workspace as a page in the browser: people's conversations, their windows and Home tabs,
// drawn by [render] and kept current by Server-Sent Events. Whatever a person does there goes through slacksim as it does in tests,
// to the same app over the same sockets. It is for this machine alone: it answers to loopback names only, to no other site, and
// under a content security policy without inline script or style.
package workspace

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// Config is what the page shows.
type Config struct {
	Slack *slacksim.Workspace
	// People are who one can be on the page, the first one at first.
	People []Role
	App    App
	// Panels are the names of modules below web/ that add panels of their own to the page.
	Panels []string
	// Log gets what goes wrong. Nil discards.
	Log *slog.Logger
}

// Role is a person of the workspace and what they do there.
type Role struct{ ID, Title string }

// App is what the workspace knows of the app from its manifest.
type App struct {
	Commands  []Command  `json:"commands"` // nil: whatever begins with a slash is one
	Shortcuts []Shortcut `json:"shortcuts"`
}

// Command is a slash command, as it is offered while somebody types.
type Command struct {
	Name        string   `json:"name"` // with its slash
	Description string   `json:"description"`
	Hint        string   `json:"hint"`  // what may follow it
	Lines       []string `json:"lines"` // whole lines to choose from
}

// Shortcut is a global shortcut.
type Shortcut struct {
	ID          string `json:"id"` // its callback_id
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Page serves the workspace. Make it with [New].
type Page struct {
	cfg    Config
	mux    *http.ServeMux
	tabs   tabs
	closed chan struct{}
	end    sync.Once
	unsub  func()
	wg     sync.WaitGroup
}

// New returns the page of a workspace, which follows its changes until [Page.Close].
func New(cfg Config) *Page {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	p := &Page{cfg: cfg, mux: http.NewServeMux(), closed: make(chan struct{})}
	p.mux.HandleFunc("GET /{$}", p.serveShell)
	p.mux.HandleFunc("GET /web/{name}", p.serveFile)
	p.mux.HandleFunc("GET /state", p.serveState)
	p.mux.HandleFunc("GET /earlier", p.serveEarlier)
	p.mux.HandleFunc("GET /events", p.serveEvents)
	p.mux.HandleFunc("POST /do", p.serveDo)
	changes, unsub := cfg.Slack.Subscribe()
	p.unsub = unsub
	p.wg.Go(func() {
		for c := range changes {
			p.tabs.tell(c)
		}
	})
	return p
}

// Handle adds what a panel asks for, behind the same guard; call it before the page is served.
func (p *Page) Handle(pattern string, h http.Handler) { p.mux.Handle(pattern, h) }

// ServeHTTP answers what comes from the page itself, and refuses everything else.
func (p *Page) ServeHTTP(rw http.ResponseWriter, r *http.Request) { guard(p.mux).ServeHTTP(rw, r) }

// Serve answers on a listener until ctx ends, and closes it.
func (p *Page) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: p, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(p.cfg.Log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends all tabs' streams and stops following the workspace.
func (p *Page) Close() {
	p.end.Do(func() {
		close(p.closed)
		p.unsub()
	})
	p.wg.Wait()
}
