package rows

import (
	"context"
	"database/sql"
	"errors"

	"ahtbot/internal/store/query"
)

// runner is [Rows.read], [Rows.once] or [Rows.write].
type runner func(ctx context.Context, op string, f func(context.Context, *query.Queries) error) error

// find runs a statement that gives one row, and gives it as the store does; false when there is none, or as has no use for it.
func find[Arg, Row, Out any](
	ctx context.Context, run runner, op string, ask func(*query.Queries, context.Context, Arg) (Row, error), arg Arg, as func(Row) (Out, bool),
) (out Out, ok bool, err error) {
	err = run(ctx, op, func(ctx context.Context, q *query.Queries) error {
		row, err := ask(q, ctx, arg)
		if ok = false; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			out, ok = as(row)
		}
		return err
	})
	return out, ok && err == nil, err
}

// list runs a statement that gives many rows, and leaves out those that as has no use for.
func list[Arg, Row, Out any](
	ctx context.Context, run runner, op string, ask func(*query.Queries, context.Context, Arg) ([]Row, error), arg Arg, as func(Row) (Out, bool),
) (all []Out, err error) {
	err = run(ctx, op, func(ctx context.Context, q *query.Queries) error {
		found, err := ask(q, ctx, arg)
		all = make([]Out, 0, len(found))
		for _, row := range found {
			if out, ok := as(row); ok {
				all = append(all, out)
			}
		}
		return err
	})
	return all, err
}

// exec runs a statement that gives nothing.
func exec[Arg any](ctx context.Context, run runner, op string, ask func(*query.Queries, context.Context, Arg) error, arg Arg) error {
	return run(ctx, op, func(ctx context.Context, q *query.Queries) error { return ask(q, ctx, arg) })
}

// changed runs a statement that changes one row or none, and reports whether it did.
func changed[Arg any](ctx context.Context, run runner, op string, ask func(*query.Queries, context.Context, Arg) (int64, error), arg Arg) (did bool, err error) {
	err = run(ctx, op, func(ctx context.Context, q *query.Queries) error {
		n, err := ask(q, ctx, arg)
		did = n > 0
		return err
	})
	return did && err == nil, err
}
