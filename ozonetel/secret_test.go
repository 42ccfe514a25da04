package ozonetel_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/fault"
)

// echo answers with everything it was told, as a careless upstream does in its errors.
func echo(r *http.Request) (string, string) {
	var body map[string]string
	_ = json.NewDecoder(r.Body).Decode(&body)
	return fmt.Sprint(r.Header, " user ", body["userName"], " about ", body["agentId"], body["campaignName"], " at ", r.URL), body["agentId"]
}

// An upstream that echoes credentials and names, in every kind of answer we read words
// from, must not get them into an error, its Detail, or any line of the log.
func TestNothingSecretInErrorsAndLogs(t *testing.T) {
	const name = "asha.testwala@example.com" // nor its local part alone
	const token = "eyJhbGciOiJIUzUxMiJ9.eyJqdGkiOjF9.c2VjcmV0LXNpZ25hdHVyZQ"
	texts := map[string]func(words, agent string) (int, string){
		"message": func(w, _ string) (int, string) { return 200, message("error", w) },
		"status":  func(w, _ string) (int, string) { return 200, message(w, "") },
		"spaced": func(w, _ string) (int, string) {
			return 200, message("error", strings.Join(strings.Split(w, ""), "\u200b"))
		},
		"shouting": func(w, _ string) (int, string) { return 200, message("error", strings.ToUpper(w)) },
		"markup": func(w, _ string) (int, string) {
			return 200, message("error", "<p>"+strings.Replace(w, "@", "<i></i>@", 1)+"</p>")
		},
		"401":  func(w, _ string) (int, string) { return 401, message("false", w) },
		"500":  func(w, _ string) (int, string) { return 500, message("false", w) },
		"html": func(w, _ string) (int, string) { return 200, "<html>" + w },
		"row": func(_, a string) (int, string) {
			return 200, `{"status":"success","message":{"AgentID":"x` + a + `","AHT":"1:00"}}`
		},
	}
	for kind, answer := range texts {
		for _, issue := range []bool{true, false} {
			t.Run(fmt.Sprint(kind, " token=", issue), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					up := pipeServer(func(w http.ResponseWriter, r *http.Request) {
						words, who := echo(r)
						if issue && strings.HasSuffix(r.URL.Path, "generateToken") {
							_, _ = fmt.Fprintf(w, `{"token":%q}`, token)
							return
						}
						code, body := answer(words, who)
						w.WriteHeader(code)
						_, _ = w.Write([]byte(body))
					})
					defer func() { _ = up.Close() }()
					r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Dial = up.dial })
					defer r.stop()
					_, err := r.Ask(t.Context(), agent(t, name))
					if err == nil {
						t.Fatal("no error")
					}
					e, _ := errors.AsType[*fault.Error](err)
					all := fmt.Sprintf("%v %+v %#v %s %s", err, e, e.Detail, e.Detail, r.log)
					for _, secret := range []string{testKey, testUser, token, "c2VjcmV0", name, "testwala", "<", "\u200b"} {
						if strings.Contains(strings.ToLower(all), strings.ToLower(secret)) {
							t.Errorf("%q leaks in %s", secret, all)
						}
					}
					if utf8.RuneCountInString(e.Detail) > 120 {
						t.Errorf("detail of %d characters", utf8.RuneCountInString(e.Detail))
					}
				})
			})
		}
	}
}

func message(status, text string) string {
	m := map[string]string{"status": status}
	if text != "" {
		m["message"] = text
	}
	b, _ := json.Marshal(m)
	return string(b)
}

func TestLogNamesTargetsAsToldTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Name = func(tg aht.Target) string { return "hash-of-" + tg.Kind().String() }
		})
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		if !strings.Contains(r.log.String(), `"target":"hash-of-agent"`) {
			t.Error("Config.Name is not used")
		}
	})
}

func TestAskingAboutNobodyIsNeverSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		_, err := r.Ask(t.Context(), aht.Target{})
		expect(t, err, fault.Refused, fault.NoneGiven)
		if c := r.sim.Counts(); c.Requests != 0 {
			t.Errorf("%d requests", c.Requests)
		}
	})
}
