package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// frame is what Slack sends over a connection: hello, disconnect, or an envelope
// (slack.md §1.2).
type frame struct {
	Type     string          `json:"type"`
	Envelope string          `json:"envelope_id"`
	Accepts  bool            `json:"accepts_response_payload"`
	Payload  json.RawMessage `json:"payload"`

	Reason     string `json:"reason"` // of a disconnect
	Count      int    `json:"num_connections"`
	Connection struct {
		App string `json:"app_id"`
	} `json:"connection_info"`
	Debug struct {
		Lifetime float64 `json:"approximate_connection_time"` // seconds
	} `json:"debug_info"`
}

// take deals with one frame. A panic is one log line, not the end of the connection.
func (b *Bot) take(hard context.Context, c *connection, data []byte) {
	read, f := time.Now(), frame{}
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(hard, "panic while reading an envelope", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			b.ack(hard, c, delivery{envelope: f.Envelope, read: read}, nil)
		}
	}()
	err := json.Unmarshal(data, &f)
	switch {
	case f.Type == "hello": // whatever else of it can't be read
		b.greet(hard, c, f)
	case f.Type == "disconnect":
		b.told(c, f.Reason)
	case err != nil:
		b.unreadable(hard, c, f, len(data), read)
	default:
		d, err := b.delivery(f, read)
		if err != nil {
			b.unreadable(hard, c, f, len(data), read)
			return
		}
		b.deliver(hard, c, d)
	}
}

// delivery reads an envelope. The error says that it holds nothing we know.
func (b *Bot) delivery(f frame, read time.Time) (delivery, error) {
	switch f.Type {
	case "slash_commands":
		var command slack.SlashCommand
		err := json.Unmarshal(f.Payload, &command)
		return b.slash(f, command, read), err
	case "interactive":
		var callback slack.InteractionCallback
		err := json.Unmarshal(f.Payload, &callback)
		return b.press(f, callback, read), err
	case "events_api":
		event, err := slackevents.ParseEvent(f.Payload, slackevents.OptionNoVerifyToken())
		if err != nil {
			return delivery{}, err
		}
		return b.event(f, event, read), nil
	default:
		return delivery{}, fmt.Errorf("unknown type %q", cut(f.Type, 40))
	}
}

// unreadable acknowledges an envelope that can't be read, or Slack would deliver it again
// and again (slack.md §0.4).
func (b *Bot) unreadable(ctx context.Context, c *connection, f frame, size int, read time.Time) {
	b.Observe.Envelope("unreadable")
	b.Log.WarnContext(ctx, "envelope that can't be read", "type", cut(f.Type, 40), "bytes", size)
	b.ack(ctx, c, delivery{envelope: f.Envelope, read: read}, nil)
}

// usualLifetime is taken where hello names none that can be (slack.md §1.2).
const usualLifetime = time.Hour

// greet notes what hello says.
func (b *Bot) greet(ctx context.Context, c *connection, f frame) {
	if is(c.greeted) {
		return
	}
	c.hello = hello{at: time.Now(), lifetime: time.Duration(f.Debug.Lifetime * float64(time.Second)), app: f.Connection.App, count: f.Count}
	if c.hello.lifetime < time.Minute {
		c.hello.lifetime = usualLifetime
	}
	b.app.Store(c.hello.app)
	b.crowd.Store(int64(c.hello.count))
	b.Observe.Socket("hello")
	b.Log.InfoContext(ctx, "connected to slack", "connections", c.hello.count, "app", c.hello.app)
	close(c.greeted)
}

// farewells are the reasons Slack gives (slack.md §1.4).
var farewells = []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"}

// told notes that Slack ends a connection, and why. A warning may be followed by the
// request itself (bolt-js issue 1061).
func (b *Bot) told(c *connection, reason string) {
	if !slices.Contains(farewells, reason) {
		reason = "unknown"
	}
	b.Observe.Socket("disconnect_" + reason)
	if reason == "link_disabled" {
		b.end(&FatalError{Code: reason, Hint: hints[reason]})
	}
	if !is(c.asked) {
		c.reason = reason
		close(c.asked)
	}
}
