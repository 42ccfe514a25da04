// Package slacksim is a Slack workspace as a program, for the demo and for tests: the Web API,
// Socket Mode, response_url, and people who type, press and read. It reads the wire for itself
// from slack.md and shares no code with the bot or with any Slack client library, so that a
// wrong reading cannot be wrong on both sides. It is as strict as Slack is, and remembers what a
// client did wrong in [Workspace.Violations]. It serves a loopback port ([Workspace.Listen]) or
// pipes ([transport.Server.Dial]), the latter inside a testing/synctest bubble.
package slacksim

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/sim/slacksim/socketmode"
	"ahtbot/internal/sim/slacksim/views"
	"ahtbot/internal/sim/transport"
)

// The workspace, its app, the app's bot, and their tokens.
const (
	teamID    = "T0DEMO"
	appID     = "A0DEMO"
	botUserID = "U0BOT"
	botID     = "B0BOT" // as auth.test and messages have it
	botToken  = "xoxb-demo"
	appToken  = "xapp-1-A0DEMO-demo"
)

// Config says how the workspace behaves. The zero Config is complete.
type Config struct {
	// Scopes are the bot token's. Nil grants what every method here needs; it never holds
	// chat:write.public, with which not_in_channel could not happen (slack.md §4.1).
	Scopes []string
	// Keep is about how many messages and how many deliveries are remembered; older ones,
	// with their response_urls and trigger ids, are forgotten, but no delivery of the last
	// minute. Zero keeps all.
	Keep int
	// NoPostLimit lifts the one message a second and channel of chat.postMessage
	// (slack.md §4.1).
	NoPostLimit bool
	// NoViewLimit lifts the hundred calls a minute of each method of views (slack.md §4.1).
	NoViewLimit bool
	// HouseRules counts breaches of the house rules of [blockkit.Validate] as violations.
	HouseRules bool
	// OwnConnectionAcks refuses an acknowledgement that comes on another connection than the
	// envelope went out on. Slack documents neither (slack.md §1.5), so zero accepts it.
	OwnConnectionAcks bool
	// Lag is how long each answer to a request, the upgrade to a WebSocket included, and each
	// frame to the client is on its way. Zero is no time.
	Lag time.Duration
	// Settling is how long after its hello a connection gets its first envelope, as where news of
	// it has to spread first; Slack says nothing of it. Zero is no time.
	Settling time.Duration
	// Lifetime is how long a connection is kept, give or take a twentieth, before Slack asks for
	// its refresh; hello announces it in whole seconds. Zero announces an hour and asks for
	// nothing.
	Lifetime time.Duration
	// Log gets one line for each violation and connection. Nil discards.
	Log *slog.Logger
	// Requests hears the Web API's calls, response_urls and the opening of WebSockets; nil: nobody does.
	Requests transport.Heard
	// Frames hears each frame of Socket Mode, in order for each connection, and must not wait; nil: nobody does.
	Frames func(transport.Frame)
}

// Workspace is one Slack workspace with one app installed. Its methods may be called from
// any goroutine.
type Workspace struct {
	socketmode.Control // its connections
	*transport.Server  // how requests reach it

	cfg    Config
	mux    http.Handler
	closed chan struct{}
	socket *socketmode.Server
	wg     sync.WaitGroup // subscriptions

	mu          sync.Mutex // guards all below
	isClosed    bool
	port        string // where Listen serves: scheme, host and a slash; empty before
	front       string // the same of a proxy in front; empty without one
	secure      *Hosts // where everything is over TLS; nil without
	envelopes   map[string]*Delivery
	order       []*Delivery // oldest first
	waiting     []*Delivery // waiting for a connection
	rawAcks     map[string]bool
	triggers    map[string]*trigger
	urls        map[string]*responseURL
	dir         *members.Directory
	msgs        []*entry // oldest first
	msgAt       map[string]*entry
	lastTS      int64
	subs        map[*subscription]struct{}
	views       *views.Register
	faults      map[string][]Fault
	calls       map[string]int
	posts       map[string]*bucket
	taken       map[string][]time.Time // calls of the last minute, by method that has a tier here
	unsupported map[string]bool        // block types not rolled out here
	violations  []string
	serial      int64
}

// New returns a workspace with the people U1 (Asha) and U2 (Ben), the channel C1 (floor)
// that holds both and the bot, and a direct message channel for each person.
func New(cfg Config) *Workspace {
	if cfg.Scopes == nil {
		cfg.Scopes = defaultScopes
	}
	cfg.Scopes = slices.Clone(cfg.Scopes)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	w := &Workspace{
		cfg: cfg, closed: make(chan struct{}),
		envelopes: map[string]*Delivery{}, rawAcks: map[string]bool{},
		triggers: map[string]*trigger{}, urls: map[string]*responseURL{},
		dir:   members.New(teamID, botUserID),
		msgAt: map[string]*entry{}, subs: map[*subscription]struct{}{},
		views:  views.New(),
		faults: map[string][]Fault{}, calls: map[string]int{}, posts: map[string]*bucket{}, taken: map[string][]time.Time{},
	}
	w.mux = transport.Watch(w.routes(), cfg.Requests)
	w.Server = transport.NewServer(w, cfg.Log)
	w.socket = socketmode.NewServer(socketmode.Config{
		AppID: appID, Lag: cfg.Lag, Settling: cfg.Settling, Lifetime: cfg.Lifetime, Log: cfg.Log,
		Received: w.received, Overlong: w.overlong, Joined: w.deliverWaiting, Violated: w.violated, Moved: cfg.Frames,
	})
	w.Control = socketmode.NewControl(w.socket)
	w.AddPerson(members.Person{ID: botUserID, Name: "ahtbot", Bot: true})
	w.AddPerson(members.Person{ID: "U1", Name: "Asha", TZ: "Asia/Kolkata", Email: "asha.k@example.com"})
	w.AddPerson(members.Person{ID: "U2", Name: "Ben", TZ: "Europe/London", Email: "ben@example.com"})
	w.AddChannel("C1", "floor", "U1", "U2", botUserID)
	return w
}

// AddPerson adds or replaces a person and opens their direct message channel with the bot.
func (w *Workspace) AddPerson(p members.Person) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dir.AddPerson(p)
}

// AddChannel adds or replaces a public channel. Name the bot's user id among those of its members
// to have the bot in it.
func (w *Workspace) AddChannel(id, name string, ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dir.AddChannel(id, name, ids...)
}

// People returns everybody, the bot included, by id.
func (w *Workspace) People() []members.Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dir.People()
}

// Channels returns the conversations that stand in a person's list, by id: those they are in.
func (w *Workspace) Channels(user string) []members.Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []members.Channel
	for _, c := range w.dir.Channels() {
		if c.Members[user] {
			own := *c
			own.Members = maps.Clone(c.Members)
			out = append(out, own)
		}
	}
	return out
}

// SetChannel changes what a channel allows. Unknown ids are ignored.
func (w *Workspace) SetChannel(id string, s members.ChannelState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.dir.Channel(id); c != nil {
		c.State = s
	}
}

// AddUserGroup adds or replaces a user group (slack.md §4.5).
func (w *Workspace) AddUserGroup(id string, ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dir.AddGroup(id, ids...)
}

// Escape returns a typed line as Slack hands it on; see [members.Directory.Escape].
func (w *Workspace) Escape(line string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dir.Escape(line)
}

// Close ends every connection, server and subscription and waits for their goroutines.
// Closing twice is harmless.
func (w *Workspace) Close() error {
	w.mu.Lock()
	if w.isClosed {
		w.mu.Unlock()
		return nil
	}
	w.isClosed = true
	close(w.closed)
	for _, d := range w.order {
		d.stopTimers()
	}
	w.mu.Unlock()
	w.socket.Close()
	err := w.Server.Close()
	w.wg.Wait()
	return err
}

// Violations returns what clients did wrong so far, oldest first: late acknowledgements,
// frames too long, overused response_urls, bad blocks, wrong tokens, acknowledgements of
// unknown envelopes. Each line ends with the section of slack.md it breaks.
func (w *Workspace) Violations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.violations)
}

// maxViolations bounds what a client gone mad can make us remember.
const maxViolations = 10_000

// violate records a breach; mu is held.
func (w *Workspace) violate(format string, args ...any) {
	v := fmt.Sprintf(format, args...)
	w.cfg.Log.Warn("violation", "what", v)
	if len(w.violations) < maxViolations {
		w.violations = append(w.violations, v)
	}
	w.tell(Change{Kind: "violation", Text: v})
}

// violated is violate without mu held.
func (w *Workspace) violated(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.violate(format, args...)
}

// next returns a number never returned before; mu is held.
func (w *Workspace) next() int64 {
	w.serial++
	return w.serial
}
