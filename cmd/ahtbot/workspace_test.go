package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// printed is what a command has printed so far.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

// startWorkspace runs ahtbot workspace until the test ends, and returns what it printed.
func startWorkspace(ctx context.Context, t *testing.T) map[string]string {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
	out, ended := new(printed), make(chan error, 1)
	go func() { ended <- workspaceCommand(ctx, []string{"--addr", "127.0.0.1:0"}, process{out: out, err: out}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("ahtbot workspace: %v", err)
		}
	})
	for !strings.Contains(out.String(), "# There:") {
		if ctx.Err() != nil {
			t.Fatalf("nothing to export was printed:\n%s", out)
		}
		time.Sleep(time.Millisecond)
	}
	return environmentOf(out.String())
}

// example is slack-go's own example of a Socket Mode app (its examples/socketmode), with its words.
func example(client *socketmode.Client) {
	for evt := range client.Events {
		switch data := evt.Data.(type) {
		case slackevents.EventsAPIEvent:
			_ = client.Ack(*evt.Request) // what goes wrong shows in what nobody sees
			if ev, ok := data.InnerEvent.Data.(*slackevents.AppMentionEvent); ok {
				_, _, _ = client.PostMessage(ev.Channel, slack.MsgOptionText("Yes, hello.", false))
			}
		case slack.InteractionCallback:
			_ = client.Ack(*evt.Request)
			_, _ = client.OpenView(data.TriggerID, slack.ModalViewRequest{
				Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, "Clicked", false, false),
				Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, "button clicked!", false, false))}},
			})
		case slack.SlashCommand:
			_ = client.Ack(*evt.Request, map[string]any{"blocks": []slack.Block{slack.NewSectionBlock(
				&slack.TextBlockObject{Type: slack.MarkdownType, Text: "foo"}, nil,
				slack.NewAccessory(slack.NewButtonBlockElement("press", "somevalue", &slack.TextBlockObject{Type: slack.PlainTextType, Text: "bar"})),
			)}})
		}
	}
}

// TestSomebodyElsesAppInTheWorkspace shows that ahtbot workspace is for any app: slack-go's example connects with what was printed,
// and is used through the page alone.
func TestSomebodyElsesAppInTheWorkspace(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	env := startWorkspace(ctx, t)
	api := slack.New(env["SLACK_BOT_TOKEN"], slack.OptionAppLevelToken(env["SLACK_APP_TOKEN"]), slack.OptionAPIURL(env["SLACK_API_URL"]))
	client := socketmode.New(api)
	appCtx, stopApp := context.WithCancel(ctx)
	var app sync.WaitGroup
	app.Go(func() { _ = client.RunContext(appCtx) }) // it ends with the context
	go example(client)
	t.Cleanup(func() {
		stopApp()
		app.Wait()
	})
	page := env["PAGE"]
	for wire := ""; !strings.Contains(wire, "hello"); _, wire, _ = ask(ctx, page+"wire?kind=socket", "") {
		if ctx.Err() != nil {
			t.Fatal("the app never connected")
		}
		time.Sleep(5 * time.Millisecond)
	}
	act := func(deed string) {
		t.Helper()
		if status, said, err := ask(ctx, page+"do", deed); err != nil || status != http.StatusOK {
			t.Fatalf("%s is answered %d %s (%v)", deed, status, said, err)
		}
	}
	see := func(who, pattern string) map[string]any {
		t.Helper()
		m, all := seen(ctx, page, who, regexp.MustCompile(pattern))
		if m == nil {
			t.Fatalf("%s does not see %s in %s", who, pattern, all)
		}
		return m
	}

	act(`{"as":"U1","do":"type","channel":"C1","text":"/hello there"}`)
	m := see("U1", `>foo<[\s\S]*>bar<`)
	html, _ := m["html"].(string)
	block := regexp.MustCompile(`data-block="([^"]*)"`).FindStringSubmatch(html)
	press, err := json.Marshal(map[string]any{"as": "U1", "do": "press", "channel": "C1", "ts": m["ts"], "block": block[1], "action": "press"})
	if err != nil {
		t.Fatal(err)
	}
	act(string(press))
	for all := ""; !strings.Contains(all, "button clicked!"); _, all, _ = ask(ctx, page+"state?as=U1", "") {
		if ctx.Err() != nil {
			t.Fatalf("no window opened: %s", all)
		}
		time.Sleep(5 * time.Millisecond)
	}
	act(`{"as":"U2","do":"type","channel":"C1","text":"@ahtbot are you there?"}`)
	see("U1", "Yes, hello.")

	for kind, want := range map[string]string{
		"envelope": `slash_commands /hello there[\s\S]*interactive block_actions press[\s\S]*events_api app_mention`,
		"call":     `auth.test|apps.connections.open[\s\S]*views.open[\s\S]*chat.postMessage`,
	} {
		_, wire, err := ask(ctx, page+"wire?kind="+kind, "")
		if err != nil || !regexp.MustCompile(want).MatchString(wire) {
			t.Errorf("of kind %s went over the wires (%v)\n%s", kind, err, wire)
		}
	}
}

// TestTheWireIsForThePageAlone asks for the wire as another site's page would.
func TestTheWireIsForThePageAlone(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	page := startWorkspace(ctx, t)["PAGE"]
	for _, c := range []struct {
		method, path, host, origin string
		want                       int
	}{
		{http.MethodGet, "wire", "", "", http.StatusOK},
		{http.MethodGet, "wire", "evil.example", "", http.StatusMisdirectedRequest},
		{http.MethodGet, "wire", "", "http://evil.example", http.StatusForbidden},
		{http.MethodPost, "wire/replay", "", "http://evil.example", http.StatusForbidden},
		{http.MethodPost, "wire/replay", "", "", http.StatusNotFound}, // there is no such line
	} {
		req, err := http.NewRequestWithContext(ctx, c.method, page+c.path, strings.NewReader(`{"id":1}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		req.Header.Set("Content-Type", "application/json")
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("%s %s at host %q from %q is answered %d, want %d", c.method, c.path, c.host, c.origin, resp.StatusCode, c.want)
		}
	}
}
