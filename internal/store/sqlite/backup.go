package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// live is what a copy must not bring back: the ledger above all, whose slots would all be
// free however much of the allowance has been spent since.
var live = []string{"rl", "rl_slot", "lease", "delivery", "process", "process_peak"}

// Backup is [store.Upkeep.Backup]: `vacuum into`, which reads one snapshot while others
// write. The copy has mode 0600. A failure leaves no copy; a crash may leave half of one.
func (f *file) Backup(ctx context.Context, path string) (err error) {
	out, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("store: back up: %w", err)
	}
	defer func() {
		err = errors.Join(err, out.Close())
		if err != nil {
			err = errors.Join(fmt.Errorf("store: back up: %w", err), os.Remove(path))
		}
	}()
	// Not on the reading pool, whose connections refuse to write any file.
	db, err := sql.Open("sqlite", f.source)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "vacuum into ?", path); err != nil {
		return err
	}
	if err := empty(ctx, path); err != nil {
		return err
	}
	return out.Sync()
}

// empty removes from the copy what must not come back.
func empty(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", dsn(path, busy))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, table := range live {
		if _, err := db.ExecContext(ctx, "delete from "+table); err != nil {
			return err
		}
	}
	return nil
}
