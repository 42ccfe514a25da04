// Package bottest is a Slack workspace with the bot in it, for the tests of package bot and its rooms.
package bottest

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	"ahtbot/internal/wait"
)

// Question is a command about somebody whose name no log may hold.
const Question = "/aht agent asha@example.com"

// usual is what the upstream answers.
const usual = 4*time.Minute + 32*time.Second

// upstream answers questions as a test says, and counts them.
type upstream struct {
	store.Recent
	mu     sync.Mutex
	asked  []aht.Target
	Answer func(ctx context.Context, t aht.Target) (time.Duration, error) // nil: 4m 32s at once
	Place  int                                                            // of a question in the queue; 0: it does not wait
	usedUp atomic.Int64                                                   // how long something else has used the account up for
}

func (u *upstream) Ask(ctx context.Context, _ string, t aht.Target) (aht.Reading, error) {
	u.mu.Lock()
	u.asked = append(u.asked, t)
	answer := u.Answer
	u.mu.Unlock()
	mean, err := usual, error(nil)
	if answer != nil {
		mean, err = answer(ctx, t)
	}
	if err != nil {
		return aht.Reading{}, err
	}
	r := aht.Reading{Target: t, Mean: mean, At: time.Now()}
	u.Keep(r)
	return r, nil
}

func (u *upstream) Turn(aht.Target) (int, time.Duration, bool) {
	return u.Place, 12 * time.Second, u.Place > 0
}

// Stranger has something else use the account up, or have done with it.
func (u *upstream) Stranger(d time.Duration) { u.usedUp.Store(int64(d)) }

func (u *upstream) usedUpFor() time.Duration { return time.Duration(u.usedUp.Load()) }

// Asked returns what was asked, oldest first.
func (u *upstream) Asked() []aht.Target {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.asked)
}

// Takes answers after d, unless the asker gives up.
func Takes(d time.Duration) func(context.Context, aht.Target) (time.Duration, error) {
	return func(ctx context.Context, _ aht.Target) (time.Duration, error) { return usual, wait.For(ctx, d) }
}

// counts is a [bot.Observer] that remembers.
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

// Of returns how often something happened: its kind and what an Observer is told of it.
func (c *counts) Of(what string) int {
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
	mu   sync.Mutex
	said bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(p)
}

// String returns all of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.String()
}

// Stage is a workspace with the bot in it, in one bubble.
type Stage struct {
	*testing.T
	*slacksim.Workspace
	Up       *upstream
	Observed *counts
	Printed  *log
	Access   request.Access
	Links    request.Links // nil: none are kept
	// Answers changes what questions are answered with; nil changes nothing.
	Answers func(*request.Config)
	Bot     *bot.Bot
	Stop    context.CancelFunc
	Ended   chan error // what Run returned
	pardon  []string   // parts of violations that are expected
}

// Forgive expects violations with this part.
func (s *Stage) Forgive(part string) { s.pardon = append(s.pardon, part) }

// Play runs a scene in a bubble: real client, real sockets over pipes, time that jumps. with changes what
// the bot is made with.
func Play(t *testing.T, scene func(*Stage), with ...func(*Stage, *bot.Config)) {
	t.Helper()
	PlayIn(t, slacksim.Config{}, scene, with...)
}

// PlayIn is Play in a workspace of its own kind.
func PlayIn(t *testing.T, slack slacksim.Config, scene func(*Stage), with ...func(*Stage, *bot.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &Stage{T: t, Workspace: slacksim.New(slack), Up: new(upstream), Observed: new(counts), Printed: new(log), Ended: make(chan error, 1)}
		t.Cleanup(s.end)
		s.start(with...)
		scene(s)
	})
}

func (s *Stage) start(changes ...func(*Stage, *bot.Config)) {
	people := new(directory.Directory)
	c := bot.Config{
		AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: s.APIURL(), Dial: s.Dial, People: people, Observe: s.Observed,
		Log:  slog.New(slog.NewTextHandler(s.Printed, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: ops.Redactor()})),
		Name: ops.NewPseudonyms("key").Name,
	}
	for _, change := range changes {
		change(s, &c)
	}
	with := request.Config{
		Memory: &s.Up.Recent, Upstream: s.Up, UsedUp: s.Up.usedUpFor, People: people, Access: s.Access, Links: s.Links,
		Health: func() request.Health { return request.Health{} }, MaxAge: time.Minute, Zone: time.UTC,
	}
	if s.Answers != nil {
		s.Answers(&with)
	}
	c.Handler = commands.NewHandler(with)
	b, err := bot.New(c)
	if err != nil {
		s.Fatal(err)
	}
	s.Bot = b
	ctx, cancel := context.WithCancel(s.Context())
	s.Stop = cancel
	go func() { s.Ended <- b.Run(ctx) }()
	s.Settle(100 * time.Millisecond)
}

// end stops the bot and the workspace. Nothing may have been done by then that Slack would
// not stand for, and the log must hold no secret and nobody's name.
func (s *Stage) end() {
	s.Stop()
	if err := <-s.Ended; err != nil {
		s.Errorf("Run = %v", err)
	}
	s.Ended <- nil
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
		if strings.Contains(s.Printed.String(), banned) {
			s.Errorf("the log shows %s:\n%s", banned, s.Printed.String())
		}
	}
}

// Settle lets d pass and everything due in it happen.
func (s *Stage) Settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// Said returns what the bot said where user looks, oldest first.
func (s *Stage) Said(user, channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range s.Seen(user, channel) {
		if m.Via != "typed" {
			out = append(out, m)
		}
	}
	return out
}

// One returns the only thing said, and fails when there is more or less.
func (s *Stage) One(user, channel string) slacksim.Message {
	s.Helper()
	all := s.Said(user, channel)
	if len(all) != 1 {
		s.Fatalf("%d messages, want one: %+v", len(all), all)
	}
	return all[0]
}

// PressOn presses the button of an action on m.
func (s *Stage) PressOn(user string, m slacksim.Message, action reply.Action) *slacksim.Delivery {
	s.Helper()
	d, err := s.Press(user, m, string(action))
	if err != nil {
		s.Fatal(err)
	}
	return d
}

// Words is a reply that says text.
func Words(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }

// Post has the bot post p.
func (s *Stage) Post(p posts.Post) posts.Posted {
	s.Helper()
	at, err := s.Bot.Post(s.Context(), p)
	if err != nil {
		s.Fatalf("Post = %v", err)
	}
	return at
}

// Object decodes a payload.
func (s *Stage) Object(payload []byte) map[string]any {
	s.Helper()
	var out map[string]any
	if err := json.Unmarshal(payload, &out); err != nil {
		s.Fatal(err)
	}
	return out
}

// Forged is the payload of a press that no button on m stands for.
func (s *Stage) Forged(m slacksim.Message, action reply.Action, value string) map[string]any {
	s.Helper()
	d := s.PressOn("U1", m, reply.ActionRefresh)
	s.Settle(time.Second)
	p := s.Object(d.Payload)
	p["trigger_id"] = "1.2.forged"
	p["actions"] = []any{map[string]any{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}}
	return p
}
