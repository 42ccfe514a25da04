package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

// installed is what somebody has who installs ahtbot: an account whose answers take 300 ms,
// used by something else before, and a new database.
type installed struct {
	*ozonesim.Server
	client *ozonetel.Client
}

func install(t *testing.T, f func(*testing.T, installed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := ozonesim.New(ozonesim.Config{Latency: 300 * time.Millisecond})
		db, closed := inMemory(t)
		if err := makeLedger(t.Context(), db, 50, false); err != nil {
			t.Fatal(err)
		}
		config := ozonetel.Config{
			BaseURL: &url.URL{Scheme: "http", Host: "localhost"}, APIKey: "demo-key", Username: "demo_user", PerMinute: 50, Dial: server.Dial,
		}
		newShelf(db, "SQLite", slog.New(slog.DiscardHandler)).share(&config)
		client, err := ozonetel.New(config)
		if err != nil {
			t.Fatal(err)
		}
		f(t, installed{server, client})
		client.Close()
		closed()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// strange names a campaign that nobody knows: its refusal is an answer, and costs a request.
func strange(t *testing.T, i int) aht.Target {
	t.Helper()
	target, err := aht.NewTarget(aht.KindCampaign, fmt.Sprint("strange ", i))
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// answers has n people ask at once, and background work as well, and returns after how long
// the first, the tenth and the last of them and the background had Ozonetel's word.
func (f installed) answers(t *testing.T, n int) (first, tenth, last, background time.Duration) {
	t.Helper()
	begin, took := time.Now(), make([]time.Duration, n)
	var wg sync.WaitGroup
	wg.Go(func() {
		for ended := false; !ended; {
			_, err := f.client.AskBackground(t.Context(), strange(t, n), ozonetel.DigestSlot)
			if ended = err != nil && strings.Contains(err.Error(), string(ozonetel.BadCampaign)); !ended {
				time.Sleep(time.Second)
			}
		}
		background = time.Since(begin)
	})
	for i := range n {
		wg.Go(func() {
			_, err := f.client.Ask(t.Context(), fmt.Sprint("U", i), strange(t, i))
			if err == nil || !strings.Contains(err.Error(), string(ozonetel.BadCampaign)) {
				t.Errorf("question %d: %v", i+1, err)
			}
			took[i] = time.Since(begin)
		})
		synctest.Wait()
	}
	wg.Wait()
	slices.Sort(took)
	return took[0], took[9], took[n-1], background
}

// TestFirstMinuteOfANewDatabase are the figures of docs/performance.md: twenty people ask at
// once on a new database, of an account that something else has used before.
func TestFirstMinuteOfANewDatabase(t *testing.T) {
	t.Log("| used before | how | first answer, s | tenth | twentieth | background | refused | most of ours in 60 s |")
	for _, before := range []int{0, 25, 45, 50} {
		for _, span := range []time.Duration{time.Minute, time.Second} {
			install(t, func(t *testing.T, f installed) {
				t.Helper()
				f.Stranger(before, span)
				first, tenth, last, background := f.answers(t, 20)
				n := f.Counts()
				t.Logf("| %d | in %v | %.1f | %.1f | %.1f | %.0f | %d | %d |",
					before, span, first.Seconds(), tenth.Seconds(), last.Seconds(), background.Seconds(), n.Refused, n.MaxAllIn60s)
				if want := 600 * time.Millisecond; before < 50 && first > want+time.Second {
					t.Errorf("%d before: the first answer after %v, want it within a second of the upstream's own %v", before, first, want)
				}
				if first > 62*time.Second || last > 85*time.Second || n.Refused > 5 || n.MaxAllIn60s > 50 {
					t.Errorf("%d before in %v: first %v, last %v, counts %+v", before, span, first, last, n)
				}
				if least := 75 * time.Second; background < least {
					t.Errorf("%d before: background work after %v, want its caution of %v", before, background, least)
				}
			})
		}
	}
}

// get and doctor say on the terminal that something else has used the account up, and go on
// by themselves.
func TestTheTerminalIsToldOfAStranger(t *testing.T) {
	install(t, func(t *testing.T, f installed) {
		t.Helper()
		f.Stranger(50, time.Second)
		target, err := readTarget("get", []string{"agent", "42"})
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		var reading aht.Reading
		begin := time.Now()
		err = patiently(f.client, target, &said, func() (err error) {
			reading, err = f.client.Ask(t.Context(), "terminal", target)
			return err
		})
		want := "Something else uses this Ozonetel account and has used up its requests of this minute. I ask again in about 60 s by myself, and the figure follows here.\n"
		if err != nil || reading.NoCalls() || said.String() != want {
			t.Errorf("%v, %v; said %q", reading, err, said.String())
		}
		if took := time.Since(begin); took > 62*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// A person at a terminal who waits for a turn is told so once.
func TestTheTerminalIsToldOfAQueue(t *testing.T) {
	install(t, func(t *testing.T, f installed) {
		t.Helper()
		for i := range 12 {
			go func() { _, _ = f.client.Ask(t.Context(), fmt.Sprint("U", i), strange(t, i)) }()
			synctest.Wait()
		}
		var said bytes.Buffer
		err := patiently(f.client, strange(t, 12), &said, func() error {
			_, err := f.client.Ask(t.Context(), "terminal", strange(t, 12))
			return err
		})
		if err == nil || strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "others are ahead: place ") {
			t.Errorf("%v; said %q", err, said.String())
		}
	})
}

// In Slack's words: who waits is told why, and Refused says that it is for that.
func TestPeopleAreToldOfAStranger(t *testing.T) {
	install(t, func(t *testing.T, f installed) {
		t.Helper()
		f.Stranger(50, time.Second)
		h := commands.NewHandler(commands.Config{
			Memory: noMemory{}, Upstream: upstream{f.client}, People: member{}, UsedUp: usedUp(f.client), MaxAge: time.Minute, Zone: time.UTC,
		})
		q := commands.Question{User: "U1", Text: "agent 42", At: time.Now(), Ref: "abc234"}
		answered := make(chan commands.Reply)
		go func() {
			r, _ := h.Answer(context.WithoutCancel(t.Context()), q)
			answered <- r
		}()
		time.Sleep(1500 * time.Millisecond)
		if r := h.Delay(q); !h.Refused(q) || !strings.Contains(r.Text, "Something else uses this Ozonetel account") || !strings.Contains(r.Text, "about 59 s") {
			t.Errorf("refused %v, told %q", h.Refused(q), r.Text)
		}
		if r := <-answered; r.Outcome != "figure" || h.Refused(q) {
			t.Errorf("answered %q", r.Text)
		}
	})
}

// noMemory remembers no reading.
type noMemory struct{}

func (noMemory) Latest(aht.Target) (aht.Reading, bool)            { return aht.Reading{}, false }
func (noMemory) Before(aht.Target, time.Time) (aht.Reading, bool) { return aht.Reading{}, false }
