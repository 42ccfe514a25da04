package slacksim_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"ahtbot/internal/sim/slacksim"
)

// echo is a small app on the client library we ship with: it acknowledges a command,
// answers at its response_url, and posts to the channel.
func echo(ctx context.Context, w *slacksim.Workspace, apiURL string, hc *http.Client, d *websocket.Dialer) error {
	api := slack.New("xoxb-demo", slack.OptionAppLevelToken("xapp-1-A0DEMO-demo"),
		slack.OptionAPIURL(apiURL), slack.OptionHTTPClient(hc))
	sm := socketmode.New(api, socketmode.OptionDialer(d))
	ctx, stop := context.WithCancel(ctx)
	ran := make(chan struct{})
	go func() {
		defer close(ran)
		_ = sm.RunContext(ctx) // ends with ctx
	}()
	defer func() {
		stop()
		<-ran
	}()
	if err := w.WaitConnections(ctx, 1); err != nil {
		return err
	}
	typed := w.Type("U1", "C1", "/aht agent asha@example.com")
	for evt := range sm.Events {
		if evt.Type != socketmode.EventTypeSlashCommand {
			continue
		}
		cmd, _ := evt.Data.(slack.SlashCommand)
		if err := sm.Ack(*evt.Request, map[string]any{"text": "on it"}); err != nil {
			return err
		}
		if err := typed.Wait(ctx); err != nil { // Ack only queues
			return err
		}
		if _, _, err := api.PostMessageContext(ctx, cmd.ChannelID, slack.MsgOptionText(cmd.Text, false),
			slack.MsgOptionResponseURL(cmd.ResponseURL, slack.ResponseTypeEphemeral)); err != nil {
			return err
		}
		block := slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "4m 32s", false, true), nil, nil)
		if _, _, err := api.PostMessageContext(ctx, cmd.ChannelID, slack.MsgOptionText("said aloud", false),
			slack.MsgOptionBlocks(block)); err != nil {
			return err
		}
		break
	}
	return nil
}

func checkEcho(t *testing.T, w *slacksim.Workspace) {
	t.Helper()
	var got []string
	for _, m := range w.Seen("U1", "C1") {
		got = append(got, m.Via+": "+m.Plain())
	}
	const want = "ack: on it\nresponse_url: agent asha@example.com\nchat.postMessage: 4m 32s"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("U1 sees\n%s\nwant\n%s", s, want)
	}
	if others := w.Seen("U2", "C1"); len(others) != 1 {
		t.Errorf("U2 sees %d messages, want the public one", len(others))
	}
	if v := w.Violations(); v != nil {
		t.Errorf("violations: %v", v)
	}
}

func TestRealClientWorksOverAPort(t *testing.T) {
	w := start(t, slacksim.Config{})
	apiURL, err := w.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if err := echo(t.Context(), w, apiURL, hc, &websocket.Dialer{WriteBufferSize: 32 << 10}); err != nil {
		t.Fatal(err)
	}
	checkEcho(t, w)
}

func TestRealClientWorksInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		hc := &http.Client{Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}
		if err := echo(t.Context(), w, w.APIURL(), hc, &websocket.Dialer{NetDialContext: w.Dial, WriteBufferSize: 32 << 10}); err != nil {
			t.Fatal(err)
		}
		checkEcho(t, w)
		time.Sleep(5 * time.Minute) // nothing left behind fires
	})
}
