package bot

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
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
