package poll

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
)

const (
	refusals = 3         // in a row, after which a target is read rarely
	rarely   = time.Hour // between questions about one that the upstream does not know
)

// ErrUnknown is a target that the upstream does not know.
var ErrUnknown = errors.New("the upstream knows no such target")

// read reads t, unless somebody has since its last turn. A question that still waits when
// the next one is due is given up, with half a minute at the least to be answered in. One
// that failed has had its turn.
func (l *Poller) read(ctx context.Context, t aht.Target, interval time.Duration) {
	done, asked := l.cfg.LastRead(ctx, t), false
	var err error
	if time.Since(done) > interval/2 {
		bounded, cancel := context.WithTimeout(ctx, max(interval, patience))
		err = l.cfg.Read(bounded, t)
		cancel()
		done, asked = time.Now(), true
	}
	trouble, times := err, 0
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		trouble = nil // the account is well
	}
	l.set(t, func(w *watched) {
		w.busy, w.last = false, done
		switch {
		case unknown:
			w.unknown++
		case err == nil:
			w.unknown = 0
		}
		times = w.unknown
		if asked && ctx.Err() == nil {
			l.trouble = trouble
		}
	})
	if unknown && times == refusals {
		l.cfg.Log.WarnContext(ctx, "the account does not know a watched target, asking about it once an hour", "target", t)
	}
	if unknown && times >= refusals {
		l.cfg.Unknown(ctx, t)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		l.cfg.Log.DebugContext(ctx, "no reading for a watched target", "target", t, "err", err)
	}
}

// recall reads a target as often as others again once somebody got a reading of it.
func (l *Poller) recall(ctx context.Context) {
	l.mu.Lock()
	rare := map[aht.Target]time.Time{}
	for t, w := range l.watched {
		if w.unknown >= refusals && !w.busy {
			rare[t] = w.last
		}
	}
	l.mu.Unlock()
	for t, last := range rare {
		if l.cfg.LastRead(ctx, t).After(last) {
			l.set(t, func(w *watched) { w.unknown = 0 })
		}
	}
}
