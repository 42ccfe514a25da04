package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

// fakeSlack is a Poster whose messages stand as Slack keeps them.
type fakeSlack struct {
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
var errLost = fmt.Errorf("lost: %w", monitor.ErrUnsure)

type posted struct {
	monitor.Place
	thread, key string
	card        alert.Card
	update      alert.Update
	at          time.Time
	deleted     bool
}

// refused takes the next fault; done is true when it happens after the fact.
func (w *fakeSlack) refused(channel string) (done bool, err error) {
	if err := w.refuses[channel]; err != nil {
		return false, err
	}
	if len(w.next) == 0 {
		return true, nil
	}
	err, w.next = w.next[0], w.next[1:]
	return errors.Is(err, errLost) || err == nil, err
}

func (w *fakeSlack) post(channel string, p posted) (monitor.Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	done, err := w.refused(channel)
	if !done {
		return monitor.Place{}, err
	}
	p.Place = monitor.Place{Channel: channel, TS: fmt.Sprint(len(w.posts) + 1)}
	p.at = time.Now()
	w.posts = append(w.posts, &p)
	return p.Place, err
}

func (w *fakeSlack) PostCard(_ context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	return w.post(channel, posted{key: key, card: c})
}

var errGone = &monitor.PostError{Kind: monitor.FaultMessage, Code: "message_not_found"}

func (w *fakeSlack) find(at monitor.Place) *posted {
	for _, p := range w.posts {
		if p.Place == at && !p.deleted {
			return p
		}
	}
	return nil
}

func (w *fakeSlack) EditCard(_ context.Context, at monitor.Place, c alert.Card) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	done, err := w.refused(at.Channel)
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

func (w *fakeSlack) PostUpdate(_ context.Context, under monitor.Place, key string, t alert.Update) error {
	w.mu.Lock()
	parent := w.find(under)
	w.mu.Unlock()
	if parent == nil {
		return errGone
	}
	_, err := w.post(under.Channel, posted{thread: under.TS, key: key, update: t})
	return err
}

func (w *fakeSlack) Find(_ context.Context, in monitor.Place, key string, since time.Time) (found []string, _ error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.blind {
		return nil, monitor.ErrNotReadable
	}
	for _, p := range w.posts {
		if p.Channel == in.Channel && p.thread == in.TS && p.key == key && !p.deleted && !p.at.Before(since.Add(-time.Minute)) {
			found = append(found, p.TS)
		}
	}
	return found, nil
}

func (w *fakeSlack) Delete(_ context.Context, at monitor.Place) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.find(at); p != nil {
		p.deleted = true
	}
	return nil
}

func (w *fakeSlack) TellMaker(_ context.Context, watch alert.Watch, code string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.refuses[watch.By]; err != nil {
		return err
	}
	w.makers = append(w.makers, watch.By+" "+code)
	return nil
}

func (w *fakeSlack) TellAdmins(_ context.Context, o alert.Outage) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.admins = append(w.admins, o)
	return nil
}

// refuse makes a channel take nothing; a nil err makes it take everything again.
func (w *fakeSlack) refuse(channel string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuses[channel] = err
}

// notices are what ADMINS were told, and makers which makers were told what.
func (w *fakeSlack) notices() (admins []alert.Outage, makers []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.admins), slices.Clone(w.makers)
}

// parents are the messages that stand in channel.
func (w *fakeSlack) parents(channel string) (all []*posted) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.posts {
		if p.Channel == channel && p.thread == "" && !p.deleted {
			copied := *p
			all = append(all, &copied)
		}
	}
	return all
}

// thread is what stands under a message, in words.
func (w *fakeSlack) thread(under *posted) (lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.posts {
		if p.thread == under.TS && !p.deleted {
			lines = append(lines, updateWords(p.update))
		}
	}
	return lines
}

// lates is how late each line says it is.
func (w *fakeSlack) lates() (all []time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.posts {
		if p.thread != "" {
			all = append(all, p.update.Late)
		}
	}
	return all
}

func updateWords(t alert.Update) string {
	words := string(t.Why)
	switch {
	case t.Reminder && t.Last:
		words = "last reminder"
	case t.Reminder:
		words = "reminder"
	case t.Action == alert.Acked:
		words = "acked by " + t.Person
	case t.Action == alert.Muted:
		words = "muted by " + t.Person
	}
	if t.Repeated {
		words += " again"
	}
	return words
}

// readings are what was read.
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
