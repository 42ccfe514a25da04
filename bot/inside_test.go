package bot

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

func TestOnlySlacksOwnAddressesArePostedTo(t *testing.T) {
	real, local := &Bot{}, &Bot{host: "127.0.0.1:8443"}
	for raw, want := range map[string][2]bool{ // with the real API, with one on loopback
		"https://hooks.slack.com/commands/T1/2/x":          {true, true},
		"https://hooks.slack.com:443/commands/T1/2/x":      {true, true},
		"https://hooks.slack-gov.com/actions/T1/2/x":       {true, true},
		"http://hooks.slack.com/commands/T1/2/x":           {false, false},
		"https://hooks.slack.com.evil.example/x":           {false, false},
		"https://evilslack.com/x":                          {false, false},
		"https://slack.com.evil.example/x":                 {false, false},
		"https://user@hooks.slack.com/x":                   {false, false},
		"https://hooks.slack.com:8443/x":                   {false, false},
		"https://hooks.slack.com@evil.example/x":           {false, false},
		"http://127.0.0.1:8443/commands/x":                 {false, true},
		"http://127.0.0.1:9999/commands/x":                 {false, false},
		"http://localhost:8443/commands/x":                 {false, false},
		"file:///etc/passwd":                               {false, false},
		"":                                                 {false, false},
		"https://":                                         {false, false},
		"//hooks.slack.com/x":                              {false, false},
		"https://hooks.slack.com%2f.evil.example/commands": {false, false},
	} {
		if got := [2]bool{real.slackURL(raw), local.slackURL(raw)}; got != want {
			t.Errorf("%q: %v, want %v", raw, got, want)
		}
	}
}

// TestTheTapReadsWhatGorillaWrites sends acknowledgements of every frame size through a
// real WebSocket and wants the tap to name each.
func TestTheTapReadsWhatGorillaWrites(t *testing.T) {
	upgraded := make(chan *websocket.Conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		upgraded <- c
	}))
	defer server.Close()
	var seen []string
	dialer := &websocket.Dialer{WriteBufferSize: 32 << 10, NetDial: func(network, addr string) (net.Conn, error) {
		c, err := net.Dial(network, addr)
		return &tap{Conn: c, wrote: func(id string) { seen = append(seen, id) }, told: func(string) {}}, err
	}}
	conn, resp, err := dialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	defer func() { _ = conn.Close() }()
	defer func() { _ = (<-upgraded).Close() }()
	var want []string
	for i, size := range []int{0, 1, 60, 125, 126, 1000, 16_000, 20_000} {
		id := fmt.Sprintf("envelope-%d", i)
		want = append(want, id)
		frame := `{"envelope_id":"` + id + `","payload":"` + strings.Repeat("x", size) + `"}`
		if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{`{"type":"ping"}`, `{"envelope_id":`, ``, `{"envelope_id":"` + strings.Repeat("y", 300) + `"}`} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(other)); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.WriteControl(websocket.PongMessage, []byte(`{"envelope_id":"no"}`), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
}

func FuzzTap(f *testing.F) {
	f.Add([]byte{0x81, 0x80, 1, 2, 3, 4})
	f.Add(bytes.Repeat([]byte{0x81, 0xff}, 20))
	f.Fuzz(func(_ *testing.T, frame []byte) { acknowledged(frame) })
}

func TestMemoryForgetsByAgeAndByNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		if _, again := m.claim("a"); again {
			t.Error("a new key was seen before")
		}
		m.remember("a", []byte("1"))
		time.Sleep(rememberFor)
		if p, again := m.claim("a"); !again || string(p) != "1" {
			t.Errorf("after ten minutes: %s, %v", p, again)
		}
		time.Sleep(time.Second)
		if _, again := m.claim("a"); again {
			t.Error("remembered for longer")
		}
		m.forget("a")
		if _, again := m.claim("a"); again {
			t.Error("forgotten, and known")
		}
		for i := range rememberMost + 10 {
			m.claim(fmt.Sprint(i))
		}
		if _, again := m.claim("8"); again || m.order.Len() > rememberMost || len(m.known) != m.order.Len() {
			t.Errorf("%d remembered, %d known", m.order.Len(), len(m.known))
		}
		if _, again := m.claim("100"); !again {
			t.Error("the newest are forgotten")
		}
		m.claim("")
		if _, again := m.claim(""); again {
			t.Error("an empty key is somebody's")
		}
	})
}

func TestOpeningsAreHeldBackOnlyWhenConnectionsDoNotLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opener{pace: rate.NewLimiter(rate.Inf, 1)}
		open := func() time.Duration {
			wait := o.hold()
			time.Sleep(wait)
			o.last = time.Now()
			return wait
		}
		if w := open(); w != 0 {
			t.Errorf("the first waits %v", w)
		}
		for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			least := time.Duration(seconds) * time.Second
			if w := open(); w < least || w > least*6/5 {
				t.Errorf("waits %v, want %v and up to a fifth more", w, least)
			}
		}
		time.Sleep(2 * time.Minute)
		if w := open(); w != 0 {
			t.Errorf("after one that lasted: %v", w)
		}
	})
}
