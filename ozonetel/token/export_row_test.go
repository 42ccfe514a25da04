package token

import "time"

// Pass has d pass for the row: for its owner the clock stands.
func (m *MemoryRow) Pass(d time.Duration) {
	for _, r := range m.rows {
		r.expires, r.lease, r.logged = r.expires.Add(-d), r.lease.Add(-d), r.logged.Add(-d)
		for i, at := range r.issued {
			r.issued[i] = at.Add(-d)
		}
	}
}
