package monitor_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

var errFull = errors.New("the store is full")

// fullStore can be read, and now and then not written.
type fullStore struct {
	*memoryStore
	full atomic.Bool
}

func (b *fullStore) err() error {
	if b.full.Load() {
		return errFull
	}
	return nil
}

func (b *fullStore) Advance(ctx context.Context, at time.Time, changes []monitor.StateChange, by monitor.ChangedBy) ([]int64, error) {
	if err := b.err(); err != nil {
		return nil, err
	}
	return b.memoryStore.Advance(ctx, at, changes, by)
}

func (b *fullStore) Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]monitor.DueNotice, error) {
	if err := b.err(); err != nil {
		return nil, err
	}
	return b.memoryStore.Claim(ctx, holder, hold, at, most)
}

func (b *fullStore) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	return errors.Join(b.err(), b.unlessFull(func() error { return b.memoryStore.Finish(ctx, holder, d, at) }))
}

func (b *fullStore) Delay(ctx context.Context, holder string, d monitor.DueNotice, after time.Duration) error {
	return errors.Join(b.err(), b.unlessFull(func() error { return b.memoryStore.Delay(ctx, holder, d, after) }))
}

func (b *fullStore) SetMessage(ctx context.Context, m monitor.PostedMessage) error {
	return errors.Join(b.err(), b.unlessFull(func() error { return b.memoryStore.SetMessage(ctx, m) }))
}

func (b *fullStore) unlessFull(do func() error) error {
	if b.full.Load() {
		return nil
	}
	return do()
}

// slackBesideFullStore fills the store when something has been posted, before that can be noted.
type slackBesideFullStore struct {
	*fakeSlack
	store *fullStore
	fill  atomic.Bool
}

func (w *slackBesideFullStore) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	err := w.fakeSlack.PostUpdate(ctx, under, key, t)
	w.store.full.Store(w.store.full.Load() || w.fill.Load())
	return err
}

func (w *slackBesideFullStore) PostCard(ctx context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	at, err := w.fakeSlack.PostCard(ctx, channel, key, c)
	w.store.full.Store(w.store.full.Load() || w.fill.Load())
	return at, err
}

// The store fills up just when the message of an alert has been posted, and nobody may look
// into the channel: nothing is said twice, what came meanwhile is judged in order and told,
// and says that it is late.
func TestABookThatIsFullMakesLinesLateAndNoneTwice(t *testing.T) {
	bubble(t, 5*minute, func(s *scene) {
		full := &fullStore{memoryStore: s.store}
		slack := &slackBesideFullStore{fakeSlack: s.slack, store: full}
		s.slack.blind = true
		s.watch("Sales", "C1", nil)
		c := s.config("a")
		claim := c.Claim
		c.Store, c.Poster, c.Away = full, slack, func(err error) bool { return errors.Is(err, errFull) }
		c.Claim = func(ctx context.Context, key, holder string, d time.Duration) (bool, time.Duration, error) {
			if err := full.err(); err != nil {
				return false, 0, err
			}
			return claim(ctx, key, holder, d)
		}
		defer s.start(c)()
		slack.fill.Store(true)
		s.feed("Sales", 7*minute, 12) // fires
		if !full.full.Load() {
			s.Fatal("nothing was posted")
		}
		s.feed("Sales", 3*minute, 24) // recovers and ends meanwhile
		if lines := s.slack.thread(s.only("C1")); len(lines) > 1 {
			s.Errorf("told without a record: %q", lines)
		}
		slack.fill.Store(false)
		full.full.Store(false)
		time.Sleep(10 * minute)
		synctest.Wait()
		s.wants(s.only("C1"), "fired, recovering, cleared")
		for _, p := range s.slack.parents("C1") {
			if p.card.Repeated {
				s.Errorf("the message says it may stand twice: %+v", p.card)
			}
		}
		late := s.slack.lates()
		if len(late) != 3 || late[1] < time.Hour || late[2] < 30*minute || strings.Contains(strings.Join(s.slack.thread(s.only("C1")), " "), "repeated") {
			s.Errorf("late by %v, %q", late, s.slack.thread(s.only("C1")))
		}
	})
}
