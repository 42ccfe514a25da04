package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// session is one bot connected to both simulators. Slack is simulated by this process,
// which also types; bot and upstream are processes of their own.
type session struct {
	contender
	workspace *slacksim.Workspace
	bot       *process
	begun     time.Time     // when the process was started
	started   time.Duration // from then to the workspace's hello
	known     []string      // targets as they reach the bot, escaped
	offered   int           // commands so far
	closers   []func()
}

// open starts everything and returns when the bot is connected.
func open(ctx context.Context, c contender, b *build) (_ *session, err error) {
	s := &session{contender: c}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	s.workspace = slacksim.New(slacksim.Config{Keep: 1000, NoViewLimit: true})
	s.closers = append(s.closers, func() { _ = s.workspace.Close() })
	for _, id := range people[2:] { // the first two live there
		s.workspace.AddPerson(members.Person{ID: id, Name: "Person " + id})
	}
	for _, t := range targets() {
		s.known = append(s.known, s.workspace.Escape(t))
	}
	slackURL, err := s.workspace.Listen(ctx)
	if err != nil {
		return nil, err
	}
	upstreamURL, stop, err := startUpstream(ctx)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, stop)
	return s, s.connect(ctx, b, slackURL, upstreamURL)
}

// connect starts the bot and waits until it is connected.
func (s *session) connect(ctx context.Context, b *build, slackURL, upstreamURL string) error {
	dir, err := os.MkdirTemp("", "ahtbot-bench-")
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() { _ = os.RemoveAll(dir) })
	cmd, err := s.command(ctx, b, slackURL, upstreamURL)
	if err != nil {
		return err
	}
	s.begun = time.Now()
	if s.bot, err = start(cmd, dir); err != nil {
		return err
	}
	s.closers = append(s.closers, s.bot.stop)
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := s.workspace.WaitConnections(ctx, 1); err != nil {
		return fmt.Errorf("%s did not connect: %w\n%s", s.name, err, s.bot.said())
	}
	s.started = time.Since(s.begun)
	return nil
}

// close ends what open started, last things first.
func (s *session) close() {
	for _, f := range slices.Backward(s.closers) {
		f()
	}
}

// warm has every person ask once, and somebody about every target, so that everybody is
// known and every reading at hand. It takes as long as the bot's own budget makes it.
func (s *session) warm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var asked []*slacksim.Delivery
	for i := range max(len(people), len(s.known)) {
		asked = append(asked, s.workspace.TypeRaw(people[i%len(people)], "C1", "/aht", s.known[i%len(s.known)]))
	}
	for i, d := range asked {
		_, err := s.workspace.WaitMessage(ctx, func(m slacksim.Message) bool {
			return m.For == d && (!s.answers || strings.Contains(m.Text, figure))
		})
		if err != nil {
			return fmt.Errorf("%s, warming with %s: %w\n%s", s.name, s.known[i%len(s.known)], err, s.bot.said())
		}
	}
	return nil
}
