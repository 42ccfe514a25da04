package allowance

import (
	"context"
	"time"
)

// Ledger is the account's allowance as slots, one for each request that may arrive in any
// 60 s, shared by all processes of the account. A request takes a slot before it is sent,
// and the slot is free again 60.1 s after its response: the upstream counted the request
// before it answered, so two uses of one slot arrive 60 s apart whatever the delays.
//
// An error means that nothing is known to have changed; Config.Away tells a store that
// cannot be reached from one that is broken. [MemoryLedger] is one.
type Ledger interface {
	// Take takes a free slot for holder, unless that would leave fewer than spare others
	// free: slot is then negative, and wait is about how long to wait before trying again.
	// early is for people: while the ledger opens, it gets slots that others do not. A slot
	// taken frees itself after hold. Every Take has a holder of its own.
	Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (slot int, wait time.Duration, err error)
	// Settle frees slot after rest from now; with rest 0 at once, since nothing was sent.
	// It does nothing when holder no longer has the slot.
	Settle(ctx context.Context, slot int, holder string, rest time.Duration) error
	// HoldAll frees no slot sooner than d from now, whoever has it. A ledger that is opening
	// begins to open anew then.
	HoldAll(ctx context.Context, d time.Duration) error
	// Opening is how long the ledger is opening yet: it is new, or larger than before, and
	// what used the account until now may have left no room. Zero: it is open.
	Opening(ctx context.Context) (time.Duration, error)
	// Used returns how many of all slots are not free now.
	Used(ctx context.Context) (used, total int, err error)
	// Ping shows by writing that slots can be taken: after an error of another method it tells
	// one call that failed from a ledger that is away, and that it is back.
	Ping(ctx context.Context) error
}
