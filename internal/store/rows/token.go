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
		issues, err := issuesOf(ctx, q, account)
		for _, i := range issues {
			issued = append(issued, at(i.At))
		}
		return err
	})
	if err != nil {
		return 0, nil, time.Time{}, nil, err
	}
	return gen, sealed, expires, issued, nil
}

func issuesOf(ctx context.Context, q *query.Queries, account string) ([]query.IssuesWithinRow, error) {
	return q.IssuesWithin(ctx, query.IssuesWithinParams{Account: account, Back: issueWindow.Milliseconds()})
}

// LeaseToken is [store.TokenRow.LeaseToken].
func (r *Rows) LeaseToken(ctx context.Context, account, holder string, gen int64, most int, d time.Duration) (got bool, wait time.Duration, err error) {
	err = r.write(ctx, "lease the token", func(ctx context.Context, q *query.Queries) error {
		got, wait = false, 0
		row, err := q.LockToken(ctx, query.LockTokenParams{Account: account, Sealed: []byte{}})
		if err != nil || row.Gen != gen {
			return err
		}
		if row.LeaseLeft > 0 && row.LeaseLeft <= beyond.Milliseconds() {
			wait = milliseconds(within(row.LeaseLeft, max(d.Milliseconds(), 1)))
			return nil
		}
		issues, err := issuesOf(ctx, q, account)
		if err != nil {
			return err
		}
		if len(issues) >= most {
			wait = untilOver(issues, most)
			return nil
		}
		got = true
		err = q.LeaseToken(ctx, query.LeaseTokenParams{Account: account, Holder: holder, Hold: min(d, beyond).Milliseconds()})
		if err != nil {
			return err
		}
		return q.LogIssue(ctx, query.LogIssueParams{Account: account, Gen: gen, Holder: holder})
	})
	return got && err == nil, wait, err
}

// untilOver returns when fewer than most of issues, oldest first, are younger than an hour.
func untilOver(issues []query.IssuesWithinRow, most int) time.Duration {
	if most <= 0 {
		return issueWindow
	}
	return milliseconds(within(issues[len(issues)-most].LeftMs, issueWindow.Milliseconds()))
}

// StoreToken is [store.TokenRow.StoreToken].
func (r *Rows) StoreToken(ctx context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error) {
	return changed(ctx, r.once, "store the token", (*query.Queries).StoreToken, query.StoreTokenParams{
		Account: account, Holder: holder, Gen: gen, Sealed: append([]byte{}, sealed...), Expires: expires.UnixMilli(),
	})
}

// ReleaseToken is [store.TokenRow.ReleaseToken].
func (r *Rows) ReleaseToken(ctx context.Context, account, holder string, gen int64, unlog bool) error {
	return r.write(ctx, "release the token", func(ctx context.Context, q *query.Queries) error {
		n, err := q.EndTokenLease(ctx, query.EndTokenLeaseParams{Account: account, Holder: holder, Gen: gen})
		if err != nil || n == 0 || !unlog {
			return err
		}
		return q.TakeBackIssue(ctx, query.TakeBackIssueParams{Account: account, Holder: holder, Gen: gen})
	})
}
