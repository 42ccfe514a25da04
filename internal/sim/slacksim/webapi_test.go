package slacksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// slack.md §1.1 and §6.1: which token, and where.
func TestEachMethodTakesOneKindOfToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		for _, c := range []struct{ method, header, form, want string }{
			{"apps.connections.open", "", "", "not_authed"},
			{"apps.connections.open", "", "xapp-1-A0DEMO-demo", "not_authed"},
			{"apps.connections.open", "xoxb-demo", "", "not_allowed_token_type"},
			{"apps.connections.open", "xapp-1-other", "", "invalid_auth"},
			{"apps.connections.open", "xapp-1-A0DEMO-demo", "", ""},
			{"auth.test", "", "", "not_authed"},
			{"auth.test", "xapp-1-A0DEMO-demo", "", "not_allowed_token_type"},
			{"auth.test", "", "xoxb-other", "invalid_auth"},
			{"auth.test", "", "xoxb-demo", ""},
			{"auth.test", "xoxb-demo", "", ""},
		} {
			before := len(w.Violations())
			form := url.Values{}
			if c.form != "" {
				form.Set("token", c.form)
			}
			got := app.call(c.method, c.header, form)
			if word, _ := got["error"].(string); word != c.want || got["ok"] != (c.want == "") {
				t.Errorf("%s with %q, %q = %v, want %q", c.method, c.header, c.form, got, c.want)
			}
			if noted := len(w.Violations()) > before; noted != (c.want != "") {
				t.Errorf("%s with %q, %q: violation noted: %v", c.method, c.header, c.form, noted)
			}
		}
	})
}

// slack.md §4.2: missing_scope says what is needed and what there is.
func TestAMissingScopeIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{Scopes: []string{"commands", "chat:write"}})
		got := newClient(t, w).do("users.info", "user", "U1")
		if got["error"] != "missing_scope" || got["needed"] != "users:read" || got["provided"] != "commands,chat:write" {
			t.Errorf("users.info = %v", got)
		}
	})
}

// slack.md §4.2 and §4.3: each refusal has its word.
func TestEachRefusalToPostHasItsWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		w.AddChannel("C2", "elsewhere", "U1")
		for id, s := range map[string]members.ChannelState{"C3": {Archived: true}, "C4": {Private: true}, "C5": {ReadOnly: true}} {
			w.AddChannel(id, strings.ToLower(id), "U1")
			if id != "C4" {
				w.AddChannel(id, strings.ToLower(id), "U1", "U0BOT")
			}
			w.SetChannel(id, s)
		}
		app := newClient(t, w)
		said := w.Type("U1", "C1", "good morning")
		if err := wait(t, said); err == nil {
			t.Error("a line without a slash was delivered")
		}
		theirs := w.Seen("U1", "C1")[0].TS
		mine, _ := app.do("chat.postMessage", "channel", "C1", "text", "x")["ts"].(string)
		private, _ := app.do("chat.postEphemeral", "channel", "C1", "user", "U1", "text", "x")["message_ts"].(string)
		for _, c := range []struct {
			want   string
			method string
			fields []string
		}{
			{"channel_not_found", "chat.postMessage", []string{"channel", "C404", "text", "x"}},
			{"channel_not_found", "chat.postMessage", []string{"channel", "C4", "text", "x"}},
			{"not_in_channel", "chat.postMessage", []string{"channel", "C2", "text", "x"}},
			{"is_archived", "chat.postMessage", []string{"channel", "C3", "text", "x"}},
			{"restricted_action", "chat.postMessage", []string{"channel", "C5", "text", "x"}},
			{"no_text", "chat.postMessage", []string{"channel", "C1"}},
			{"user_not_in_channel", "chat.postEphemeral", []string{"channel", "C1", "user", "U404", "text", "x"}},
			{"message_not_found", "chat.update", []string{"channel", "C1", "ts", "1.1", "text", "x"}},
			{"message_not_found", "chat.update", []string{"channel", "C1", "ts", private, "text", "x"}},
			{"cant_update_message", "chat.update", []string{"channel", "C1", "ts", theirs, "text", "x"}},
			{"msg_too_long", "chat.update", []string{"channel", "C1", "ts", mine, "text", strings.Repeat("é", 4001)}},
			{"", "chat.update", []string{"channel", "C1", "ts", mine, "text", strings.Repeat("é", 4000)}},
			{"", "chat.delete", []string{"channel", "C1", "ts", mine}},
			{"no_such_subteam", "usergroups.users.list", []string{"usergroup", "S1"}},
			{"user_not_found", "users.info", []string{"user", "U404"}},
			{"", "conversations.join", []string{"channel", "C2"}},
			{"", "chat.postMessage", []string{"channel", "U1", "text", "in the direct message channel"}},
		} {
			if word, _ := app.do(c.method, c.fields...)["error"].(string); word != c.want {
				t.Errorf("%s %v = %q, want %q", c.method, c.fields, word, c.want)
			}
		}
		if got := plain(w, "U1", "DU1"); got != "in the direct message channel" || w.Seen("U2", "DU1") != nil {
			t.Errorf("U1's direct messages: %q", got)
		}
	})
}

// slack.md §4.3: text without blocks removes the blocks; metadata stays unless given.
func TestUpdateRemovesBlocksAndKeepsMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		ts, _ := app.do("chat.postMessage", "channel", "C1", "text", "x", "blocks", `[{"type":"divider"}]`,
			"metadata", `{"event_type":"e","event_payload":{"k":1}}`)["ts"].(string)
		app.do("chat.update", "channel", "C1", "ts", ts, "text", "y")
		m := w.Seen("U1", "C1")[0]
		if m.Text != "y" || m.Blocks != nil || !strings.Contains(string(m.Metadata), `"k":1`) || m.Edited != 1 {
			t.Errorf("after the update: %+v", m)
		}
	})
}

// slack.md §4.1: one message a second and channel, and Retry-After with the 429.
func TestPostsAreLimitedByChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		post := func(channel string) int {
			status, _, err := app.post(w.APIURL()+"chat.postMessage", "application/json", "xoxb-demo", `{"channel":"`+channel+`","text":"x"}`)
			if err != nil {
				t.Fatal(err)
			}
			return status
		}
		for i, want := range []int{200, 200, 200, 429} { // three at once
			if got := post("C1"); got != want {
				t.Errorf("post %d at once: %d", i+1, got)
			}
		}
		if got := post("DU1"); got != 200 {
			t.Errorf("elsewhere: %d", got)
		}
		time.Sleep(time.Second)
		if got := post("C1"); got != 200 {
			t.Errorf("a second later: %d", got)
		}
	})
}

// slack.md §2.5: 3 s, one use.
func TestATriggerLivesThreeSecondsAndOnce(t *testing.T) {
	const modal = `{"type":"modal","title":{"type":"plain_text","text":"Alert"},"blocks":[{"type":"divider"}]}`
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		open := func(trigger string) any { return app.do("views.open", "trigger_id", trigger, "view", modal)["error"] }
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], "")
		if strings.Count(d.TriggerID, ".") != 2 || open("1.2.x") != "invalid_trigger_id" {
			t.Errorf("trigger_id %q, or a made-up one was taken", d.TriggerID)
		}
		time.Sleep(2900 * time.Millisecond)
		if first, second := open(d.TriggerID), open(d.TriggerID); first != nil || second != "exchanged_trigger_id" {
			t.Errorf("uses after 2.9 s: %v, %v", first, second)
		}
		d = w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], "")
		time.Sleep(3100 * time.Millisecond)
		if got := open(d.TriggerID); got != "expired_trigger_id" {
			t.Errorf("after 3.1 s: %v", got)
		}
	})
}

// slack.md §4.6: the Home tab.
func TestAStaleHashDoesNotOverwriteTheHomeTab(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		w.OpenHome("U1")
		p, _ := app.next()["payload"].(map[string]any)
		if ev, _ := p["event"].(map[string]any); ev["type"] != "app_home_opened" || ev["tab"] != "home" || ev["user"] != "U1" {
			t.Errorf("event %v", p)
		}
		v, _ := app.do("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[]}`)["view"].(map[string]any)
		hash, _ := v["hash"].(string)
		app.do("views.publish", "user_id", "U1", "hash", hash, "view", `{"type":"home","blocks":[{"type":"divider"}]}`)
		if got := app.do("views.publish", "user_id", "U1", "hash", hash, "view", `{"type":"home","blocks":[]}`); got["error"] != "hash_conflict" {
			t.Errorf("a stale hash: %v", got)
		}
		if !strings.Contains(string(w.Homes("U1")), "divider") || w.Homes("U2") != nil {
			t.Errorf("homes %s, %s", w.Homes("U1"), w.Homes("U2"))
		}
	})
}

// slack.md §4.2: failures, among them the post that arrived though its answer was lost.
func TestFaultsHappenOnRequestInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		app.hc.Timeout = 15 * time.Second
		w.Fail("chat.postMessage",
			slacksim.Fault{RetryAfter: 7 * time.Second}, slacksim.Fault{Err: "fatal_error"}, slacksim.Fault{},
			slacksim.Fault{Hang: true}, slacksim.Fault{Reset: true}, slacksim.Fault{LoseReply: true}, slacksim.Fault{Delay: time.Second})
		post := func() (int, string, error) {
			return app.post(w.APIURL()+"chat.postMessage", "application/json", "xoxb-demo", `{"channel":"C1","text":"x"}`)
		}
		for _, want := range []int{http.StatusTooManyRequests, http.StatusOK, http.StatusInternalServerError, 0, 0} {
			if status, _, err := post(); status != want || (want == 0) != (err != nil) {
				t.Errorf("status %d, %v; want %d", status, err, want)
			}
		}
		if len(w.All()) != 0 {
			t.Errorf("posted all the same: %v", w.All())
		}
		if _, _, err := post(); err == nil || len(w.All()) != 1 {
			t.Errorf("lost reply: %v, %d messages", err, len(w.All()))
		}
		start := time.Now()
		if status, _, err := post(); status != http.StatusOK || err != nil || time.Since(start) != time.Second {
			t.Errorf("delayed post: %d, %v after %v", status, err, time.Since(start))
		}
		if w.Calls("chat.postMessage") != 7 {
			t.Errorf("%d calls", w.Calls("chat.postMessage"))
		}
	})
}

// slack.md §4.5: who is a guest, who a stranger.
func TestUsersInfoTellsGuests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		w.AddPerson(members.Person{ID: "U7", Name: "Gita", SingleGuest: true, TZ: "Asia/Kolkata"})
		w.AddPerson(members.Person{ID: "U8", Name: "Otto", Stranger: true, TeamID: "T9"})
		w.AddUserGroup("S1", "U1", "U2")
		app := newClient(t, w)
		guest, _ := app.do("users.info", "user", "U7")["user"].(map[string]any)
		other, _ := app.do("users.info", "user", "U8")["user"].(map[string]any)
		if guest["is_restricted"] != true || guest["is_ultra_restricted"] != true || guest["tz"] != "Asia/Kolkata" ||
			other["is_stranger"] != true || other["team_id"] != "T9" {
			t.Errorf("users.info = %v and %v", guest, other)
		}
		if ids, _ := app.do("usergroups.users.list", "usergroup", "S1")["users"].([]any); len(ids) != 2 {
			t.Errorf("group members %v", ids)
		}
	})
}
