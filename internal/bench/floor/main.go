// Command floor is the least a Socket Mode bot can do: it reads the frames, acknowledges
// each and posts a fixed answer. What it costs is what Slack's protocol costs in Go; the
// rest of a real bot's cost is the bot's own. It takes SLACK_API_URL and SLACK_APP_TOKEN,
// does not reconnect, and is used by the benchmarks of the parent folder only.
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

	"github.com/gorilla/websocket"
)

// answer is what everybody is told.
const answer = `{"response_type":"ephemeral","text":"AHT for agent 42: 4m 32s"}`

func main() {
	inAck := flag.Bool("ack", false, "put the answer into the acknowledgement instead of posting it")
	flag.Parse()
	fmt.Fprintln(os.Stderr, "floor:", serve(context.Background(), *inAck))
	os.Exit(1)
}

// envelope is as much of a frame as an answer needs.
type envelope struct {
	ID      string `json:"envelope_id"` // empty: hello or disconnect
	Payload struct {
		ResponseURL string `json:"response_url"`
	} `json:"payload"`
}

// serve answers until the connection ends; the error says how.
func serve(ctx context.Context, inAck bool) error {
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
		ack := `{"envelope_id":"` + e.ID + `"}`
		if inAck {
			ack = `{"envelope_id":"` + e.ID + `","payload":` + answer + `}`
		}
		if err := conn.WriteMessage(websocket.TextMessage, []byte(ack)); err != nil {
			return err
		}
		if !inAck {
			go post(ctx, client, e.Payload.ResponseURL)
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

// post sends the answer. A failure shows in the benchmark as a command without an answer.
func post(ctx context.Context, client *http.Client, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(answer)))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	if resp, err := client.Do(req); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body) // read to its end, the connection serves again
		_ = resp.Body.Close()
	}
}
