package slacksim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/slacksim"
)

// client is an app written by hand, so that it can do what no library would.
type client struct {
	t      *testing.T
	w      *slacksim.Workspace
	hc     *http.Client
	ws     *websocket.Conn
	hello  map[string]any
	frames chan map[string]any
	gone   chan error // the error that ended the connection
	pings  atomic.Int64
}

// start returns a workspace that is closed when the test ends; in a bubble, still inside it.
func start(t *testing.T, cfg slacksim.Config) *slacksim.Workspace {
	t.Helper()
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	w := slacksim.New(cfg)
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return w
}

func newClient(t *testing.T, w *slacksim.Workspace) *client {
	t.Helper()
	return &client{t: t, w: w, hc: &http.Client{Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}}
}

// connect opens a connection and reads its first frame.
func connect(t *testing.T, w *slacksim.Workspace) *client {
	t.Helper()
	c := newClient(t, w)
	c.dial(c.ticket())
	return c
}

func (c *client) ticket() string {
	c.t.Helper()
	got := c.call("apps.connections.open", "xapp-1-A0DEMO-demo", nil)
	address, ok := got["url"].(string)
	if !ok {
		c.t.Fatalf("apps.connections.open = %v", got)
	}
	return address
}

func (c *client) dial(address string) {
	c.t.Helper()
	d := websocket.Dialer{NetDialContext: c.w.Dial}
	ws, resp, err := d.DialContext(c.t.Context(), address, http.Header{"Origin": {"https://api.slack.com"}})
	if err != nil {
		c.t.Fatal(err)
	}
	_ = resp.Body.Close()
	c.ws, c.frames, c.gone = ws, make(chan map[string]any, 100), make(chan error, 1)
	c.t.Cleanup(func() { _ = ws.Close() })
	ws.SetPingHandler(func(string) error { c.pings.Add(1); return nil })
	go func() {
		for {
			var frame map[string]any
			if err := ws.ReadJSON(&frame); err != nil {
				c.gone <- err
				return
			}
			c.frames <- frame
		}
	}()
	c.hello = c.next()
}

func (c *client) next() map[string]any {
	c.t.Helper()
	select {
	case f := <-c.frames:
		return f
	case err := <-c.gone:
		c.t.Fatalf("connection ended: %v", err)
	case <-time.After(10 * time.Minute):
		c.t.Fatal("no frame in ten minutes")
	}
	return nil
}

func (c *client) ack(id any, payload string) {
	c.t.Helper()
	frame := fmt.Sprintf(`{"envelope_id":%q`, id)
	if payload != "" {
		frame += `,"payload":` + payload
	}
	c.write(frame + "}")
}

func (c *client) write(frame string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
	synctest.Wait()
}

// call posts a form with the token in the header.
func (c *client) call(method, token string, form url.Values) map[string]any {
	c.t.Helper()
	var out map[string]any
	status, body, err := c.post(c.w.APIURL()+method, "application/x-www-form-urlencoded", token, form.Encode())
	if err != nil || status != http.StatusOK || json.Unmarshal([]byte(body), &out) != nil {
		c.t.Fatalf("%s = %d %s, %v", method, status, body, err)
	}
	return out
}

// do is call with the bot's token and pairs of fields.
func (c *client) do(method string, fields ...string) map[string]any {
	c.t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	return c.call(method, "xoxb-demo", form)
}

// respond posts JSON to a response_url.
func (c *client) respond(address, body string) (int, string) {
	c.t.Helper()
	status, word, err := c.post(address, "application/json", "", body)
	if err != nil {
		c.t.Fatal(err)
	}
	return status, word
}

func (c *client) post(address, kind, token, body string) (status int, answer string, err error) {
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", kind)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.hc.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

func wantViolation(t *testing.T, w *slacksim.Workspace, part string) {
	t.Helper()
	if !slices.ContainsFunc(w.Violations(), func(v string) bool { return strings.Contains(v, part) }) {
		t.Errorf("violations %q, want one with %q", w.Violations(), part)
	}
}

func wantNone(t *testing.T, w *slacksim.Workspace) {
	t.Helper()
	if v := w.Violations(); v != nil {
		t.Errorf("violations %q, want none", v)
	}
}

// plain is what a person sees in a channel, a line for each message.
func plain(w *slacksim.Workspace, user, channel string) string {
	var out []string
	for _, m := range w.Seen(user, channel) {
		out = append(out, m.Plain())
	}
	return strings.Join(out, "\n")
}

func wait(t *testing.T, d *slacksim.Delivery) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return d.Wait(ctx)
}
