package poll

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
)

const (
	unknownLimit    = 3 // times in a row, after which a target is read once in unknownInterval
	unknownInterval = time.Hour
)

// ErrUnknown is a target that the upstream does not know.
var ErrUnknown = errors.New("the upstream knows no such target")

// read reads t, unless another process or a person has read it within half an interval. The
// request is given up when t is due again, but not before minTimeout. A failed request
// counts as a turn.
func (p *Poller) read(ctx context.Context, t aht.Target, interval time.Duration) {
	done, asked := p.cfg.LastRead(ctx, t), false
	var err error
	if time.Since(done) > interval/2 {
		bounded, cancel := context.WithTimeout(ctx, max(interval, minTimeout))
		err = p.cfg.Read(bounded, t)
		cancel()
		done, asked = time.Now(), true
	}
	lastErr, times := err, 0
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		lastErr = nil // the account itself works
	}
	p.set(t, func(w *watched) {
		w.busy, w.lastRead = false, done
		switch {
		case unknown:
			w.unknown++
		case err == nil:
			w.unknown = 0
		}
		times = w.unknown
		if asked && ctx.Err() == nil {
			p.lastErr = lastErr
		}
	})
	if unknown && times == unknownLimit {
		p.cfg.Log.WarnContext(ctx, "the account does not know a watched target, asking about it once an hour", "target", t)
	}
	if unknown && times >= unknownLimit {
		p.cfg.Unknown(ctx, t)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		p.cfg.Log.DebugContext(ctx, "no reading for a watched target", "target", t, "err", err)
	}
}

// resetUnknown lets a target be read at the planned interval again once anybody got a reading
// of it.
func (p *Poller) resetUnknown(ctx context.Context) {
	p.mu.Lock()
	rare := map[aht.Target]time.Time{}
	for t, w := range p.watched {
		if w.unknown >= unknownLimit && !w.busy {
			rare[t] = w.lastRead
		}
	}
	p.mu.Unlock()
	for t, last := range rare {
		if p.cfg.LastRead(ctx, t).After(last) {
			p.set(t, func(w *watched) { w.unknown = 0 })
		}
	}
}
