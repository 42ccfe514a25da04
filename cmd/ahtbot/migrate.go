package main

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/store"
)

// migrateCommand brings the schema up to date, as run does at its start.
func migrateCommand(ctx context.Context, args []string, p process) error {
	if len(args) > 0 {
		return errors.New("migrate takes no arguments; it works on DATABASE_URL")
	}
	return withStore(ctx, func(_ settings.Settings, db store.Store) error {
		version, by, err := db.Schema(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "schema %d, made by ahtbot %s\n", version, by)
		return err
	})
}
