package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/store"
)

var (
	errFull = errors.New("full")
	errSlow = errors.New("slow")
)

// disk is what stands behind a gate: it fails as it is told to.
type disk struct {
	*store.Gate
	probes  error // what a probe gives
	writes  error // what a call gives that is no probe
	changes []string
}

func newDisk() *disk {
	d := &disk{}
	d.Gate = &store.Gate{
		Prove: func(context.Context) error { return d.probes },
		Cause: func(err error) store.Cause {
			return map[error]store.Cause{errFull: store.DiskFull, errSlow: store.Slow}[err]
		},
	}
	d.Watch(func(c store.Condition) { d.changes = append(d.changes, string(c.Cause)) })
	return d
}

// write is a call that changes something, and reports whether it was kept.
func (d *disk) write(t *testing.T) bool {
	t.Helper()
	if err := d.Enter(t.Context(), "write"); err != nil {
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("refused with %v", err)
		}
		return false
	}
	if d.writes != nil {
		d.Failed(map[error]store.Cause{errFull: store.DiskFull, errSlow: store.Slow}[d.writes], d.writes, true)
	}
	return d.writes == nil
}

func (d *disk) wants(t *testing.T, changes ...string) {
	t.Helper()
	if !slices.Equal(d.changes, changes) {
		t.Errorf("changes %q, want %q", d.changes, changes)
	}
}

func TestAFullDiskIsAwayOnceHoweverLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.probes, d.writes = errFull, errFull
		for range 120 { // two minutes, with reads that work, writes that come, and a probe every five seconds
			d.write(t)
			d.write(t)
			for range 5 {
				time.Sleep(200 * time.Millisecond)
			}
			if time.Now().Second()%5 == 0 {
				_ = d.Probe(t.Context(), "ping")
			}
		}
		d.wants(t, "disk-full")
		d.probes, d.writes = nil, nil
		if d.write(t) {
			t.Error("a write was tried before a probe had worked")
		}
		if err := d.Probe(t.Context(), "ping"); err != nil || !d.write(t) {
			t.Errorf("after a probe that worked: %v", err)
		}
		d.wants(t, "disk-full", "")
		if c := d.Condition(); c.Unavailable() || c.Report() != "" {
			t.Errorf("condition %+v", c)
		}
	})
}

// A disk takes each probe, and fails at what comes after.
func TestADiskWithALittleRoomComesBackLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.writes = errFull
		for range 24 { // two minutes
			d.write(t)
			_ = d.Probe(t.Context(), "ping")
			time.Sleep(5 * time.Second)
		}
		// Away and back at once, and then back after 15, 30 and 60 seconds of probes that worked.
		d.wants(t, "disk-full", "", "disk-full", "", "disk-full", "", "disk-full")
		for range 12 * 60 { // and in an hour
			d.write(t)
			_ = d.Probe(t.Context(), "ping")
			time.Sleep(5 * time.Second)
		}
		if n := len(d.changes); n > 8+2*14 {
			t.Errorf("%d changes", n)
		}
		d.writes = nil
		time.Sleep(time.Hour)
		for range 100 {
			_ = d.Probe(t.Context(), "ping")
			time.Sleep(5 * time.Second)
		}
		d.changes, d.writes = nil, errFull // it was well for long: that is forgotten
		time.Sleep(time.Hour)
		d.write(t)
		_ = d.Probe(t.Context(), "ping")
		d.wants(t, "disk-full", "")
	})
}

func TestOneSlowCallIsNoOutageAndTwoAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.Failed(store.Slow, errSlow, true)
		d.Failed(store.Slow, errSlow, true) // of the same moment
		if !d.write(t) {
			t.Error("refused although the probe worked")
		}
		d.wants(t)
		d.Failed(store.Unreachable, errSlow, false) // a read
		d.probes = errFull
		if d.write(t) {
			t.Error("tried although the probe failed")
		}
		d.wants(t, "disk-full") // the probe knows better
		d.probes = nil
		_ = d.Probe(t.Context(), "ping")
		d.wants(t, "disk-full", "")
	})
}

func TestAReadNeverClosesNorOpens(t *testing.T) {
	d := newDisk()
	d.Failed(store.Damaged, errFull, false)
	if c := d.Condition(); c.Unavailable() {
		t.Errorf("condition %+v", c)
	}
	if !d.write(t) {
		t.Error("refused although the probe worked")
	}
	d.wants(t)
}

func TestWhatAnswersAgainIsBackAtOnce(t *testing.T) {
	d := newDisk()
	var want []string
	for range 5 {
		d.probes = errSlow
		_ = d.Probe(t.Context(), "ping")
		d.probes = nil
		if err := d.Probe(t.Context(), "ping"); err != nil {
			t.Error(err)
		}
		want = append(want, "slow", "")
	}
	d.wants(t, want...)
}

func TestAStoreThatNobodyProbesIsTriedByAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk()
		d.writes = errFull
		d.write(t)
		d.writes = nil
		time.Sleep(9 * time.Second)
		if d.write(t) {
			t.Error("tried at once")
		}
		time.Sleep(2 * time.Second)
		if !d.write(t) {
			t.Error("not tried after eleven seconds")
		}
		d.wants(t, "disk-full", "")
	})
}

func TestAProbeThatIsCutShortTeachesNothing(t *testing.T) {
	d := newDisk()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.probes = context.Canceled
	if err := d.Probe(ctx, "ping"); err == nil {
		t.Error("it worked")
	}
	d.wants(t)
}

func TestEveryCauseHasWords(t *testing.T) {
	for _, c := range store.Causes() {
		if c.What() == "" || c.Mend() == "" || c != store.Unknown && c.What() == store.Unknown.What() {
			t.Errorf("%s: %q, %q", c, c.What(), c.Mend())
		}
	}
	full := store.Condition{Cause: store.DiskFull, Room: 12 << 10}
	if got := full.Report(); got != "its disk is full (12 kB free): free some room on it, or make it larger" {
		t.Errorf("report %q", got)
	}
}
