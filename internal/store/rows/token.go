package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store/query"
)

// issueWindow is the time in which the upstream counts the tokens it issues.
const issueWindow = time.Hour

// LoadToken is [store.TokenRow.LoadToken].
func (r *Rows) LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error) {
	err = r.read(ctx, "load the token", func(ctx context.Context, q *query.Queries) error {
		row, err := q.ReadToken(ctx, account)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		gen = row.Gen
		if gen > 0 {
			sealed, expires = row.Sealed, at(row.Expires)
		}
		now, err := r.engine.Now(ctx, r.engine.Read)
		if err != nil {
			return err
		}
		times, err := q.IssuesSince(ctx, query.IssuesSinceParams{Account: account, Since: now - issueWindow.Milliseconds()})
		for _, t := range times {
			issued = append(issued, at(t))
		}
		return err
	})
	if err != nil {
		return 0, nil, time.Time{}, nil, err
	}
	return gen, sealed, expires, issued, nil
}

// LeaseToken is [store.TokenRow.LeaseToken].
func (r *Rows) LeaseToken(ctx context.Context, account, holder string, gen int64, most int, d time.Duration) (got bool, wait time.Duration, err error) {
	err = r.write(ctx, "lease the token", func(ctx context.Context, q *query.Queries, now int64) error {
		got, wait = false, 0
		if err := q.MakeToken(ctx, query.MakeTokenParams{Account: account, Sealed: []byte{}}); err != nil {
			return err
		}
		row, err := q.LockToken(ctx, account)
		if err != nil || row.Gen != gen {
			return err
		}
		if row.LeaseUntil > now && row.LeaseUntil <= now+beyond.Milliseconds() {
			wait = milliseconds(within(row.LeaseUntil-now, max(d.Milliseconds(), 1)))
			return nil
		}
		since := now - issueWindow.Milliseconds()
		issues, err := q.IssuesSince(ctx, query.IssuesSinceParams{Account: account, Since: since})
		if err != nil {
			return err
		}
		if len(issues) >= most {
			wait = untilOver(issues, most, since)
			return nil
		}
		got = true
		return lease(ctx, q, query.LeaseTokenParams{Account: account, Holder: holder, LeaseUntil: now + min(d, beyond).Milliseconds()}, gen, now)
	})
	return got && err == nil, wait, err
}

// untilOver returns when fewer than most of issues, oldest first, are younger than an hour.
func untilOver(issues []int64, most int, since int64) time.Duration {
	if most <= 0 {
		return issueWindow
	}
	return milliseconds(within(issues[len(issues)-most]-since, issueWindow.Milliseconds()))
}

// lease takes the lease, logs the issue and drops log lines nobody counts any more. Two
// hours are kept, so that a clock set back by less than one takes no line away.
func lease(ctx context.Context, q *query.Queries, l query.LeaseTokenParams, gen, now int64) error {
	if err := q.LeaseToken(ctx, l); err != nil {
		return err
	}
	if err := q.LogIssue(ctx, query.LogIssueParams{Account: l.Account, Gen: gen, Holder: l.Holder, At: now}); err != nil {
		return err
	}
	return q.DropIssues(ctx, query.DropIssuesParams{Account: l.Account, Before: now - 2*issueWindow.Milliseconds()})
}

// StoreToken is [store.TokenRow.StoreToken].
func (r *Rows) StoreToken(ctx context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error) {
	var n int64
	err := r.once(ctx, "store the token", func(ctx context.Context, q *query.Queries, _ int64) (err error) {
		n, err = q.StoreToken(ctx, query.StoreTokenParams{
			Account: account, Holder: holder, Gen: gen, Sealed: append([]byte{}, sealed...), Expires: expires.UnixMilli(),
		})
		return err
	})
	return n == 1, err
}

// ReleaseToken is [store.TokenRow.ReleaseToken].
func (r *Rows) ReleaseToken(ctx context.Context, account, holder string, gen int64, unlog bool) error {
	return r.write(ctx, "release the token", func(ctx context.Context, q *query.Queries, _ int64) error {
		n, err := q.EndTokenLease(ctx, query.EndTokenLeaseParams{Account: account, Holder: holder, Gen: gen})
		if err != nil || n == 0 || !unlog {
			return err
		}
		return q.TakeBackIssue(ctx, query.TakeBackIssueParams{Account: account, Holder: holder, Gen: gen})
	})
}
