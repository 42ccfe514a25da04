package slacksim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
)

const withButton = `{"text":"4m","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*4m 32s* by <@U2>","verbatim":true}},` +
	`{"type":"actions","elements":[{"type":"button","action_id":"refresh","text":{"type":"plain_text","text":"Refresh"},"value":"v1"}]}]}`

// slack.md §2.4: five uses.
func TestSixthUseOfAResponseURLIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], "")
		for i := range 5 {
			if status, word := app.respond(d.ResponseURL, `{"text":"x"}`); status != http.StatusOK || word != "ok" {
				t.Fatalf("use %d: %d %s", i+1, status, word)
			}
		}
		wantNone(t, w)
		if status, word := app.respond(d.ResponseURL, `{"text":"x"}`); status != http.StatusNotFound || word != "used_url" {
			t.Errorf("use 6: %d %s", status, word)
		}
		wantViolation(t, w, "more than 5 times")
		if len(d.Answers()) != 5 {
			t.Errorf("%d answers", len(d.Answers()))
		}
	})
}

// slack.md §2.4: 30 minutes, and JSON only.
func TestResponseURLExpiresAndTakesOnlyJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], "")
		status, word, err := app.post(d.ResponseURL, "application/x-www-form-urlencoded", "", "text=x")
		if err != nil || status != http.StatusBadRequest || word != "invalid_payload" {
			t.Errorf("a form: %d %s, %v", status, word, err)
		}
		time.Sleep(30 * time.Minute)
		if status, word := app.respond(d.ResponseURL, `{"text":"x"}`); status != http.StatusOK {
			t.Errorf("after 30 min: %d %s", status, word)
		}
		time.Sleep(time.Second)
		if status, word := app.respond(d.ResponseURL, `{"text":"x"}`); status != http.StatusNotFound || word != "expired_url" {
			t.Errorf("after 30 min 1 s: %d %s", status, word)
		}
		wantViolation(t, w, "response_url used after 30m")
		if status, _ := app.respond(strings.TrimSuffix(d.ResponseURL, "A")+"B", `{"text":"x"}`); status != http.StatusNotFound {
			t.Errorf("an unknown response_url: %d", status)
		}
	})
}

// slack.md §2.4: a command's response_url appends, an interaction's replaces in place.
func TestOnlyInteractionsReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Type("U1", "C9", "/aht agent 42") // the bot is not in C9, and need not be
		app.ack(app.next()["envelope_id"], "")
		app.respond(d.ResponseURL, `{"text":"wait"}`)
		app.respond(d.ResponseURL, strings.Replace(withButton, `{"text"`, `{"replace_original":true,"text"`, 1))
		if got := plain(w, "U1", "C9"); got != "wait\n4m 32s by @Ben" {
			t.Errorf("U1 sees %q", got)
		}
		m, err := d.WaitAnswer(t.Context())
		if err != nil || m.Text != "wait" || w.Seen("U2", "C9") != nil {
			t.Errorf("first answer %v, %v; U2 sees %v", m, err, w.Seen("U2", "C9"))
		}

		m = d.Answers()[1]
		if _, err := w.Press("U2", m, "refresh"); err == nil {
			t.Error("U2 pressed a button U1 alone can see")
		}
		if _, err := w.Press("U1", m, "share"); err == nil {
			t.Error("pressed a button that is not there")
		}
		p, err := w.Press("U1", m, "refresh")
		if err != nil {
			t.Fatal(err)
		}
		env := app.next()
		payload, _ := env["payload"].(map[string]any)
		actions, _ := payload["actions"].([]any)
		action, _ := actions[0].(map[string]any)
		if env["type"] != "interactive" || env["accepts_response_payload"] != false || action["value"] != "v1" || payload["message"] != nil {
			t.Errorf("press delivers %v", env)
		}
		app.ack(env["envelope_id"], "")
		app.respond(p.ResponseURL, `{"replace_original":true,"text":"5m"}`)
		if got := plain(w, "U1", "C9"); got != "wait\n5m" {
			t.Errorf("after replacing, U1 sees %q", got)
		}
		app.respond(p.ResponseURL, `{"text":"aloud","response_type":"in_channel","replace_original":false}`)
		app.respond(p.ResponseURL, `{"delete_original":true}`)
		if got := plain(w, "U1", "C9") + "/" + plain(w, "U2", "C9"); got != "wait\naloud/aloud" {
			t.Errorf("after deleting, they see %q", got)
		}
		if _, err := w.Press("U1", m, "refresh"); err == nil {
			t.Error("pressed a button of a deleted message")
		}
		wantNone(t, w)
	})
}

// slack.md §3: 50 blocks, whichever way the message goes.
func TestFiftyOneBlocksAreRefusedEverywhere(t *testing.T) {
	var blocks []string
	for i := range 51 {
		blocks = append(blocks, fmt.Sprintf(`{"type":"divider","block_id":"b%d"}`, i))
	}
	tooMany := "[" + strings.Join(blocks, ",") + "]"
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		if got := app.do("chat.postMessage", "channel", "C1", "text", "x", "blocks", tooMany); got["error"] != "invalid_blocks" {
			t.Errorf("chat.postMessage = %v", got)
		}
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], `{"text":"x","blocks":`+tooMany+`}`)
		wantViolation(t, w, "acknowledgement payload refused: invalid_blocks")
		if status, word := app.respond(d.ResponseURL, `{"text":"x","blocks":`+tooMany+`}`); status != http.StatusBadRequest || word != "invalid_blocks" {
			t.Errorf("response_url = %d %s", status, word)
		}
		if len(w.All()) != 0 {
			t.Errorf("shown all the same: %v", w.All())
		}
		if got := app.do("chat.postMessage", "channel", "C1", "blocks", "["+strings.Join(blocks[:50], ",")+"]"); got["ok"] != true {
			t.Errorf("50 blocks = %v", got)
		}
	})
}
