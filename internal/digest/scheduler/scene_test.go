package scheduler_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

// post is one message in a channel.
type post struct {
	digest.Report
	key, channel string
	at           time.Time
}

// scene is a world for loops: one store, one upstream, one Slack.
type scene struct {
	*testing.T
	store *memoryStore

	mu       sync.Mutex
	posts    []post
	words    []string                                // told to owners and admins
	answer   func(digest.Report) error               // what Slack says to a post; nil: it stands
	slow     func(channel string)                    // what happens before Slack answers
	blind    bool                                    // the history is closed
	lost     map[string]bool                         // channels whose next answer is lost, after the post
	asked    []aht.Target                            // requests upstream
	upstream func(aht.Target) error                  // nil: it answers
	kept     map[aht.Target][]aht.Reading            // oldest first
	gone     map[string]bool                         // people without an account
	names    []string                                // of campaigns
	stop     context.CancelFunc                      // ends all loops
	loops    sync.WaitGroup                          //
	config   func(scheduler.Config) scheduler.Config // nil: as it is
}

func newScene(t *testing.T) *scene {
	t.Helper()
	return &scene{T: t, store: newMemoryStore(), lost: map[string]bool{}, kept: map[aht.Target][]aht.Reading{}, gone: map[string]bool{}}
}

// run starts n loops and returns the first.
func (s *scene) run(n int) *scheduler.Scheduler {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	s.stop = cancel
	var first *scheduler.Scheduler
	for range n {
		c := scheduler.Config{
			Store: s.store, Readings: s, Poster: s, PerMinute: func() int { return 45 }, Names: func() []string { return s.names },
			Goal:        func(t aht.Target) (aht.Goal, bool) { return aht.Goal{Target: t, Mean: 4 * time.Minute}, true },
			Deactivated: func(_ context.Context, user string) (bool, error) { return s.gone[user], nil },
			Watched:     func(context.Context) ([]aht.Target, error) { return nil, nil },
			Away:        func(error) bool { return false }, Log: slog.New(slog.DiscardHandler),
		}
		if s.config != nil {
			c = s.config(c)
		}
		l := scheduler.New(c)
		if first == nil {
			first = l
		}
		s.loops.Go(func() { l.Run(ctx) })
	}
	return first
}

// end stops all loops and waits for them.
func (s *scene) end() { s.stop(); s.loops.Wait() }

// add makes a digest of campaigns in a channel, whose first slot is the next one from now.
func (s *scene) add(channel string, spec digest.Spec, campaigns ...string) digest.Digest {
	s.Helper()
	d := digest.Digest{Channel: channel, By: "U1", Made: time.Now(), Order: digest.Order{Selection: digest.Selection{Campaigns: campaigns}, Rule: newRule(s.T, spec)}}
	d.Next, _ = d.Order.Rule.Next(time.Now(), digest.Calendars{})
	return s.store.add(d)
}

func campaign(t *testing.T, name string) aht.Target {
	t.Helper()
	made, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *scene) Read(ctx context.Context, t aht.Target) (aht.Reading, error) {
	if err := sleep(ctx, 300*time.Millisecond); err != nil {
		return aht.Reading{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, t)
	if s.upstream != nil {
		if err := s.upstream(t); err != nil {
			return aht.Reading{}, err
		}
	}
	r := aht.Reading{Target: t, Mean: 250 * time.Second, At: time.Now()}
	s.kept[t] = append(s.kept[t], r)
	return r, nil
}

func (s *scene) Latest(_ context.Context, t aht.Target) (aht.Reading, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.kept[t]); n > 0 {
		return s.kept[t][n-1], true, nil
	}
	return aht.Reading{}, false, nil
}

func (s *scene) History(_ context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.kept[t]), func(r aht.Reading) bool { return r.At.Before(from) || r.At.After(to) }), nil
}

func (s *scene) Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error) {
	channel = r.Digest.Channel
	if s.slow != nil {
		s.slow(channel)
	}
	if ctx.Err() != nil {
		return "", "", &scheduler.RetryError{Err: ctx.Err()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer != nil {
		if err := s.answer(r); err != nil {
			return "", "", err
		}
	}
	now := time.Now()
	s.posts = append(s.posts, post{Report: r, key: key, channel: channel, at: now})
	if s.lost[channel] {
		delete(s.lost, channel)
		return "", "", context.DeadlineExceeded
	}
	return channel, now.String(), nil
}

func (s *scene) Find(_ context.Context, channel, key string, _ time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blind {
		return "", scheduler.ErrNotReadable
	}
	for _, p := range s.posts {
		if p.channel == channel && p.key == key {
			return p.at.String(), nil
		}
	}
	return "", nil
}

func (s *scene) NotifyOwner(_ context.Context, d digest.Digest, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = append(s.words, d.By+" "+d.Channel+" "+code)
	return nil
}

func (s *scene) NotifyAdmins(_ context.Context, d digest.Digest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = append(s.words, "orphan "+d.Why)
	return nil
}

// posted are the slots that were posted, in order of time, as "15:04+delay".
func (s *scene) posted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, p := range s.posts {
		word := p.Slot.At.UTC().Format("15:04")
		if by := p.at.Sub(p.Slot.At).Round(time.Second); by > 0 {
			word += "+" + by.String()
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

// counts are how many posts and requests there were.
func (s *scene) counts() (posts, asked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.posts), len(s.asked)
}

// outcomes are how the runs of a digest ended, the oldest first.
func (s *scene) outcomes(id int64) string {
	var all []string
	for _, r := range s.store.ended(id) {
		all = append(all, r.Slot.At.UTC().Format("15:04")+" "+string(r.Outcome))
	}
	return strings.Join(all, ", ")
}

func (s *scene) want(what, got, want string) {
	s.Helper()
	if got != want {
		s.Errorf("%s: %q, want %q", what, got, want)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// until sleeps until a time of day in UTC, today's or tomorrow's.
func until(clock string) {
	now := time.Now().UTC()
	t, _ := time.Parse("15:04:05", clock+":00"[:max(0, 8-len(clock))])
	at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	time.Sleep(at.Sub(now))
}

func newRule(tb testing.TB, s digest.Spec) digest.Rule {
	tb.Helper()
	r, err := digest.NewRule(s)
	if err != nil {
		tb.Fatalf("%+v: %v", s, err)
	}
	return r
}
