package token

import "time"

// The steps of the in-memory row, at a given time.

func (m *MemoryRow) LeaseAt(now time.Time, account, holder string, gen int64, most int, lasts time.Duration) (bool, time.Duration) {
	return m.leaseAt(now, account, holder, gen, most, lasts)
}

func (m *MemoryRow) StoreAt(now time.Time, account, holder string, gen int64, sealed []byte, expires time.Time) bool {
	return m.storeAt(now, account, holder, gen, sealed, expires)
}

func (m *MemoryRow) ReleaseAt(now time.Time, account, holder string, gen int64, unlog bool) {
	m.releaseAt(now, account, holder, gen, unlog)
}
