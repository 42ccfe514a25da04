package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app/database"
	"ahtbot/internal/store"
)

// withStore opens the database for a subcommand that works on it alone.
func withStore(ctx context.Context, do func(store.Store) error) error {
	s, err := readSettings(settings.Need{})
	if err != nil {
		return err
	}
	db, err := database.OpenStore(ctx, s.Database.Reveal(), s.Release)
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

// migrateCommand brings the schema up to date, as run does at its start.
func migrateCommand(ctx context.Context, args []string, p process) error {
	if len(args) > 0 {
		return errors.New("migrate takes no arguments; it works on DATABASE_URL")
	}
	return withStore(ctx, func(db store.Store) error {
		version, by, err := db.Schema(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "schema %d, made by ahtbot %s\n", version, by)
		return err
	})
}

// backupCommand copies a SQLite database while others use it.
func backupCommand(ctx context.Context, args []string, p process) error {
	if len(args) != 1 {
		return errors.New("backup needs a file to write to. Try: ahtbot backup copy.db")
	}
	return withStore(ctx, func(db store.Store) error {
		if err := db.Backup(ctx, args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.out, "written to", args[0])
		return err
	})
}

// forgetCommand removes all readings of a person, and the link to their Slack name.
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
	return withStore(ctx, func(db store.Store) error {
		n, err := db.Forget(ctx, target)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%d readings removed, and whose Slack name it was. A running ahtbot forgets within two minutes what it has in memory.\n", n)
		return err
	})
}
