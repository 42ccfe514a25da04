package slacksim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"ahtbot/internal/sim/slacksim/socketmode"
	"ahtbot/internal/sim/transport"
)

// pipeURL is where the workspace is for clients that come through [Workspace.Dial].
const pipeURL = "http://localhost/"

// ErrClosed is returned by what needs a workspace that is still open.
var ErrClosed = socketmode.ErrClosed

// network holds the servers; a workspace may serve a port and pipes at once.
type network struct {
	base    string // scheme, host and a slash; empty before Listen
	front   string // the same of a proxy in front; empty without one
	secure  *Hosts // where everything is over TLS; nil without
	pipes   *transport.Pipes
	servers []*http.Server
	done    sync.WaitGroup
}

func (n *network) close() error {
	var errs []error
	for _, s := range n.servers {
		errs = append(errs, s.Close())
	}
	n.done.Wait()
	return errors.Join(errs...)
}

// Listen serves on a free loopback port and returns the Web API's base, with the final
// slash that clients want: "http://127.0.0.1:PORT/api/". A second call returns the same.
func (w *Workspace) Listen(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isClosed {
		return "", ErrClosed
	}
	if w.net.base == "" {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", fmt.Errorf("slacksim: %w", err)
		}
		w.net.base = "http://" + l.Addr().String() + "/"
		w.serve(l)
	}
	return w.net.base + "api/", nil
}

// Behind has response_urls and the WebSocket lead to addr, "host:port", where a proxy in
// front of the port listens.
func (w *Workspace) Behind(addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.net.front = "http://" + addr + "/"
}

// Hosts are the names a workspace has where it is reached over TLS, as Slack's own is: each may be another
// host (slack.md §1.1, §2.4).
type Hosts struct {
	API    string // of the Web API
	Socket string // of the WebSocket
	Hooks  string // of response_urls
}

// Secure has everything lead to h over TLS, which something in front of the port has to end.
func (w *Workspace) Secure(h Hosts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.net.secure = &h
}

// socketURL and hooksURL return where the WebSocket and response_urls are served, with a final
// slash; mu is held.
func (w *Workspace) socketURL() string {
	if w.net.secure != nil {
		return "wss://" + w.net.secure.Socket + "/"
	}
	return "ws://" + strings.TrimPrefix(w.baseURL(), "http://")
}

func (w *Workspace) hooksURL() string {
	if w.net.secure != nil {
		return "https://" + w.net.secure.Hooks + "/"
	}
	return w.baseURL()
}

// Dial connects through a pipe, whatever the address says. It fits
// http.Transport.DialContext and websocket.Dialer.NetDialContext, and needs no socket, so
// that time can be fake.
func (w *Workspace) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	w.mu.Lock()
	if w.isClosed {
		w.mu.Unlock()
		return nil, ErrClosed
	}
	if w.net.pipes == nil {
		w.net.pipes = transport.NewPipes()
		w.serve(w.net.pipes)
	}
	pipes := w.net.pipes
	w.mu.Unlock()
	conn, err := pipes.Dial(ctx, "", "")
	if errors.Is(err, net.ErrClosed) {
		return nil, ErrClosed
	}
	return conn, err
}

// serve starts a server on l; mu is held.
func (w *Workspace) serve(l net.Listener) {
	s := &http.Server{Handler: w, ReadHeaderTimeout: time.Minute}
	w.net.servers = append(w.net.servers, s)
	w.net.done.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("server stopped", "err", err)
		}
	})
}

// APIURL returns the base of the Web API: that of Secure, that of Behind, or the port's after Listen, else
// "http://localhost/api/", which only Dial reaches. response_urls and the WebSocket are
// on the same host.
func (w *Workspace) APIURL() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.baseURL() + "api/"
}

// baseURL returns where everything is served, with a final slash; mu is held.
func (w *Workspace) baseURL() string {
	if w.net.secure != nil {
		return "https://" + w.net.secure.API + "/"
	}
	return cmp.Or(w.net.front, w.net.base, pipeURL)
}

// ServeHTTP serves the Web API, the Socket Mode link and response_urls.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(rw, r) }

// serveLink takes a WebSocket.
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	w.withFaults("link", rw, r, func(rw http.ResponseWriter) { w.socket.Accept(rw, r) })
}

func (w *Workspace) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("/link", w.serveLink)
	mux.HandleFunc("/link/", w.serveLink)
	mux.HandleFunc("POST /commands/{team}/{id}/{secret}", w.serveResponseURL)
	mux.HandleFunc("POST /actions/{team}/{id}/{secret}", w.serveResponseURL)
	return mux
}
