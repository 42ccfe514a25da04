package ozonetel

import (
	"context"
	"errors"
	"time"
)

// trouble notes that the ledger failed, and reports whether it is away. One call that failed
// is no reason for a minute's silence: a write shows whether the next would.
func (d *door) trouble(err error) bool {
	now := time.Now()
	d.mu.Lock()
	if !errors.Is(err, context.DeadlineExceeded) && (d.away == nil || !d.away(err)) {
		defer d.mu.Unlock()
		if now.Sub(d.scolded) >= time.Minute {
			d.scolded = now
			d.log.Error("the ledger is broken", "err", err)
		}
		return false
	}
	on := d.outage.on()
	d.mu.Unlock()
	if on || !untried(err) && d.writable() {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.outage.on() {
		d.outage = outage{since: now, err: err}
		d.log.Debug("the ledger is away: nothing is sent for a minute, then a share of the allowance", "err", err)
	}
	return true
}

// degraded reports whether the ledger is away.
func (d *door) degraded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.outage.on()
}

// untried reports whether err says that the ledger is known to be away, so that nothing need
// be tried.
func untried(err error) bool {
	known, ok := errors.AsType[interface {
		error
		Untried() bool
	}](err)
	return ok && known.Untried()
}

// writable reports whether the ledger takes a write now.
func (d *door) writable() bool {
	ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	return d.ledger.Ping(ctx) == nil
}

// comeBack ends the outage if the ledger takes writes again: one that can be read and not
// written is away. What was sent without it is held first.
func (d *door) comeBack() bool {
	if !d.writable() {
		return false
	}
	now := time.Now()
	d.mu.Lock()
	debt := d.outage.debt(now)
	d.mu.Unlock()
	if debt > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		defer cancel()
		if d.ledger.HoldAll(ctx, debt) != nil {
			return false
		}
	}
	d.mu.Lock()
	if late := d.outage.debt(time.Now()); debt > 0 || late > 0 {
		d.owe(time.Now(), max(debt, late)) // something may have been sent in between
		d.backTill = d.still
	}
	d.outage = outage{}
	d.mu.Unlock()
	d.log.Debug("the ledger is back")
	d.payDebt()
	d.kick()
	return true
}
