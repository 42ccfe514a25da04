package alert_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// errCrash is what everything answers once a process was killed.
var errCrash = errors.New("the process was killed")

// book is a Book in memory, by the rules of the store's.
type book struct {
	mu       sync.Mutex
	rules    map[int64]*keptRule
	out      []*outRow
	messages map[[2]int64]alert.Message
	from     time.Time
	told     time.Time
	changes  []alert.By
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
	alert.Due
	notBefore time.Time
	done      bool
}

func newBook() *book {
	return &book{rules: map[int64]*keptRule{}, messages: map[[2]int64]alert.Message{}}
}

func (b *book) add(w alert.Watch) alert.Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.ID, w.Version = int64(len(b.rules)+1), 1
	b.rules[w.ID] = &keptRule{watch: w, state: "{}"}
	return w
}

func (b *book) change(id int64, change func(*alert.Watch)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.rules[id]
	change(&k.watch)
	k.watch.Version++
	k.stuck = ""
}

func (k *keptRule) kept() alert.Kept {
	out := alert.Kept{Standing: alert.Standing{Watch: k.watch}, Judged: k.judged, Stuck: k.stuck}
	if err := json.Unmarshal([]byte(k.state), &out.State); err != nil {
		panic(err)
	}
	return out
}

func (b *book) state(id int64) alert.State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rules[id].kept().State
}

func (b *book) Stamps(context.Context) (all []alert.Stamp, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, k := range b.rules {
		all = append(all, alert.Stamp{ID: id, Version: k.watch.Version, Judged: k.judged})
	}
	return all, nil
}

func (b *book) All(context.Context) (all []alert.Kept, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.rules)) {
		all = append(all, b.rules[id].kept())
	}
	return all, nil
}

func (b *book) One(_ context.Context, id int64) (alert.Kept, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.rules[id]
	if k == nil {
		return alert.Kept{}, false, nil
	}
	return k.kept(), true, nil
}

func (b *book) Advance(_ context.Context, at time.Time, moves []alert.Move, by alert.By) (lost []int64, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range moves {
		k := b.rules[m.Rule]
		if k == nil || k.judged != m.Judged {
			lost = append(lost, m.Rule)
			continue
		}
		k.state = m.State
		k.judged++
		for _, s := range m.Says {
			b.say(at, m.Rule, s)
		}
		if by != (alert.By{}) {
			b.changes = append(b.changes, by)
		}
	}
	return lost, nil
}

func (b *book) say(at time.Time, rule int64, s alert.Saying) {
	for _, o := range b.out {
		if s.Edit && o.Edit && o.Rule == rule && o.Episode == s.Episode {
			o.Doc, o.Made = s.Doc, at
			o.Rev++
			if o.done {
				o.notBefore, o.done, o.Attempt = time.Time{}, false, 0
			}
			return
		}
	}
	b.out = append(b.out, &outRow{Due: alert.Due{ID: int64(len(b.out) + 1), Rule: rule, Saying: s, Made: at}})
}

func (b *book) Claim(_ context.Context, holder string, hold time.Duration, at time.Time, most int) (due []alert.Due, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.rules)) {
		k := b.rules[id]
		if len(due) == most || time.Now().Before(k.until) {
			continue
		}
		if o := b.next(id); o != nil {
			k.holder, k.until = holder, time.Now().Add(hold)
			due = append(due, o.Due)
			o.Attempt++
			if o.Sent.IsZero() {
				o.Sent = at
			}
		}
	}
	return due, nil
}

// next is what is due of a rule: the edit of a message, or the first line.
func (b *book) next(rule int64) *outRow {
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

func (b *book) end(holder string, d alert.Due, end func(*outRow)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.out[d.ID-1]; !o.done {
		end(o)
	}
	if k := b.rules[d.Rule]; k.holder == holder {
		k.until = time.Time{}
	}
}

func (b *book) Finish(_ context.Context, holder string, d alert.Due, _ time.Time) error {
	b.end(holder, d, func(o *outRow) { o.done = o.Rev == d.Rev })
	return nil
}

func (b *book) Delay(_ context.Context, holder string, d alert.Due, after time.Duration) error {
	b.end(holder, d, func(o *outRow) { o.notBefore, o.Sent = time.Now().Add(after), d.Sent })
	return nil
}

func (b *book) Message(_ context.Context, rule int64, episode int) (alert.Message, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m, ok := b.messages[[2]int64{rule, int64(episode)}]
	return m, ok, nil
}

func (b *book) SetMessage(_ context.Context, m alert.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages[[2]int64{m.Rule, int64(m.Episode)}] = m
	return nil
}

func (b *book) Stick(_ context.Context, rule int64, why string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules[rule].stuck = why
	return nil
}

func (b *book) BeginOutage(_ context.Context, since time.Time) (from, told time.Time, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.from.IsZero() {
		b.from = since
	}
	return b.from, b.told, nil
}

func (b *book) Outage(context.Context) (from, told time.Time, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.from, b.told, nil
}

func (b *book) OutageTold(_ context.Context, at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = at
	return nil
}

func (b *book) EndOutage(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.from, b.told = time.Time{}, time.Time{}
	return nil
}

// channel is where a wall's messages stand, as Slack keeps them.
type wall struct {
	mu      sync.Mutex
	posts   []*posted
	blind   bool             // nobody may look
	refuses map[string]error // by channel
	next    []error          // of the next posts and edits, one each; errLost is done all the same
	makers  []string
	admins  []alert.Outage
	edits   []time.Time
}

// errLost is a post that was done and whose answer was lost.
var errLost = fmt.Errorf("lost: %w", alert.ErrUnsure)

type posted struct {
	alert.Place
	thread, key string
	card        alert.Card
	turn        alert.Turn
	at          time.Time
	deleted     bool
}

// refused takes the next fault; done is true when it happens after the fact.
func (w *wall) refused(channel string) (err error, done bool) {
	if err := w.refuses[channel]; err != nil {
		return err, false
	}
	if len(w.next) == 0 {
		return nil, true
	}
	err, w.next = w.next[0], w.next[1:]
	return err, errors.Is(err, errLost) || err == nil
}

func (w *wall) post(channel string, p posted) (alert.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err, done := w.refused(channel)
	if !done {
		return alert.Place{}, err
	}
	p.Place = alert.Place{Channel: channel, TS: fmt.Sprint(len(w.posts) + 1)}
	p.at = time.Now()
	w.posts = append(w.posts, &p)
	return p.Place, err
}

func (w *wall) PostCard(_ context.Context, channel, key string, c alert.Card) (alert.Place, error) {
	return w.post(channel, posted{key: key, card: c})
}

var errGone = &alert.PostError{Kind: alert.FaultMessage, Code: "message_not_found"}

func (w *wall) find(at alert.Place) *posted {
	for _, p := range w.posts {
		if p.Place == at && !p.deleted {
			return p
		}
	}
	return nil
}

func (w *wall) EditCard(_ context.Context, at alert.Place, c alert.Card) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err, done := w.refused(at.Channel)
	if !done {
		return err
	}
	p := w.find(at)
	if p == nil {
		return errGone
	}
	p.card = c
	w.edits = append(w.edits, time.Now())
	return err
}

func (w *wall) PostTurn(_ context.Context, under alert.Place, key string, t alert.Turn) error {
	w.mu.Lock()
	parent := w.find(under)
	w.mu.Unlock()
	if parent == nil {
		return errGone
	}
	_, err := w.post(under.Channel, posted{thread: under.TS, key: key, turn: t})
	return err
}

func (w *wall) Find(_ context.Context, in alert.Place, key string, since time.Time) (found []string, _ error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.blind {
		return nil, alert.ErrCannotLook
	}
	for _, p := range w.posts {
		if p.Channel == in.Channel && p.thread == in.TS && p.key == key && !p.deleted && !p.at.Before(since.Add(-time.Minute)) {
			found = append(found, p.TS)
		}
	}
	return found, nil
}

func (w *wall) Delete(_ context.Context, at alert.Place) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.find(at); p != nil {
		p.deleted = true
	}
	return nil
}

func (w *wall) TellMaker(_ context.Context, watch alert.Watch, code string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.makers = append(w.makers, watch.By+" "+code)
	return nil
}

func (w *wall) TellAdmins(_ context.Context, o alert.Outage) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.admins = append(w.admins, o)
	return nil
}

// parents are the messages that stand in channel.
func (w *wall) parents(channel string) (all []*posted) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.posts {
		if p.Channel == channel && p.thread == "" && !p.deleted {
			all = append(all, p)
		}
	}
	return all
}

// thread is what stands under a message, in words.
func (w *wall) thread(under *posted) (lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.posts {
		if p.thread == under.TS && !p.deleted {
			lines = append(lines, turnWords(p.turn))
		}
	}
	return lines
}

func turnWords(t alert.Turn) string {
	words := string(t.Why)
	switch {
	case t.Reminder && t.Last:
		words = "last reminder"
	case t.Reminder:
		words = "reminder"
	case t.Did == alert.Acked:
		words = "acked by " + t.Person
	case t.Did == alert.Muted:
		words = "muted by " + t.Person
	}
	if t.Repeated {
		words += " again"
	}
	return words
}

// floor is the readings there are.
type readings struct {
	mu  sync.Mutex
	all []aht.Reading
}

func (f *readings) keep(r aht.Reading) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, r)
}

func (f *readings) since(_ context.Context, since time.Time, most int) (out []aht.Reading, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.At.After(since) && len(out) < most {
			out = append(out, r)
		}
	}
	return out, nil
}

func (f *readings) history(_ context.Context, t aht.Target, from, to time.Time, most int) (out []aht.Reading, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.Target == t && !r.At.Before(from) && r.At.Before(to) {
			out = append(out, r)
		}
	}
	return out[max(0, len(out)-most):], nil
}
