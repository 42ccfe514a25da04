package bench

import (
	"testing"
	"time"
)

// TestNothingIsLost runs a little of the mix through the real binary and what it is
// compared with, as the benchmarks do. It asserts nothing about time.
func TestNothingIsLost(t *testing.T) {
	for _, c := range contenders {
		t.Run(c.name, func(t *testing.T) {
			s, err := open(t.Context(), c, quick)
			if err != nil {
				t.Fatal(err)
			}
			defer s.close()
			if err := s.warm(t.Context()); err != nil {
				t.Fatal(err)
			}
			r := s.offer(t.Context(), 200, time.Second/2)
			if r.lost > 0 || r.wrong > 0 || len(r.acks) != r.commands {
				t.Errorf("of %d commands %d were lost and %d answered wrongly\n%s", r.commands, r.lost, r.wrong, s.bot.said())
			}
			if v := s.workspace.Violations(); len(v) > 0 {
				t.Errorf("Slack's rules were broken: %q", v)
			}
		})
	}
}

func TestMixIsAsPromised(t *testing.T) {
	counts := map[kind]int{}
	for i := range 1000 {
		counts[mix(i+123, []string{"agent 42"}).kind]++
	}
	if counts[fresh] != 900 || counts[words] != 90 || counts[upstream] != 10 {
		t.Errorf("of 1000 commands %v, want 900 fresh, 90 words, 10 upstream", counts)
	}
}

func TestPercentile(t *testing.T) {
	values := make([]int, 200)
	for i := range values {
		values[i] = 200 - i
	}
	for p, want := range map[int]int{50: 100, 99: 198, 100: 200} {
		if got := percentile(values, p); got != want {
			t.Errorf("percentile %d of 1 to 200 is %d, want %d", p, got, want)
		}
	}
	if got := percentile([]int{}, 99); got != 0 {
		t.Errorf("percentile of nothing is %d, want 0", got)
	}
}
