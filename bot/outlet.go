package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/commands"
)

// outlet is where the replies to one question go.
type outlet interface {
	// notice says that the answer takes longer. At most once, before answer.
	notice(ctx context.Context, r commands.Reply) error
	// answer delivers the answer to d.
	answer(ctx context.Context, d delivery, r commands.Reply) error
}

// urlOutlet answers through a response_url: five uses in thirty minutes, no scope and no
// membership needed (slack.md §2.4). We use it for at most one notice, and three tries of
// an answer.
type urlOutlet struct {
	bot    *Bot
	url    string
	button bool // of a button, whose message can be replaced in place
}

// responseURL returns an outlet to a response_url, or nil when the address is none of
// Slack's: payloads carry it, and it must not send us elsewhere.
func (b *Bot) responseURL(raw string, button bool) outlet {
	if !b.slackURL(raw) {
		b.Observe.Envelope("strange_address")
		return nil
	}
	return &urlOutlet{bot: b, url: raw, button: button}
}

// slackURL reports whether raw is https on Slack's own domains, or on the very host of a
// loopback API.
func (b *Bot) slackURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil {
		return false
	}
	if b.host != "" && u.Host == b.host {
		return u.Scheme == "http" || u.Scheme == "https"
	}
	host := u.Hostname()
	ours := strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com")
	return u.Scheme == "https" && ours && (u.Port() == "" || u.Port() == "443")
}

// notice appends a private message. A button's message keeps its figure meanwhile.
func (o *urlOutlet) notice(ctx context.Context, r commands.Reply) error {
	return o.post(ctx, message{Reply: r, as: "ephemeral"})
}

func (o *urlOutlet) answer(ctx context.Context, d delivery, r commands.Reply) error {
	switch {
	case d.q.Action == commands.ActionShare && r.Public:
		if err := o.post(ctx, message{Reply: r, as: "in_channel"}); err != nil {
			return err
		}
		return o.post(ctx, message{Reply: o.bot.Handler.Shared(d.q), as: "ephemeral", replace: true})
	case o.button && r.Figure():
		as := "ephemeral"
		if d.q.Open {
			as = "in_channel"
		}
		return o.post(ctx, message{Reply: r, as: as, replace: true})
	default: // an explanation never takes the place of a figure
		return o.post(ctx, message{Reply: r, as: "ephemeral"})
	}
}

// post sends m, and again up to twice when Slack did not take it or its answer was lost:
// a private answer seen twice is better than none.
func (o *urlOutlet) post(ctx context.Context, m message) error {
	body, err := json.Marshal(m.payload())
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		wait, err := o.try(ctx, body)
		if err == nil || wait < 0 || try == 3 || m.as == "in_channel" {
			return err
		}
		select {
		case <-time.After(max(wait, time.Duration(try)*500*time.Millisecond)):
		case <-ctx.Done():
			return err
		}
	}
}

// errNotTaken is a response_url that did not take a message.
var errNotTaken = errors.New("response_url did not take the message")

// try posts body once. A negative wait means that trying again is no use.
func (o *urlOutlet) try(ctx context.Context, body []byte) (wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return -1, errNotTaken
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := o.bot.posts.Do(req)
	if err != nil {
		return 0, fmt.Errorf("response_url: %w", clean(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // the status decides
	switch {
	case resp.StatusCode == http.StatusOK:
		return 0, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(max(1, after)) * time.Second, errNotTaken
	case resp.StatusCode >= http.StatusInternalServerError:
		return 0, fmt.Errorf("%w: HTTP %d", errNotTaken, resp.StatusCode)
	default:
		return -1, fmt.Errorf("%w: HTTP %d %s", errNotTaken, resp.StatusCode, cut(string(answer), 60))
	}
}

// channelOutlet answers a mention or a direct message through the Web API. In the open it
// posts and later edits one message; else each reply is for one person's eyes only.
type channelOutlet struct {
	bot     *Bot
	channel string
	user    string // for private answers in a channel
	thread  string // the thread the question was asked in, or empty
	message string // the mention itself: an open answer opens a thread under it
	open    bool
	posted  string // ts of the notice, which the answer then replaces
}

func (o *channelOutlet) notice(ctx context.Context, r commands.Reply) error {
	if !o.open {
		return o.whisper(ctx, r)
	}
	return o.say(ctx, r)
}

func (o *channelOutlet) answer(ctx context.Context, _ delivery, r commands.Reply) error {
	switch {
	case o.posted != "":
		_, _, _, err := o.bot.api.UpdateMessageContext(ctx, o.channel, o.posted, message{Reply: r}.options("")...)
		return err
	case o.user == "" || o.open && r.Public:
		return o.say(ctx, r)
	default:
		return o.whisper(ctx, r)
	}
}

func (o *channelOutlet) say(ctx context.Context, r commands.Reply) error {
	thread := o.thread
	if thread == "" {
		thread = o.message
	}
	_, ts, err := o.bot.api.PostMessageContext(ctx, o.channel, message{Reply: r}.options(thread)...)
	if err == nil {
		o.posted = ts
	}
	return err
}

func (o *channelOutlet) whisper(ctx context.Context, r commands.Reply) error {
	_, err := o.bot.api.PostEphemeralContext(ctx, o.channel, o.user, message{Reply: r}.options(o.thread)...)
	return err
}

// homeOutlet draws a person's Home tab.
type homeOutlet struct {
	bot  *Bot
	user string
}

func (o *homeOutlet) notice(context.Context, commands.Reply) error { return nil }

func (o *homeOutlet) answer(ctx context.Context, _ delivery, r commands.Reply) error {
	_, err := o.bot.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: o.user, View: home(r)})
	return err
}

// clean drops the address from an HTTP error: a response_url is a secret for half an hour,
// and a socket's carries its ticket.
func clean(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", ue.Op, ue.Err)
	}
	return err
}
