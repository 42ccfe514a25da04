package rows

import (
	"context"
	"errors"

	"ahtbot/internal/aht"
	"ahtbot/internal/store/query"
)

// Link is [store.Links.Link].
func (r *Rows) Link(ctx context.Context, user string) (aht.Link, bool, error) {
	return find(ctx, r.read, "read a link", (*query.Queries).LinkOf, user, func(row query.Link) (aht.Link, bool) {
		agent, ok := asTarget(int64(aht.KindAgent), row.Agent)
		return aht.Link{User: row.SlackUser, Agent: agent, Proof: aht.Proof(row.Proof), By: row.MadeBy, At: at(row.At)}, ok
	})
}

// errTaken takes a transaction back in which the agent stayed another person's.
var errTaken = errors.New("store: the agent is another person's")

// SetLink is [store.Links.SetLink].
func (r *Rows) SetLink(ctx context.Context, l aht.Link) (bool, error) {
	if l.User == "" || l.Agent.Kind() != aht.KindAgent {
		return false, errors.New("store: a link is of nobody, or to no agent")
	}
	weaker := l.Proof
	if l.Proof > aht.Said {
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
func (r *Rows) DropLink(ctx context.Context, user string) (bool, error) {
	return changed(ctx, r.once, "drop a link", (*query.Queries).DropLink, user)
}
