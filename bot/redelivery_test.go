package bot

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeliveriesAreForgottenByAgeAndByNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m deliveries
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
		for i := range maxRemembered + 10 {
			m.claim(fmt.Sprint(i))
		}
		if _, again := m.claim(m.order[0].key); !again {
			t.Error("a redelivery of the oldest made it forgotten")
		}
		if _, again := m.claim("8"); again || len(m.order) > maxRemembered || len(m.known) > len(m.order) {
			t.Errorf("%d remembered, %d known", len(m.order), len(m.known))
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
