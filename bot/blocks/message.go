package blocks

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
)

// Who sees a message, as Slack's response_type says it.
const (
	ForOne = "ephemeral"
	ForAll = "in_channel"
)

// Message is a Reply on its way to Slack.
type Message struct {
	reply.Reply
	For     string // ForOne or ForAll; empty where it has no meaning
	Replace bool   // takes the place of the message whose button was pressed
	plain   bool   // drawn for a workspace without Slack's tables and charts
}

// Payload is a message as acknowledgements and response_urls take it (slack.md §2.4).
type Payload struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks"`
	UnfurlLinks     bool          `json:"unfurl_links"`
	UnfurlMedia     bool          `json:"unfurl_media"`
}

// Payload draws m for an acknowledgement or a response_url.
func (m Message) Payload() Payload {
	return Payload{ResponseType: m.For, ReplaceOriginal: m.Replace, Text: text(m.Text), Blocks: draw(m.Reply, m.plain)}
}

// Options draws m for the library's methods that post and edit; thread is the ts of the message it
// answers to, or empty.
func (m Message) Options(thread string) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(text(m.Text), false), slack.MsgOptionBlocks(draw(m.Reply, m.plain)...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	return opts
}

// Form draws m as the fields text and blocks of chat.postMessage and chat.update.
func (m Message) Form() (words, blocks string, err error) {
	drawn, err := json.Marshal(draw(m.Reply, m.plain))
	return text(m.Text), string(drawn), err
}

// refusedFor is how long a workspace that refused a table or chart gets none. Slack brings new
// blocks to workspaces one after the other (slack.md §3).
const refusedFor = time.Hour

// maxInline is the largest payload in bytes that rides in an acknowledgement. Slack cuts the
// connection at 20,480 bytes a frame (slack.md §0.5).
const maxInline = 16 << 10

// Support remembers whether the workspace takes tables and charts. Each process finds out
// for itself, with its first message that has one. The zero Support knows nothing.
type Support struct {
	Log *slog.Logger // is told of a refusal; not nil

	mu      sync.Mutex
	taken   bool      // it took one, and refused none since
	refused time.Time // when it last refused one; zero: never
}

// known reports whether the workspace is known to take them, or known not to.
func (s *Support) known() (taken, refused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken, !s.refused.IsZero() && time.Since(s.refused) < refusedFor
}

func (s *Support) learn(taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = taken
	if !taken {
		s.refused = time.Now()
	}
}

// Send sends m through post, whose errors it returns. A message with a table or a chart that Slack
// refuses for its blocks is sent once more, plainly. When that is taken the workspace gets no table
// or chart for an hour; else the words are at fault.
func (s *Support) Send(ctx context.Context, m Message, post func(Message) error) error {
	if !hasFigures(m.Reply) {
		return post(m)
	}
	if _, m.plain = s.known(); m.plain {
		return post(m)
	}
	err := post(m)
	code := webapi.Code(err)
	if code != webapi.CodeInvalidBlocks && code != webapi.CodeBlocksTooLong {
		if err == nil {
			s.learn(true)
		}
		return err
	}
	m.plain = true
	if err = post(m); err == nil && code == webapi.CodeInvalidBlocks {
		s.learn(false)
		s.Log.WarnContext(ctx, "slack took no table or chart, drawing them as text for an hour", "code", code)
	}
	return err
}

// Inline returns r as the payload of a slash command's acknowledgement, or nil when it is too long
// or better sent elsewhere, if it can be: Slack never says what it made of an acknowledgement, so
// while it is not known whether the workspace takes tables and charts, they go where Slack does say.
func (s *Support) Inline(r reply.Reply, elsewhere bool) json.RawMessage {
	m := Message{Reply: r, For: ForOne}
	if hasFigures(r) {
		taken, refused := s.known()
		if !taken && !refused && elsewhere {
			return nil
		}
		m.plain = !taken
	}
	return Inline(m.Payload())
}

// Inline returns v as the payload of an acknowledgement, or nil when it is too long.
func Inline(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil || len(b) >= maxInline {
		return nil
	}
	return b
}
