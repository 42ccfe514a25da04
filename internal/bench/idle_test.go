package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

const (
	idleUnused = "idle since its start, MiB"
	idleUsed   = "idle after 500 commands a second, MiB"
)

// BenchmarkIdle measures memory after a minute in which nobody asks anything: of bots
// that were never asked, and of bots that have just worked. It lasts as long as it idles,
// because the Go runtime gives memory back to the system slowly.
func BenchmarkIdle(b *testing.B) {
	e := chosenEffort()
	figures := new(table)
	known := []contender{floor, ours, plain}
	for b.Loop() {
		fmt.Fprintf(os.Stderr, "%d bots of each kind work for %v in turn, then all idle for %v: that wait is what is measured; make bench SHORT=1 waits less\n",
			e.idleBots, e.load, e.idle)
		if err := measureIdle(b.Context(), known, e, figures); err != nil {
			giveUp(b, err)
		}
	}
	figures.print(os.Stdout, fmt.Sprintf("memory after %v of idling, medians of %d processes%s", e.idle, e.idleBots, e.remarks), known)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figures.row(idleUnused, "", "").of(ours), "idle-MiB")
	b.ReportMetric(figures.row(idleUsed, "", "").of(ours), "idle-after-load-MiB")
}

// measureIdle starts every bot, has half of them work, and looks at all of them later.
func measureIdle(ctx context.Context, known []contender, e effort, t *table) error {
	type idler struct {
		*session
		figure string
	}
	var all []idler
	for _, c := range known {
		for range e.idleBots {
			for _, figure := range []string{idleUnused, idleUsed} {
				s, err := open(ctx, c, shipped)
				if err != nil {
					return err
				}
				defer s.close()
				all = append(all, idler{s, figure})
			}
		}
	}
	for _, i := range all {
		if i.figure != idleUsed {
			continue
		}
		if err := i.warm(ctx); err != nil {
			return err
		}
		i.offer(ctx, perSecond, e.load)
	}
	select {
	case <-time.After(e.idle): // what is measured
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, i := range all {
		now, _, err := i.bot.memory()
		if err != nil {
			return err
		}
		target := ""
		if i.figure == idleUnused {
			target = "< 25 MiB"
		}
		t.row(i.figure, "%.1f", target).add(i.contender, now/(1<<20))
	}
	return nil
}
