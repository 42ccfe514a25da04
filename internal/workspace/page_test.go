package workspace_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const modal = `{"type":"modal","title":{"type":"plain_text","text":"Form"},"submit":{"type":"plain_text","text":"Send"},"close":{"type":"plain_text","text":"Close"},"blocks":[` +
	`{"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"v"}},` +
	`{"type":"input","block_id":"which","optional":true,"label":{"type":"plain_text","text":"Which"},"element":{"type":"external_select","action_id":"v","min_query_length":0}},` +
	`{"type":"input","block_id":"where","optional":true,"label":{"type":"plain_text","text":"Where"},"element":{"type":"conversations_select","action_id":"v"}},` +
	`{"type":"actions","block_id":"acts","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]}`

const buttons = `[{"type":"section","text":{"type":"mrkdwn","text":"pick"}},{"type":"actions","block_id":"b","elements":[{"type":"button","action_id":"go","value":"1","text":{"type":"plain_text","text":"Go"}}]}]`

func TestThePageIsForThisMachineAlone(t *testing.T) {
	play(t, func(s *stage) {
		for name, c := range map[string]struct {
			method, path string
			headers      []string
			want         int
		}{
			"the page":                {"GET", "/", nil, http.StatusOK},
			"by name":                 {"GET", "/", []string{"Host", "localhost:8765"}, http.StatusOK},
			"by IPv6":                 {"GET", "/", []string{"Host", "[::1]:8765"}, http.StatusOK},
			"a link followed to it":   {"GET", "/", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, http.StatusOK},
			"a foreign name":          {"GET", "/", []string{"Host", "evil.example:8765"}, http.StatusMisdirectedRequest},
			"a name that looks local": {"GET", "/state", []string{"Host", "localhost.evil.example"}, http.StatusMisdirectedRequest},
			"another site asks":       {"GET", "/state?as=U1", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"}, http.StatusForbidden},
			"another port asks":       {"GET", "/events?as=U1", []string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
			"another site does":       {"POST", "/do", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
			"a form of another site":  {"POST", "/do", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
			"nothing there":           {"GET", "/web/../page.go", nil, http.StatusNotFound},
			"no file of ours":         {"GET", "/web/secrets.js", nil, http.StatusNotFound},
		} {
			status, _, h := s.ask(c.method, c.path, "{}", c.headers...)
			if status != c.want && (c.want != http.StatusNotFound || status < 300) {
				t.Errorf("%s: %d, want %d", name, status, c.want)
			}
			csp := h.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: policy %q", name, csp)
			}
		}
	})
}

// What the policy forbids must not be in the page: script or style inline, or from elsewhere.
func TestTheShellKeepsToItsPolicy(t *testing.T) {
	play(t, func(s *stage) {
		_, shell, _ := s.get("/")
		for _, bad := range []string{"<style", "style=", "onclick", "javascript:", "https://", "<script>"} {
			if strings.Contains(shell, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
		size := len(shell)
		for _, part := range strings.Split(shell, `"/web/`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			status, body, h := s.get("/web/" + name)
			if status != http.StatusOK || h.Get("Content-Type") == "" {
				t.Errorf("%s: %d", name, status)
			}
			if status, _, _ = s.get("/web/"+name, "If-None-Match", h.Get("ETag")); status != http.StatusNotModified {
				t.Errorf("%s again: %d", name, status)
			}
			size += len(body)
		}
		if size > 150<<10 {
			t.Errorf("the page is %d bytes", size)
		}
	})
}

func TestWhatIsTypedAndSentIsEscaped(t *testing.T) {
	play(t, func(s *stage) {
		const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>`
		s.must(`{"as":"U1","do":"type","channel":"C1","text":"` + evil + `"}`)
		s.bot("chat.postMessage", "channel", "C1", "text", evil)
		s.bot("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[{"type":"section","text":{"type":"plain_text","text":"`+evil+`"}}]}`)
		got := s.sees("U1")
		if len(got.Messages) != 2 {
			t.Fatalf("%+v", got)
		}
		for _, html := range []string{got.Messages[0].HTML, got.Messages[1].HTML, got.Home} {
			if strings.Contains(html, "<script") || strings.Contains(html, "<img") || !strings.Contains(html, "alert(1)") {
				t.Errorf("drawn as %s", html)
			}
		}
	})
}

func TestOneCanBeNobodyElse(t *testing.T) {
	play(t, func(s *stage) {
		for _, who := range []string{"U9", "U0BOT", "USLACKBOT"} {
			for _, path := range []string{"/state?as=", "/events?as=", "/earlier?channel=C1&as="} {
				if status, body, _ := s.get(path + who); status != http.StatusNotFound || !strings.Contains(body, "Choose somebody") {
					t.Errorf("%s%s: %d %s", path, who, status, body)
				}
			}
			if status, _ := s.do(`{"as":"` + who + `","do":"home"}`); status != http.StatusNotFound {
				t.Errorf("%s did something: %d", who, status)
			}
		}
		if got, body, _ := s.get("/state"); got != http.StatusOK || !strings.Contains(body, `"me":"U1"`) {
			t.Errorf("nobody named: %d %s", got, body)
		}
	})
}

func TestEachSeesWhatIsForThem(t *testing.T) {
	play(t, func(s *stage) {
		s.bot("chat.postMessage", "channel", "C1", "text", "for all")
		s.bot("chat.postEphemeral", "channel", "C1", "user", "U2", "text", "for Ben")
		s.bot("chat.postMessage", "channel", "U2", "text", "direct")
		for who, want := range map[string]int{"U1": 1, "U2": 3, "U4": 0} {
			if got := s.sees(who); len(got.Messages) != want {
				t.Errorf("%s sees %+v", who, got.Messages)
			}
		}
		if status, _, _ := s.get("/earlier?as=U4&channel=C1&before=9"); status != http.StatusNotFound {
			t.Errorf("who is not in it: %d", status)
		}
	})
}

func TestOlderMessagesComeWhenAskedFor(t *testing.T) {
	play(t, func(s *stage) {
		for i := range 230 {
			s.bot("chat.postMessage", "channel", "C1", "text", fmt.Sprintf("no. %d.", i))
		}
		got := s.sees("U1")
		if len(got.Messages) != 100 || !got.Channels[0].More || !strings.Contains(got.Messages[0].HTML, "no. 130.") {
			t.Fatalf("%d messages, %+v", len(got.Messages), got.Channels)
		}
		_, body, _ := s.get("/earlier?as=U1&channel=C1&before=" + got.Messages[0].TS)
		if !strings.Contains(body, "no. 129.") || strings.Contains(body, "no. 130.") || !strings.Contains(body, `"more":true`) {
			t.Errorf("before them: %.200s", body)
		}
	})
}

func TestWhatOneDoesReachesTheApp(t *testing.T) {
	play(t, func(s *stage) {
		var heard []map[string]any
		s.answer = func(e map[string]any) string {
			payload, _ := e["payload"].(map[string]any)
			heard = append(heard, payload)
			switch payload["type"] {
			case "block_suggestion":
				return `{"options":[{"text":{"type":"plain_text","text":"Sales"},"value":"s"}]}`
			case "view_submission":
				return `{"response_action":"errors","errors":{"name":"No such name."}}`
			}
			return ""
		}
		last := func() map[string]any { return heard[len(heard)-1] }
		s.must(`{"as":"U1","do":"type","channel":"C1","text":"/aht help"}`)
		if last()["command"] != "/aht" || last()["text"] != "help" {
			t.Errorf("a command: %v", last())
		}
		s.must(`{"as":"U1","do":"type","channel":"C1","text":"hello @ahtbot"}`)
		if e, _ := last()["event"].(map[string]any); e["type"] != "app_mention" {
			t.Errorf("a mention: %v", last())
		}
		parent := s.sees("U1").Messages[0].TS
		s.must(`{"as":"U1","do":"type","channel":"C1","thread":"` + parent + `","text":"@ahtbot again"}`)
		if e, _ := last()["event"].(map[string]any); e["thread_ts"] != parent {
			t.Errorf("in a thread: %v", last())
		}
		if m := s.sees("U1").Messages; m[0].Replies != 1 || m[1].Thread != parent {
			t.Errorf("the thread: %+v", m)
		}
		s.must(`{"as":"U1","do":"type","channel":"DU1","text":"agent 42"}`)
		if e, _ := last()["event"].(map[string]any); e["channel_type"] != "im" {
			t.Errorf("a direct message: %v", last())
		}
		count := len(heard)
		s.must(`{"as":"U1","do":"type","channel":"C1","text":"just words"}`)
		if len(heard) != count {
			t.Errorf("the app heard %v", last())
		}
		s.must(`{"as":"U1","do":"home"}`)
		if e, _ := last()["event"].(map[string]any); e["tab"] != "home" {
			t.Errorf("Home: %v", last())
		}
		s.must(`{"as":"U1","do":"open_direct"}`)
		if e, _ := last()["event"].(map[string]any); e["tab"] != "messages" {
			t.Errorf("Messages: %v", last())
		}
		ts, _ := s.bot("chat.postMessage", "channel", "C1", "text", "x", "blocks", buttons)["ts"].(string)
		s.must(`{"as":"U1","do":"press","channel":"C1","ts":"` + ts + `","block":"b","action":"go"}`)
		if last()["type"] != "block_actions" || fmt.Sprint(last()["actions"]) == "[]" {
			t.Errorf("a button: %v", last())
		}
		s.must(`{"as":"U1","do":"shortcut","id":"menu"}`)
		trigger, _ := last()["trigger_id"].(string)
		if last()["callback_id"] != "menu" {
			t.Errorf("a shortcut: %v", last())
		}
		s.bot("views.open", "trigger_id", trigger, "view", modal)
		s.useWindow(last)
	})
}

// useWindow fills in what modal says and closes it.
func (s *stage) useWindow(last func() map[string]any) {
	t := s.t
	window := s.sees("U1").Window
	if window == nil || !strings.Contains(window.HTML, "Name") {
		t.Fatalf("the window: %+v", window)
	}
	in := `{"as":"U1","view":"` + window.ID + `",`
	s.must(in + `"do":"press","block":"acts","action":"go"}`)
	if last()["type"] != "block_actions" {
		t.Errorf("a button of a window: %v", last())
	}
	if body := s.must(in + `"do":"suggest","block":"which","action":"v","text":"sal"}`); !strings.Contains(body, `"value":"s"`) || last()["value"] != "sal" {
		t.Errorf("suggestions: %s, %v", body, last())
	}
	s.must(in + `"do":"select","block":"which","action":"v","values":["s"]}`)
	for typed, want := range map[string]string{"#flo": `{"label":"#floor","value":"C1"}`, "@aht": `{"label":"@ahtbot","value":"DU1"}`} {
		if body := s.must(in + `"do":"suggest","block":"where","action":"v","text":"` + typed + `"}`); !strings.Contains(body, "["+want+"]") {
			t.Errorf("%s finds %s, not %s", typed, body, want)
		}
	}
	s.must(in + `"do":"select","block":"where","action":"v","values":["DU1"]}`)
	if got := s.sees("U1").Window; !strings.Contains(got.HTML, `value="@ahtbot"`) {
		t.Errorf("the direct message is not named: %s", got.HTML)
	}
	s.must(in + `"do":"submit","fields":{"name/v":[]}}`)
	if got := s.sees("U1").Window; !strings.Contains(got.HTML, "required") || last()["type"] == "view_submission" {
		t.Errorf("an empty field was submitted: %v", last())
	}
	s.must(in + `"do":"select","block":"name","action":"v","values":["A"]}`)
	s.must(in + `"do":"enter","block":"name","action":"v"}`)
	s.must(in + `"do":"submit","fields":{"name/v":["Asha"]}}`)
	if view := fmt.Sprint(last()["view"]); last()["type"] != "view_submission" || !strings.Contains(view, "value:Asha") || !strings.Contains(view, "value:s") {
		t.Errorf("submitted: %v", view)
	}
	if got := s.sees("U1").Window; !strings.Contains(got.HTML, "No such name.") {
		t.Errorf("what is wrong: %s", got.HTML)
	}
	if status, body := s.do(strings.Replace(in, "U1", "U2", 1) + `"do":"close"}`); status != http.StatusConflict {
		t.Errorf("somebody else closed it: %d %s", status, body)
	}
	s.must(in + `"do":"close","all":true}`)
	if got := s.sees("U1").Window; got != nil {
		t.Errorf("it is still open: %+v", got)
	}
}

const menus = `[{"type":"actions","block_id":"m","elements":[
	{"type":"static_select","action_id":"one","options":[{"text":{"type":"plain_text","text":"Sales"},"value":"s"},{"text":{"type":"plain_text","text":"Care"},"value":"c"}]},
	{"type":"external_select","action_id":"far","min_query_length":1},{"type":"conversations_select","action_id":"room"},
	{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Archive"},"value":"a"}]}]}]`

func TestWhatIsChosenInAMessageReachesTheApp(t *testing.T) {
	play(t, func(s *stage) {
		var last map[string]any
		s.answer = func(e map[string]any) string {
			if last, _ = e["payload"].(map[string]any); last["type"] == "block_suggestion" {
				return `{"options":[{"text":{"type":"plain_text","text":"Far away"},"value":"f"}]}`
			}
			return ""
		}
		ts, _ := s.bot("chat.postMessage", "channel", "C1", "text", "x", "blocks", menus)["ts"].(string)
		s.bot("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":`+menus+`}`)
		_, home, _ := strings.Cut(s.sees("U1").Home, `data-view="`)
		home, _, _ = strings.Cut(home, `"`)
		for _, place := range []string{`"channel":"C1","ts":"` + ts + `"`, `"view":"` + home + `"`} {
			in := `{"as":"U1",` + place + `,"block":"m",`
			s.must(in + `"do":"select","action":"one","values":["s"]}`)
			if got := fmt.Sprint(last["actions"]); !strings.Contains(got, "action_id:one") || !strings.Contains(got, "value:s") {
				t.Errorf("%s: a menu: %s", place, got)
			}
			s.must(in + `"do":"select","action":"more","values":["a"]}`)
			if got := fmt.Sprint(last["actions"]); !strings.Contains(got, "type:overflow") || !strings.Contains(got, "value:a") || strings.Contains(fmt.Sprint(last["state"], last["view"]), "type:overflow value") {
				t.Errorf("%s: an overflow menu: %s", place, got)
			}
			if status, body := s.do(in + `"do":"select","action":"far","values":["f"]}`); status == http.StatusOK {
				t.Errorf("%s: what nobody suggested was chosen: %s", place, body)
			}
			if got := s.must(in + `"do":"suggest","action":"far","text":"fa"}`); !strings.Contains(got, "Far away") {
				t.Errorf("%s: suggestions: %s", place, got)
			}
			s.must(in + `"do":"select","action":"far","values":["f"]}`)
			if got := s.must(in + `"do":"suggest","action":"room","text":"flo"}`); !strings.Contains(got, `"value":"C1"`) {
				t.Errorf("%s: rooms: %s", place, got)
			}
			s.must(in + `"do":"select","action":"room","values":["C1"]}`)
			if got := fmt.Sprint(last["actions"]); !strings.Contains(got, "selected_conversation:C1") {
				t.Errorf("%s: a room: %s", place, got)
			}
			if status, _ := s.do(in + `"do":"select","action":"one","values":["nothing"]}`); status == http.StatusOK {
				t.Errorf("%s: what is not offered was chosen", place)
			}
		}
	})
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	play(t, func(s *stage) {
		for deed, want := range map[string]string{
			`{"as":"U1","do":"fly"}`: "Reload",
			`not JSON`:               "Reload",
			`{"as":"U1","do":"type","channel":"C1","text":"  "}`:                          "Type something",
			`{"as":"U4","do":"type","channel":"C1","text":"hello"}`:                       "is not in that conversation",
			`{"as":"U1","do":"type","channel":"DU2","text":"hello"}`:                      "is not in that conversation",
			`{"as":"U1","do":"type","channel":"C1","text":"/dance now"}`:                  "Try /aht",
			`{"as":"U1","do":"type","channel":"C1","thread":"1.1","text":"/aht agent 4"}`: "in threads",
			`{"as":"U1","do":"press","channel":"C1","ts":"1.1","block":"b","action":"a"}`: "sees no message",
			`{"as":"U1","do":"press","view":"V1","block":"b","action":"a"}`:               "closed meanwhile",
			`{"as":"U1","do":"select","view":"V1","block":"b","action":"a"}`:              "closed meanwhile",
			`{"as":"U1","do":"enter","view":"V1","block":"b","action":"a"}`:               "closed meanwhile",
			`{"as":"U1","do":"suggest","view":"V1","block":"b","action":"a"}`:             "closed meanwhile",
			`{"as":"U1","do":"submit","view":"V1"}`:                                       "closed meanwhile",
			`{"as":"U1","do":"close","view":"V1"}`:                                        "closed meanwhile",
			`{"as":"U1","do":"shortcut","id":"other"}`:                                    "no such shortcut",
		} {
			if status, body := s.do(deed); status < 400 || !strings.Contains(body, want) {
				t.Errorf("%s: %d %s", deed, status, body)
			}
		}
	})
}

func TestATabIsToldWhatHappens(t *testing.T) {
	play(t, func(s *stage) {
		events, body := s.tab("U1")
		if e := s.next(events); e.name != "hello" {
			t.Fatalf("begins with %v", e)
		}
		s.bot("chat.postEphemeral", "channel", "C1", "user", "U2", "text", "for Ben")
		ts, _ := s.bot("chat.postMessage", "channel", "C1", "text", "one")["ts"].(string)
		if e := s.next(events); e.name != "message" || !strings.Contains(e.data, ">one<") && !strings.Contains(e.data, `"one"`) {
			t.Errorf("a message: %v", e)
		}
		s.bot("chat.update", "channel", "C1", "ts", ts, "text", "two")
		if e := s.next(events); !strings.Contains(e.data, `"edited":1`) || !strings.Contains(e.data, "two") {
			t.Errorf("an edit: %v", e)
		}
		s.bot("chat.postMessage", "channel", "C1", "thread_ts", ts, "text", "reply")
		if e := s.next(events); !strings.Contains(e.data, `"threadReplies":1`) {
			t.Errorf("a reply: %v", e)
		}
		s.bot("chat.delete", "channel", "C1", "ts", ts)
		if e := s.next(events); !strings.Contains(e.data, `"deleted":true`) || strings.Contains(e.data, "two") {
			t.Errorf("a deletion: %v", e)
		}
		s.bot("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[{"type":"divider"}]}`)
		if e := s.next(events); e.name != "screen" || !strings.Contains(e.data, "bk-home") {
			t.Errorf("Home: %v", e)
		}
		if out := s.call("xoxb-demo", "chat.postMessage", "channel", "C1", "text", "x", "blocks", `[{"type":"header"}]`); out["error"] != "invalid_blocks" {
			t.Fatalf("Slack took it: %v", out)
		}
		if e := s.next(events); e.name != "toast" || !strings.Contains(e.data, "invalid_blocks") {
			t.Errorf("what Slack refused: %v", e)
		}
		_ = body.Close()
		again, _ := s.tab("U1") // reconnected
		if e := s.next(again); e.name != "hello" {
			t.Errorf("again: %v", e)
		}
		if got := s.sees("U1"); len(got.Messages) != 1 || got.Home == "" {
			t.Errorf("what it then reads: %+v", got)
		}
	})
}

// Slack's own words, to who did it alone.
func TestWhatIsNotAcknowledgedIsToast(t *testing.T) {
	play(t, func(s *stage) {
		s.answer = func(map[string]any) string { return "no" }
		mine, _ := s.tab("U1")
		others, _ := s.tab("U2")
		s.next(mine)
		s.next(others)
		s.must(`{"as":"U1","do":"type","channel":"C1","text":"/aht"}`)
		time.Sleep(4 * time.Second)
		if e := s.next(mine); e.name != "toast" || !strings.Contains(e.data, "/aht failed with the error operation_timeout") {
			t.Errorf("told %v", e)
		}
		s.bot("chat.postMessage", "channel", "C1", "text", "next")
		if e := s.next(others); e.name != "message" {
			t.Errorf("Ben was told %v", e)
		}
	})
}

func TestTwentyTabsAreToldTheSame(t *testing.T) {
	play(t, func(s *stage) {
		var all []<-chan event
		for range 20 {
			events, _ := s.tab("U1")
			all = append(all, events)
			s.next(events)
		}
		for i := range 50 {
			s.bot("chat.postMessage", "channel", "C1", "text", fmt.Sprintf("no. %d.", i))
		}
		for n, events := range all {
			for i := range 50 {
				if e := s.next(events); !strings.Contains(e.data, fmt.Sprintf("no. %d.", i)) {
					t.Fatalf("tab %d: %v", n, e)
				}
			}
		}
	})
}

func TestTabsHaveAnEnd(t *testing.T) {
	play(t, func(s *stage) {
		var bodies []io.Closer
		for range 100 {
			events, body := s.tab("U1")
			s.next(events)
			bodies = append(bodies, body)
		}
		if status, body, _ := s.get("/events?as=U1"); status != http.StatusServiceUnavailable || !strings.Contains(body, "Close some") {
			t.Errorf("one more: %d %s", status, body)
		}
		_ = bodies[0].Close()
		synctest.Wait()
		if events, _ := s.tab("U1"); s.next(events).name != "hello" {
			t.Error("no tab after one was closed")
		}
	})
}

// A tab that does not read holds nobody up, and is dropped: its stream ends, and it begins anew.
func TestASlowTabIsDropped(t *testing.T) {
	play(t, func(s *stage) {
		quick, _ := s.tab("U1")
		s.next(quick)
		req, _ := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://127.0.0.1:8765/events?as=U1", http.NoBody)
		slow, err := s.hc.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = slow.Body.Close() }()
		long := strings.Repeat("long ", 700)
		for i := range 400 {
			s.bot("chat.postMessage", "channel", "C1", "text", fmt.Sprintf("no. %d. %s", i, long))
			if e := s.next(quick); !strings.Contains(e.data, fmt.Sprintf("no. %d.", i)) {
				t.Fatalf("no. %d: %.60v", i, e)
			}
		}
		time.Sleep(time.Minute)
		got, err := io.ReadAll(slow.Body)
		if strings.Contains(string(got), "no. 399.") {
			t.Errorf("it was told everything; %v", err)
		}
	})
}
