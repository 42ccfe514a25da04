package bench

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
)

var update = flag.Bool("update", false, "record testdata/hour.txt anew")

// hourFile is the recorded hour: a line a question, when after the hour's begin, who
// asked, about whom.
const hourFile = "testdata/hour.txt"

// The recorded hour. Targets are drawn by a Zipf law, which one comes how often by lot;
// moments and askers are drawn evenly.
const (
	hourSeed      = 3
	hourQuestions = 600
	hourAgents    = 40
	hourCampaigns = 30
	hourAskers    = 24
	hourZipf      = 1.1 // the k-th target is asked for in proportion to 1/k^1.1
)

// recorded is one question of the recording.
type recorded struct {
	at   time.Duration // since the hour's begin
	user string
	text string // what stands behind /aht
}

// target is whom the question is about.
func (q recorded) target(t *testing.T) aht.Target {
	t.Helper()
	kind, name, _ := strings.Cut(q.text, " ")
	if kind == aht.KindAgent.String() {
		return newTarget(t, aht.KindAgent, name)
	}
	return newTarget(t, aht.KindCampaign, name)
}

// recordHour draws the recording. It is the same in every run.
func recordHour() []byte {
	dice := rand.New(rand.NewPCG(hourSeed, 0))
	var asked []string
	for i := range hourAgents {
		asked = append(asked, fmt.Sprintf("agent Agent%02d", i+1))
	}
	for i := range hourCampaigns {
		asked = append(asked, fmt.Sprintf("campaign Campaign_%02d", i+1))
	}
	dice.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	moments := make([]time.Duration, hourQuestions)
	for i := range moments {
		moments[i] = time.Duration(dice.Int64N(time.Hour.Milliseconds())) * time.Millisecond
	}
	slices.Sort(moments)
	rank := rand.NewZipf(dice, hourZipf, 1, uint64(len(asked)-1))
	var out bytes.Buffer
	fmt.Fprintf(&out, "# An hour of a floor of %d agents and %d campaigns: when, who asked, about whom.\n"+
		"# %d questions of %d people, targets by a Zipf law of exponent %v, math/rand/v2 PCG(%d, 0).\n"+
		"# Written by: go test ./internal/bench -run TestRecording -update\n",
		hourAgents, hourCampaigns, hourQuestions, hourAskers, hourZipf, hourSeed)
	for _, at := range moments {
		fmt.Fprintf(&out, "%.3fs U%02d %s\n", at.Seconds(), 1+dice.IntN(hourAskers), asked[rank.Uint64()])
	}
	return out.Bytes()
}

// readHour reads the recording.
func readHour(t *testing.T) []recorded {
	t.Helper()
	text, err := os.ReadFile(hourFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		parts := strings.SplitN(lines.Text(), " ", 3)
		at, err := time.ParseDuration(parts[0])
		if err != nil || len(parts) < 3 {
			t.Fatalf("%s: %q is no question: %v", hourFile, lines.Text(), err)
		}
		all = append(all, recorded{at, parts[1], parts[2]})
	}
	return all
}

// TestRecording holds the recording to the law its first lines state.
func TestRecording(t *testing.T) {
	if *update {
		if err := os.WriteFile(hourFile, recordHour(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(hourFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, recordHour()) {
		t.Errorf("%s is not what seed %d records; write it anew with -update", hourFile, hourSeed)
	}
	if n := len(readHour(t)); n != hourQuestions {
		t.Errorf("%d questions, want %d", n, hourQuestions)
	}
}
