package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/secret"
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
	file := filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		server := ozonesim.New(ozonesim.Config{Latency: 300 * time.Millisecond})
		client, done, err := OpenClient(t.Context(), Settings{
			BaseURL: &url.URL{Scheme: "http", Host: "localhost"}, APIKey: secret.New("demo-key"), Username: "demo_user", PerMinute: 50,
			Database: secret.New("sqlite://" + file),
		}, Options{DialUpstream: server.Dial}, nil, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		f(t, installed{server, client})
		done()
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
				f.OtherConsumer(before, span)
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

// In Slack's words: who waits is told why, and Refused says that it is for that.
func TestPeopleAreToldOfAStranger(t *testing.T) {
	install(t, func(t *testing.T, f installed) {
		t.Helper()
		f.OtherConsumer(50, time.Second)
		h := commands.NewHandler(request.Config{
			Memory: noMemory{}, Upstream: upstream{f.client}, People: member{}, UsedUp: func() time.Duration { return UsedUp(f.client) }, MaxAge: time.Minute, Zone: time.UTC,
		})
		q := request.Question{User: "U1", Text: "agent 42", At: time.Now(), Ref: "abc234"}
		answered := make(chan reply.Reply)
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
