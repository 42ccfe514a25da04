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
	// notice says that the answer to d takes longer. At most twice, before answer.
	notice(ctx context.Context, d delivery, r commands.Reply) error
	// answer delivers the answer to d.
	answer(ctx context.Context, d delivery, r commands.Reply) error
}

// urlOutlet answers through a response_url: five uses in thirty minutes, no scope and no
// membership needed (slack.md §2.4). We use it for at most two notices, and three tries of
// an answer.
type urlOutlet struct {
	bot  *Bot
	url  string
	from origin
}

// origin is the message whose button was pressed.
type origin uint8

const (
	noMessage      origin = iota // a slash command: nothing to replace
	privateMessage               // seen by who pressed alone
	directMessage                // in the conversation with the bot
	publicMessage                // seen by everybody in the channel
)

// responseURL returns an outlet to a response_url, or nil when the address is none of
// Slack's: payloads carry it, and it must not send us elsewhere.
func (b *Bot) responseURL(raw string, from origin) outlet {
	if !b.slackURL(raw) {
		b.Observe.Envelope("strange_address")
		return nil
	}
	return &urlOutlet{bot: b, url: raw, from: from}
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
func (o *urlOutlet) notice(ctx context.Context, _ delivery, r commands.Reply) error {
	return o.post(ctx, message{Reply: r, as: "ephemeral"}, 1)
}

func (o *urlOutlet) answer(ctx context.Context, d delivery, r commands.Reply) error {
	private := message{Reply: r, as: "ephemeral"}
	switch {
	case d.q.Action == commands.ActionShare && r.Public:
		return o.share(ctx, d, r)
	case d.q.Action == commands.ActionCancel && o.from != publicMessage:
		return o.post(ctx, message{Reply: r, as: "ephemeral", replace: true}, tries)
	case d.q.Action == commands.ActionCancel:
		return o.post(ctx, message{Reply: r, as: "in_channel", replace: true}, tries)
	case isLine(d.q.Action):
		return o.post(ctx, o.inPlace(d.q.Action, r), tries)
	case ofAlert(d.q.Action): // the message itself is edited by who posted it
		return o.post(ctx, private, tries)
	case !r.Figure(): // an explanation never takes the place of a figure
		return o.post(ctx, private, tries)
	case o.from == publicMessage && r.Public, o.from == directMessage:
		return o.post(ctx, message{Reply: r, as: "in_channel", replace: true}, tries)
	case o.from == privateMessage:
		return o.post(ctx, message{Reply: r, as: "ephemeral", replace: true}, tries)
	default:
		return o.post(ctx, private, tries)
	}
}

// share shows r to the channel, once: what Slack may have taken is not sent again, and the
// person is told to look.
func (o *urlOutlet) share(ctx context.Context, d delivery, r commands.Reply) error {
	if err := o.post(ctx, message{Reply: r, as: "in_channel"}, 1); err != nil {
		return errors.Join(err, o.post(ctx, message{Reply: commands.ShareUnsure(), as: "ephemeral"}, tries))
	}
	return o.post(ctx, message{Reply: o.bot.Handler.Shared(d.q), as: "ephemeral", replace: true}, tries)
}

// tries is how often a private answer is sent when Slack did not take it or its answer was
// lost: seen twice is better than never.
const tries = 3

// post sends m, up to most times for each way of drawing it.
func (o *urlOutlet) post(ctx context.Context, m message, most int) error {
	first := true
	return o.bot.draw(ctx, m, func(m message) error {
		if !first {
			most = 1 // the other drawing has spent uses
		}
		first = false
		return o.send(ctx, m, most)
	})
}

// send sends m up to most times, and beyond that when Slack says that it is too busy to
// take it.
func (o *urlOutlet) send(ctx context.Context, m message, most int) error {
	body, err := json.Marshal(m.payload())
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		wait, err := o.try(ctx, body)
		busy := errors.Is(err, errBusy)
		if err == nil || wait < 0 || try >= tries || try >= most && !busy {
			return err
		}
		if !sleep(ctx, max(wait, time.Duration(try)*500*time.Millisecond)) {
			return err
		}
	}
}

// errBusy is a response_url that did not take a message for its rate limit.
var errBusy = errors.New("response_url is rate limited")

// errNotTaken is a response_url that did not take a message.
var errNotTaken = errors.New("response_url did not take the message")

// errBlocks is a response_url that did not take a message for its blocks.
var errBlocks = fmt.Errorf("%w: %s", errNotTaken, invalidBlocks)

// try posts body once. A negative wait means that trying again is no use.
func (o *urlOutlet) try(ctx context.Context, body []byte) (wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return -1, errNotTaken
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := patient{o.bot.posts}.Do(req)
	if err != nil {
		return 0, fmt.Errorf("response_url: %w", clean(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // the status decides
	switch {
	case bytes.Contains(answer, []byte(invalidBlocks)):
		return -1, errBlocks
	case resp.StatusCode == http.StatusOK:
		return 0, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(max(1, after)) * time.Second, errBusy
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
	channel string // a channel's id, or a person's for their direct messages
	user    string // for private answers in a channel; empty in a direct message
	thread  string // the thread the question was asked in, or empty
	message string // the mention itself: an open answer opens a thread under it
	posted  string // ts of the notice, which the answer then replaces
}

// notice is said in the open only when the answer may be: not to a channel before it is
// known that the person may ask. A second one there takes the place of the first.
func (o *channelOutlet) notice(ctx context.Context, d delivery, r commands.Reply) error {
	if o.posted != "" {
		return o.edit(ctx, r)
	}
	if o.user == "" || d.q.Open && o.bot.Handler.MaySee(d.q) {
		return o.say(ctx, r)
	}
	return o.whisper(ctx, r)
}

func (o *channelOutlet) answer(ctx context.Context, _ delivery, r commands.Reply) error {
	open := o.user == "" || r.Public
	switch {
	case o.posted != "" && open:
		return o.edit(ctx, r)
	case o.posted != "": // what is private does not take the place of what everybody sees
		_, _, err := o.bot.says.DeleteMessageContext(ctx, o.channel, o.posted)
		return errors.Join(o.whisper(ctx, r), err)
	case open:
		return o.say(ctx, r)
	default:
		return o.whisper(ctx, r)
	}
}

// edit puts r in the place of the notice. It may be done twice, so a failure is tried
// again; when the notice can't be edited any more, r is posted anew.
func (o *channelOutlet) edit(ctx context.Context, r commands.Reply) error {
	for try := 1; ; try++ {
		err := o.bot.draw(ctx, message{Reply: r}, func(m message) error {
			_, _, _, err := o.bot.says.UpdateMessageContext(ctx, o.channel, o.posted, m.options("")...)
			return err
		})
		if err == nil {
			return nil
		}
		if _, refused := errors.AsType[slack.SlackErrorResponse](err); refused || try == tries {
			return o.say(ctx, r)
		}
		if !sleep(ctx, time.Duration(try)*500*time.Millisecond) {
			return err
		}
	}
}

func (o *channelOutlet) say(ctx context.Context, r commands.Reply) error {
	thread := o.thread
	if thread == "" {
		thread = o.message
	}
	return o.bot.draw(ctx, message{Reply: r}, func(m message) error {
		channel, ts, err := o.bot.says.PostMessageContext(ctx, o.channel, m.options(thread)...)
		if err == nil {
			o.channel, o.posted = channel, ts // a person's id takes a post, and no edit of it
		}
		return err
	})
}

func (o *channelOutlet) whisper(ctx context.Context, r commands.Reply) error {
	return o.bot.draw(ctx, message{Reply: r}, func(m message) error {
		_, err := o.bot.says.PostEphemeralContext(ctx, o.channel, o.user, m.options(o.thread)...)
		return err
	})
}

// homeOutlet draws a person's Home tab.
type homeOutlet struct {
	bot  *Bot
	user string
}

func (o *homeOutlet) notice(context.Context, delivery, commands.Reply) error { return nil }

func (o *homeOutlet) answer(ctx context.Context, _ delivery, r commands.Reply) error {
	_, err := o.bot.says.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: o.user, View: home(r)})
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
