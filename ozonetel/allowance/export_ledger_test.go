package allowance

import "time"

// Hold and Rest are how long a slot is taken for, and how long it rests.
const (
	Hold = slotHold
	Rest = slotRest
)

// Pass has d pass for the ledger: for its owner the clock stands.
func (m *MemoryLedger) Pass(d time.Duration) {
	m.opening = m.opening.Add(-d)
	for i := range m.slots {
		m.slots[i].free = m.slots[i].free.Add(-d)
	}
}
