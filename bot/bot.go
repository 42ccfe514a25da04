// Package bot is the life of an envelope from Slack: it is received, acknowledged, and answered
// by bounded workers. Its subpackages are the ways in and out: socket, webapi, directory, blocks,
// respond and posts. Package commands words what people read; this one knows nothing of the
// upstream.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"ahtbot/bot/blocks"
	"ahtbot/bot/directory"
	"ahtbot/bot/posts"
	"ahtbot/bot/respond"
	"ahtbot/bot/socket"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/wait"
)

// Config is what a Bot runs with. Zero values are stated field by field.
type Config struct {
	AppToken string // app-level token, xapp-…, with the scope connections:write
	BotToken string // bot token, xoxb-…
	APIURL   string // with a trailing slash; empty means Slack's own
	// Dial opens every connection to Slack, the WebSocket's too: through a company's proxy, or to a
	// simulator over pipes. Nil dials the network, directly, for at most 5 s.
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Handler *commands.Handler
	People  *directory.Directory // shared with Handler; New gives it the API
	// First reports whether no other process has taken the delivery called key (a trigger_id
	// or event_id, or a Home tab in a half-minute). It may ask a database; nil when there is no other process.
	First     func(ctx context.Context, key string) bool
	Elsewhere Elsewhere // nil when there is no other process
	// Connections is how many Socket Mode connections to keep, 1 to 4; 0 means 1. With two the
	// loss of one leaves no gap.
	Connections int
	// Workers bounds the answers in the works at once; 0 means 256. A question beyond it
	// is answered with "too many questions".
	Workers int
	Log     *slog.Logger
	Name    func(aht.Target) string // how a log line names a target; nil means Target.String
	Observe Observer                // nil observes nothing
}

// Observer is told what happens, for metrics, by many goroutines at once. It must not block.
type Observer interface {
	// Command is called once for every question, after its answer was sent or given up.
	// via is slash, button, mention, message, home, form, submission or suggestion; outcome is the Reply's.
	Command(via, outcome string, took time.Duration)
	// Acked is called for each acknowledgement written, with the time since its envelope was read.
	Acked(took time.Duration)
	// Envelope is called for every envelope: handled, again (a redelivery), foreign,
	// unreadable, ignored (nothing we answer), no_address (nowhere to answer), busy,
	// stopping; and once more, with strange_address, for one whose response_url is not Slack's.
	Envelope(outcome string)
	// Socket is called when a connection opens, has taken the place of one that Slack did not
	// ask to end, is lost without a word, or cannot be opened: hello, renewed, lost, refused;
	// and when Slack says why it ends one: disconnect_ and the reason.
	Socket(event string)
}

type silent struct{}

func (silent) Command(string, string, time.Duration) {}
func (silent) Acked(time.Duration)                   {}
func (silent) Envelope(string)                       {}
func (silent) Socket(string)                         {}

// Bot serves one Slack workspace. Make one with New and run it once. It posts as its Poster does.
type Bot struct {
	Config
	*posts.Poster
	api     *webapi.Client
	sockets *socket.Connections
	respond *respond.Responder
	support blocks.Support
	seen    deliveries
	working working                 // questions in the works that can be given up
	end     context.CancelCauseFunc // ends Run for a cause, of which only the first counts
	workers chan struct{}           // one token for each answer in the works
	replies chan struct{}           // one for each reply on its way that needs no work
	windows chan struct{}           // one for each window that is opened or drawn anew, never behind the answers
	redraws redraws
	homes   homes
	// stopping is set when Run's context has ended: nothing new is taken on.
	stopping atomic.Bool
}

// noticeAfter is how long a person waits without a word (design.md §5).
const noticeAfter = 1500 * time.Millisecond

const (
	grace           = 5 * time.Second         // for what is under way when the context of Run ends
	sendTimeout     = 30 * time.Second        // for one answer, waits for Slack's rate limit included
	noticeTimeout   = 2 * time.Second         // for a notice, since the answer waits behind it
	cutShortTimeout = 1500 * time.Millisecond // for what is cut short by the hard stop
)

// New returns a Bot for c. It refuses a Config without tokens, handler or people.
func New(c Config) (*Bot, error) {
	if c.AppToken == "" || c.BotToken == "" || c.Handler == nil || c.People == nil {
		return nil, errors.New("bot: tokens, handler and people must be set")
	}
	api, err := webapi.New(webapi.Config{AppToken: c.AppToken, BotToken: c.BotToken, URL: c.APIURL, Dial: c.Dial})
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	c.Connections = min(max(1, c.Connections), 4)
	c.Workers = cmp.Or(c.Workers, 256)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.Name == nil {
		c.Name = aht.Target.String
	}
	if c.Observe == nil {
		c.Observe = silent{}
	}
	c.People.Use(api)
	b := &Bot{
		Config: c, api: api, workers: make(chan struct{}, c.Workers), replies: make(chan struct{}, 64), windows: make(chan struct{}, 64),
	}
	b.homes.wake = wait.NewSignal()
	b.support.Log = c.Log
	b.working.elsewhere = c.Elsewhere
	b.Poster = posts.New(api, &b.support, c.People)
	b.respond = &respond.Responder{API: api, Support: &b.support, Handler: c.Handler}
	b.sockets = socket.New(socket.Config{
		API: api, Number: c.Connections, Log: c.Log, Observe: c.Observe.Socket, Fail: func(f *webapi.FatalError) { b.end(f) },
	})
	return b, nil
}

// Connected is [socket.Connections.Connected]. One is what readiness means on Slack's side.
func (b *Bot) Connected() (n int, since time.Time) { return b.sockets.Connected() }

// Deactivated is [directory.Directory.Deactivated], once Slack has said who we are.
func (b *Bot) Deactivated(ctx context.Context, user string) (bool, error) {
	if _, err := b.api.AwaitSelf(ctx); err != nil {
		return false, err
	}
	return b.People.Deactivated(ctx, user)
}
