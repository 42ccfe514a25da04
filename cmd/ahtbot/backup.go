package main

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/store"
)

// backupCommand copies a SQLite database while others use it.
func backupCommand(ctx context.Context, args []string, p process) error {
	if len(args) != 1 {
		return errors.New("backup needs a file to write to. Try: ahtbot backup copy.db")
	}
	return withStore(ctx, func(_ settings.Settings, db store.Store) error {
		if err := db.Backup(ctx, args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.out, "written to", args[0])
		return err
	})
}
