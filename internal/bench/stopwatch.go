// Package bench measures ahtbot as it ships: the real binary, connected over real sockets
// to both simulators, which are other processes. The same commands go to a floor (the
// least a program can do, in folder floor) and to a plain slack-go bot in turn, so that
// every figure stands beside what the same machine does at the same hour. Nothing here
// fails because a machine is slow: benchmarks print, tests ask only that nothing is lost.
//
//	make bench                 everything, about 14 minutes
//	make bench TAGS=postgres   PostgreSQL's share too; without a server it fails
//	make bench SHORT=1         the same figures from shorter runs, two to four minutes
//	GOGC=50 make bench         Go's own variables reach every bot
//
// The figures of the allowance need hours, which pass in moments inside a synctest bubble,
// where no benchmark runs: they are tests named TestFigures… that print their table, and fail
// when a question is lost, one is asked too often, or the allowance is exceeded. make bench
// runs them with -v, and the benchmarks of internal/store: what a step of the ledger costs.
//
// It needs Linux, whose /proc tells what a process costs. docs/performance.md has the figures
// and what they mean.
package bench

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Stopwatch is a log handler for a client of Ozonetel. It notes how long the last request about
// each target took from its slot to its verdict; what an asker waited beyond that, it waited for
// the slot. Make it with [NewStopwatch].
type Stopwatch struct {
	slog.Handler
	took sync.Map // time.Duration by target
}

// NewStopwatch returns a stopwatch that has noted nothing, and writes nothing.
func NewStopwatch() *Stopwatch { return &Stopwatch{Handler: slog.DiscardHandler} }

// Enabled has every record come.
func (*Stopwatch) Enabled(context.Context, slog.Level) bool { return true }

// Handle notes a record about a request.
func (s *Stopwatch) Handle(_ context.Context, r slog.Record) error {
	var target string
	var took time.Duration
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "target":
			target = a.Value.String()
		case "took":
			took = a.Value.Duration()
		}
		return true
	})
	s.took.Store(target, took)
	return nil
}

// Of returns how long the last request about a target took; zero if there was none.
func (s *Stopwatch) Of(target string) time.Duration {
	noted, _ := s.took.Load(target)
	took, _ := noted.(time.Duration)
	return took
}
