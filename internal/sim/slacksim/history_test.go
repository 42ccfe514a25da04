package slacksim_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// texts are the texts of an answer's messages, in its order.
func texts(got map[string]any) string {
	list, _ := got["messages"].([]any)
	out := make([]string, 0, len(list))
	for _, m := range list {
		fields, _ := m.(map[string]any)
		text, _ := fields["text"].(string)
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// A channel's history is what everybody sees, newest first; a thread's is oldest first.
func TestHistoryLeavesOutWhatIsNotInTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{NoPostLimit: true})
		app := newClient(t, w)
		post := func(fields ...string) string {
			ts, _ := app.do("chat.postMessage", append([]string{"channel", "C1"}, fields...)...)["ts"].(string)
			return ts
		}
		first := post("text", "one", "metadata", `{"event_type":"e","event_payload":{"key":"k"}}`)
		post("text", "two", "thread_ts", first)
		post("text", "three", "thread_ts", first, "reply_broadcast", "true")
		app.do("chat.postEphemeral", "channel", "C1", "user", "U1", "text", "four")
		app.do("chat.delete", "channel", "C1", "ts", post("text", "five"))
		last := post("text", "six")
		for _, c := range []struct {
			method string
			fields []string
			want   string
		}{
			{"conversations.history", nil, "six three one"},
			{"conversations.history", []string{"oldest", first}, "six three"},
			{"conversations.history", []string{"oldest", first, "inclusive", "1"}, "six three one"},
			{"conversations.history", []string{"latest", last}, "three one"},
			{"conversations.history", []string{"limit", "1"}, "six"},
			{"conversations.replies", []string{"ts", first}, "one two three"},
		} {
			if got := texts(app.do(c.method, append([]string{"channel", "C1"}, c.fields...)...)); got != c.want {
				t.Errorf("%s %v = %q, want %q", c.method, c.fields, got, c.want)
			}
		}
		for _, with := range []string{"true", "false"} {
			got := app.do("conversations.history", "channel", "C1", "latest", first, "inclusive", "1", "include_all_metadata", with)
			m, _ := got["messages"].([]any)[0].(map[string]any)
			if has := m["metadata"] != nil; has != (with == "true") {
				t.Errorf("include_all_metadata %s: %v", with, m)
			}
		}
	})
}

func TestHistoryComesInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		for _, s := range []string{"a", "b", "c", "d", "e"} {
			_ = w.Type("U1", "C1", s).Wait(t.Context()) // a line without a slash is only said
		}
		var pages []string
		for cursor := ""; ; {
			got := app.do("conversations.history", "channel", "C1", "limit", "2", "cursor", cursor)
			pages = append(pages, texts(got))
			next, _ := got["response_metadata"].(map[string]any)
			if cursor, _ = next["next_cursor"].(string); cursor == "" {
				break
			}
		}
		if got := strings.Join(pages, "|"); got != "e d|c b|a" {
			t.Errorf("pages %s", got)
		}
	})
}

// The scope depends on the kind of channel, and its lack is no violation.
func TestHistoryNeedsTheScopeOfItsChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		w.AddChannel("C4", "secret", "U1", "U0BOT")
		w.SetChannel("C4", members.ChannelState{Private: true})
		w.AddChannel("C2", "elsewhere", "U1")
		app := newClient(t, w)
		word := func(fields ...string) string {
			word, _ := app.do("conversations.history", fields...)["error"].(string)
			return word
		}
		for channel, scope := range map[string]string{"C1": "channels:history", "C4": "groups:history", "DU1": "im:history"} {
			if got := word("channel", channel); got != "" {
				t.Errorf("%s with all scopes: %s", channel, got)
			}
			w.Revoke(scope)
			if got := app.do("conversations.history", "channel", channel); got["error"] != "missing_scope" || got["needed"] != scope {
				t.Errorf("%s without %s: %v", channel, scope, got)
			}
			w.Grant(scope)
		}
		for want, fields := range map[string][]string{
			"not_in_channel": {"channel", "C2"}, "channel_not_found": {"channel", "C404"},
			"invalid_limit": {"channel", "C1", "limit", "1000"}, "invalid_cursor": {"channel", "C1", "cursor", "x"},
		} {
			if got := word(fields...); got != want {
				t.Errorf("%v = %s, want %s", fields, got, want)
			}
		}
		if got := app.do("conversations.replies", "channel", "C1", "ts", "1.1")["error"]; got != "thread_not_found" {
			t.Errorf("a thread under nothing: %v", got)
		}
		if v := w.Violations(); len(v) != 0 {
			t.Errorf("violations: %v", v)
		}
	})
}

// slack.md §3: blocks are rolled out to workspaces one after the other.
func TestAWorkspaceMayLackABlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		table := `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"h"}],[{"type":"raw_text","text":"x"}]]}]`
		post := func() string {
			word, _ := app.do("chat.postMessage", "channel", "C1", "text", "x", "blocks", table)["error"].(string)
			return word
		}
		w.WithoutBlocks("data_table")
		if got := post(); got != "invalid_blocks" {
			t.Errorf("lacking: %q", got)
		}
		if got := app.do("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":`+table+`}`)["error"]; got != "invalid_arguments" {
			t.Errorf("view: %v", got)
		}
		if v := w.Violations(); len(v) != 0 {
			t.Errorf("trying is no violation: %v", v)
		}
		d := w.Type("U1", "C1", "/aht help")
		app.ack(app.next()["envelope_id"], `{"text":"x","blocks":`+table+`}`)
		if err := wait(t, d); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if v := w.Violations(); len(v) != 1 || len(d.Answers()) != 0 {
			t.Errorf("in an acknowledgement: %v, %v", v, d.Answers())
		}
		w.WithoutBlocks()
		if got := post(); got != "" {
			t.Errorf("rolled out: %q", got)
		}
	})
}

// slack.md §4.3: what metadata looks like.
func TestMetadataHasAForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := newClient(t, w)
		for meta, want := range map[string]string{
			`{"event_type":"e","event_payload":{"a":"b","c":1,"d":true}}`: "",
			`{"event_type":"","event_payload":{}}`:                        "invalid_metadata_format",
			`{"event_type":"e"}`:                                          "invalid_metadata_format",
			`{"event_type":"e","event_payload":{"a":{"b":{}}}}`:           "invalid_metadata_format",
			`[]`: "invalid_metadata_format",
		} {
			if got, _ := app.do("chat.postMessage", "channel", "C1", "text", "x", "metadata", meta)["error"].(string); got != want {
				t.Errorf("%s = %q, want %q", meta, got, want)
			}
			time.Sleep(time.Second)
		}
	})
}
