//go:build tmpfs

package siege

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ahtbot/internal/store"
)

// smallDisk mounts a file system of two megabytes. With the build tag, not being able to is
// a failure.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Fatalf("a small file system can't be mounted, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// filler is another program that takes all the room there is, also what becomes free.
type filler struct {
	path string
	stop context.CancelFunc
	done sync.WaitGroup
}

func fillUp(t *testing.T, dir string) *filler {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	f := &filler{path: filepath.Join(dir, "another program's log"), stop: stop}
	out, err := os.Create(f.path)
	if err != nil {
		t.Fatal(err)
	}
	f.done.Go(func() {
		defer func() { _ = out.Close() }()
		for page := make([]byte, 4096); ctx.Err() == nil; {
			if _, err := out.Write(page); errors.Is(err, syscall.ENOSPC) {
				time.Sleep(5 * time.Millisecond)
			}
		}
	})
	t.Cleanup(func() { f.stop(); f.done.Wait() })
	return f
}

// free ends the other program and removes what it wrote.
func (f *filler) free(t *testing.T) {
	t.Helper()
	f.stop()
	f.done.Wait()
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
}

// doctor is what the doctor reports in the world of f.
func (f *fleet) doctor() string {
	f.Helper()
	program, err := builtProgram()
	f.must(err)
	cmd := exec.CommandContext(f.Context(), program, "doctor", "--yes")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + f.TempDir()}
	for name, value := range f.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, _ := cmd.CombinedOutput() // it reports faults, and ends with one
	return string(out)
}

func TestADiskThatFillsUp(t *testing.T) {
	const allowance = 40
	dir := smallDisk(t)
	f := newFleetOn(t, &url.URL{Scheme: "sqlite", Path: dir + "/ahtbot.db"}, allowance, 100*time.Millisecond)
	f.env["READING_MAX_AGE"] = "1s"
	f.start(1)
	targets := f.targets(20)
	for _, line := range targets[:5] {
		f.ask(line)
	}
	f.answered(20*time.Second, f.asked)
	f.says(f.ask(`target campaign "Sales Outbound" 4m`), 10*time.Second, "from now on")

	// The disk is full, and stays so for a minute and a half.
	other := fillUp(t, dir)
	full := time.Now()
	f.until(30*time.Second, "not ready for the disk", func() bool {
		return strings.Contains(f.ready(0), "its disk is full (") && strings.Contains(f.ready(0), "kB free): free some room")
	})
	noticed := time.Since(full)
	waiting := f.ask(targets[5])
	f.says(waiting, 20*time.Second, `My store can't keep anything just now \(its disk is full\), so I ask Ozonetel less often\. Yours is next, in about`)
	for _, line := range []string{
		`target campaign "Sales Outbound" 3m`,
		`digest add campaign "Sales Outbound" daily at 9:00`,
		`alert add campaign "Sales Outbound" above 5m`,
	} {
		f.says(f.ask(line), 20*time.Second, `^My store can't keep anything just now \(its disk is full\), so nothing was changed`)
	}
	f.says(f.ask("target"), 20*time.Second, "Sales Outbound 4m 00s")
	f.says(f.ask("status"), 20*time.Second, `Store: SQLite can't keep anything just now \(its disk is full\)`)
	for _, m := range f.slack.Seen("U2", "C1") {
		if m.EphemeralFor == "" && strings.Contains(m.Text, "from now on") {
			t.Errorf("the channel was told of something that was not kept: %q", m.Text)
		}
	}
	if report := f.doctor(); !strings.Contains(report, "FAULT store") || !strings.Contains(report, "its disk is full (") {
		t.Errorf("doctor: %s", report)
	}
	silent := f.upstream.Counts().Requests
	time.Sleep(time.Until(full.Add(60 * time.Second)))
	if n := f.upstream.Counts().Requests; n != silent {
		t.Errorf("%d sent in the minute after the disk was full", n-silent)
	}
	f.answered(40*time.Second, []*asked{waiting})
	after := time.Since(full)
	var meanwhile []*asked
	for _, line := range targets[6:16] {
		meanwhile = append(meanwhile, f.ask(line))
	}
	f.answered(60*time.Second, meanwhile)
	time.Sleep(time.Until(full.Add(90 * time.Second)))
	if s := f.ready(0); !strings.Contains(s, "its disk is full") {
		t.Errorf("at the end it is %q", s)
	}
	kept := f.metricOf(0, "ahtbot_readings_waiting")
	if kept < 11 || f.metricOf(0, `ahtbot_store_away_cause{cause="disk-full"}`) != 1 || f.metricOf(0, "ahtbot_store_room_bytes") > 1<<20 {
		t.Errorf("metrics: %s", f.page(0, "/metrics"))
	}
	away := f.metricOf(0, `ahtbot_store_away_total{cause="disk-full"}`)
	t.Logf("full: noticed after %v, the first who waited was answered after %v, %d of %d answered with a share, away %v time in a minute and a half, %v readings wait",
		noticed.Round(10*time.Millisecond), after.Round(time.Second), len(meanwhile), len(meanwhile), away, kept)

	// There is room again.
	other.free(t)
	back := f.until(30*time.Second, "ready again", func() bool { return f.ready(0) == "ready" })
	f.says(f.ask(`target campaign "Sales Outbound" 3m`), 20*time.Second, "from now on; it was 4m 00s")
	f.until(20*time.Second, "what was read is kept", func() bool { return f.metricOf(0, "ahtbot_readings_waiting") == 0 })
	f.withStore(func(db store.Store) {
		for _, line := range targets[5:16] {
			if r, ok, err := db.LatestReading(t.Context(), targetOf(t, line)); !ok || err != nil || r.At.Before(full) {
				t.Errorf("%s: kept %v, %v, %v", line, r, ok, err)
			}
		}
	})
	log := f.bots[0].log
	if n, m := log.said(`msg="the store is away`), log.said(`msg="the store is back`); n != 1 || m != 1 || away != 1 {
		t.Errorf("the log says %d times that it is away and %d times that it is back, the metric %v; want once each\n%s", n, m, away, log)
	}
	if n := log.said("level=WARN"); n != 1+warnedQuestions(log.String()) {
		t.Errorf("warned %d times\n%s", n, log)
	}
	t.Logf("back: ready after %v", back.Round(10*time.Millisecond))
	f.within(allowance, 1)
}

// warnedQuestions counts the lines about questions that ended in an explanation, one each.
func warnedQuestions(log string) int {
	return len(regexp.MustCompile(`level=WARN.* ref=`).FindAllString(log, -1))
}

func TestADiskThatIsReadOnlyIsNamed(t *testing.T) {
	dir := smallDisk(t)
	f := newFleetOn(t, &url.URL{Scheme: "sqlite", Path: dir + "/ahtbot.db"}, 40, 0)
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if report := f.doctor(); !strings.Contains(report, "FAULT store") || !strings.Contains(report, "its disk is mounted read-only; mount it writable again") {
		t.Errorf("doctor: %s", report)
	}
}
