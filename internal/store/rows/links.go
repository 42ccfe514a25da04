package rows

import (
	"context"
	"database/sql"
	"errors"

	"ahtbot/internal/aht"
	"ahtbot/internal/store/query"
)

// Link is [store.Links.Link].
func (r *Rows) Link(ctx context.Context, user string) (l aht.Link, ok bool, err error) {
	err = r.read(ctx, "read a link", func(ctx context.Context, q *query.Queries) error {
		row, err := q.LinkOf(ctx, user)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		l = aht.Link{User: row.SlackUser, Proof: aht.Proof(row.Proof), By: row.MadeBy, At: at(row.At)}
		l.Agent, ok = asTarget(int64(aht.KindAgent), row.Agent)
		return nil
	})
	return l, ok, err
}

// errTaken takes a transaction back in which the agent stayed another person's.
var errTaken = errors.New("store: the agent is another person's")

// SetLink is [store.Links.SetLink].
func (r *Rows) SetLink(ctx context.Context, l aht.Link) (bool, error) {
	if l.User == "" || l.Agent.Kind() != aht.KindAgent {
		return false, errors.New("store: a link is of nobody, or to no agent")
	}
	weaker := l.Proof
	if l.Proof == aht.Vouched {
		weaker++
	}
	err := r.write(ctx, "keep a link", func(ctx context.Context, q *query.Queries) error {
		err := q.ClearLinks(ctx, query.ClearLinksParams{SlackUser: l.User, Agent: l.Agent.Name(), Weaker: int64(weaker)})
		if err != nil {
			return err
		}
		n, err := q.AddLink(ctx, query.AddLinkParams{
			SlackUser: l.User, Agent: l.Agent.Name(), Proof: int64(l.Proof), MadeBy: l.By, At: l.At.UnixMilli(),
		})
		if err == nil && n == 0 {
			return errTaken
		}
		return err
	})
	if errors.Is(err, errTaken) {
		return false, nil
	}
	return err == nil, err
}

// DropLink is [store.Links.DropLink].
func (r *Rows) DropLink(ctx context.Context, user string) (had bool, err error) {
	err = r.once(ctx, "drop a link", func(ctx context.Context, q *query.Queries) error {
		n, err := q.DropLink(ctx, user)
		had = n > 0
		return err
	})
	return had && err == nil, err
}
