package wirelog

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// marks are what stands for secrets.
var marks = regexp.MustCompile(`•••[0-9a-f]{4}`)

func TestSecretsAreMasked(t *testing.T) {
	m := newMasker([]string{"key-of-the-account", ""})
	for in, want := range map[string]string{
		`{"token":"abc","text":"hi"}`:                        `{"token":"•","text":"hi"}`,
		`{"Token" : "a\"b","n":1}`:                           `{"Token" : "•","n":1}`,
		`{"trigger_id":"1.2.abcdefghijklmnopqrstuvwxyz"}`:    `{"trigger_id":"•"}`,
		`for 12.13.abcdefghijklmnopqrstuvwxyz now`:           `for • now`,
		`xoxb-1-2-abc, xapp-1-A0DEMO-demo, xoxe.xoxp-1-a`:    `xoxb-•, xapp-•, xoxe.xoxp-•`,
		`wss://h/link?ticket=ABC&app_id=A1`:                  `wss://h/link?ticket=•&app_id=A1`,
		`"http://127.0.0.1:9/commands/T0DEMO/12/ABCDEF"`:     `"http://127.0.0.1:9/commands/•"`,
		`"http:\/\/127.0.0.1:9\/actions\/T0DEMO\/12\/ABC"`:   `"http:\/\/127.0.0.1:9\/actions\/•"`,
		`{"state":"{\"token\":\"abc\",\"page\":2}"}`:         `{"state":"{\"token\":\"•\",\"page\":2}"}`,
		`{"token":"eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJk`:        `{"token":"•`, // cut short
		`PHP notice eyJhbGciOiJIUzUxMiJ9.eyJzdWIi.c2ln here`: `PHP notice • here`,
		`the key-of-the-account is here`:                     `the • is here`,
		`Authorization: Bearer abc.def`:                      `Authorization: Bearer •`,
		`{"apiKey":"k","userName":"floor_user"}`:             `{"apiKey":"•","userName":"floor_user"}`,
		`{"text":"a token of love, 4.5.6, 1m 20s"}`:          `{"text":"a token of love, 4.5.6, 1m 20s"}`,
	} {
		if got := marks.ReplaceAllString(m.text(in), "•"); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got, want)
		}
	}
}

func TestTheSameSecretHasTheSameMark(t *testing.T) {
	m := newMasker(nil)
	const trigger = "1.2.abcdefghijklmnopqrstuvwxyz"
	inJSON := marks.FindString(m.text(`{"trigger_id":"` + trigger + `"}`))
	inText := marks.FindString(m.text("exchanged " + trigger))
	if inJSON == "" || inJSON != inText {
		t.Errorf("marks %q and %q of one trigger_id", inJSON, inText)
	}
}

func TestBodiesAreShownAsJSON(t *testing.T) {
	m := newMasker(nil)
	for _, c := range []struct{ kind, body, want string }{
		{"application/json", `{"b":1,"a":"x"}`, `{"b":1,"a":"x"}`},
		{"application/x-www-form-urlencoded", `token=xoxb-demo&text=a+b%26&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D`, `{"token":"•","text":"a b\u0026","blocks":[{"type":"divider"}]}`},
		{"application/x-www-form-urlencoded", `a=%zz&b`, `{"a":"%zz","b":""}`},
		{"text/html", "<h1>502</h1>", `"\u003ch1\u003e502\u003c/h1\u003e"`},
		{"application/json", `{"cut": "sho`, `"{\"cut\": \"sho"`},
	} {
		if got := marks.ReplaceAllString(string(m.shown(c.kind, []byte(c.body))), "•"); got != c.want {
			t.Errorf("%s\nis shown as %s\nwant        %s", c.body, got, c.want)
		}
	}
	if m.shown("application/json", nil) != nil {
		t.Error("an empty body is shown")
	}
	long := m.shown("text/plain", []byte(strings.Repeat("ö", maxShown)))
	if len(long) > maxShown+100 || !strings.Contains(string(long), "bytes in all") || !json.Valid(long) {
		t.Errorf("a long body takes %d bytes", len(long))
	}
}

func TestHeadersHoldNoSecret(t *testing.T) {
	m := newMasker(nil)
	got := m.headers(http.Header{
		"Authorization": {"Bearer abc"}, "Apikey": {"k-1"}, "Cookie": {"d=xoxd-1"}, "Content-Type": {"application/json"}, "Retry-After": {"3"},
	})
	text, _ := json.Marshal(got)
	if s := string(text); strings.Contains(s, "abc") || strings.Contains(s, "k-1") || strings.Contains(s, "xoxd") {
		t.Errorf("a secret is in %s", s)
	}
	if got["Content-Type"] != "application/json" || got["Retry-After"] != "3" || !strings.HasPrefix(got["Authorization"], "Bearer •") {
		t.Errorf("headers %v", got)
	}
}

// FuzzMask hides a secret between any two texts, as JSON and as JSON in a string of JSON, and wants it gone and the JSON whole.
func FuzzMask(f *testing.F) {
	f.Add("a", `b"c\`)
	f.Add(`"token":"`, `\"`)
	f.Add("token=", "&")
	f.Add("/commands/T/1/", "/")
	const secret = "Q7SECRETZ9"
	m := newMasker(nil)
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, secret) {
			t.Skip("the secret is said in the open")
		}
		inner, err := json.Marshal(map[string]any{"a": before, "trigger_id": secret, "z": after})
		if err != nil {
			t.Skip("no JSON")
		}
		outer, err := json.Marshal(map[string]any{"a": after, "payload": string(inner), "token": secret, "z": before})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{inner, outer} {
			got := m.shown("application/json", body)
			if strings.Contains(string(got), secret) {
				t.Errorf("the secret is in %s", got)
			}
			var whole map[string]any
			if len(body) < maxShown && json.Unmarshal(got, &whole) != nil {
				t.Errorf("%s\nis no longer JSON: %s", body, got)
			}
		}
	})
}
