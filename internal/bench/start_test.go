package bench

import (
	"fmt"
	"os"
	"testing"
)

const (
	startMedian = "from start to connected, median, ms"
	startWorst  = "from start to connected, slowest, ms"
)

// BenchmarkStart measures from starting the process to the hello of Socket Mode.
func BenchmarkStart(b *testing.B) {
	e := chosenEffort()
	figures := new(table)
	known := []contender{floor, ours, plain}
	for b.Loop() {
		took := map[string][]float64{}
		for range e.starts {
			for _, c := range known {
				s, err := open(b.Context(), c, shipped)
				if err != nil {
					b.Fatal(err)
				}
				took[c.name] = append(took[c.name], millis(s.started))
				s.close()
			}
		}
		for _, c := range known {
			figures.row(startMedian, "%.0f", "< 150 ms").add(c, median(took[c.name]))
			figures.row(startWorst, "%.0f", "").add(c, percentile(took[c.name], 100))
		}
	}
	figures.print(os.Stdout, fmt.Sprintf("%d starts of each, in turn%s; load average now %s", e.starts*b.N, e.remarks, loadAverage()), known)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figures.row(startMedian, "", "").of(ours), "start-ms")
}
