package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a bot that runs.
type process struct {
	cmd *exec.Cmd
	log *os.File      // what it wrote to its standard error
	end chan struct{} // closed when it has ended
	err error         // how, then
}

// start starts cmd in dir.
func start(cmd *exec.Cmd, dir string) (*process, error) {
	log, err := os.CreateTemp(dir, "log")
	if err != nil {
		return nil, err
	}
	cmd.Dir, cmd.Stderr = dir, log
	p := &process{cmd: cmd, log: log, end: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.end)
		p.err = cmd.Wait()
	}()
	return p, nil
}

// stop ends p softly, and after ten seconds hard.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-p.end:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.end
	}
	_ = p.log.Close()
}

// said returns the last of what p wrote to its standard error.
func (p *process) said() string {
	text, _ := os.ReadFile(p.log.Name()) // missing is as good as empty
	return string(text[max(0, len(text)-2000):])
}

// errNoProc is why there are no figures about processes elsewhere than on Linux.
var errNoProc = errors.New("needs Linux's /proc")

// giveUp ends b because of err: skipped where no figures can be had, else failed.
func giveUp(b *testing.B, err error) {
	b.Helper()
	if errors.Is(err, errNoProc) {
		b.Skip(err)
	}
	b.Fatal(err)
}

// tick is the unit of CPU time in /proc, the same on every Linux we run on (USER_HZ).
const tick = 10 * time.Millisecond

// cpu returns the CPU time p has used, user and system.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errNoProc, err)
	}
	// The name in parentheses may hold anything; utime and stime are the 12th and 13th
	// fields behind it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var sum time.Duration
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * tick
	}
	return sum, nil
}

// memory returns how much memory p holds now and the most it ever held, in bytes.
func (p *process) memory() (now, most float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", errNoProc, err)
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		var kib float64
		switch name {
		case "VmRSS", "VmHWM":
			if _, err := fmt.Sscanf(rest, "%f kB", &kib); err != nil {
				return 0, 0, err
			}
		}
		switch name {
		case "VmRSS":
			now = kib * 1024
		case "VmHWM":
			most = kib * 1024
		}
	}
	return now, most, nil
}

// loadAverage is the machine's, over the last minute: above the number of cores somebody
// else is working too.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg") // missing is as good as unknown
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// ownCPU returns the CPU time this process has used, user and system.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
