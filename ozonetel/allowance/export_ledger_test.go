package allowance

import "time"

// Hold and Rest are how long a slot is taken for, and how long it rests.
const (
	Hold = slotHold
	Rest = slotRest
)

// The steps of the in-memory ledger, at a given time.

func (m *MemoryLedger) TakeAt(now time.Time, holder string, spare int, hold time.Duration) (int, time.Duration) {
	return m.take(now, holder, true, spare, hold)
}

func (m *MemoryLedger) SettleAt(now time.Time, slot int, holder string, rest time.Duration) {
	m.settle(now, slot, holder, rest)
}

func (m *MemoryLedger) HoldAllAt(now time.Time, d time.Duration) { m.holdAll(now, d) }

func (m *MemoryLedger) UsedAt(now time.Time) int { return m.used(now) }
