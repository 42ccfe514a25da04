package scheduler_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

var errAway = errors.New("the store is away")

// memoryStore keeps digests and runs in memory by the rules of the store: everything is compared
// and set, a lease keeps others out, and what has ended stays.
type memoryStore struct {
	mu      sync.Mutex
	digests map[int64]digest.Digest
	runs    map[runKey]*bookRun
	live    map[runKey]*bookRun // those that have not ended
	changes []string
	away    bool
	full    bool // it can be read and not written
	calls   int
}

type runKey struct {
	digest int64
	slot   string
}

type bookRun struct {
	scheduler.SlotRun
	until time.Time // of the lease
}

func newMemoryStore() *memoryStore {
	return &memoryStore{digests: map[int64]digest.Digest{}, runs: map[runKey]*bookRun{}, live: map[runKey]*bookRun{}}
}

// open locks the store for one call.
func (b *memoryStore) open() (close func(), err error) {
	b.mu.Lock()
	b.calls++
	if b.away {
		b.mu.Unlock()
		return nil, errAway
	}
	return b.mu.Unlock, nil
}

// write is open for a call that changes something.
func (b *memoryStore) write() (close func(), err error) {
	done, err := b.open()
	if err == nil && b.full {
		done()
		return nil, errAway
	}
	return done, err
}

func (b *memoryStore) setFull(full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.full = full
}

func (b *memoryStore) setAway(away bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away = away
}

// add keeps d as a new digest and returns it with its number.
func (b *memoryStore) add(d digest.Digest) digest.Digest {
	b.mu.Lock()
	defer b.mu.Unlock()
	d.ID, d.Version = int64(len(b.digests)+1), 1
	b.digests[d.ID] = d
	return d
}

func (b *memoryStore) Due(_ context.Context, before time.Time, most int) ([]digest.Digest, error) {
	done, err := b.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var due []digest.Digest
	for _, d := range b.digests {
		if d.Removed.IsZero() && !d.Next.At.IsZero() && !d.Next.At.After(before) {
			due = append(due, d)
		}
	}
	slices.SortFunc(due, func(x, y digest.Digest) int {
		return cmp.Or(x.Next.At.Compare(y.Next.At), cmp.Compare(x.ID, y.ID))
	})
	return due[:min(most, len(due))], nil
}

func (b *memoryStore) Digest(_ context.Context, id int64) (digest.Digest, bool, error) {
	done, err := b.open()
	if err != nil {
		return digest.Digest{}, false, err
	}
	defer done()
	d, ok := b.digests[id]
	return d, ok, nil
}

func (b *memoryStore) Change(_ context.Context, d digest.Digest, by, did string) (digest.Digest, error) {
	done, err := b.write()
	if err != nil {
		return d, err
	}
	defer done()
	if b.digests[d.ID].Version != d.Version {
		return d, errors.New("changed meanwhile")
	}
	d.Version++
	b.digests[d.ID] = d
	b.changes = append(b.changes, by+" "+did)
	return d, nil
}

func (b *memoryStore) Plan(_ context.Context, plans []scheduler.Plan) error {
	done, err := b.write()
	if err != nil {
		return err
	}
	defer done()
	for _, p := range plans {
		d := b.digests[p.Digest.ID]
		if d.Version != p.Digest.Version || d.Next.Local != p.Digest.Next.Local || !d.Removed.IsZero() {
			continue
		}
		d.Next = p.Next
		b.digests[d.ID] = d
		for _, r := range p.Runs {
			if key := (runKey{r.Digest, r.Slot.Local}); b.runs[key] == nil {
				b.runs[key] = &bookRun{SlotRun: r}
				if r.Ended.IsZero() {
					b.live[key] = b.runs[key]
				}
			}
		}
	}
	return nil
}

func (b *memoryStore) Open(_ context.Context, most int) ([]scheduler.SlotRun, error) {
	done, err := b.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var open []scheduler.SlotRun
	for _, r := range b.live {
		if !r.until.After(time.Now()) {
			open = append(open, r.SlotRun)
		}
	}
	slices.SortFunc(open, func(x, y scheduler.SlotRun) int { return x.Slot.At.Compare(y.Slot.At) })
	return open[:min(most, len(open))], nil
}

func (b *memoryStore) Claim(_ context.Context, run scheduler.SlotRun, holder string, d time.Duration) (scheduler.SlotRun, bool, error) {
	done, err := b.write()
	if err != nil {
		return run, false, err
	}
	defer done()
	r := b.runs[runKey{run.Digest, run.Slot.Local}]
	if r == nil || !r.Ended.IsZero() || r.until.After(time.Now()) && r.Holder != holder {
		return run, false, nil
	}
	r.Holder, r.until = holder, time.Now().Add(d)
	r.Attempt++
	return r.SlotRun, true, nil
}

func (b *memoryStore) Keep(_ context.Context, run scheduler.SlotRun, d time.Duration, name bool) (bool, error) {
	done, err := b.write()
	if err != nil {
		return false, err
	}
	defer done()
	r := b.runs[runKey{run.Digest, run.Slot.Local}]
	if r == nil || !r.Ended.IsZero() || r.Holder != run.Holder {
		return false, nil
	}
	r.SlotRun, r.until = run, time.Now().Add(d)
	if !r.Ended.IsZero() {
		delete(b.live, runKey{run.Digest, run.Slot.Local})
	}
	if !name {
		return true, nil
	}
	for _, other := range b.runs {
		if other.Digest == run.Digest && other.Outcome == digest.Skipped && other.Slot.At.Before(run.Slot.At) {
			other.Announced = true
		}
	}
	return true, nil
}

func (b *memoryStore) Missed(_ context.Context, id int64, before time.Time, most int) ([]digest.Slot, error) {
	done, err := b.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var missed []digest.Slot
	for _, r := range b.of(id) {
		if r.Outcome == digest.Skipped && !r.Announced && r.Slot.At.Before(before) {
			missed = append(missed, r.Slot)
		}
	}
	return missed[max(0, len(missed)-most):], nil
}

func (b *memoryStore) Last(_ context.Context, id int64, most int) ([]scheduler.SlotRun, error) {
	done, err := b.open()
	if err != nil {
		return nil, err
	}
	defer done()
	all := b.of(id)
	slices.Reverse(all)
	return all[:min(most, len(all))], nil
}

// of returns the runs of a digest, the oldest first; mu is held.
func (b *memoryStore) of(id int64) []scheduler.SlotRun {
	var all []scheduler.SlotRun
	for key, r := range b.runs {
		if key.digest == id {
			all = append(all, r.SlotRun)
		}
	}
	slices.SortFunc(all, func(x, y scheduler.SlotRun) int { return x.Slot.At.Compare(y.Slot.At) })
	return all
}

// now is a digest as it stands.
func (b *memoryStore) now(id int64) digest.Digest {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.digests[id]
}

// called is how many questions there were.
func (b *memoryStore) called() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls
}

// ended returns how each run of a digest ended, the oldest first.
func (b *memoryStore) ended(id int64) []scheduler.SlotRun {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of(id)
}
