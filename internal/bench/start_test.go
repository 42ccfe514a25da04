package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

const (
	startMedian = "from start to connected, median, ms"
	startWorst  = "from start to connected, slowest, ms"
	bothMedian  = "from start to both connections, median, ms"
	bothWorst   = "from start to both connections, slowest, ms"
)

// BenchmarkStart measures from starting the process to the hello of Socket Mode, and to the
// second connection's of those that keep two.
func BenchmarkStart(b *testing.B) {
	e := chosenEffort()
	figures := new(table)
	known := []contender{floor, ours, plain}
	for b.Loop() {
		took, both := map[string][]float64{}, []float64(nil)
		for range e.starts {
			for _, c := range known {
				s, err := open(b.Context(), c, shipped)
				if err != nil {
					b.Fatal(err)
				}
				took[c.name] = append(took[c.name], millis(s.started))
				if c.name == ours.name {
					d, err := s.second(b.Context())
					if err != nil {
						b.Fatal(err)
					}
					both = append(both, millis(d))
				}
				s.close()
			}
		}
		for _, c := range known {
			figures.row(startMedian, "%.0f", "< 150 ms").add(c, median(took[c.name]))
			figures.row(startWorst, "%.0f", "").add(c, percentile(took[c.name], 100))
		}
		figures.row(bothMedian, "%.0f", "< 300 ms").add(ours, median(both))
		figures.row(bothWorst, "%.0f", "").add(ours, percentile(both, 100))
	}
	figures.print(os.Stdout, fmt.Sprintf("%d starts of each, in turn%s; load average now %s", e.starts*b.N, e.remarks, loadAverage()), known)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figures.row(startMedian, "", "").of(ours), "start-ms")
}

// second waits for the second connection and returns how long after the start it stood.
func (s *session) second(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := s.workspace.WaitConnections(ctx, 2); err != nil {
		return 0, fmt.Errorf("%s opened no second connection: %w\n%s", s.name, err, s.bot.said())
	}
	return time.Since(s.begun), nil
}
