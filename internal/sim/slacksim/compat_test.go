package slacksim_test

import (
	"context"
	"encoding/json"
	"errors"
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

// What the client library reads out of each payload of a form, and what it sends to each method of views.
func TestRealClientReadsForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		hc := &http.Client{Transport: &http.Transport{DialContext: w.Dial, DisableKeepAlives: true}}
		api := slack.New("xoxb-demo", slack.OptionAPIURL(w.APIURL()), slack.OptionHTTPClient(hc))
		read := func(want slack.InteractionType, answer string) (cb slack.InteractionCallback) {
			p, id := app.payload()
			raw, err := json.Marshal(p)
			if err = errors.Join(err, json.Unmarshal(raw, &cb)); err != nil || cb.Type != want || cb.User.ID != "U1" || cb.Team.ID != "T0DEMO" {
				t.Errorf("read %+v, %v; want %s", cb, err, want)
			}
			app.ack(id, answer)
			return cb
		}
		var form slack.ModalViewRequest
		if err := json.Unmarshal([]byte(modal(input("campaign", search, ""), input("over", typed+`,"initial_value":"5m"`, ""),
			`{"type":"actions","block_id":"b","elements":[{"type":"button","action_id":"more","text":`+label("More")+`}]}`)), &form); err != nil {
			t.Fatal(err)
		}
		form.NotifyOnClose = true
		w.Shortcut("U1", "aht_menu")
		shortcut := read(slack.InteractionTypeShortcut, "")
		opened, err := api.OpenViewContext(t.Context(), shortcut.TriggerID, form)
		if err != nil || shortcut.CallbackID != "aht_menu" || opened.Hash == "" {
			t.Fatalf("opened %+v, %v", opened, err)
		}
		v := w.Modal("U1")
		go func() { _, _ = v.Type(t.Context(), "campaign", "sal") }()
		if cb := read(slack.InteractionTypeBlockSuggestion, `{"options":[{"text":`+label("Sales")+`,"value":"=Sales"}]}`); cb.Value != "sal" || cb.BlockID != "campaign" || cb.View.ID != opened.ID {
			t.Errorf("suggestion %+v", cb)
		}
		must[*slacksim.Delivery](t)(v.Set("campaign", "Sales"))
		must[*slacksim.Delivery](t)(v.Press("more"))
		pressed := read(slack.InteractionTypeBlockActions, "")
		if pressed.ActionCallback.BlockActions[0].ActionID != "more" || pressed.Container.ViewID != opened.ID || pressed.View.State.Values["campaign"]["f_campaign"].SelectedOption.Value != "=Sales" {
			t.Errorf("pressed %+v", pressed)
		}
		if _, err := api.PushViewContext(t.Context(), pressed.TriggerID, form); err != nil || w.Modal("U1").ID() == v.ID() {
			t.Errorf("pushed: %v", err)
		}
		must[*slacksim.Delivery](t)(w.Modal("U1").Close())
		if cb := read(slack.InteractionTypeViewClosed, ""); cb.IsCleared || cb.View.PreviousViewID != opened.ID {
			t.Errorf("closed %+v", cb)
		}
		if _, err := api.UpdateViewContext(t.Context(), form, "", opened.Hash, opened.ID); err != nil {
			t.Errorf("updated: %v", err)
		}
		must[*slacksim.Delivery](t)(v.Submit())
		if cb := read(slack.InteractionTypeViewSubmission, `{"response_action":"clear"}`); cb.View.State.Values["over"]["f_over"].Value != "5m" || cb.View.CallbackID != "alert" || v.Open() {
			t.Errorf("submitted %+v", cb)
		}
		home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
		if _, err := api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U1", View: home}); err != nil || w.Home("U1") == nil {
			t.Errorf("published: %v", err)
		}
		wantNone(t, w)
	})
}
