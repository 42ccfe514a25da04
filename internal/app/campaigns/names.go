// Package campaigns knows campaigns by name: those that the account lists, and those that have a reading.
package campaigns

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
	"ahtbot/ozonetel"
)

const (
	listEvery    = 24 * time.Hour  // how old the account's list gets by itself
	listWanted   = time.Hour       // … and when a name is asked for that it lacks
	listPatience = 2 * time.Minute // for a turn in the allowance, behind everybody else
	mostNames    = 5000            // of campaigns seen
	unkeptName   = 24 * time.Hour  // how long a name is known that could not be kept
)

// namesStore is what names keeps in the database.
type namesStore interface {
	store.Campaigns
	store.Leases
	SeenTargets(ctx context.Context, kind aht.Kind, most int) ([]string, error)
}

// Names are the campaigns known by name, as commands asks for them: the account's own list
// and those with readings, in memory. The list is fetched rarely and by one process, and
// kept; so is when fetching it failed. It is a view (docs/design.md): what this process reads
// is known at once, and what others read or forget from the next [names.Look] on.
type Names struct {
	fetch  func(context.Context) ([]ozonetel.Campaign, error)
	db     namesStore
	holder string // of the lease on fetching: this process
	log    *slog.Logger
	want   chan struct{}
	ready  chan struct{} // closed when serve has looked for the first time

	turns view.Turns

	mu     sync.RWMutex
	all    []string
	list   store.CampaignList
	seen   map[string]sighting
	wanted bool
}

// sighting is a campaign that has a reading. One of before a look stays only if the look finds
// it, unless it could not be kept.
type sighting struct {
	at   time.Time // when this process kept a reading of it last; zero: another did
	kept bool
}

// New returns names that fetch the account's list with fetch and keep it in db. holder
// names this process among those that share db. They know nothing before [names.Serve].
func New(fetch func(context.Context) ([]ozonetel.Campaign, error), db namesStore, holder string, log *slog.Logger) *Names {
	return &Names{
		fetch: fetch, db: db, holder: holder, log: log, want: make(chan struct{}, 1), ready: make(chan struct{}), turns: view.NewTurns(),
	}
}

// Campaigns returns the names known, sorted, which is not to be changed, and when the
// account's list was fetched; zero: never.
func (n *Names) Campaigns() (all []string, listed time.Time) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.all, n.list.Listed
}

// Want has the list fetched anew when it is older than an hour, since a name was asked for
// that is not in it. It never blocks.
func (n *Names) Want() {
	now := time.Now()
	n.mu.Lock()
	n.wanted = n.wanted || now.Sub(n.list.Listed) >= listWanted
	due := n.dueAt(now)
	n.mu.Unlock()
	if due {
		select {
		case n.want <- struct{}{}:
		default:
		}
	}
}

// due reports whether the list is to be fetched now.
func (n *Names) due(now time.Time) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.dueAt(now)
}

// dueAt is due. n.mu is held.
func (n *Names) dueAt(now time.Time) bool {
	age := now.Sub(n.list.Listed)
	return !now.Before(n.list.Retry) && (age >= listEvery || n.wanted && age >= listWanted)
}

// Serve keeps the names up to date until ctx ends.
func (n *Names) Serve(ctx context.Context) {
	for first := true; ; first = false {
		n.Look(ctx)
		if n.due(time.Now()) {
			n.update(ctx)
		}
		if first {
			close(n.ready)
		}
		select {
		case <-time.After(view.Every):
		case <-n.want:
		case <-ctx.Done():
			return
		}
	}
}

// Ready is closed when [names.Serve] has looked for the first time.
func (n *Names) Ready() <-chan struct{} { return n.ready }

// Look reads what is kept. When the database does not answer, the old names stay.
func (n *Names) Look(ctx context.Context) {
	n.turns.Look(ctx, func(began time.Time) { n.look(ctx, began) })
}

func (n *Names) look(ctx context.Context, began time.Time) {
	list, err := n.db.Campaigns(ctx)
	found, seenErr := n.db.SeenTargets(ctx, aht.KindCampaign, mostNames)
	if err := errors.Join(err, seenErr); err != nil {
		n.log.DebugContext(ctx, "names of campaigns not read", "err", err)
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !list.Listed.Before(n.list.Listed) { // else ours could not be kept
		n.list = list
	}
	seen := make(map[string]sighting, len(found))
	for _, name := range found {
		seen[name] = sighting{kept: true}
	}
	for name, s := range n.seen {
		late := !s.at.Before(began) // the look may have missed it
		beyond := (!s.kept || len(found) == mostNames) && began.Sub(s.at) < unkeptName
		if _, is := seen[name]; late || !is && beyond {
			seen[name] = s
		}
	}
	n.seen = seen
	n.merge()
}

// Add makes the name of a campaign known that a reading has just come of; kept is whether the
// database has it.
func (n *Names) Add(t aht.Target, kept bool) {
	if t.Kind() != aht.KindCampaign {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	s, was := n.seen[t.Name()]
	if n.seen == nil {
		n.seen = map[string]sighting{}
	}
	n.seen[t.Name()] = sighting{time.Now(), kept || s.kept}
	if !was {
		n.merge()
	}
}

// merge makes all of the list and of what was seen. A name that differs from the list's in
// case alone was typed that way, and is left out. n.mu is held.
func (n *Names) merge() {
	known := make(map[string]bool, len(n.list.Campaigns))
	all := make([]string, 0, len(n.list.Campaigns)+len(n.seen))
	for _, c := range n.list.Campaigns {
		known[strings.ToLower(c.Name)] = true
		all = append(all, c.Name)
	}
	for name := range n.seen {
		if !known[strings.ToLower(name)] {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	n.all = slices.Compact(all)
}

// update fetches the list, unless another process does or has just done so.
func (n *Names) update(ctx context.Context) {
	got, _, err := n.db.Claim(ctx, listLease, n.holder, listPatience+time.Minute)
	if err != nil || !got {
		return
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), store.Patience)
		defer cancel()
		_ = n.db.Unclaim(ctx, listLease, n.holder) // it ends by itself
	}()
	if n.Look(ctx); !n.due(time.Now()) {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	fetched, err := n.fetch(bounded)
	switch {
	case ctx.Err() != nil || errors.Is(err, ozonetel.ErrClosed):
	case err != nil:
		n.postpone(ctx, err, time.Now())
	default:
		n.replace(ctx, fetched, time.Now())
	}
}

// listLease is who may fetch the list.
const listLease = "list of campaigns"

// replace keeps a list that was fetched at now.
func (n *Names) replace(ctx context.Context, fetched []ozonetel.Campaign, now time.Time) {
	list := store.CampaignList{Listed: now.Truncate(time.Millisecond)}
	for _, c := range fetched {
		list.Campaigns = append(list.Campaigns, store.Campaign{Name: c.Name, Position: c.Position})
	}
	n.mu.Lock()
	n.list, n.wanted = list, false
	n.merge()
	n.mu.Unlock()
	n.log.InfoContext(ctx, "campaigns listed", "campaigns", len(fetched))
	if err := n.db.ReplaceCampaigns(ctx, list.Campaigns, list.Listed); err != nil {
		n.log.WarnContext(ctx, "list of campaigns not kept", "err", err)
	}
}

// postpone keeps that fetching failed with err, for as long as the cause is likely to last.
func (n *Names) postpone(ctx context.Context, err error, now time.Time) {
	wait := time.Hour
	if e, ok := errors.AsType[*ozonetel.Error](err); ok {
		if e.Class == ozonetel.Auth || e.Class == ozonetel.Refused { // a person must act, or nobody can
			wait = 6 * time.Hour
		}
		wait = max(wait, e.RetryIn())
	}
	retry := now.Add(wait)
	n.mu.Lock()
	n.list.Retry, n.wanted = retry, false
	n.mu.Unlock()
	n.log.InfoContext(ctx, "campaigns not listed: names come from readings", "err", err, "retry", retry)
	if err := n.db.PostponeCampaigns(ctx, retry); err != nil {
		n.log.WarnContext(ctx, "failure to list campaigns not kept", "err", err)
	}
}
