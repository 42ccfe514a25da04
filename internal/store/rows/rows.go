// Package rows is the part of the store that both engines share: everything but opening,
// migrating, backing up and the ledger's take. It runs the generated statements of package
// query through database/sql and knows no engine; an engine hands it two pools and a clock.
package rows

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// beyond is how far ahead a hold or a lease may reach. What reaches further was left by a
// clock that has been set back since.
const beyond = 10 * time.Minute

// errSlow is the cause of a call that met [store.Patience].
var errSlow = errors.New("no answer from the database in time")

// Engine is what an engine gives.
type Engine struct {
	// Write runs transactions; on SQLite it is one connection whose transactions are
	// immediate.
	Write *sql.DB
	// Read runs single statements that change nothing. It may be the same as Write.
	Read *sql.DB
	// Now returns what stands for now_ms() in a statement: the engine's clock in
	// milliseconds UTC, as SQL. It must not wait.
	Now func() string
	// Again reports whether an operation that failed with err, and so had no effect, is to be
	// tried again for as long as there is time.
	Again func(err error) bool
	// Schema is the version of the schema that the database has.
	Schema int64
	// Take is the ledger's one atomic statement: a row with the slot taken, or none.
	Take func(ctx context.Context, t Take) *sql.Row
	// Cause sorts an error of the engine; empty when it is the statement's own fault and says
	// nothing about the database.
	Cause func(err error) store.Cause
	// Prove writes as much as calls do, and takes it back: [store.Gate.Prove].
	Prove func(ctx context.Context) error
	// Room is [store.Gate.Room]; nil for a server.
	Room func() int64
}

// Take is the question of the ledger's take.
type Take struct {
	Ledger string // which ledger
	Holder string // who takes
	Early  bool   // may take a slot that has begun to count while the ledger opens
	Spare  int64  // how many further slots must be free
	Hold   int64  // how long it is held, in milliseconds
}

// Rows satisfies [store.Store] but for Backup and Close.
type Rows struct {
	engine Engine
	gate   store.Gate
	beats  atomic.Int64 // heartbeats of this process
}

// New returns the shared part on top of e, whose fields must be set where they don't say
// what nil means.
func New(e Engine) *Rows {
	r := &Rows{engine: e}
	r.gate.Room = e.Room
	r.gate.Cause = func(err error) store.Cause { return cause(e.Cause, err) }
	r.gate.Prove = func(ctx context.Context) error { return r.tried(ctx, e.Prove) }
	return r
}

// Watch is [store.Upkeep.Watch].
func (r *Rows) Watch(changed func(store.Condition)) { r.gate.Watch(changed) }

// Condition is [store.Upkeep.Condition].
func (r *Rows) Condition() store.Condition { return r.gate.Condition() }

// Ping is [store.Upkeep.Ping].
func (r *Rows) Ping(ctx context.Context) error {
	bounded, cancel := context.WithTimeoutCause(ctx, store.Patience, errSlow)
	defer cancel()
	return refused(ctx, "ping", r.gate.Probe(bounded, "ping"))
}

// do runs f, which changes nothing, within [store.Patience], again and again while the
// engine says that its error passes, and words its error as [Word] does.
func (r *Rows) do(ctx context.Context, op string, f func(context.Context) error) error {
	bounded, cancel := context.WithTimeoutCause(ctx, store.Patience, errSlow)
	defer cancel()
	return r.done(ctx, op, time.Now(), r.tried(bounded, f), false)
}

// change is do for what may change something: while the store is unavailable it is not tried.
func (r *Rows) change(ctx context.Context, op string, f func(context.Context) error) error {
	bounded, cancel := context.WithTimeoutCause(ctx, store.Patience, errSlow)
	defer cancel()
	began := time.Now()
	if err := r.gate.Enter(bounded, op); err != nil {
		return refused(ctx, op, err)
	}
	return r.done(ctx, op, began, r.tried(bounded, f), true)
}

// tried runs f, again while its error passes and bounded lasts. An error that was tried
// again until the time ended is the one that counts.
func (r *Rows) tried(bounded context.Context, f func(context.Context) error) error {
	var passing error
	err := f(bounded)
	for err != nil && bounded.Err() == nil && r.engine.Again(err) {
		passing = err
		err = f(bounded)
	}
	if err != nil && bounded.Err() != nil && passing != nil {
		err = passing
	}
	if err != nil && errors.Is(context.Cause(bounded), errSlow) {
		err = fmt.Errorf("%w: %w", errSlow, err)
	}
	return err
}

// done words err, the outcome of op since began, and has the gate know. That a caller had
// little time, or gave up, says nothing about the database.
func (r *Rows) done(ctx context.Context, op string, began time.Time, err error, write bool) error {
	if err == nil {
		return nil
	}
	why := cause(r.engine.Cause, err)
	if why != "" && (ctx.Err() == nil || !errors.Is(ctx.Err(), context.Canceled) && time.Since(began) > store.Patience*3/4) {
		r.gate.Failed(why, err, write)
	}
	return Word(ctx, op, why, err)
}

// cause sorts err by the engine's rules, and by ours when it was the time that ended.
func cause(engine func(error) store.Cause, err error) store.Cause {
	why := engine(err)
	if why != store.Locked && (errors.Is(err, errSlow) || errors.Is(err, context.DeadlineExceeded)) {
		return store.Slow
	}
	return why
}

// refused words an error of the gate.
func refused(ctx context.Context, op string, err error) error {
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("store: %s: %w", op, context.Cause(ctx))
	}
	return err
}

// Word words err, the outcome of op under ctx: what the database could not do for a cause is
// a [*store.UnavailableError], what the caller cancelled wraps the cause of that. A nil err stays
// nil.
func Word(ctx context.Context, op string, why store.Cause, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("store: %s: %w", op, context.Cause(ctx))
	default:
		return &store.UnavailableError{Op: op, Cause: cmp.Or(why, store.Unknown), Unkept: unkept(why), Err: err}
	}
}

// unkept reports whether a change that failed for why surely had no effect: what is refused
// is rolled back, and of what was not answered, or answered by a broken disk, nobody knows.
func unkept(why store.Cause) bool { return why == store.Locked || why.Lasts() && why != store.Damaged }

// read runs f on the reading pool.
func (r *Rows) read(ctx context.Context, op string, f func(context.Context, *query.Queries) error) error {
	return r.do(ctx, op, func(ctx context.Context) error { return f(ctx, r.on(r.engine.Read)) })
}

// once runs f, whose statements stand for themselves: a crash between two of them does no
// harm. It costs as many round trips as there are statements.
func (r *Rows) once(ctx context.Context, op string, f func(context.Context, *query.Queries) error) error {
	return r.change(ctx, op, func(ctx context.Context) error { return f(ctx, r.on(r.engine.Write)) })
}

// write runs f in a transaction, which costs two round trips more.
func (r *Rows) write(ctx context.Context, op string, f func(context.Context, *query.Queries) error) error {
	return r.change(ctx, op, func(ctx context.Context) error {
		tx, err := r.engine.Write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after a commit it does nothing
		if err := f(ctx, r.on(tx)); err != nil {
			return err
		}
		return tx.Commit()
	})
}

// on returns the statements, run on db by the engine's clock.
func (r *Rows) on(db query.DBTX) *query.Queries { return query.New(clocked{db, r.engine.Now}) }

// clocked puts the engine's clock in the place of now_ms(). The time of a statement is so
// part of it, and needs no question before it.
type clocked struct {
	query.DBTX
	now func() string
}

func (d clocked) withClock(statement string) string {
	if !strings.Contains(statement, "now_ms()") {
		return statement
	}
	return strings.ReplaceAll(statement, "now_ms()", d.now())
}

func (d clocked) ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return d.DBTX.ExecContext(ctx, d.withClock(statement), args...)
}

func (d clocked) QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return d.DBTX.QueryContext(ctx, d.withClock(statement), args...)
}

func (d clocked) QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row {
	return d.DBTX.QueryRowContext(ctx, d.withClock(statement), args...)
}

// hashed hides a key that may contain somebody's name.
func hashed(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// ceilMilliseconds returns d in milliseconds, a started one counted whole.
func ceilMilliseconds(d time.Duration) int64 { return (d + time.Millisecond - 1).Milliseconds() }

// within returns d in milliseconds, from 1 ms to most.
func within(d, most int64) int64 { return max(1, min(d, most)) }

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// timeColumn is a time as a row has it: zero is 0.
func timeColumn(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// columnTime is a row's time: 0 is zero.
func columnTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return at(ms)
}

// boolColumn is a truth as a row has it.
func boolColumn(set bool) int64 {
	if set {
		return 1
	}
	return 0
}
