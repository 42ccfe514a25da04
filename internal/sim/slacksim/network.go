package slacksim

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// pipeURL is where the workspace is for clients that come through [transport.Server.Dial].
const pipeURL = "http://localhost/"

// Listen serves on a free loopback port and returns the Web API's base, with the final
// slash that clients want: "http://127.0.0.1:PORT/api/". A second call returns the same.
func (w *Workspace) Listen(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isClosed {
		return "", net.ErrClosed
	}
	if w.port == "" {
		base, err := w.Server.Listen(ctx)
		if err != nil {
			return "", fmt.Errorf("slacksim: %w", err)
		}
		w.port = base + "/"
	}
	return w.port + "api/", nil
}

// Behind has response_urls and the WebSocket lead to addr, "host:port", where a proxy in
// front of the port listens.
func (w *Workspace) Behind(addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.front = "http://" + addr + "/"
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
	w.secure = &h
}

// APIURL returns the base of the Web API: that of Secure, that of Behind, or the port's after Listen, else
// "http://localhost/api/", which only Dial reaches. But for Secure, response_urls and the WebSocket are
// on the same host.
func (w *Workspace) APIURL() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bases().API + "api/"
}

// bases returns where each is served, as scheme, host and a slash; mu is held.
func (w *Workspace) bases() Hosts {
	if h := w.secure; h != nil {
		return Hosts{API: "https://" + h.API + "/", Socket: "wss://" + h.Socket + "/", Hooks: "https://" + h.Hooks + "/"}
	}
	base := cmp.Or(w.front, w.port, pipeURL)
	return Hosts{API: base, Socket: "ws" + strings.TrimPrefix(base, "http"), Hooks: base}
}

// ServeHTTP serves the Web API, Socket Mode and response_urls.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(rw, r) }

// serveWebSocket takes a WebSocket.
func (w *Workspace) serveWebSocket(rw http.ResponseWriter, r *http.Request) {
	w.withFaults("websocket", rw, r, func(rw http.ResponseWriter) { w.socket.Accept(rw, r) })
}

func (w *Workspace) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("/link", w.serveWebSocket)
	mux.HandleFunc("/link/", w.serveWebSocket)
	mux.HandleFunc("POST /commands/{team}/{id}/{secret}", w.serveResponseURL)
	mux.HandleFunc("POST /actions/{team}/{id}/{secret}", w.serveResponseURL)
	return mux
}
