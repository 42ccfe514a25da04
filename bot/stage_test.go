package bot_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/bot/posts"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/ops"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// upstream answers questions as a test says, and counts them.
type upstream struct {
	store.Recent
	mu     sync.Mutex
	asked  []aht.Target
	answer func(ctx context.Context, t aht.Target) (time.Duration, error) // nil: 4m 32s at once
	place  int
	usedUp time.Duration // how long something else has used the account up for
}

func (u *upstream) Ask(ctx context.Context, _ string, t aht.Target) (aht.Reading, error) {
	u.mu.Lock()
	u.asked = append(u.asked, t)
	answer := u.answer
	u.mu.Unlock()
	mean := 4*time.Minute + 32*time.Second
	if answer != nil {
		var err error
		if mean, err = answer(ctx, t); err != nil {
			return aht.Reading{}, err
		}
	}
	r := aht.Reading{Target: t, Mean: mean, At: time.Now()}
	u.Keep(r)
	return r, nil
}

func (u *upstream) Turn(aht.Target) (int, time.Duration, bool) {
	return u.place, 12 * time.Second, u.place > 0
}

// stranger has something else use the account up, or have done with it.
func (u *upstream) stranger(d time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.usedUp = d
}

func (u *upstream) usedUpFor() time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.usedUp
}

func (u *upstream) count() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.asked)
}

// takes answers after d, unless the asker gives up.
func takes(d time.Duration) func(context.Context, aht.Target) (time.Duration, error) {
	return func(ctx context.Context, _ aht.Target) (time.Duration, error) {
		select {
		case <-time.After(d):
			return 4*time.Minute + 32*time.Second, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// counts is an Observer that remembers.
type counts struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counts) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[what]++
}

func (c *counts) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

func (c *counts) Command(via, outcome string, _ time.Duration) { c.add(via + " " + outcome) }
func (c *counts) Acked(time.Duration)                          { c.add("acked") }
func (c *counts) Envelope(outcome string)                      { c.add("envelope " + outcome) }
func (c *counts) Socket(event string)                          { c.add("socket " + event) }

// log collects what the operator would read.
type log struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *log) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

// stage is a workspace with the bot in it, in one bubble.
type stage struct {
	*testing.T
	*slacksim.Workspace
	up     *upstream
	seen   *counts
	log    *log
	access request.Access
	bot    *bot.Bot
	stop   context.CancelFunc
	ended  chan error
	pardon []string // parts of violations that are expected
}

// forgive expects violations with this part.
func (s *stage) forgive(part string) { s.pardon = append(s.pardon, part) }

// play runs a scene in a bubble: real client, real sockets over pipes, time that jumps.
func play(t *testing.T, scene func(*stage), with ...func(*stage, *bot.Config)) {
	t.Helper()
	playIn(t, slacksim.Config{}, scene, with...)
}

// playIn is play in a workspace of its own kind.
func playIn(t *testing.T, slack slacksim.Config, scene func(*stage), with ...func(*stage, *bot.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{T: t, Workspace: slacksim.New(slack), up: new(upstream), seen: new(counts), log: new(log), ended: make(chan error, 1)}
		t.Cleanup(s.end)
		s.start(with...)
		scene(s)
	})
}

func (s *stage) start(with ...func(*stage, *bot.Config)) {
	people := new(directory.Directory)
	c := bot.Config{
		AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: s.APIURL(), Dial: s.Dial, People: people, Observe: s.seen,
		Log:  slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: ops.Redactor()})),
		Name: ops.NewPseudonyms("key").Name,
	}
	for _, w := range with {
		w(s, &c)
	}
	c.Handler = commands.NewHandler(request.Config{
		Memory: &s.up.Recent, Upstream: s.up, UsedUp: s.up.usedUpFor, People: people, Access: s.access,
		Health: func() request.Health { return request.Health{} }, MaxAge: time.Minute, Zone: time.UTC,
	})
	b, err := bot.New(c)
	if err != nil {
		s.Fatal(err)
	}
	s.bot = b
	ctx, cancel := context.WithCancel(s.Context())
	s.stop = cancel
	go func() { s.ended <- b.Run(ctx) }()
	s.settle(100 * time.Millisecond)
}

// end stops the bot and the workspace. Nothing may have been done by then that Slack would
// not stand for, and the log must hold no secret and nobody's name.
func (s *stage) end() {
	s.stop()
	if err := <-s.ended; err != nil {
		s.Errorf("Run = %v", err)
	}
	s.ended <- nil
	if err := s.Close(); err != nil {
		s.Errorf("closing the workspace: %v", err)
	}
	for _, v := range s.Violations() {
		if slices.ContainsFunc(s.pardon, func(part string) bool { return strings.Contains(v, part) }) {
			continue
		}
		s.Errorf("Slack would mind: %s", v)
	}
	for _, banned := range []string{"xoxb-", "xapp-", "/commands/T0", "/actions/T0", "ticket=", "asha@example.com"} {
		if strings.Contains(s.log.text(), banned) {
			s.Errorf("the log shows %s:\n%s", banned, s.log.text())
		}
	}
}

// settle lets d pass and everything due in it happen.
func (s *stage) settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// said returns what the bot said where user looks, oldest first.
func (s *stage) said(user, channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range s.Seen(user, channel) {
		if m.Via != "typed" {
			out = append(out, m)
		}
	}
	return out
}

// one returns the only thing said, and fails when there is more or less.
func (s *stage) one(user, channel string) slacksim.Message {
	s.Helper()
	all := s.said(user, channel)
	if len(all) != 1 {
		s.Fatalf("%d messages, want one: %+v", len(all), all)
	}
	return all[0]
}

func (s *stage) press(user string, m slacksim.Message, action reply.Action) *slacksim.Delivery {
	s.Helper()
	d, err := s.Press(user, m, string(action))
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func words(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }

func (s *stage) post(p posts.Post) posts.Posted {
	s.Helper()
	at, err := s.bot.Post(s.Context(), p)
	if err != nil {
		s.Fatalf("Post = %v", err)
	}
	return at
}
