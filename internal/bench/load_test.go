package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// effort is how much is measured: enough to trust, or with -short enough to look at.
type effort struct {
	rounds   int           // turns of each contender; medians are taken over them
	load     time.Duration // at 500 commands a second
	step     time.Duration // of the ramp
	starts   int
	idle     time.Duration
	idleBots int    // of each kind
	remarks  string // for the head of the table
}

func chosenEffort() effort {
	if testing.Short() {
		return effort{rounds: 1, load: 2 * time.Second, step: time.Second, starts: 3, idle: 5 * time.Second, idleBots: 1, remarks: " (short: for a look only)"}
	}
	return effort{rounds: 5, load: 10 * time.Second, step: 2 * time.Second, starts: 10, idle: time.Minute, idleBots: 3}
}

// perSecond is the load at which the targets are stated.
const perSecond = 500

// BenchmarkLoad offers the mix at 500 commands a second and then ever more, to every
// contender in turn, five times over.
func BenchmarkLoad(b *testing.B) {
	e := chosenEffort()
	figures := new(table)
	for b.Loop() {
		for round := range e.rounds {
			for _, c := range contenders {
				if err := measureLoad(b.Context(), c, e, figures); err != nil {
					giveUp(b, err)
				}
			}
			fmt.Fprintf(os.Stderr, "round %d of %d done, load average %s\n", round+1, e.rounds, loadAverage())
		}
	}
	figures.print(os.Stdout, fmt.Sprintf("%d commands a second for %v, medians of %d alternating runs%s; load average now %s",
		perSecond, e.load, e.rounds, e.remarks, loadAverage()), contenders)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figures.row(ackP99, "", "").of(ours), "ack-p99-ms")
	b.ReportMetric(figures.row(cpuEach, "", "").of(ours), "cpu-µs/command")
	b.ReportMetric(figures.row(memoryLoaded, "", "").of(ours), "loaded-MiB")
}

// The figures of the load, as the table names them.
const (
	ackP50       = "acknowledgement p50, ms"
	ackP99       = "acknowledgement p99, ms"
	answerP50    = "answer p50, fresh reading, ms"
	answerP99    = "answer p99, fresh reading, ms"
	lost         = "lost or unanswered"
	wrong        = "wrong answers"
	broken       = "breaches of Slack's rules"
	cpuEach      = "CPU per command, µs"
	memoryLoaded = "most memory under load, MiB"
	highest      = "highest rate, nothing lost, 1/s"
	cpuTyping    = "CPU of the simulated Slack, µs a command"
	typingP99    = "typed late, p99, ms"
)

// measureLoad is one turn of one contender.
func measureLoad(ctx context.Context, c contender, e effort, t *table) error {
	s, err := open(ctx, c, shipped)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.warm(ctx); err != nil {
		return err
	}
	before, err := s.bot.cpu()
	if err != nil {
		return err
	}
	typingBefore := ownCPU()
	r := s.offer(ctx, perSecond, e.load)
	typing := ownCPU() - typingBefore
	after, err := s.bot.cpu()
	if err != nil {
		return err
	}
	_, most, err := s.bot.memory()
	if err != nil {
		return err
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(r.commands) }
	t.row(ackP50, "%.2f", "").add(c, millis(median(r.acks)))
	t.row(ackP99, "%.2f", "within 2× of the floor's").add(c, millis(percentile(r.acks, 99)))
	t.row(answerP50, "%.2f", "").add(c, millis(median(r.answers)))
	t.row(answerP99, "%.2f", "").add(c, millis(percentile(r.answers, 99)))
	t.row(lost, "%.0f", "0").add(c, float64(r.lost))
	t.row(wrong, "%.0f", "0").add(c, float64(r.wrong))
	t.row(cpuEach, "%.0f", "below plain slack-go").add(c, each(after-before))
	t.row(memoryLoaded, "%.1f", "").add(c, most/(1<<20))
	t.row(highest, "%.0f", "").add(c, float64(s.ramp(ctx, e.step)))
	t.row(broken, "%.0f", "0").add(c, float64(len(s.workspace.Violations())))
	t.row(cpuTyping, "%.0f", "").add(c, each(typing))
	t.row(typingP99, "%.2f", "").add(c, millis(percentile(r.behind, 99)))
	return nil
}
