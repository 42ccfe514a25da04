package ozonetel

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/single"
)

var (
	errOldToken  = errors.New("ozonetel: the token ended while waiting for a slot")
	errElsewhere = errors.New("ozonetel: another process asks about the target")
)

const (
	claimFor     = allowance.TotalLimit + time.Second // a little longer than the request, so that its end is ours
	firstPause   = 50 * time.Millisecond              // between looks for another process's reading; doubles
	longestPause = time.Second
	// writeDelay is how much older than the question a reading may be that serves if the asker
	// did not know it: between its receipt and the moment others see it lies a write to the
	// store.
	writeDelay = allowance.StoreLimit
)

// sharedQuestion is one question as all processes share it: who holds the lease on its target asks,
// the others wait for that reading.
type sharedQuestion struct {
	c      *Client
	target aht.Target
	key    string
	holder string
	since  time.Time // a reading received later is as good as ours
	known  time.Time // when the reading was received that the asker knows; zero: none
	held   bool
	left   time.Duration // of the other process's lease
}

func (c *Client) shareQuestion(t aht.Target) *sharedQuestion {
	s := &sharedQuestion{c: c, target: t, key: c.tokens.Account + " " + t.Kind().String() + " " + t.Name(), holder: rand.Text(), since: time.Now()}
	if c.cfg.Known != nil {
		s.since = s.since.Add(-writeDelay)
		if r, ok := c.cfg.Known(t); ok {
			s.known = r.At
		}
	}
	return s
}

// claim takes the lease just before sending, or refuses with [errElsewhere] when another
// process has it or has brought a reading meanwhile. A store that fails stops nobody.
func (s *sharedQuestion) claim(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, allowance.StoreLimit)
	defer cancel()
	got, left, err := s.c.cfg.Leases.Claim(ctx, s.key, s.holder, claimFor)
	switch {
	case err != nil:
		s.c.cfg.Log.DebugContext(ctx, "no lease on the target", "err", err)
		return nil
	case !got:
		s.left = left
		return errElsewhere
	}
	s.held = true
	if _, ok := s.reading(ctx); ok {
		s.left = 0
		return errElsewhere
	}
	return nil
}

// reading is what another process received since the question was asked.
func (s *sharedQuestion) reading(ctx context.Context) (aht.Reading, bool) {
	if s.c.cfg.Latest == nil {
		return aht.Reading{}, false
	}
	r, ok, err := s.c.cfg.Latest(ctx, s.target)
	return r, ok && err == nil && !r.At.Before(s.since) && r.At.After(s.known)
}

// await waits for the reading of the process that asks. Without one when its lease has
// ended, it is our turn: then ok is false and the error nil.
func (s *sharedQuestion) await(wanted context.Context) (r aht.Reading, ok bool, err error) {
	end := time.Now().Add(s.left)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if r, ok := s.reading(wanted); ok {
			return r, true, nil
		}
		if !time.Now().Before(end) {
			return aht.Reading{}, false, wanted.Err()
		}
		got, _, err := s.c.cfg.Leases.Claim(wanted, s.key, s.holder, claimFor)
		if err != nil {
			return aht.Reading{}, false, wanted.Err()
		}
		if got { // it failed, or its reading came just now
			s.held = true
			s.release() // until we have a slot
			r, ok := s.reading(wanted)
			return r, ok, nil
		}
		if err := single.Sleep(wanted, min(pause, time.Until(end))); err != nil {
			return aht.Reading{}, false, err
		}
	}
}

// release gives the lease up, after the reading was kept.
func (s *sharedQuestion) release() {
	if !s.held {
		return
	}
	s.held = false
	ctx, cancel := context.WithTimeout(context.Background(), allowance.StoreLimit)
	defer cancel()
	if err := s.c.cfg.Leases.Unclaim(ctx, s.key, s.holder); err != nil {
		s.c.cfg.Log.DebugContext(ctx, "lease not given up", "err", err)
	}
}
