package main

import (
	"context"
	"flag"
	"fmt"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/store"
)

// forgetCommand removes all readings of a person.
func forgetCommand(ctx context.Context, args []string, p process) error {
	flags := flag.NewFlagSet("forget", flag.ContinueOnError)
	flags.SetOutput(p.err)
	if err := flags.Parse(args); err != nil {
		return errSaid
	}
	target, err := readTarget("forget", flags.Args())
	if err != nil {
		return err
	}
	return withStore(ctx, func(_ settings.Settings, db store.Store) error {
		n, err := db.Forget(ctx, target)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%d readings removed. A running ahtbot forgets within two minutes what it has in memory.\n", n)
		return err
	})
}
