package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app/database"
	"ahtbot/internal/store"
)

// process is the streams a subcommand works with.
type process struct {
	in       io.Reader
	out, err io.Writer
}

// errSaid is an error whose words the person has already read.
var errSaid = errors.New("said already")

// readSettings reads the environment. The error is for the person who set it.
func readSettings(n settings.Need) (settings.Settings, error) {
	s, err := settings.Read(n, release())
	if err != nil {
		err = fmt.Errorf("some settings need mending:\n%w\nTry: ahtbot run -h for all settings, or ahtbot demo to look around without any", err)
	}
	return s, err
}

// withStore opens the database for a subcommand that works on it alone.
func withStore(ctx context.Context, do func(settings.Settings, store.Store) error) error {
	s, err := readSettings(settings.Need{})
	if err != nil {
		return err
	}
	db, err := database.OpenStore(ctx, s.Database.Reveal(), s.Release)
	if err != nil {
		return err
	}
	return errors.Join(do(s, db), db.Close())
}
