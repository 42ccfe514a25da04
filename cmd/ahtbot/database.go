package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
	"ahtbot/internal/store/sqlite"
	"ahtbot/ozonetel"
)

// openStore opens the database DATABASE_URL names, its schema up to date.
func openStore(ctx context.Context, databaseURL string) (store.Store, error) {
	open := sqlite.Open
	if strings.HasPrefix(databaseURL, "postgres") {
		open = postgres.Open
	}
	db, err := open(ctx, databaseURL, release())
	for try := 1; errors.Is(err, store.ErrAway) && ctx.Err() == nil && try < 5; try++ { // a busy disk, or others that migrate
		db, err = open(ctx, databaseURL, release())
	}
	if _, newer := errors.AsType[*store.NewerError](err); newer {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: the database can't be opened (%w): %s", err, storeTodo(err))
	}
	return db, nil
}

// engine is what people call the database of a URL.
func engine(databaseURL string) string {
	if strings.HasPrefix(databaseURL, "postgres") {
		return "PostgreSQL"
	}
	return "SQLite"
}

// databaseURL checks DATABASE_URL without quoting it, since it may hold a password.
func (f *faults) databaseURL(given secret) secret {
	raw := cmp.Or(given.reveal(), "sqlite://ahtbot.db")
	u, err := url.Parse(raw)
	ok := err == nil
	switch {
	case ok && u.Scheme == "sqlite":
		ok = len(raw) > len("sqlite://")
	case ok && (u.Scheme == "postgres" || u.Scheme == "postgresql"):
		ok = u.Path != "" && u.Path != "/"
	default:
		ok = false
	}
	if !ok {
		f.add("DATABASE_URL", "want sqlite://FILE or postgres://USER@HOST/DATABASE: leave it empty for sqlite://ahtbot.db")
	}
	return newSecret(raw)
}

// shelf is the database and what of it is in memory.
type shelf struct {
	db     store.Store
	recent *store.Recent
	unkept *unkept
	state  *storeState
	goals  *goals
	engine string // what people call the database
	id     string // of this process, among those that share the database
	log    *slog.Logger
	live   atomic.Int64 // processes heard of in the last minute, this one included
	most   atomic.Int64 // the largest number of them today
}

// openShelf opens the database and makes the ledger as large as the allowance. A new one
// opens slowly, since the account may have been used until now.
func openShelf(ctx context.Context, s settings, log *slog.Logger) (*shelf, error) {
	db, err := openStore(ctx, s.database.reveal())
	if err != nil {
		return nil, err
	}
	if err := makeLedger(ctx, db, s.perMinute, false); err != nil {
		return nil, errors.Join(fmt.Errorf("the ledger of requests can't be made (%w): %s", err, storeTodo(err)), db.Close())
	}
	return newShelf(db, engine(s.database.reveal()), log), nil
}

// newShelf returns the shelf of db, which engine names.
func newShelf(db store.Store, engine string, log *slog.Logger) *shelf {
	sh := &shelf{
		db: db, recent: new(store.Recent), unkept: &unkept{db: db}, state: newStoreState(log),
		goals: newGoals(db, log), engine: engine, id: processID(), log: log,
	}
	db.Watch(sh.state.changed)
	return sh
}

// demoShelf is a shelf in memory, of an account that nobody has used.
func demoShelf(ctx context.Context, s settings, log *slog.Logger) (*shelf, error) {
	db, err := sqlite.OpenMemory(ctx, release())
	if err != nil {
		return nil, err
	}
	if err := makeLedger(ctx, db, s.perMinute, true); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newShelf(db, "SQLite, in memory", log), nil
}

// makeLedger makes the ledger n slots large. A busy disk may need longer for many slots
// than the store's patience, so it is tried for half a minute.
func makeLedger(ctx context.Context, db store.Store, n int, fresh bool) error {
	for began := time.Now(); ; {
		err := db.Resize(ctx, n, fresh)
		if !errors.Is(err, store.ErrAway) || ctx.Err() != nil || time.Since(began) > 30*time.Second {
			return err
		}
	}
}

// share makes an upstream client use what all processes share.
func (s *shelf) share(c *ozonetel.Config) {
	c.Ledger, c.Tokens, c.Leases, c.Latest, c.Keep = s.db, s.db, s.db, s.latest, s.keep
	c.Away = isAway
	c.Processes = func() int { return max(1, int(s.most.Load())) }
}

// keep keeps a reading in memory, and in the database: at once, or when that is back.
func (s *shelf) keep(r aht.Reading, asked time.Time) error {
	s.recent.Keep(r)
	ctx, cancel := context.WithTimeout(context.Background(), store.Patience)
	defer cancel()
	err := s.db.KeepReading(ctx, r.Target, r.Mean, asked, r.At)
	if isAway(err) {
		return s.unkept.add(r, asked)
	}
	return err
}

// catchUp has the database keep what was read while it was away.
func (s *shelf) catchUp(ctx context.Context) error {
	n, err := s.unkept.write(ctx)
	if n > 0 {
		s.log.InfoContext(ctx, "readings of the time without a store are kept", "readings", n, "waiting", s.unkept.count())
	}
	return err
}

// latest is the newest reading of t that any process has kept, and brings it into memory.
func (s *shelf) latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
	r, ok, err := s.db.LatestReading(ctx, t)
	if ok && err == nil {
		s.recent.Keep(r)
	}
	return r, ok, err
}

// history are the kept readings of t: a week of one every five minutes at most.
func (s *shelf) history(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
	kept, err := s.db.ReadingsBetween(ctx, t, from, to.Add(time.Millisecond), 2500)
	return s.unkept.with(kept, t, from, to.Add(time.Millisecond)), err
}

// first reports whether no other process took a delivery. When the database can't tell,
// it is taken: an answer seen twice is better than none.
func (s *shelf) first(ctx context.Context, key string) bool {
	ctx, cancel := context.WithTimeout(ctx, store.Patience)
	defer cancel()
	first, err := s.db.FirstDelivery(ctx, key, 10*time.Minute)
	return first || err != nil
}

// costs are the targets that cost most requests today.
func (s *shelf) costs(zone *time.Location) func(context.Context) []commands.Cost {
	return func(ctx context.Context) []commands.Cost {
		now := time.Now().In(zone)
		midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
		counts, err := s.db.AskCounts(ctx, midnight, 5)
		if err != nil {
			return nil
		}
		var out []commands.Cost
		for _, c := range counts {
			out = append(out, commands.Cost{Target: c.Target, Asked: c.Asked})
		}
		return out
	}
}

// warm reads the last day into memory, so that a restart forgets no change.
func (s *shelf) warm(ctx context.Context) {
	since := time.Now().Add(-24 * time.Hour)
	newest, err := s.db.RecentReadings(ctx, since, 2000)
	if err != nil {
		s.log.WarnContext(ctx, "readings of the last day not read", "err", err)
		return
	}
	for _, r := range newest {
		past, err := s.db.ReadingsBetween(ctx, r.Target, since, r.At.Add(time.Millisecond), 200)
		if err != nil {
			return
		}
		for _, p := range past {
			s.recent.Keep(p)
		}
	}
}

// serve keeps the memory up to date and tends the database until the returned function is
// called.
func (s *shelf) serve(ctx context.Context, retention time.Duration) (stop func()) {
	tending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var both sync.WaitGroup
	both.Go(func() { s.follow(tending) })
	both.Go(func() { s.tend(tending, retention) })
	return func() { cancel(); both.Wait() }
}

func (s *shelf) close(ctx context.Context) {
	if s.unkept.count() > 0 {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), store.Patience)
		defer cancel()
		if err := s.catchUp(last); err != nil {
			s.log.WarnContext(ctx, "readings are lost: the store is away at the end", "readings", s.unkept.count(), "err", err)
		}
	}
	if err := s.db.Close(); err != nil {
		s.log.WarnContext(ctx, "store not closed cleanly", "err", err)
	}
}

// tend keeps the database in order until ctx ends: it says that this process lives, tries a
// database that is away, has it keep what waits, and removes readings older than retention.
func (s *shelf) tend(ctx context.Context, retention time.Duration) {
	for round := 0; ; round++ {
		var err error
		if s.db.Condition().Away() {
			err = s.db.Ping(ctx)
		}
		if err == nil {
			err = errors.Join(s.beat(ctx), s.catchUp(ctx))
		}
		if round%180 == 0 { // once an hour
			s.prune(ctx, retention)
		}
		nap := 20 * time.Second
		if err != nil {
			nap = 5 * time.Second // readiness waits for it
		}
		select {
		case <-time.After(nap):
		case <-s.state.change:
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), store.Patience)
			defer cancel()
			_ = s.db.Goodbye(bye, s.id) // it is taken off the count in a minute anyway
			return
		}
	}
}

// beat says that this process lives, and counts those that do.
func (s *shelf) beat(ctx context.Context) error {
	live, most, err := s.db.Heartbeat(ctx, s.id)
	if err == nil {
		s.live.Store(int64(live))
		s.most.Store(int64(most))
	}
	return err
}

func (s *shelf) prune(ctx context.Context, retention time.Duration) {
	const batch = 5000
	for {
		n, err := s.db.PruneReadings(ctx, time.Now().Add(-retention), batch)
		if err != nil || n < batch {
			return
		}
	}
}
