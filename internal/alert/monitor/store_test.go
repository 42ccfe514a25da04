package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

// errCrash is what everything answers once a process was killed.
var errCrash = errors.New("the process was killed")

// memoryStore is a Book in memory, by the rules of the store's.
type memoryStore struct {
	mu       sync.Mutex
	rules    map[int64]*keptRule
	out      []*outRow
	messages map[[2]int64]monitor.PostedMessage
	from     time.Time
	told     time.Time
	changes  []monitor.ChangedBy
}

type keptRule struct {
	watch  alert.Watch
	state  string
	judged int64
	stuck  string
	holder string
	until  time.Time
}

type outRow struct {
	monitor.DueNotice
	notBefore time.Time
	done      bool
}

func newMemoryStore() *memoryStore {
	return &memoryStore{rules: map[int64]*keptRule{}, messages: map[[2]int64]monitor.PostedMessage{}}
}

func (b *memoryStore) add(w alert.Watch) alert.Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.ID, w.Version = int64(len(b.rules)+1), 1
	b.rules[w.ID] = &keptRule{watch: w, state: "{}"}
	return w
}

func (b *memoryStore) change(id int64, change func(*alert.Watch)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.rules[id]
	change(&k.watch)
	k.watch.Version++
	k.stuck = ""
}

func (k *keptRule) kept() monitor.StoredRule {
	out := monitor.StoredRule{Standing: alert.Standing{Watch: k.watch}, StateVersion: k.judged, Blocked: k.stuck}
	if err := json.Unmarshal([]byte(k.state), &out.State); err != nil {
		panic(err)
	}
	return out
}

func (b *memoryStore) state(id int64) alert.State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rules[id].kept().State
}

func (b *memoryStore) Versions(context.Context) (all []monitor.Versions, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, k := range b.rules {
		all = append(all, monitor.Versions{ID: id, Watch: k.watch.Version, State: k.judged})
	}
	return all, nil
}

func (b *memoryStore) All(context.Context) (all []monitor.StoredRule, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.rules)) {
		all = append(all, b.rules[id].kept())
	}
	return all, nil
}

func (b *memoryStore) One(_ context.Context, id int64) (monitor.StoredRule, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.rules[id]
	if k == nil {
		return monitor.StoredRule{}, false, nil
	}
	return k.kept(), true, nil
}

func (b *memoryStore) Advance(_ context.Context, at time.Time, changes []monitor.StateChange, by monitor.ChangedBy) (lost []int64, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range changes {
		k := b.rules[m.Rule]
		if k == nil || k.judged != m.StateVersion {
			lost = append(lost, m.Rule)
			continue
		}
		k.state = m.State
		k.judged++
		for _, s := range m.Notices {
			b.say(at, m.Rule, s)
		}
		if by != (monitor.ChangedBy{}) {
			b.changes = append(b.changes, by)
		}
	}
	return lost, nil
}

func (b *memoryStore) say(at time.Time, rule int64, s monitor.Notice) {
	for _, o := range b.out {
		if s.Edit && o.Edit && o.Rule == rule && o.Episode == s.Episode {
			o.Body, o.Made = s.Body, at
			o.Revision++
			if o.done {
				o.notBefore, o.done, o.Attempt = time.Time{}, false, 0
			}
			return
		}
	}
	b.out = append(b.out, &outRow{DueNotice: monitor.DueNotice{ID: int64(len(b.out) + 1), Rule: rule, Notice: s, Made: at}})
}

func (b *memoryStore) Claim(_ context.Context, holder string, hold time.Duration, at time.Time, most int) (due []monitor.DueNotice, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.rules)) {
		k := b.rules[id]
		if len(due) == most || time.Now().Before(k.until) {
			continue
		}
		if o := b.next(id); o != nil {
			k.holder, k.until = holder, time.Now().Add(hold)
			due = append(due, o.DueNotice)
			o.Attempt++
			if o.Sent.IsZero() {
				o.Sent = at
			}
		}
	}
	return due, nil
}

// next is what is due of a rule: the edit of a message, or the first line.
func (b *memoryStore) next(rule int64) *outRow {
	var first *outRow
	for _, o := range b.out {
		if o.done || o.Rule != rule {
			continue
		}
		if o.Edit && !time.Now().Before(o.notBefore) {
			return o
		}
		if !o.Edit && first == nil {
			first = o
		}
	}
	if first != nil && time.Now().Before(first.notBefore) {
		return nil
	}
	return first
}

func (b *memoryStore) end(holder string, d monitor.DueNotice, end func(*outRow)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.out[d.ID-1]; !o.done {
		end(o)
	}
	if k := b.rules[d.Rule]; k.holder == holder {
		k.until = time.Time{}
	}
}

func (b *memoryStore) Finish(_ context.Context, holder string, d monitor.DueNotice, _ time.Time) error {
	b.end(holder, d, func(o *outRow) { o.done = o.Revision == d.Revision })
	return nil
}

func (b *memoryStore) Delay(_ context.Context, holder string, d monitor.DueNotice, after time.Duration) error {
	b.end(holder, d, func(o *outRow) { o.notBefore, o.Sent = time.Now().Add(after), d.Sent })
	return nil
}

func (b *memoryStore) Message(_ context.Context, rule int64, episode int) (monitor.PostedMessage, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m, ok := b.messages[[2]int64{rule, int64(episode)}]
	return m, ok, nil
}

func (b *memoryStore) SetMessage(_ context.Context, m monitor.PostedMessage) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages[[2]int64{m.Rule, int64(m.Episode)}] = m
	return nil
}

func (b *memoryStore) SetBlocked(_ context.Context, rule int64, why string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules[rule].stuck = why
	return nil
}

func (b *memoryStore) BeginOutage(_ context.Context, since time.Time) (from, told time.Time, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.from.IsZero() {
		b.from = since
	}
	return b.from, b.told, nil
}

func (b *memoryStore) Outage(context.Context) (from, told time.Time, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.from, b.told, nil
}

func (b *memoryStore) OutageTold(_ context.Context, at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = at
	return nil
}

func (b *memoryStore) EndOutage(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.from, b.told = time.Time{}, time.Time{}
	return nil
}
