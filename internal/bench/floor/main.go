// Command floor is the least a Socket Mode bot can do: it reads the frames, acknowledges
// each and posts a fixed answer, or opens a fixed window. What it costs is what Slack's protocol costs in Go; the
// rest of a real bot's cost is the bot's own. It takes SLACK_API_URL and the two
// tokens, does not reconnect, and is used by the benchmarks of the parent folder only.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/gorilla/websocket"
)

// answer is what everybody is told.
const answer = `{"response_type":"ephemeral","text":"AHT for agent 42: 4m 32s"}`

// window is what everybody is shown, ahtbot's menu with a field in it, and options what they are suggested there: as much as ahtbot
// shows of a few letters.
const window = `{"type":"modal","title":{"type":"plain_text","text":"ahtbot","emoji":false},"blocks":[
{"type":"section","text":{"type":"plain_text","text":"Ask how long calls take, or have me keep an eye on it.","emoji":false}},
{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Ask","emoji":false},"action_id":"aht_form","value":"ask"},
{"type":"button","text":{"type":"plain_text","text":"Watch a campaign","emoji":false},"action_id":"aht_form#2","value":"alert add"},
{"type":"button","text":{"type":"plain_text","text":"Schedule a digest","emoji":false},"action_id":"aht_form#3","value":"digest add"},
{"type":"button","text":{"type":"plain_text","text":"My things","emoji":false},"action_id":"aht_try","value":"mine"},
{"type":"button","text":{"type":"plain_text","text":"Help","emoji":false},"action_id":"aht_try#2","value":"help"}]},
{"type":"input","block_id":"campaign","optional":true,"label":{"type":"plain_text","text":"Campaign"},"element":{"type":"external_select","action_id":"c","min_query_length":0}}],"close":{"type":"plain_text","text":"Close","emoji":false},"private_metadata":"{\"v\":1,\"o\":\"abcdefgh23456789\"}","callback_id":"menu","submit":{"type":"plain_text","text":"Ask"}}`

func options() string {
	all := make([]string, 60)
	for i := range all {
		all[i] = fmt.Sprintf(`{"text":{"type":"plain_text","text":"Campaign %04d of the whole floor","emoji":false},"value":"=Campaign %04d of the whole floor"}`, i, i)
	}
	return `{"options":[` + strings.Join(all, ",") + `]}`
}

func main() {
	inAck := flag.Bool("ack", false, "put the answer into the acknowledgement instead of posting it")
	forms := flag.Bool("forms", false, "open a window for what is pressed, and suggest what to choose in it")
	flag.Parse()
	suggested := options()
	answered := func(e envelope) (now string, after func(context.Context, *http.Client)) {
		if *inAck {
			return answer, nil
		}
		return "", func(ctx context.Context, client *http.Client) { post(ctx, client, e.Payload.ResponseURL) }
	}
	if *forms {
		answered = func(e envelope) (now string, after func(context.Context, *http.Client)) {
			if e.Payload.TriggerID == "" {
				return suggested, nil
			}
			return "", func(ctx context.Context, client *http.Client) { show(ctx, client, e.Payload.TriggerID) }
		}
	}
	fmt.Fprintln(os.Stderr, "floor:", serve(context.Background(), answered))
	os.Exit(1)
}

// envelope is as much of a frame as an answer needs.
type envelope struct {
	ID      string `json:"envelope_id"` // empty: hello or disconnect
	Payload struct {
		ResponseURL string `json:"response_url"`
		TriggerID   string `json:"trigger_id"` // empty: something was typed into the window
	} `json:"payload"`
}

// serve answers as answered says, in the acknowledgement or after it, until the connection ends; the error says how.
func serve(ctx context.Context, answered func(envelope) (now string, after func(context.Context, *http.Client))) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	address, err := open(ctx, client)
	if err != nil {
		return err
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	if err != nil {
		return err
	}
	_ = resp.Body.Close() // empty after an upgrade
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		var e envelope
		if err := json.Unmarshal(data, &e); err != nil {
			return err
		}
		if e.ID == "" {
			continue
		}
		now, after := answered(e)
		ack := `{"envelope_id":"` + e.ID + `"}`
		if now != "" {
			ack = `{"envelope_id":"` + e.ID + `","payload":` + now + `}`
		}
		if err := conn.WriteMessage(websocket.TextMessage, []byte(ack)); err != nil {
			return err
		}
		if after != nil {
			go after(ctx, client)
		}
	}
}

// open asks where to connect.
func open(ctx context.Context, client *http.Client) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("SLACK_API_URL")+"apps.connections.open", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SLACK_APP_TOKEN"))
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	var got struct{ URL, Error string }
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		return "", err
	}
	if got.URL == "" {
		return "", errors.New("apps.connections.open: " + got.Error)
	}
	return got.URL, nil
}

// post sends the answer.
func post(ctx context.Context, client *http.Client, address string) {
	send(ctx, client, address, []byte(answer))
}

// show opens the window.
func show(ctx context.Context, client *http.Client, trigger string) {
	send(ctx, client, os.Getenv("SLACK_API_URL")+"views.open", []byte(`{"trigger_id":"`+trigger+`","view":`+window+`}`))
}

// send posts JSON. A failure shows in the benchmark as a command without an answer.
func send(ctx context.Context, client *http.Client, address string, body []byte) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SLACK_BOT_TOKEN"))
	if resp, err := client.Do(req); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body) // read to its end, the connection serves again
		_ = resp.Body.Close()
	}
}
