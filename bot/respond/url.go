package respond

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/wait"
)

// responseURL answers through a response_url, which has five uses in thirty minutes (slack.md
// §2.4): at most two notices, and three tries of an answer.
type responseURL struct {
	*Responder
	url  string
	from Origin
}

// URL returns the Destination behind a response_url, or nil when the address is none of Slack's.
func (p *Responder) URL(raw string, from Origin) Destination {
	if !p.API.IsSlack(raw) {
		return nil
	}
	return &responseURL{Responder: p, url: raw, from: from}
}

// Notice appends a private message. A button's message keeps its figure meanwhile.
func (o *responseURL) Notice(ctx context.Context, _ request.Question, r reply.Reply) error {
	return o.post(ctx, blocks.Message{Reply: r, For: blocks.ForOne}, 1)
}

func (o *responseURL) Answer(ctx context.Context, q request.Question, r reply.Reply) error {
	if q.Action == reply.ActionShare && r.Public {
		return o.share(ctx, q, r)
	}
	return o.post(ctx, o.message(q.Action, r), tries)
}

// message is the answer to a command or a press: who sees it, and whether it takes the place
// of the message with the button. An explanation never takes the place of a figure. A line
// pressed on a message for one person does, unless pressing again may help; a further line
// that the message offers, and what everybody sees, leave the message as it is.
func (o *responseURL) message(a reply.Action, r reply.Reply) blocks.Message {
	m := blocks.Message{Reply: r, For: blocks.ForOne}
	switch {
	case a == reply.ActionCancel:
		m.Replace = true
		if o.from == PublicMessage {
			m.For = blocks.ForAll
		}
	case blocks.IsLine(a):
		m.Replace = a != reply.ActionTry && (o.from == PrivateMessage || o.from == DirectMessage) && !r.Retry()
		if o.from == DirectMessage && !r.Retry() {
			m.For = blocks.ForAll
		}
	case a == reply.ActionAck, a == reply.ActionMute, a == reply.ActionDetails: // who posted an alert edits it
	case !r.Figure():
	case o.from == PublicMessage && r.Public, o.from == DirectMessage:
		m.For, m.Replace = blocks.ForAll, true
	case o.from == PrivateMessage:
		m.Replace = true
	}
	return m
}

// share shows r to the channel, once: where Slack may have taken it the person is told to look.
func (o *responseURL) share(ctx context.Context, q request.Question, r reply.Reply) error {
	if err := o.post(ctx, blocks.Message{Reply: r, For: blocks.ForAll}, 1); err != nil {
		return errors.Join(err, o.post(ctx, blocks.Message{Reply: reply.ShareUnsure(), For: blocks.ForOne}, tries))
	}
	return o.post(ctx, blocks.Message{Reply: o.Handler.Shared(q), For: blocks.ForOne, Replace: true}, tries)
}

// post sends m, up to most times for each way of drawing it.
func (o *responseURL) post(ctx context.Context, m blocks.Message, most int) error {
	first := true
	return o.Support.Send(ctx, m, func(m blocks.Message) error {
		if !first {
			most = 1 // the other drawing has spent uses
		}
		first = false
		return o.send(ctx, m, most)
	})
}

// send sends m up to most times, and beyond that, up to tries, when Slack is too busy to take it.
func (o *responseURL) send(ctx context.Context, m blocks.Message, most int) error {
	body, err := json.Marshal(m.Payload())
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		pause, err := o.try(ctx, body)
		busy := errors.Is(err, errBusy)
		if err == nil || pause < 0 || try >= tries || try >= most && !busy {
			return err
		}
		if wait.For(ctx, max(pause, time.Duration(try)*500*time.Millisecond)) != nil {
			return err
		}
	}
}

// Why a response_url did not take a message.
var (
	errBusy     = errors.New("response_url is rate limited")
	errNotTaken = errors.New("response_url did not take the message")
	errBlocks   = fmt.Errorf("%w: %w", errNotTaken, slack.SlackErrorResponse{Err: webapi.CodeInvalidBlocks})
)

// try posts body once. A negative pause means that trying again is no use.
func (o *responseURL) try(ctx context.Context, body []byte) (pause time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return -1, errNotTaken
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := o.API.Do(req)
	if err != nil {
		return 0, fmt.Errorf("response_url: %w", webapi.Redact(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // the status decides
	switch {
	case bytes.Contains(answer, []byte(webapi.CodeInvalidBlocks)):
		return -1, errBlocks
	case resp.StatusCode == http.StatusOK:
		return 0, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(max(1, after)) * time.Second, errBusy
	case resp.StatusCode >= http.StatusInternalServerError:
		return 0, fmt.Errorf("%w: HTTP %d", errNotTaken, resp.StatusCode)
	default:
		return -1, fmt.Errorf("%w: HTTP %d %s", errNotTaken, resp.StatusCode, webapi.Shorten(string(answer), 60))
	}
}
